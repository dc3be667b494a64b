using System.Collections.Immutable;
using SafeSpaceCapacity.Domain.Geography;

namespace SafeSpaceCapacity.Domain.Travel;

/// <summary>The links usable in one mode, as a graph: node 2k and 2k+1 are the two ends of crossing k.</summary>
internal sealed class ModeNetwork
{
    private readonly GeoPoint[] points;
    private readonly int[] lands;
    private readonly int[] placeInLand;
    private readonly int[][] nodesOfLand;
    private readonly (double Minutes, double Metres)[][] ways;

    public ModeNetwork(TravelMode mode, int landCount, ImmutableArray<Link> links, Func<string, int> landOf, TravelRules rules)
    {
        Legs = new LegTimes(rules, mode);
        Crossings = [.. links.Where(link => mode == TravelMode.Walking || link.Driving).Select(link => Crossing.Of(link, mode, Legs, rules))];
        points = [.. Crossings.SelectMany(crossing => new[] { crossing.Link.From.Point, crossing.Link.To.Point })];
        lands = [.. Crossings.SelectMany(crossing => new[] { landOf(crossing.Link.From.Land), landOf(crossing.Link.To.Land) })];
        placeInLand = new int[points.Length];
        nodesOfLand = new int[landCount][];
        ways = new (double Minutes, double Metres)[landCount][];
        for (var land = 0; land < landCount; land++)
        {
            var nodes = Enumerable.Range(0, points.Length).Where(node => lands[node] == land).ToArray();
            nodesOfLand[land] = nodes;
            ways[land] = [.. nodes.SelectMany(from => nodes.Select(to => WayOver(points[from].DistanceMetresTo(points[to]))))];
            for (var place = 0; place < nodes.Length; place++)
                placeInLand[nodes[place]] = place;
        }

        FastestPace = Crossings.Where(crossing => crossing.Minutes > 0 && crossing.LengthMetres > 0)
            .Select(crossing => crossing.Minutes / crossing.LengthMetres)
            .Append(Legs.FastestPace)
            .Min();
    }

    public LegTimes Legs { get; }

    public ImmutableArray<Crossing> Crossings { get; }

    public int NodeCount => points.Length;

    /// <summary>Minutes per metre of straight line that nothing beats, neither leg nor crossing.</summary>
    public double FastestPace { get; }

    public GeoPoint Point(int node) => points[node];

    public int LandOfNode(int node) => lands[node];

    public ReadOnlySpan<int> NodesOf(int land) => nodesOfLand[land];

    /// <summary>Minutes and metres of way from a node to each of <see cref="NodesOf"/> its land, in that order.</summary>
    public ReadOnlySpan<(double Minutes, double Metres)> WaysFrom(int node)
    {
        var land = lands[node];
        var count = nodesOfLand[land].Length;
        return ways[land].AsSpan(placeInLand[node] * count, count);
    }

    /// <summary>A land that the first land cannot reach, or null.</summary>
    public int? FirstLandCutOff()
    {
        var reached = new bool[nodesOfLand.Length];
        var open = new Stack<int>([0]);
        reached[0] = true;
        while (open.TryPop(out var land))
        {
            foreach (var node in nodesOfLand[land])
            {
                var across = lands[node ^ 1];
                if (reached[across])
                    continue;
                reached[across] = true;
                open.Push(across);
            }
        }

        var cutOff = Array.IndexOf(reached, value: false);
        return cutOff < 0 ? null : cutOff;
    }

    private (double Minutes, double Metres) WayOver(double straightMetres) =>
        (Legs.Minutes(straightMetres, LegTimes.LinkEnd, LegTimes.LinkEnd), Legs.Metres(straightMetres, LegTimes.LinkEnd, LegTimes.LinkEnd));
}

/// <summary>A link as one mode uses it.</summary>
/// <param name="Link">The link.</param>
/// <param name="Minutes">Crossing time in this mode.</param>
/// <param name="LengthMetres">Great-circle distance between the ends.</param>
/// <param name="WaitMinutes">Standing wait; 0 without a ferry.</param>
internal sealed record Crossing(Link Link, double Minutes, double LengthMetres, double WaitMinutes)
{
    public bool IsFerry => Link.Kind == LinkKind.Ferry;

    public static Crossing Of(Link link, TravelMode mode, LegTimes legs, TravelRules rules)
    {
        var length = link.LengthMetres;
        var ferry = link.Kind == LinkKind.Ferry;
        var minutes = ferry || mode == TravelMode.Driving ? link.Minutes : legs.Minutes(length, LegTimes.LinkEnd, LegTimes.LinkEnd);
        return new Crossing(link, minutes, length, ferry ? link.WaitMinutes ?? rules.FerryWaitMinutes : 0);
    }
}
