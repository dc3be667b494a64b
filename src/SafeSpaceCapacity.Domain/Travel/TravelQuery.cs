using NodaTime;
using SafeSpaceCapacity.Domain.Geography;

namespace SafeSpaceCapacity.Domain.Travel;

/// <summary>
/// Estimates from one origin, at one time, in one mode. Within the origin's land each answer is a formula; the first answer in another
/// land works out the way to every link once. Belongs to one query: not safe to share between threads.
/// </summary>
public sealed class TravelQuery
{
    private const double RoundingSlack = 1 - 1e-9;
    private readonly TravelModel model;
    private readonly ModeNetwork network;
    private readonly int originLand;
    private readonly int originEnd;
    private readonly double leavingMinutes;
    private readonly double leavingMetres;
    private readonly Dictionary<int, int[]> gatesOfLand = [];
    private Reached[]? reached;
    private string?[]? viaOfGate;

    internal TravelQuery(TravelModel model, ModeNetwork network, Site origin, Instant departure)
    {
        this.model = model;
        this.network = network;
        Origin = origin;
        Departure = departure;
        originLand = model.LandOf(origin);
        originEnd = EndOf(origin);
        leavingMetres = double.PositiveInfinity;
        var wait = double.PositiveInfinity;
        foreach (var node in network.NodesOf(originLand))
        {
            leavingMetres = Math.Min(leavingMetres, origin.Point.DistanceMetresTo(network.Point(node)));
            wait = Math.Min(wait, network.Crossings[node >> 1].WaitMinutes);
        }

        leavingMinutes = double.IsFinite(leavingMetres)
            ? network.Legs.Minutes(leavingMetres, originEnd, LegTimes.LinkEnd) + wait
            : double.PositiveInfinity;
    }

    /// <summary>Where the journey starts.</summary>
    public Site Origin { get; }

    /// <summary>When it starts.</summary>
    public Instant Departure { get; }

    /// <summary>How long it takes to get there.</summary>
    /// <exception cref="ArgumentException">The land of the destination does not exist (see <see cref="TravelModel.Knows"/>).</exception>
    public TravelEstimate To(Site destination)
    {
        var end = EndOf(destination);
        if (!LeavesLandFor(destination))
        {
            var straight = Origin.Point.DistanceMetresTo(destination.Point);
            return new TravelEstimate(
                network.Legs.Minutes(straight, originEnd, end),
                network.Legs.Metres(straight, originEnd, end),
                TravelMethod.StraightLine,
                FerryCrossings: 0,
                FerryWaitMinutes: 0,
                Via: string.Empty);
        }

        var land = model.LandOf(destination);
        reached ??= ReachEveryLink();
        var bestMinutes = double.PositiveInfinity;
        var bestMetres = 0d;
        var bestGate = -1;
        foreach (var gate in GatesOf(land))
        {
            if (reached[gate].Minutes >= bestMinutes)
                break;
            var straight = network.Point(gate).DistanceMetresTo(destination.Point);
            var minutes = reached[gate].Minutes + network.Legs.Minutes(straight, LegTimes.LinkEnd, end);
            if (minutes >= bestMinutes)
                continue;
            bestMinutes = minutes;
            bestMetres = reached[gate].Metres + network.Legs.Metres(straight, LegTimes.LinkEnd, end);
            bestGate = gate;
        }

        var ways = reached[bestGate];
        return new TravelEstimate(bestMinutes, bestMetres, TravelMethod.StraightLine, ways.Ferries, ways.FerryWaitMinutes, ViaTo(bestGate));
    }

    /// <summary>
    /// Minutes that no destination at this straight-line distance from the origin undercuts, whatever its land and class; grows with the
    /// distance. A search that takes candidates nearest first may stop when this exceeds the worst time it still cares about.
    /// </summary>
    /// <remarks>
    /// In the same land: the fastest class of destination. In another: the way to the nearest link and its wait, then the rest at the
    /// fastest pace that any leg or crossing has.
    /// </remarks>
    public double LowerBoundMinutes(double straightLineMetres) =>
        Math.Min(network.Legs.FewestMinutes(straightLineMetres, originEnd), OtherLandMinutes(straightLineMetres)) * RoundingSlack;

    /// <summary>
    /// The straight-line distance from the origin, in metres, beyond which <see cref="LowerBoundMinutes"/> exceeds so many minutes: nothing further
    /// is reached within them. Negative where nothing is.
    /// </summary>
    public double FurthestMetres(double minutes)
    {
        var unslackened = minutes / RoundingSlack;
        var otherLand = unslackened > leavingMinutes ? leavingMetres + ((unslackened - leavingMinutes) / network.FastestPace) : double.NegativeInfinity;
        return Math.Max(network.Legs.FurthestMetres(unslackened, originEnd), otherLand);
    }

    /// <summary>Whether the way there leads into another land.</summary>
    public bool LeavesLandFor(Site destination) => !string.Equals(destination.Land, Origin.Land, StringComparison.Ordinal);

