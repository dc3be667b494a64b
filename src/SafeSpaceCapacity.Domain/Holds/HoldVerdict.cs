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
        var details = state.Details!;
        if (asked.HasFlag(Needs.UrgentPhysical))
            return No(RejectionCode.UrgentPhysicalNeed);
        var missing = asked & ~details.Provides;
        if (missing.HasFlag(Needs.DetainedS297))
            return No(RejectionCode.NotDesignated);
        if (missing != Needs.None)
            return new(new Rejection(RejectionCode.NeedsNotMet, NeedsNotMet: missing), false);

        if (timeline.At(from).Paused)
            return No(RejectionCode.Paused, timeline.FirstWhere(from, s => !s.Paused));
        var end = eta + Duration.FromMinutes(details.HoldRule.GraceMinutes);
        if (!timeline.At(from).Open)
            return No(RejectionCode.OutsideHours, timeline.FirstWhere(from, s => s.Open));
        if (timeline.OpenUntil(from) is { } closes && closes < end)
            return No(RejectionCode.ClosesBeforeArrival, timeline.FirstWhere(closes, s => s.Open));

        if (details.Freshness.At(state.ConfirmedAt, now) == Freshness.Unconfirmed)
        {
            // What was last known of people and staff is not believed, so only the requests themselves are counted, against the rooms.
            return timeline.At(from).Held < details.Places
                ? new(null, RingFirst: true)
                : No(RejectionCode.TooManyRequests, timeline.FirstWhere(from, s => s.Held < details.Places));
        }

        return timeline.FewestFree(from, end) >= 1
            ? default
            : No(RejectionCode.NoSafeCapacity, timeline.FirstFree(from, end - from));
    }

    private static HoldVerdict No(RejectionCode code, Instant? earliest = null) => new(new Rejection(code, earliest), false);
}
