using System.Collections.Immutable;
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
        Elsewhere = [.. Details.Venues.Where(venue => venue.Site.Point != Point).DistinctBy(venue => venue.Site.Point).Select(venue => new SpaceRecord(this, venue))];
        Timeline = CapacityTimeline.Of(state, from);
        var now = Timeline.At(from);
        var unconfirmed = Details.Freshness.At(state.ConfirmedAt, from) == Freshness.Unconfirmed;
        CanServe = now.Open && !now.Paused && (unconfirmed || Timeline.Free(now) >= 1);
        var next = Timeline.NextChange(from) ?? Timeline.Until;
        foreach (var sooner in (ReadOnlySpan<Instant?>)[Details.Freshness.NextChange(state.ConfirmedAt, from), state.Pause?.ReviewAt, state.NextTellingAt()])
        {
            // What was due before is due now: it has not been written down yet.
            if (sooner < next)
                next = Instant.Max(sooner.Value, from);
        }

        CanServeUntil = next;
        OpensFrom = Timeline.OpensFrom();
        foreach (var elsewhere in Elsewhere)
            (elsewhere.CanServe, elsewhere.CanServeUntil, elsewhere.OpensFrom, elsewhere.Timeline) = (CanServe, CanServeUntil, OpensFrom, Timeline);
    }

    // The same space where it is on other days.
    private SpaceRecord(SpaceRecord main, Venue venue)
    {
        State = main.State;
        Details = main.Details with { Site = venue.Site, Entrance = venue.Entrance, AccessNote = venue.AccessNote };
    }

    /// <summary>The state it is worked out from.</summary>
    public SpaceState State { get; }

    /// <summary>What the space is.</summary>
    public SpaceDetails Details { get; }

    /// <summary>What time alone will make of it.</summary>
    public CapacityTimeline Timeline { get; private set; } = null!;

    /// <summary>The same space at each of the other places where it is on some days: a search meets it at all of them.</summary>
    public ImmutableArray<SpaceRecord> Elsewhere { get; } = [];

    /// <inheritdoc/>
    public string Key => Details.Id.Value;

    /// <inheritdoc/>
    public GeoPoint Point => Details.Site.Point;

    /// <inheritdoc/>
    public Needs Provides => Details.Provides;

    /// <inheritdoc/>
    public bool CanServe { get; private set; }

    /// <summary>The next instant at which time alone changes anything about it; also when it should be worked out again.</summary>
    public Instant CanServeUntil { get; private set; }

    /// <inheritdoc/>
    public Instant OpensFrom { get; private set; }

    /// <summary>Whether this is where the space is at an instant.</summary>
    public bool IsHereAt(Instant at) => State.Details!.Venues.IsEmpty || State.Details.At(at).Site.Point == Point;

    /// <summary>The availability at an instant not before the record begins.</summary>
    public Availability At(Instant at) => Availability.Of(State, Timeline, at);
}
