using NodaTime;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.Domain.Search;

/// <summary>What searches know of one space: its state, and what time alone will make of it. Never changes; a change is another record.</summary>
public sealed class SpaceRecord : IIndexedSpace
{
    /// <summary>The record of a registered space, right from an instant on.</summary>
    public SpaceRecord(SpaceState state, Instant from)
    {
        State = state;
        Details = state.Details ?? throw new ArgumentException("the space is not registered", nameof(state));
        Timeline = CapacityTimeline.Of(state, from);
        var now = Timeline.At(from);
        var unconfirmed = Details.Freshness.At(state.ConfirmedAt, from) == Freshness.Unconfirmed;
        CanServe = now.Open && !now.Paused && (unconfirmed || Timeline.Free(now) >= 1);
        var next = Timeline.NextChange(from) ?? Timeline.Until;
        CanServeUntil = Details.Freshness.NextChange(state.ConfirmedAt, from) is { } fresher ? Instant.Min(next, fresher) : next;
    }

    /// <summary>The state it is worked out from.</summary>
    public SpaceState State { get; }

    /// <summary>What the space is.</summary>
    public SpaceDetails Details { get; }

    /// <summary>What time alone will make of it.</summary>
    public CapacityTimeline Timeline { get; }

    /// <inheritdoc/>
    public string Key => Details.Id.Value;

    /// <inheritdoc/>
    public GeoPoint Point => Details.Site.Point;

    /// <inheritdoc/>
    public Needs Provides => Details.Provides;

    /// <inheritdoc/>
    public bool CanServe { get; }

    /// <summary>The next instant at which time alone changes anything about it; also when it should be worked out again.</summary>
    public Instant CanServeUntil { get; }

    /// <summary>The availability at an instant not before the record begins.</summary>
    public Availability At(Instant at) => Availability.Of(State, Timeline, at);
}
