using System.Collections.Immutable;
using SafeSpaceCapacity.Domain.Geography;

namespace SafeSpaceCapacity.Domain.Travel;

/// <summary>
/// Minutes and way over one leg within a land, in one mode. Both grow with the straight line, and minutes grow ever slower: the bound of
/// <see cref="TravelQuery.LowerBoundMinutes"/> rests on that.
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

    private void Set(int end, double endDetour, double localKmh, double areaKmh, double throughKmh)
    {
        detour[end] = endDetour;
        localPace[end] = Pace(localKmh);
        areaPace[end] = Pace(areaKmh);
        throughPace[end] = Pace(throughKmh);
    }
}