    /// <summary>
    /// Minutes that one destination at this straight-line distance does not undercut: more than those of any destination where it lies in another land.
    /// A search asks this first, because the way over water is the costliest to work out.
    /// </summary>
    public double LowerBoundMinutesTo(Site destination, double straightLineMetres) =>
        LeavesLandFor(destination) ? OtherLandMinutes(straightLineMetres) * RoundingSlack : LowerBoundMinutes(straightLineMetres);

    private double OtherLandMinutes(double straightLineMetres) =>
        leavingMinutes + (Math.Max(0, straightLineMetres - leavingMetres) * network.FastestPace);

    private static int EndOf(Site site) =>
        Enum.IsDefined(site.Class) ? (int)site.Class : throw new ArgumentException($"no urban–rural class {site.Class}", nameof(site));

    /// <summary>Dijkstra over the ends of links; later departures never arrive earlier, so it is right with ferries that wait for the morning.</summary>
    private Reached[] ReachEveryLink()
    {
        var ways = new Reached[network.NodeCount];
        Array.Fill(ways, Reached.Never);
        var done = new bool[network.NodeCount];
        var open = new PriorityQueue<int, double>();
        foreach (var node in network.NodesOf(originLand))
        {
            var straight = Origin.Point.DistanceMetresTo(network.Point(node));
            Offer(node, new Reached(
                network.Legs.Minutes(straight, originEnd, LegTimes.LinkEnd),
                network.Legs.Metres(straight, originEnd, LegTimes.LinkEnd),
                Ferries: 0,
                FerryWaitMinutes: 0,
                Before: -1));
        }

        while (open.TryDequeue(out var node, out _))
        {
            if (done[node])
                continue;
            done[node] = true;
            var way = ways[node];
            Offer(node ^ 1, Across(node, way));

            // Who came here over land from another end of a link is nowhere in this land sooner than straight from there.
            if (way.Before >= 0 && way.Before != (node ^ 1))
                continue;
            var ahead = network.NodesOf(network.LandOfNode(node));
            var legs = network.WaysFrom(node);
            for (var at = 0; at < ahead.Length; at++)
                Offer(ahead[at], way with { Minutes = way.Minutes + legs[at].Minutes, Metres = way.Metres + legs[at].Metres, Before = node });
        }

        return ways;

        void Offer(int node, Reached way)
        {
            if (done[node] || way.Minutes >= ways[node].Minutes)
                return;
            ways[node] = way;
            open.Enqueue(node, way.Minutes);
        }
    }

    private Reached Across(int node, Reached way)
    {
        var crossing = network.Crossings[node >> 1];
        var wait = crossing.IsFerry ? FerryWait(way.Minutes, crossing.WaitMinutes) : 0;
        return new Reached(
            way.Minutes + wait + crossing.Minutes,
            way.Metres + crossing.LengthMetres,
            way.Ferries + (crossing.IsFerry ? 1 : 0),
            way.FerryWaitMinutes + wait,
            Before: node);
    }

    /// <summary>The standing wait, or longer until the first sailing of the morning.</summary>
    private double FerryWait(double arrivalMinutes, double standingWait)
    {
        var sailing = Departure + Duration.FromMinutes(arrivalMinutes + standingWait);
        var local = sailing.InZone(model.Zone).LocalDateTime;
        var rules = model.Rules;
        if (local.TimeOfDay >= rules.FirstSailing && local.TimeOfDay <= rules.LastSailing)
            return standingWait;
        var morning = local.TimeOfDay < rules.FirstSailing ? local.Date : local.Date.PlusDays(1);
        var first = (morning + rules.FirstSailing).InZoneLeniently(model.Zone).ToInstant();
        return Math.Max(standingWait, (first - Departure).TotalMinutes - arrivalMinutes);
    }

    /// <summary>The ends of links in a land, soonest first.</summary>
    private int[] GatesOf(int land)
    {
        if (gatesOfLand.TryGetValue(land, out var gates))
            return gates;
        gates = network.NodesOf(land).ToArray();
        Array.Sort(gates, (left, right) => reached![left].Minutes.CompareTo(reached[right].Minutes));
        gatesOfLand.Add(land, gates);
        return gates;
    }

    private string ViaTo(int gate) => (viaOfGate ??= new string?[network.NodeCount])[gate] ??= NamesTo(gate);

    private string NamesTo(int gate)
    {
        var names = new List<string>();
        for (var node = gate; reached![node].Before is var before and >= 0; node = before)
        {
            if (before == (node ^ 1))
                names.Add(network.Crossings[node >> 1].Link.Name);
        }

        names.Reverse();
        return string.Join(", ", names);
    }

    private readonly record struct Reached(double Minutes, double Metres, int Ferries, double FerryWaitMinutes, int Before)
    {
        public static Reached Never => new(double.PositiveInfinity, 0, 0, 0, -1);
    }
}
