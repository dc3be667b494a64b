using NodaTime;

namespace SafeSpaceCapacity.Domain.Opening;

/// <summary>
/// Bank holidays in Scotland (Banking and Financial Dealings Act 1971, schedule 1; St Andrew's Day Bank Holiday (Scotland) Act 2007), with
/// their substitute days. Days proclaimed for one year only are entered as special days of a space.
/// </summary>
public static class ScottishBankHolidays
{
    /// <summary>Whether a local date is a bank holiday, or the day that stands in for one that fell on a weekend.</summary>
    public static bool Contains(LocalDate date)
    {
        var year = date.Year;
        return date.Month switch
        {
            1 => IsNewYear(date),
            3 or 4 => date == EasterSunday(year).PlusDays(-2),
            5 => date.DayOfWeek == IsoDayOfWeek.Monday && (date.Day <= 7 || date.Day > 24),
            8 => date.DayOfWeek == IsoDayOfWeek.Monday && date.Day <= 7,
            11 or 12 when date == Weekday(new LocalDate(year, 11, 30)) => true,
            12 => IsChristmas(date),
            _ => false,
        };
    }

    // 1 and 2 January; the days after them that are free stand in for those on a weekend.
    private static bool IsNewYear(LocalDate date) => new LocalDate(date.Year, 1, 1).DayOfWeek switch
    {
        IsoDayOfWeek.Friday => date.Day is 1 or 4,
        IsoDayOfWeek.Saturday => date.Day is 3 or 4,
        IsoDayOfWeek.Sunday => date.Day is 2 or 3,
        _ => date.Day is 1 or 2,
    };

    private static bool IsChristmas(LocalDate date) => new LocalDate(date.Year, 12, 25).DayOfWeek switch
    {
        IsoDayOfWeek.Friday => date.Day is 25 or 28,
        IsoDayOfWeek.Saturday => date.Day is 27 or 28,
        IsoDayOfWeek.Sunday => date.Day is 26 or 27,
        _ => date.Day is 25 or 26,
    };

    private static LocalDate Weekday(LocalDate date) => date.DayOfWeek switch
    {
        IsoDayOfWeek.Saturday => date.PlusDays(2),
        IsoDayOfWeek.Sunday => date.PlusDays(1),
        _ => date,
    };

    // The anonymous Gregorian computus.
    private static LocalDate EasterSunday(int year)
    {
        var a = year % 19;
        var b = year / 100;
        var c = year % 100;
        var h = ((19 * a) + b - (b / 4) - ((b - ((b + 8) / 25) + 1) / 3) + 15) % 30;
        var l = (32 + (2 * (b % 4)) + (2 * (c / 4)) - h - (c % 4)) % 7;
        var m = (a + (11 * h) + (22 * l)) / 451;
        var n = h + l - (7 * m) + 114;
        return new LocalDate(year, n / 31, (n % 31) + 1);
    }
}
