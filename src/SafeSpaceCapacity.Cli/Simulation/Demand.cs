using System.Collections.Immutable;
using System.Globalization;
using MathNet.Numerics.Distributions;
using NodaTime;
using NodaTime.Text;

namespace SafeSpaceCapacity.Cli.Simulation;

/// <summary>When and where needs arise.</summary>
internal static class Demand
{
    /// <summary>Of a hundred needs, those out of hours: other than Monday to Friday from 9:00 to 17:00 (EMJ 37:744; the hours are an assumption).</summary>
    public const double OutOfHoursPercent = 68.0;

    /// <summary>Of a hundred needs, those at the weekend (EMJ 37:744).</summary>
    public const double WeekendPercent = 31.3;

    /// <summary>Needs a day in Scotland: mental-health calls to Police Scotland a day in early 2024. That each is a need for a space is an assumption.</summary>
    public const int NeedsPerDayDefault = 666;

    // Shape of a day: share in a thousand of each hour of 31,993 police apprehensions under Ontario's Mental Health Act (City of Toronto, 2014 to 2017).
    private static readonly int[] ShapeOfDay = [37, 31, 26, 22, 18, 15, 16, 21, 30, 39, 50, 57, 59, 57, 55, 62, 58, 58, 53, 52, 49, 48, 42, 45];

    /// <summary>The share of each hour of a week from Monday 00:00 on. All of them are 1 together.</summary>
    public static ImmutableArray<double> WeekProfile { get; } = MakeProfile();

    /// <summary>The time zone of the region.</summary>
    public static DateTimeZone Zone { get; } = DateTimeZoneProviders.Tzdb["Europe/London"];

    /// <summary>Whether a moment counts as out of hours.</summary>
    public static bool IsOutOfHours(Instant moment) => IsOutOfHours(HourOfWeek(moment));

    /// <summary>Whether a moment is on a Saturday or Sunday.</summary>
    public static bool IsWeekend(Instant moment) => HourOfWeek(moment) >= 5 * 24;

    /// <summary>Needs drawn by area, hour and day of the week, in order.</summary>
    public static IEnumerable<SimulatedNeed> Draw(SimulatedRegion region, Instant from, Instant until, double needsPerDay, Random random)
    {
        var number = 0;
        var people = region.Areas.Select(area => (double)area.Population).ToArray();
        for (var hour = from; hour < until; hour += Duration.FromHours(1))
        {
            var expected = 7 * needsPerDay * WeekProfile[HourOfWeek(hour)];
            foreach (var at in Moments(hour, Poisson.Sample(random, expected), Hour, random).TakeWhile(at => at < until))
                yield return SimulatedNeed.Draw(number++, at, DrawSettlement(region.Areas[Categorical.Sample(random, people)], random), random);
        }
    }

    /// <summary>Needs of a file of real events: date, hour by the local clock, division and count. Each division is one of the region's areas.</summary>
    /// <param name="text">The file.</param>
    /// <param name="region">Its areas.</param>
    /// <param name="step">Of the simulation: what falls into one happens at its end, which is to be in the hour of the file.</param>
    /// <param name="random">Of what the file does not say.</param>
    /// <exception cref="FormatException">A line that is not so; it names it.</exception>
    public static Replay Read(TextReader text, SimulatedRegion region, Duration step, Random random)
    {
        var rows = Table.Read(text, (row, line) => Row(row, line)).OrderBy(row => row.At).ToList();
        var divisions = rows.Where(row => row.Division is not NotStated)
            .GroupBy(row => row.Division, StringComparer.Ordinal)
            .OrderByDescending(division => division.Sum(row => row.Count)).ThenBy(division => division.Key, StringComparer.Ordinal)
            .Select(division => division.Key).ToList();
        if (rows.Count == 0 || divisions.Count > region.Areas.Length)
            throw new FormatException($"it has {rows.Count} rows of {divisions.Count} divisions; the region has {region.Areas.Length} areas");
        var areaOf = divisions.Select((division, place) => (division, region.Areas[place])).ToImmutableDictionary(pair => pair.division, pair => pair.Item2, StringComparer.Ordinal);
        return new Replay(areaOf, rows[0].At, rows[^1].At + Duration.FromHours(1), rows.Sum(row => row.Count), Needs());

        IEnumerable<SimulatedNeed> Needs()
        {
            var number = 0;
            foreach (var hour in rows.GroupBy(row => row.At))
            {
                var needs = hour.SelectMany(row => Moments(row.At, row.Count, Hour - step, random).Select(at => (at, row.Division))).OrderBy(need => need.at).ToList();
                foreach (var (at, division) in needs)
                {
                    // Where it was is not known of some: then anywhere.
                    var area = areaOf.GetValueOrDefault(division) ?? region.Areas[random.Next(Math.Max(1, divisions.Count))];
                    yield return SimulatedNeed.Draw(number++, at, DrawSettlement(area, random), random);
                }
            }
        }
    }

