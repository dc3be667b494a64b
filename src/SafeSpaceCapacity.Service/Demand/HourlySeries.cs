using NodaTime;
using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Service.Demand;

/// <summary>Counts by area and hour (UTC) as series on Scotland's clock, which is what people's days go by.</summary>
/// <param name="counts">How many, by area and hour since 1970.</param>
/// <param name="areas">The areas that are counted.</param>
/// <param name="hierarchy">Which area lies in which.</param>
/// <param name="calendar">Holidays.</param>
/// <param name="absent">What an hour without a count is: 0, or <see cref="DemandPanel.Missing"/>.</param>
internal sealed class HourlySeries(
    IReadOnlyDictionary<(string Area, int Hour), int> counts, IReadOnlyList<string> areas, Hierarchy hierarchy, EventCalendar calendar, int absent)
{
    private const int SecondsOfHour = 3600;

    /// <summary>The whole periods between two hours; the hour that the clock has twice in autumn, and the one that it skips in spring, are missing.</summary>
    public DemandPanel Hours(int from, int until)
    {
        var axis = new TimeAxis(Frequency.Hour, Local(from));
        var length = Math.Max(0, axis.IndexOf(Local(until)));
        return Panel(axis, length, from, until, static (told, count) => told == Untold ? count : DemandPanel.Missing);
    }

    /// <summary>The whole days between two hours. A day with a missing hour is missing.</summary>
    /// <param name="from">In hours since 1970.</param>
    /// <param name="until">In hours since 1970.</param>
    /// <param name="isDaily">Whether the counts are of whole days, at their first hour.</param>
    public DemandPanel Days(int from, int until, bool isDaily = false)
    {
        var first = Local(from) is var begins && begins.TimeOfDay == LocalTime.Midnight ? begins.Date : begins.Date.PlusDays(1);
        var axis = new TimeAxis(Frequency.Day, first.AtMidnight());
        var length = Math.Max(0, Period.DaysBetween(first, Local(until).Date));
        return Panel(axis, length, Begins(first), Begins(first.PlusDays(length)), (told, count) =>
            isDaily && count == DemandPanel.Missing ? told : told == Untold ? count : told == DemandPanel.Missing || count == DemandPanel.Missing ? DemandPanel.Missing : told + count);
    }

    private const int Untold = -2;

    private DemandPanel Panel(TimeAxis axis, int length, int from, int until, Func<int, int, int> add)
    {
        var all = areas.Select(area => (area, Counts: new int[length])).ToList();
        foreach (var (_, cells) in all)
            cells.AsSpan().Fill(Untold);
        for (var hour = from; hour < until; hour++)
        {
            var at = axis.IndexOf(Local(hour));
            if (at < 0 || at >= length)
                continue;
            foreach (var (area, cells) in all)
                cells[at] = add(cells[at], counts.GetValueOrDefault((area, hour), absent));
        }

        foreach (var (_, cells) in all)
            cells.AsSpan().Replace(Untold, DemandPanel.Missing);
        return DemandPanel.Create(axis, all, hierarchy, calendar);
    }

    private static LocalDateTime Local(int hour) => Instant.FromUnixTimeSeconds((long)hour * SecondsOfHour).InZone(DemandHistory.Zone).LocalDateTime;

    private static int Begins(LocalDate day) => (int)(DemandHistory.Zone.AtStartOfDay(day).ToInstant().ToUnixTimeSeconds() / SecondsOfHour);
}
