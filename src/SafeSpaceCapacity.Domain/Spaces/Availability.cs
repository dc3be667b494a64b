using System.Collections.Immutable;
using NodaTime;
using SafeSpaceCapacity.Domain.Staffing;

namespace SafeSpaceCapacity.Domain.Spaces;

/// <summary>What a space can do at an instant, with the age of what is known. Never a bare capacity.</summary>
/// <param name="Id">The space.</param>
/// <param name="AsOf">The instant it speaks of.</param>
/// <param name="ValidUntil">Until when it stays right if nobody reports anything.</param>
/// <param name="NextChangeAt">The next instant at which time alone changes it; null if none is known.</param>
/// <param name="Places">People the rooms can hold.</param>
/// <param name="SafeCapacity">People that those on duty can safely support.</param>
/// <param name="Occupied">People here.</param>
/// <param name="Held">Places held or asked for.</param>
/// <param name="Available">Safe capacity less occupied less held, at least 0; null while unconfirmed.</param>
/// <param name="Limits">What limits safe capacity; the first bites.</param>
/// <param name="Open">Open by its hours; null while unconfirmed: never shown as open, never as closed.</param>
/// <param name="OpenUntil">When this stretch of opening ends; null if closed, if it never does, or while unconfirmed.</param>
/// <param name="OpensAt">When it opens next by its hours; null if open, or while unconfirmed.</param>
/// <param name="ConfirmedAt">When staff last confirmed it.</param>
/// <param name="Freshness">How believable that makes it.</param>
/// <param name="Pause">Takes nobody new.</param>
/// <param name="Version">The version of the space's stream it is worked out from.</param>
public sealed record Availability(
    SpaceId Id,
    Instant AsOf,
    Instant ValidUntil,
    Instant? NextChangeAt,
    int Places,
    int SafeCapacity,
    int Occupied,
    int Held,
    int? Available,
    ImmutableArray<LimitingFactor> Limits,
    bool? Open,
    Instant? OpenUntil,
    Instant? OpensAt,
    Instant? ConfirmedAt,
    Freshness Freshness,
    Pause? Pause,
    long Version)
{
    /// <summary>The availability of a registered space at an instant.</summary>
    public static Availability Of(SpaceState state, Instant at) => Of(state, CapacityTimeline.Of(state, at), at);

    /// <summary>The same from a timeline that is at hand, which begins at or before the instant.</summary>
    public static Availability Of(SpaceState state, CapacityTimeline timeline, Instant at)
    {
        var details = state.Details!;
        var stretch = timeline.At(at);
        var freshness = details.Freshness.At(state.ConfirmedAt, at);
        var unconfirmed = freshness == Freshness.Unconfirmed;
        var capacity = Staffing.SafeCapacity.By(details.Staffing, details.Places, timeline.Duty, at);
        var next = Earlier(timeline.NextChange(at), details.Freshness.NextChange(state.ConfirmedAt, at));
        return new Availability(
            details.Id,
            at,
            next ?? timeline.Until,
            next,
            details.Places,
            capacity.People,
            state.Occupied,
            stretch.Held,
            unconfirmed ? null : Math.Max(0, timeline.Free(stretch)),
            capacity.Limits,
            unconfirmed ? null : stretch.Open,
            stretch.Open && !unconfirmed ? timeline.OpenUntil(at) : null,
            stretch.Open || unconfirmed ? null : timeline.FirstWhere(at, s => s.Open),
            state.ConfirmedAt,
            freshness,
            stretch.Paused ? state.Pause : null,
            state.Version);
    }

    private static Instant? Earlier(Instant? one, Instant? other) =>
        one is { } a && other is { } b ? Instant.Min(a, b) : one ?? other;
}
