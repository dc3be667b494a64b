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
        var confirmed = new Nearest(question.Limit);
        var ringFirst = new Nearest(RingFirstLimit);
        foreach (var candidate in candidates)
        {
            if (candidate.IsThere && candidate.Verdict.Rejection is null && candidate.Travel.Minutes <= question.TravelMinutesMax)
                (candidate.Verdict.RingFirst ? ringFirst : confirmed).Offer(candidate);
        }

        var options = Together(confirmed, ringFirst);
        var within = WhyNotWithin(options, question);
        var leftOut = new Nearest(WhyNotLimit);
        foreach (var candidate in candidates)
        {
            if (candidate.IsThere && candidate.Verdict.Rejection is not null && candidate.Travel.Minutes <= within)
                leftOut.Offer(candidate);
        }

        return new SearchAnswer(
            options,
            [.. leftOut.Ranked],
            candidates.FirstOrDefault(candidate => candidate.Space == opensSoon && candidate.IsThere && candidate.Verdict.Rejection is { Code: RejectionCode.OutsideHours }),
            options.IsEmpty ? candidates.FirstOrDefault(candidate => candidate.Space == furtherAway && candidate.IsThere && candidate.Verdict.Rejection is null) : null);
    }

    // Nearer than the furthest option; and where there is no choice of options, anywhere in reach.
    private static double WhyNotWithin(ImmutableArray<Candidate> options, SearchQuestion question) =>
        options.Length < 2 ? question.TravelMinutesMax : options.Max(option => option.Travel.Minutes);

    private static ImmutableArray<Candidate> Options(
        SpatialIndex<SpaceRecord> index, TravelQuery travel, SearchQuestion question, double minutesAbove, double minutesMax)
    {
        var confirmed = new Nearest(question.Limit);
        var ringFirst = new Nearest(RingFirstLimit);
        using var cursor = index.Nearest(question.From, question.Asked, question.DepartAt);
        var round = new Round(cursor, travel, question, minutesMax);
        while (round.MoveNext(confirmed.Worst))
        {
            if (round.Way.Minutes > minutesAbove && round.Refusal(out var mustRing) is null)
                (mustRing ? ringFirst : confirmed).Offer(new Candidate(round.Space, round.Way, round.Eta, new HoldVerdict(null, mustRing)));
        }

        return Together(confirmed, ringFirst);
    }

    // Who has all the confirmed options wanted need not ring one that is further than those.
    private static ImmutableArray<Candidate> Together(Nearest confirmed, Nearest ringFirst) =>
        [.. confirmed.Ranked, .. ringFirst.Ranked.Where(candidate => candidate.Travel.Minutes < confirmed.Worst)];

    private static ImmutableArray<Candidate> WhyNot(SpatialIndex<SpaceRecord> index, TravelQuery travel, SearchQuestion question, double minutesMax)
    {
        var leftOut = new Nearest(WhyNotLimit);
        using var cursor = index.Nearest(question.From, Needs.None, null);
        var round = new Round(cursor, travel, question, minutesMax);
        while (round.MoveNext(leftOut.Worst))
        {
            if (round.Refusal(out _) is not null)
                leftOut.Offer(new Candidate(round.Space, round.Way, round.Eta, Verdict: default));
        }

        // From when each may do is worked out for those that are named alone.
        return [.. leftOut.Ranked.Select(candidate => Candidate.Of(candidate.Space, candidate.Travel, question.Asked, question.Now, question.DepartAt))];
    }

    private static Candidate? OpensSoon(SpatialIndex<SpaceRecord> index, TravelQuery travel, SearchQuestion question)
    {
        var soon = question.DepartAt + Duration.FromHours(SoonHours);
        var best = new Nearest(1);
        using var cursor = index.NearestOpening(question.From, question.Asked, soon);
        var round = new Round(cursor, travel, question, question.TravelMinutesMax) { LooksLeft = OpensSoonLooks, ClosedOnly = true };
        while (round.MoveNext(best.Worst))
        {
            if (round.Refusal(out _) is not RejectionCode.OutsideHours)
                continue;
            var candidate = Candidate.Of(round.Space, round.Way, question.Asked, question.Now, question.DepartAt);
            if (candidate.Verdict.Rejection!.Earliest <= soon)
                best.Offer(candidate);
        }

        return best.Ranked is [var nearest] ? nearest : null;
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
        public TravelEstimate Way { get; private set; } = null!;

        /// <summary>The estimated arrival.</summary>
        public Instant Eta { get; private set; }

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

    /// <summary>The few nearest by travel time, then by id so that equal ones come in one order.</summary>
    private sealed class Nearest(int limit)
    {
        private readonly List<Candidate> _ranked = new(limit + 1);

        public IReadOnlyList<Candidate> Ranked => _ranked;

        /// <summary>Nothing at or beyond this many minutes can still get in.</summary>
        public double Worst => _ranked.Count < limit ? double.PositiveInfinity : _ranked[^1].Travel.Minutes;

        public void Offer(Candidate candidate)
        {
            var at = _ranked.Count;
            for (var i = _ranked.Count - 1; i >= 0; i--)
            {
                if (_ranked[i].Space == candidate.Space)
                    return;
                if (Compare(_ranked[i], candidate) > 0)
                    at = i;
            }

            if (at == limit)
                return;
            _ranked.Insert(at, candidate);
            if (_ranked.Count > limit)
                _ranked.RemoveAt(limit);
        }

        private static int Compare(Candidate one, Candidate other) =>
            one.Travel.Minutes.CompareTo(other.Travel.Minutes) is not 0 and var byTime ? byTime : string.CompareOrdinal(one.Space.Key, other.Space.Key);
    }
}
