using NodaTime;

namespace SafeSpaceCapacity.Forecasting.Series;

/// <summary>How long one period is.</summary>
public enum Frequency
{
    /// <summary>One hour of the wall clock.</summary>
    Hour,

    /// <summary>One day.</summary>
    Day,

    /// <summary>One calendar month.</summary>
    Month,
}

/// <summary>Equal periods of the wall clock, numbered from 0. A period is named by its start.</summary>
/// <param name="Frequency">How long a period is.</param>
/// <param name="Start">The start of period 0, on a whole period.</param>
public sealed record TimeAxis(Frequency Frequency, LocalDateTime Start)
{
    /// <summary>Periods in the shortest season: 24 hours, 7 days, 12 months.</summary>
    public int ShortSeason => Frequency switch { Frequency.Hour => 24, Frequency.Day => 7, _ => 12 };

    /// <summary>Periods in the season that the naïve forecast and MASE use: 168 hours, 7 days, 12 months.</summary>
    public int Season => Frequency == Frequency.Hour ? 168 : ShortSeason;

    /// <summary>Periods in a whole number of seasons closest to a year: 8,736 hours, 364 days, 12 months.</summary>
    public int SeasonsOfYear => Frequency switch { Frequency.Hour => 52 * 168, Frequency.Day => 364, _ => 12 };

    /// <summary>The start of a period.</summary>
    public LocalDateTime At(int period) => Frequency switch
    {
        Frequency.Hour => Start.PlusHours(period),
        Frequency.Day => Start.PlusDays(period),
        _ => Start.PlusMonths(period),
    };

    /// <summary>The period that a moment of the wall clock falls into; negative before the start.</summary>
    public int IndexOf(LocalDateTime moment) => Frequency switch
    {
        Frequency.Hour => checked((24 * Period.DaysBetween(Start.Date, moment.Date)) + moment.Hour - Start.Hour),
        Frequency.Day => Period.DaysBetween(Start.Date, moment.Date),
        _ => (12 * (moment.Year - Start.Year)) + moment.Month - Start.Month,
    };

    /// <summary>The start of the period that a moment falls into.</summary>
    public static LocalDateTime Floor(Frequency frequency, LocalDateTime moment) => frequency switch
    {
        Frequency.Hour => moment.Date + new LocalTime(moment.Hour, 0),
        Frequency.Day => moment.Date.AtMidnight(),
        _ => new LocalDate(moment.Year, moment.Month, 1).AtMidnight(),
    };
}
