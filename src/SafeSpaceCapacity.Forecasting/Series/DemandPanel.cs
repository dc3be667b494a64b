namespace SafeSpaceCapacity.Forecasting.Series;

/// <summary>One area's counts, period by period.</summary>
/// <param name="Area">Its code.</param>
/// <param name="Level">Areas of one level are scored together: <c>area</c> (counted), <c>total</c> (the sum of all), <c>depth1</c> and so on between.</param>
/// <param name="Counts">Length = the panel's; <see cref="DemandPanel.Missing"/> where not known.</param>
/// <param name="First">The first period in which the area existed; all before it are missing.</param>
/// <param name="Parent">The number of the series that this one is part of, or −1.</param>
public sealed record DemandSeries(string Area, string Level, int[] Counts, int First, int Parent);

/// <summary>Counts of all areas on one time axis, with the sums over the areas above them. Parents come after their children.</summary>
public sealed class DemandPanel
{
    /// <summary>A count that is not known.</summary>
    public const int Missing = -1;

    /// <summary>The level of the areas that were counted.</summary>
    public const string AreaLevel = "area";

    private DemandPanel(TimeAxis axis, int length, IReadOnlyList<DemandSeries> series, EventCalendar calendar)
    {
        (Axis, Length, Series, Calendar) = (axis, length, series, calendar);
        Groups = [.. series.Select((one, i) => (one, i)).GroupBy(pair => pair.one.Level, pair => pair.i, StringComparer.Ordinal)
            .Select(group => new SeriesGroup(group.Key, [.. group]))];
    }

    /// <summary>The periods.</summary>
    public TimeAxis Axis { get; }

    /// <summary>How many periods.</summary>
    public int Length { get; }

    /// <summary>All series, children before their parents.</summary>
    public IReadOnlyList<DemandSeries> Series { get; }

    /// <summary>Holidays and events.</summary>
    public EventCalendar Calendar { get; }

    /// <summary>Series by level.</summary>
    public IReadOnlyList<SeriesGroup> Groups { get; }

    /// <summary>Adds the sums of the areas above to the counted ones.</summary>
    /// <param name="axis">The periods.</param>
    /// <param name="areas">Counts by area, all of one length; <see cref="Missing"/> where not known.</param>
    /// <param name="hierarchy">Which area lies in which.</param>
    /// <param name="calendar">Holidays and events.</param>
    /// <remarks>A sum is missing where a part is missing; a part that does not exist yet counts nothing.</remarks>
    /// <exception cref="OverflowException">A sum is greater than an int.</exception>
    public static DemandPanel Create(TimeAxis axis, IReadOnlyList<(string Area, int[] Counts)> areas, Hierarchy hierarchy, EventCalendar calendar)
    {
        var length = areas.Count == 0 ? 0 : areas[0].Counts.Length;
        var counts = areas.ToDictionary(area => area.Area, area => area.Counts, StringComparer.Ordinal);
        var first = areas.ToDictionary(area => area.Area, area => FirstKnown(area.Counts), StringComparer.Ordinal);
        var sums = new List<string>();
        foreach (var (area, own) in areas)
        {
            for (var above = hierarchy.ParentOf(area); above is not null; above = hierarchy.ParentOf(above))
            {
                if (!counts.TryGetValue(above, out var sum))
                {
                    counts[above] = sum = new int[length];
                    first[above] = length;
                    sums.Add(above);
                }

                Add(sum, own, first[area]);
                first[above] = Math.Min(first[above], first[area]);
            }
        }

        foreach (var sum in sums)
            counts[sum].AsSpan(0, first[sum]).Fill(Missing);
        var ordered = areas.Select(area => area.Area).Concat(sums.OrderByDescending(hierarchy.DepthOf).ThenBy(area => area, StringComparer.Ordinal)).ToList();
        var number = ordered.Select((area, i) => (area, i)).ToDictionary(pair => pair.area, pair => pair.i, StringComparer.Ordinal);
        var roots = sums.Count(area => hierarchy.ParentOf(area) is null);
        var series = ordered.Select((area, i) => new DemandSeries(
            area,
            i < areas.Count ? AreaLevel : roots == 1 && hierarchy.ParentOf(area) is null ? "total" : $"depth{hierarchy.DepthOf(area)}",
            counts[area],
            first[area],
            hierarchy.ParentOf(area) is { } parent ? number[parent] : -1));
        return new DemandPanel(axis, length, [.. series], calendar);
    }

    /// <summary>What was known when a number of periods were over: a copy that holds nothing later.</summary>
    public DemandPanel Before(int period) =>
        new(Axis, period, [.. Series.Select(one => one with { Counts = one.Counts[..period], First = Math.Min(one.First, period) })], Calendar);

    private static int FirstKnown(int[] counts)
    {
        var first = Array.FindIndex(counts, count => count != Missing);
        return first < 0 ? counts.Length : first;
    }

    private static void Add(int[] sum, int[] part, int first)
    {
        for (var t = first; t < sum.Length; t++)
            sum[t] = part[t] == Missing || sum[t] == Missing ? Missing : sum[t] + part[t];
    }
}

/// <summary>The series of one level.</summary>
/// <param name="Level">Its name.</param>
/// <param name="Members">Their numbers in the panel.</param>
public sealed record SeriesGroup(string Level, int[] Members);