    private const string NotStated = "NSA";

    private static Duration Hour { get; } = Duration.FromHours(1);

    private static (Instant At, string Division, int Count) Row(Func<string, string> field, long line)
    {
        if (!LocalDatePattern.Iso.Parse(field("date")).TryGetValue(default, out var date))
            throw new FormatException($"line {line}: date '{field("date")}' is not YYYY-MM-DD");
        if (!int.TryParse(field("hour"), NumberStyles.None, CultureInfo.InvariantCulture, out var hour) || hour > 23)
            throw new FormatException($"line {line}: hour '{field("hour")}' is not 0 to 23");
        if (!int.TryParse(field("count"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > 100_000)
            throw new FormatException($"line {line}: count '{field("count")}' is not 0 to 100000");
        return ((date + new LocalTime(hour, 0)).InZoneLeniently(Zone).ToInstant(), field("division"), count);
    }

    private static IEnumerable<Instant> Moments(Instant from, int count, Duration within, Random random) =>
        Enumerable.Range(0, count).Select(_ => from + Duration.FromSeconds(random.Next((int)within.TotalSeconds))).Order();

    private static Settlement DrawSettlement(SimulatedArea area, Random random) =>
        area.Settlements[Categorical.Sample(random, [.. area.Settlements.Select(place => (double)Math.Max(1, place.Population))])];

    // The shape of the day, stretched until hours and weekends have their published shares.
    private static ImmutableArray<double> MakeProfile()
    {
        const double InHours = 100 - OutOfHoursPercent;
        const double WeekdayOutOfHours = OutOfHoursPercent - WeekendPercent;
        double[] percent = [InHours, WeekdayOutOfHours, WeekendPercent];
        var sums = new double[3];
        for (var hour = 0; hour < 168; hour++)
            sums[KindOf(hour)] += ShapeOfDay[hour % 24];
        return [.. Enumerable.Range(0, 168).Select(hour => percent[KindOf(hour)] / 100 * ShapeOfDay[hour % 24] / sums[KindOf(hour)])];

        static int KindOf(int hour) => !IsOutOfHours(hour) ? 0 : hour < 5 * 24 ? 1 : 2;
    }

    private static bool IsOutOfHours(int hourOfWeek) => hourOfWeek >= 5 * 24 || hourOfWeek % 24 is < 9 or >= 17;

    private static int HourOfWeek(Instant moment)
    {
        var local = moment.InZone(Zone);
        return (((int)local.DayOfWeek - 1) * 24) + local.Hour;
    }
}

/// <summary>A file of real events as needs.</summary>
/// <param name="AreaOf">Which area stands for a division.</param>
/// <param name="From">The first hour.</param>
/// <param name="Until">The end of the last.</param>
/// <param name="Events">Events in the file.</param>
/// <param name="Needs">One for each, in order.</param>
internal sealed record Replay(ImmutableDictionary<string, SimulatedArea> AreaOf, Instant From, Instant Until, int Events, IEnumerable<SimulatedNeed> Needs);
