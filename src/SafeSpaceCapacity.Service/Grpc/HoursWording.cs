using System.Globalization;
using NodaTime;
using SafeSpaceCapacity.Domain.Opening;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>Opening hours in words, a line for each stretch of days that are alike.</summary>
internal static class HoursWording
{
    private const int SpecialDaysMost = 10;
    private const string DayAndNight = "day and night";

    /// <summary>The lines.</summary>
    /// <param name="hours">The hours.</param>
    /// <param name="today">Special days from then on are said, the next ones first.</param>
    public static IEnumerable<string> Lines(OpeningHours hours, LocalDate today)
    {
        var days = Enum.GetValues<IsoDayOfWeek>().Where(day => day != IsoDayOfWeek.None).Select(day => (Day: day, Open: Of(hours, day))).ToList();
        for (var first = 0; first < days.Count;)
        {
            var last = first;
            while (last + 1 < days.Count && string.Equals(days[last + 1].Open, days[first].Open, StringComparison.Ordinal))
                last++;
            var name = (first, last) switch
            {
                (0, 6) => "Every day",
                _ when first == last => $"{days[first].Day}",
                _ when last == first + 1 => $"{days[first].Day} and {days[last].Day}",
                _ => $"{days[first].Day} to {days[last].Day}",
            };
            yield return (name, days[first].Open) is ("Every day", DayAndNight) ? "Every day and night" : $"{name} {days[first].Open}";
            first = last + 1;
        }

        if (hours.BankHoliday is { } holiday)
            yield return $"Scottish bank holidays {Stretch(holiday.Opens, holiday.Closes)}";
        foreach (var day in hours.SpecialDays.Where(day => day.Date >= today).OrderBy(day => day.Date).Take(SpecialDaysMost))
            yield return $"{day.Date.ToString("d MMMM uuuu", CultureInfo.InvariantCulture)} {Stretch(day.Opens, day.Closes)}";
    }

    private static string Of(OpeningHours hours, IsoDayOfWeek day)
    {
        var open = hours.Week.Where(opening => opening.Day == day).OrderBy(opening => opening.Opens).Select(opening => Stretch(opening.Opens, opening.Closes)).ToList();
        return open.Count == 0 ? "closed" : string.Join(", ", open);
    }

    private static string Stretch(LocalTime? opens, LocalTime? closes) =>
        opens is not { } from || closes is not { } until ? "closed"
        : from == until && from == LocalTime.Midnight ? DayAndNight
        : string.Create(CultureInfo.InvariantCulture, $"{from:HH:mm}-{until:HH:mm}{(until <= from ? " (the next day)" : "")}");
}
