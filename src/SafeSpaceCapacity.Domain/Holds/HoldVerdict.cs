using NodaTime;
using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.Domain.Holds;

/// <summary>Whether a space can take somebody: searches and holds judge by this one rule.</summary>
/// <param name="Rejection">Why not; null if it can.</param>
/// <param name="RingFirst">Nobody confirmed the space: a hold is a request.</param>
public readonly record struct HoldVerdict(Rejection? Rejection, bool RingFirst)
{
    /// <summary>Judges a hold over its whole life: open, free and safely staffed from setting off until the arrival plus grace.</summary>
    /// <param name="state">The space, registered.</param>
    /// <param name="timeline">Its timeline, beginning at or before <paramref name="from"/>, without the hold that is judged.</param>
    /// <param name="asked">What must be true of the place.</param>
    /// <param name="now">The instant at which freshness is judged.</param>
    /// <param name="from">When the place must be free from.</param>
    /// <param name="eta">The arrival, not before <paramref name="from"/>.</param>
    public static HoldVerdict Judge(SpaceState state, CapacityTimeline timeline, Needs asked, Instant now, Instant from, Instant eta)
    {
        if (Refusal(state, timeline, asked, now, from, eta, out var ringFirst) is not { } code)
            return new(null, ringFirst);
        var details = state.Details!;
        Instant? earliest = code switch
        {
            RejectionCode.Paused => timeline.FirstWhere(from, s => !s.Paused),
            RejectionCode.OutsideHours => timeline.FirstWhere(from, s => s.Open),
            RejectionCode.ClosesBeforeArrival => timeline.FirstWhere(timeline.OpenUntil(from)!.Value, s => s.Open),
            RejectionCode.TooManyRequests => timeline.FirstWhere(from, s => s.Held < details.Places),
            RejectionCode.NoSafeCapacity => timeline.FirstFree(from, EndOf(details, eta) - from),
            _ => null,
        };
        var missing = code == RejectionCode.NeedsNotMet ? asked & ~details.Provides : Needs.None;
        return new(new Rejection(code, earliest, missing), false);
    }

    /// <summary>
    /// The code of <see cref="Judge"/> alone, or null: without the earliest change, which costs more than all else. For a search, which looks at
    /// many and names few.
    /// </summary>
    public static RejectionCode? Refusal(
        SpaceState state, CapacityTimeline timeline, Needs asked, Instant now, Instant from, Instant eta, out bool ringFirst)
    {
        ringFirst = false;
        var details = state.Details!;
        if ((asked & Needs.UrgentPhysical) != Needs.None)
            return RejectionCode.UrgentPhysicalNeed;
        var missing = asked & ~details.Provides;
        if (missing != Needs.None)
            return (missing & Needs.DetainedS297) != Needs.None ? RejectionCode.NotDesignated : RejectionCode.NeedsNotMet;

        var start = timeline.At(from);
        if (start.Paused)
            return RejectionCode.Paused;
        if (!start.Open)
            return RejectionCode.OutsideHours;
        var end = EndOf(details, eta);
        if (timeline.OpenUntil(from) < end)
            return RejectionCode.ClosesBeforeArrival;

        if (details.Freshness.At(state.ConfirmedAt, now) == Freshness.Unconfirmed)
        {
            // What was last known of people and staff is not believed, so only the requests themselves are counted, against the rooms.
            ringFirst = start.Held < details.Places;
            return ringFirst ? null : RejectionCode.TooManyRequests;
        }

        return timeline.FewestFree(from, end) >= 1 ? null : RejectionCode.NoSafeCapacity;
    }

    private static Instant EndOf(SpaceDetails details, Instant eta) => eta + Duration.FromMinutes(details.HoldRule.GraceMinutes);
}
