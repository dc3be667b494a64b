using System.Buffers;
using System.Collections.Immutable;
using NodaTime;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Travel;

namespace SafeSpaceCapacity.Domain.Search;

/// <summary>What a crew asks.</summary>
/// <param name="From">Where they are.</param>
/// <param name="Asked">What must be true of the place.</param>
/// <param name="Now">When they ask: freshness is judged by it.</param>
/// <param name="DepartAt">When they set off; now or later.</param>
/// <param name="TravelMinutesMax">The longest way, in minutes.</param>
/// <param name="Limit">The most options wanted.</param>
public sealed record SearchQuestion(GeoPoint From, Needs Asked, Instant Now, Instant DepartAt, int TravelMinutesMax, int Limit);

/// <summary>A space as seen from the crew.</summary>
/// <param name="Space">The space.</param>
/// <param name="Travel">The way there.</param>
/// <param name="Eta">The estimated arrival.</param>
/// <param name="Verdict">Whether it can take the person.</param>
public sealed record Candidate(SpaceRecord Space, TravelEstimate Travel, Instant Eta, HoldVerdict Verdict)
{
    /// <summary>Whether it is open and has safe staffing at the arrival, as far as hours and shifts are known.</summary>
    public bool OpenAndStaffedAtEta => Space.Timeline.At(Eta) is { Open: true, SafeCapacity: > 0 };

    /// <summary>Whether the space is at this place at the arrival, and not at another of its own.</summary>
    public bool IsThere => Space.IsHereAt(Eta);

    /// <summary>The estimated arrival, in whole minutes: rather later than earlier.</summary>
    public static Instant Arrival(Instant departAt, TravelEstimate travel) => departAt + Duration.FromMinutes((long)Math.Ceiling(travel.Minutes));

    /// <summary>A space judged for a way there.</summary>
    public static Candidate Of(SpaceRecord space, TravelEstimate travel, Needs asked, Instant now, Instant departAt)
    {
        var eta = Arrival(departAt, travel);
        return new Candidate(space, travel, eta, HoldVerdict.Judge(space.State, space.Timeline, asked, now, departAt, eta));
    }
}

/// <summary>What a crew is answered.</summary>
/// <param name="Options">Those that can take the person: confirmed ones by travel time, then those to ring first by travel time.</param>
/// <param name="WhyNot">Nearer ones that were left out, with why, by travel time; at most <see cref="SpaceSearch.WhyNotLimit"/>.</param>
/// <param name="OpensSoon">The nearest that provides what is asked and opens within <see cref="SpaceSearch.SoonHours"/> hours.</param>
/// <param name="FurtherAway">Where nothing is in reach: the nearest beyond it.</param>
public sealed record SearchAnswer(ImmutableArray<Candidate> Options, ImmutableArray<Candidate> WhyNot, Candidate? OpensSoon, Candidate? FurtherAway);

/// <summary>The search: nearest first by travel time, never a scan. Pure: it sees one root of the read model and nothing else.</summary>
public static class SpaceSearch
{
    /// <summary>Nearer ones named with why they are left out.</summary>
    public const int WhyNotLimit = 5;

    /// <summary>Spaces to ring first that are named after the confirmed ones.</summary>
    public const int RingFirstLimit = 3;

    /// <summary>The furthest that is ever looked, in minutes.</summary>
    public const int TravelMinutesCap = 240;

    /// <summary>What counts as opening soon, in hours (assumption).</summary>
    public const int SoonHours = 3;

    // Bounds the look for spaces that open soon, where many nearer ones do not.
    private const int OpensSoonLooks = 64;

    /// <summary>Answers a question from one root.</summary>
    public static SearchAnswer Run(SpatialIndex<SpaceRecord> index, TravelQuery travel, SearchQuestion question)
    {
        if (question.Asked.HasFlag(Needs.UrgentPhysical))
            return new SearchAnswer([], [], null, null);

        var options = Options(index, travel, question, double.NegativeInfinity, question.TravelMinutesMax);
        var furtherAway = options.IsEmpty && question.TravelMinutesMax < TravelMinutesCap
            ? Options(index, travel, question with { Limit = 1 }, question.TravelMinutesMax, TravelMinutesCap).FirstOrDefault()
            : null;
        return new SearchAnswer(options, WhyNot(index, travel, question, WhyNotWithin(options, question)), OpensSoon(index, travel, question), furtherAway);
    }

