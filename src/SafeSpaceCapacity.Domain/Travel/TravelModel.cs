using System.Collections.Frozen;
using System.Collections.Immutable;
using NodaTime;
using SafeSpaceCapacity.Domain.Geography;

namespace SafeSpaceCapacity.Domain.Travel;

/// <summary>
/// Estimates travel times without a road network: straight line times a detour inside a land, ferries, bridges and roads between lands.
/// Water is not a road. Immutable, and safe to share between threads.
/// </summary>
public sealed class TravelModel
{
    private readonly FrozenDictionary<string, int> landIndex;
    private readonly ModeNetwork driving;
    private readonly ModeNetwork walking;

    /// <summary>Prepares the network.</summary>
    /// <param name="lands">All lands.</param>
    /// <param name="links">All links; each land must be reachable from each other while driving, and so on foot.</param>
    /// <param name="zone">The zone in whose local time ferries sail.</param>
    /// <param name="rules">Speeds, detours and waits.</param>
    /// <exception cref="ArgumentException">The network is faulty; the message names the land or link.</exception>
    public TravelModel(ImmutableArray<Land> lands, ImmutableArray<Link> links, DateTimeZone zone, TravelRules rules)
    {
        if (lands.IsDefaultOrEmpty)
            throw new ArgumentException("there must be a land", nameof(lands));
        if (rules.Fault() is { } fault)
            throw new ArgumentException(fault, nameof(rules));
        Lands = lands;
        Links = links;
        Zone = zone;
        Rules = rules;
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var land in lands)
        {
            if (!index.TryAdd(land.Code, index.Count))
                throw new ArgumentException($"two lands have the code {land.Code}", nameof(lands));
        }

        landIndex = index.ToFrozenDictionary(StringComparer.Ordinal);
        foreach (var link in links)
        {
            if (FaultOf(link) is { } linkFault)
                throw new ArgumentException($"{link.Name}: {linkFault}", nameof(links));
        }

        driving = Network(TravelMode.Driving);
        walking = Network(TravelMode.Walking);
        if (driving.FirstLandCutOff() is { } unreached)
            throw new ArgumentException($"no chain of links that can be driven reaches {lands[unreached].Code}", nameof(links));
    }

    /// <summary>All lands.</summary>
    public ImmutableArray<Land> Lands { get; }

    /// <summary>All links.</summary>
    public ImmutableArray<Link> Links { get; }

    /// <summary>The zone in whose local time ferries sail.</summary>
    public DateTimeZone Zone { get; }

    /// <summary>Speeds, detours and waits.</summary>
    public TravelRules Rules { get; }

    /// <summary>Whether a land of this code exists: what a directory checks before it takes a site in.</summary>
    public bool Knows(string land) => landIndex.ContainsKey(land);

    /// <summary>Prepares estimates from one origin.</summary>
    /// <param name="origin">Where the journey starts.</param>
    /// <param name="mode">How one travels.</param>
    /// <param name="departure">When it starts: ferries depend on it, roads do not.</param>
    /// <exception cref="ArgumentException">The land of the origin does not exist (see <see cref="Knows"/>).</exception>
    public TravelQuery From(Site origin, TravelMode mode, Instant departure) => new(this, NetworkOf(mode), origin, departure);

    internal int LandOf(Site site) =>
        landIndex.TryGetValue(site.Land, out var land) ? land : throw new ArgumentException($"no land has the code {site.Land}", nameof(site));

    private ModeNetwork NetworkOf(TravelMode mode) => mode switch
    {
        TravelMode.Driving => driving,
        TravelMode.Walking => walking,
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "no such mode"),
    };

    private ModeNetwork Network(TravelMode mode) => new(mode, Lands.Length, Links, land => landIndex[land], Rules);

    private string? FaultOf(Link link)
    {
        if (!landIndex.ContainsKey(link.From.Land))
            return $"no land has the code {link.From.Land}";
        if (!landIndex.ContainsKey(link.To.Land))
            return $"no land has the code {link.To.Land}";
        if (string.Equals(link.From.Land, link.To.Land, StringComparison.Ordinal))
            return $"it joins {link.From.Land} with itself";
        if (!(link.Minutes >= 0 && double.IsFinite(link.Minutes)) || (link.Minutes <= 0 && link.LengthMetres > 1))
            return "a crossing of some length takes a positive time";
        return link.WaitMinutes is { } wait && !(wait >= 0 && double.IsFinite(wait)) ? "a wait must not be negative" : null;
    }
}
