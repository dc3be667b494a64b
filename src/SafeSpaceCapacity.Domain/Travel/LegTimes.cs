using System.Collections.Immutable;
using SafeSpaceCapacity.Domain.Geography;

namespace SafeSpaceCapacity.Domain.Travel;

/// <summary>
/// Minutes and way over one leg within a land, in one mode. Both grow with the straight line, and minutes grow ever slower, so they are the
/// least of a few straight lines: the bounds of <see cref="TravelQuery"/> rest on that.
/// </summary>
internal sealed class LegTimes
{
    /// <summary>Index of an end that is a link, beside the classes 1 to 6.</summary>
    public const int LinkEnd = 0;

    private const int EndCount = 7;
    private readonly double[] detour = new double[EndCount];
    private readonly double[] localPace = new double[EndCount];
    private readonly double[] areaPace = new double[EndCount];
    private readonly double[] throughPace = new double[EndCount];
    private readonly double localMetres;
    private readonly double areaMetres;
    private readonly (double Minutes, double Pace)[][] least;

    public LegTimes(TravelRules rules, TravelMode mode)
    {
        localMetres = rules.LocalMetres;
        areaMetres = rules.AreaMetres;
        if (mode == TravelMode.Walking)
        {
            for (var end = 0; end < EndCount; end++)
                Set(end, rules.WalkingDetour, rules.WalkingKmh, rules.WalkingKmh, rules.WalkingKmh);
        }
        else
        {
            Set(LinkEnd, rules.LinkDetour, rules.LinkKmh, rules.LinkKmh, rules.LinkKmh);
            foreach (var road in rules.Roads)
                Set((int)road.Class, road.Detour, road.LocalKmh, road.AreaKmh, road.ThroughKmh);
        }

        FastestPace = throughPace.Min() * detour.Min();
        least = [.. Enumerable.Range(0, EndCount).Select(LeastFrom)];
    }

    /// <summary>Ends that a site can be.</summary>
    public static ImmutableArray<int> SiteEnds { get; } = [.. Enum.GetValues<UrbanRural>().Select(urbanRural => (int)urbanRural)];

    /// <summary>Minutes per metre of straight line that no leg beats.</summary>
    public double FastestPace { get; }

    public double Metres(double straightMetres, int from, int to) => straightMetres * (detour[from] + detour[to]) / 2;

    public double Minutes(double straightMetres, int from, int to)
    {
        var half = Metres(straightMetres, from, to) / 2;
        return HalfMinutes(half, from) + HalfMinutes(half, to);
    }

    /// <summary>The fewest minutes from this end to a site of any class.</summary>
    public double FewestMinutes(double straightMetres, int from)
    {
        var fewest = double.PositiveInfinity;
        foreach (var (minutes, pace) in least[from])
            fewest = Math.Min(fewest, minutes + (straightMetres * pace));
        return fewest;
    }

    /// <summary>The straight line at which <see cref="FewestMinutes"/> comes to so many; negative where none is so short.</summary>
    public double FurthestMetres(double minutes, int from)
    {
        var furthest = double.NegativeInfinity;
        foreach (var (start, pace) in least[from])
            furthest = Math.Max(furthest, (minutes - start) / pace);
        return furthest;
    }

    private static double Pace(double kmh) => 60 / (kmh * 1000);

    private double HalfMinutes(double metres, int end)
    {
        var minutes = Math.Min(metres, localMetres) * localPace[end];
        if (metres > localMetres)
            minutes += (Math.Min(metres, areaMetres) - localMetres) * areaPace[end];
        if (metres > areaMetres)
            minutes += (metres - areaMetres) * throughPace[end];
        return minutes;
    }

    /// <summary>The lines whose least is <see cref="FewestMinutes"/>, without those that another is below everywhere.</summary>
    private (double Minutes, double Pace)[] LeastFrom(int from)
    {
        var lines = new List<(double Minutes, double Pace)>();
        foreach (var to in SiteEnds)
        {
            var halfPerMetre = Metres(1, from, to) / 2;
            foreach (var first in HalfLines(from))
            {
                foreach (var second in HalfLines(to))
                    lines.Add((first.Minutes + second.Minutes, halfPerMetre * (first.Pace + second.Pace)));
            }
        }

        var distinct = lines.Distinct().ToList();
        return [.. distinct.Where(line => !distinct.Exists(other => other != line && other.Minutes <= line.Minutes && other.Pace <= line.Pace))];
    }

    private (double Minutes, double Pace)[] HalfLines(int end)
    {
        var afterLocal = localMetres * (localPace[end] - areaPace[end]);
        return [(0, localPace[end]), (afterLocal, areaPace[end]), (afterLocal + (areaMetres * (areaPace[end] - throughPace[end])), throughPace[end])];
    }

    private void Set(int end, double endDetour, double localKmh, double areaKmh, double throughKmh)
    {
        detour[end] = endDetour;
        localPace[end] = Pace(localKmh);
        areaPace[end] = Pace(areaKmh);
        throughPace[end] = Pace(throughKmh);
    }
}