    /// <summary>Makes an answer of candidates that were judged again, with times of a router.</summary>
    /// <param name="candidates">All of a first answer.</param>
    /// <param name="question">The question.</param>
    /// <param name="opensSoon">The space of the first answer that opens soon.</param>
    /// <param name="furtherAway">The space of the first answer beyond reach.</param>
    public static SearchAnswer Rank(IReadOnlyCollection<Candidate> candidates, SearchQuestion question, SpaceRecord? opensSoon, SpaceRecord? furtherAway)
    {
        var there = candidates.Where(candidate => candidate.IsThere).DistinctBy(candidate => candidate.Space)
            .OrderBy(candidate => candidate.Travel.Minutes).ThenBy(candidate => candidate.Space.Key, StringComparer.Ordinal).ToList();
        var can = there.Where(candidate => candidate.Verdict.Rejection is null && candidate.Travel.Minutes <= question.TravelMinutesMax).ToList();
        var confirmed = can.Where(candidate => !candidate.Verdict.RingFirst).Take(question.Limit).ToList();
        var ringFirst = can.Where(candidate => candidate.Verdict.RingFirst).Take(RingFirstLimit)
            .Where(candidate => confirmed.Count < question.Limit || candidate.Travel.Minutes < confirmed[^1].Travel.Minutes);
        ImmutableArray<Candidate> options = [.. confirmed, .. ringFirst];
        var within = WhyNotWithin(options, question);
        return new SearchAnswer(
            options,
            [.. there.Where(candidate => candidate.Verdict.Rejection is not null && candidate.Travel.Minutes <= within).Take(WhyNotLimit)],
            candidates.FirstOrDefault(candidate => candidate.Space == opensSoon && candidate.IsThere && candidate.Verdict.Rejection is { Code: RejectionCode.OutsideHours }),
            options.IsEmpty ? candidates.FirstOrDefault(candidate => candidate.Space == furtherAway && candidate.IsThere && candidate.Verdict.Rejection is null) : null);
    }

    // Nearer than the furthest option; and where there is no choice of options, anywhere in reach.
    private static double WhyNotWithin(ImmutableArray<Candidate> options, SearchQuestion question) =>
        options.Length < 2 ? question.TravelMinutesMax : options.Max(option => option.Travel.Minutes);

    private static ImmutableArray<Candidate> Options(
        SpatialIndex<SpaceRecord> index, TravelQuery travel, SearchQuestion question, double minutesAbove, double minutesMax)
    {
        using var confirmed = new Nearest(question.Limit);
        using var ringFirst = new Nearest(RingFirstLimit);
        using var cursor = index.Nearest(question.From, question.Asked, question.DepartAt);
        var round = new Round(cursor, travel, question, minutesMax);
        while (round.MoveNext(confirmed.Worst))
        {
            if (round.Way.Minutes > minutesAbove && round.Refusal(out var mustRing) is null)
                (mustRing ? ringFirst : confirmed).Offer(round.Here);
        }

        // Who has all the confirmed options wanted need not ring one that is further than those.
        var toRing = 0;
        while (toRing < ringFirst.Ranked.Length && ringFirst.Ranked[toRing].Way.Minutes < confirmed.Worst)
            toRing++;
        var options = ImmutableArray.CreateBuilder<Candidate>(confirmed.Ranked.Length + toRing);
        foreach (var found in confirmed.Ranked)
            options.Add(found.Able(mustRing: false));
        foreach (var found in ringFirst.Ranked[..toRing])
            options.Add(found.Able(mustRing: true));
        return options.MoveToImmutable();
    }

    private static ImmutableArray<Candidate> WhyNot(SpatialIndex<SpaceRecord> index, TravelQuery travel, SearchQuestion question, double minutesMax)
    {
        using var leftOut = new Nearest(WhyNotLimit);
        using var cursor = index.Nearest(question.From, Needs.None, null);
        var round = new Round(cursor, travel, question, minutesMax);
        while (round.MoveNext(leftOut.Worst))
        {
            if (round.Refusal(out _) is not null)
                leftOut.Offer(round.Here);
        }

        // From when each may do is worked out for those that are named alone.
        var named = ImmutableArray.CreateBuilder<Candidate>(leftOut.Ranked.Length);
        foreach (var found in leftOut.Ranked)
            named.Add(found.Judged(question));
        return named.MoveToImmutable();
    }

    private static Candidate? OpensSoon(SpatialIndex<SpaceRecord> index, TravelQuery travel, SearchQuestion question)
    {
        var soon = question.DepartAt + Duration.FromHours(SoonHours);
        using var best = new Nearest(1);
        using var cursor = index.NearestOpening(question.From, question.Asked, soon);
        var round = new Round(cursor, travel, question, question.TravelMinutesMax) { LooksLeft = OpensSoonLooks, ClosedOnly = true };
        while (round.MoveNext(best.Worst))
        {
            if (round.Refusal(out _) is RejectionCode.OutsideHours && round.Space.Timeline.FirstWhere(question.DepartAt, at => at.Open) <= soon)
                best.Offer(round.Here);
        }

        return best.Ranked is [var nearest] ? nearest.Judged(question) : null;
    }

