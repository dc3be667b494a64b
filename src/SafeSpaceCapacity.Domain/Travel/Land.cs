using SafeSpaceCapacity.Domain.Geography;

namespace SafeSpaceCapacity.Domain.Travel;

/// <summary>What kind of land it is. Words for people: travel follows the links alone.</summary>
public enum LandKind
{
    /// <summary>The core of the mainland.</summary>
    Mainland = 1,

    /// <summary>An island, or several that causeways and short bridges make one.</summary>
    Island = 2,

    /// <summary>A part of the mainland whose neighbours across the water are far by road.</summary>
    Peninsula = 3,
}

/// <summary>An area inside which a straight line times a detour is a fair guess of the road.</summary>
/// <param name="Code">Its code, as in <see cref="Site.Land"/>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What kind of land it is.</param>
public sealed record Land(string Code, string Name, LandKind Kind);

/// <summary>What joins two lands.</summary>
public enum LinkKind
{
    /// <summary>A ferry: one waits for it, and it does not sail at night.</summary>
    Ferry = 1,

    /// <summary>A bridge or causeway.</summary>
    Bridge = 2,

    /// <summary>A road at which one land becomes the other: an isthmus, or the head of a loch.</summary>
    Road = 3,
}

/// <summary>Where a link touches a land.</summary>
/// <param name="Point">The pier, bridgehead or stretch of road.</param>
/// <param name="Land">Code of the land.</param>
public readonly record struct LinkEnd(GeoPoint Point, string Land);

/// <summary>Joins two lands, in both directions.</summary>
/// <param name="Name">Its name, to say to a crew.</param>
/// <param name="Kind">What it is.</param>
/// <param name="From">One end.</param>
/// <param name="To">The other end.</param>
/// <param name="Minutes">Crossing time, without waiting. On foot a bridge or road takes walking time instead.</param>
/// <param name="WaitMinutes">Standing wait of this ferry, where it differs from <see cref="TravelRules.FerryWaitMinutes"/>.</param>
/// <param name="Driving">
/// Whether a driving crew would take it: it carries vehicles, or nothing that does goes there and crews leave the car behind.
/// </param>
public sealed record Link(string Name, LinkKind Kind, LinkEnd From, LinkEnd To, double Minutes, double? WaitMinutes, bool Driving)
{
    /// <summary>Great-circle distance between the ends.</summary>
    public double LengthMetres => From.Point.DistanceMetresTo(To.Point);
}
