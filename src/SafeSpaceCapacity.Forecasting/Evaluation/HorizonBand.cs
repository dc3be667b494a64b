using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Forecasting.Evaluation;

/// <summary>Steps ahead that are scored together.</summary>
/// <param name="From">The first.</param>
/// <param name="To">The last.</param>
public readonly record struct HorizonBand(int From, int To)
{
    /// <summary>As it is written: <c>1-24</c>.</summary>
    public override string ToString() => $"{From}-{To}";

    /// <summary>Everything that is scored, and then, where there are several, its parts: a day, a week, four, eight; a quarter, half a year, a year.</summary>
    public static IReadOnlyList<HorizonBand> Of(Frequency frequency, int from, int to)
    {
        int[] ends = frequency switch
        {
            Frequency.Hour => [24, 168, 672, 1344],
            Frequency.Day => [7, 14, 28, 56],
            _ => [3, 6, 12, 24],
        };
        var parts = new List<HorizonBand>();
        var start = from;
        foreach (var end in ends.Append(to).Where(end => end >= from))
        {
            if (start <= to)
                parts.Add(new HorizonBand(start, Math.Min(end, to)));
            start = Math.Min(end, to) + 1;
        }

        return parts.Count == 1 ? parts : [new HorizonBand(from, to), .. parts];
    }
}