    /// <summary>A space that was come by, and the way there: a value, so that those which do not get into the answer cost no memory.</summary>
    private readonly record struct Found(SpaceRecord Space, TravelEstimate Way, Instant Eta)
    {
        public Candidate Able(bool mustRing) => new(Space, Way, Eta, new HoldVerdict(null, mustRing));

        public Candidate Judged(SearchQuestion question) => Candidate.Of(Space, Way, question.Asked, question.Now, question.DepartAt);
    }

    /// <summary>
    /// Goes through the spaces that are where they are met when one arrives, from the nearest by straight line on, as long as one still to come may
    /// be reached in time.
    /// </summary>
    private ref struct Round(NearestCursor<SpaceRecord> cursor, TravelQuery travel, SearchQuestion question, double minutesMax)
    {
        private double endsAtMinutes = double.PositiveInfinity;

        /// <summary>How many it looks at before it ends.</summary>
        public int LooksLeft { get; set; } = int.MaxValue;

        /// <summary>Whether those that are open when one sets off are passed over: the timeline tells it before the way is worked out.</summary>
        public bool ClosedOnly { get; init; }

        /// <summary>The space it is at.</summary>
        public SpaceRecord Space { get; private set; } = null!;

        /// <summary>The way there.</summary>
        public TravelEstimate Way { get; private set; }

        /// <summary>The estimated arrival.</summary>
        public Instant Eta { get; private set; }

        /// <summary>The space, the way and the arrival together.</summary>
        public readonly Found Here => new(Space, Way, Eta);

        /// <summary>Why the space cannot take the person, or null.</summary>
        public readonly RejectionCode? Refusal(out bool ringFirst) =>
            HoldVerdict.Refusal(Space.State, Space.Timeline, question.Asked, question.Now, question.DepartAt, Eta, out ringFirst);

        /// <summary>Goes to the next that is reached within the longest way; those that surely take so many minutes or more may be left out.</summary>
        public bool MoveNext(double tooManyMinutes)
        {
            var end = Math.Min(minutesMax, tooManyMinutes);
            if (end < endsAtMinutes)
            {
                endsAtMinutes = end;
                cursor.EndAt(travel.FurthestMetres(end));
            }

            while (LooksLeft > 0 && cursor.MoveNext())
            {
                LooksLeft--;
                Space = cursor.Current;
                if (ClosedOnly && Space.Timeline.At(question.DepartAt).Open)
                    continue;
                // Over water, where others as far by straight line are not, and the way is the costliest to work out.
                if (travel.LeavesLandFor(Space.Details.Site) && travel.LowerBoundMinutesTo(Space.Details.Site, cursor.CurrentDistanceMetres) > end)
                    continue;
                Way = travel.To(Space.Details.Site);
                if (Way.Minutes > minutesMax)
                    continue;
                Eta = Candidate.Arrival(question.DepartAt, Way);
                if (Space.IsHereAt(Eta))
                    return true;
            }

            return false;
        }
    }

    /// <summary>The few nearest by travel time, then by id so that equal ones come in one order. Dispose of it, so that its memory is used again.</summary>
    private sealed class Nearest(int limit) : IDisposable
    {
        private readonly Found[] _ranked = ArrayPool<Found>.Shared.Rent(limit + 1);
        private int _count;

        public ReadOnlySpan<Found> Ranked => _ranked.AsSpan(0, _count);

        /// <summary>Nothing at or beyond this many minutes can still get in.</summary>
        public double Worst => _count < limit ? double.PositiveInfinity : _ranked[_count - 1].Way.Minutes;

        public void Offer(in Found found)
        {
            var at = _count;
            for (; at > 0 && Compare(_ranked[at - 1], found) > 0; at--)
                _ranked[at] = _ranked[at - 1];
            _ranked[at] = found;
            _count = Math.Min(limit, _count + 1);
        }

        public void Dispose() => ArrayPool<Found>.Shared.Return(_ranked, clearArray: true);

        private static int Compare(in Found one, in Found other) =>
            one.Way.Minutes.CompareTo(other.Way.Minutes) is not 0 and var byTime ? byTime : string.CompareOrdinal(one.Space.Key, other.Space.Key);
    }
}
