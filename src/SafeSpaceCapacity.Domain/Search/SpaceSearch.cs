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

    /// <summary>A space judged for a way there.</summary>
    public static Candidate Of(SpaceRecord space, TravelEstimate travel, Needs asked, Instant now, Instant departAt)
    {
        var eta = departAt + Duration.FromMinutes((long)Math.Ceiling(travel.Minutes));
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
        while (cursor.MoveNext())
        {
            var bound = travel.LowerBoundMinutes(cursor.CurrentDistanceMetres);
            if (bound > minutesMax || bound >= confirmed.Worst)
                break;
            if (IsBeyond(travel, cursor, minutesMax, confirmed.Worst))
                continue;
            var estimate = travel.To(cursor.Current.Details.Site);
            if (estimate.Minutes > minutesMax || estimate.Minutes <= minutesAbove)
                continue;
            var candidate = Candidate.Of(cursor.Current, estimate, question.Asked, question.Now, question.DepartAt);
            if (!candidate.IsThere)
                continue;
            if (candidate.Verdict.Rejection is null)
                (candidate.Verdict.RingFirst ? ringFirst : confirmed).Offer(candidate);
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
        while (cursor.MoveNext())
        {
            var bound = travel.LowerBoundMinutes(cursor.CurrentDistanceMetres);
            if (bound > minutesMax || bound >= leftOut.Worst)
                break;
            if (IsBeyond(travel, cursor, minutesMax, leftOut.Worst))
                continue;
            var estimate = travel.To(cursor.Current.Details.Site);
            if (estimate.Minutes > minutesMax)
                continue;
            var candidate = Candidate.Of(cursor.Current, estimate, question.Asked, question.Now, question.DepartAt);
            if (!candidate.IsThere)
                continue;
            if (candidate.Verdict.Rejection is not null)
                leftOut.Offer(candidate);
        }

        return [.. leftOut.Ranked];
    }

    private static Candidate? OpensSoon(SpatialIndex<SpaceRecord> index, TravelQuery travel, SearchQuestion question)
    {
        var soon = question.DepartAt + Duration.FromHours(SoonHours);
        var best = new Nearest(1);
        using var cursor = index.NearestOpening(question.From, question.Asked, soon);
        for (var looks = 0; looks < OpensSoonLooks && cursor.MoveNext(); looks++)
        {
            var bound = travel.LowerBoundMinutes(cursor.CurrentDistanceMetres);
            if (bound > question.TravelMinutesMax || bound >= best.Worst)
                break;

            // Those that open again after they close need no judging here.
            if (cursor.Current.Timeline.At(question.DepartAt).Open || IsBeyond(travel, cursor, question.TravelMinutesMax, best.Worst))
                continue;
            var estimate = travel.To(cursor.Current.Details.Site);
            if (estimate.Minutes > question.TravelMinutesMax)
                continue;
            var candidate = Candidate.Of(cursor.Current, estimate, question.Asked, question.Now, question.DepartAt);
            if (!candidate.IsThere)
                continue;
            if (candidate.Verdict.Rejection is { Code: RejectionCode.OutsideHours, Earliest: { } opens } && opens <= soon)
                best.Offer(candidate);
        }

        return best.Ranked is [var nearest] ? nearest : null;
    }

    // Over water, where others as far by straight line are not.
    private static bool IsBeyond(TravelQuery travel, NearestCursor<SpaceRecord> cursor, double minutesMax, double worst)
    {
        // In its own land the bound is that of the distance, which was looked at.
        if (!travel.LeavesLandFor(cursor.Current.Details.Site))
            return false;
        var bound = travel.LowerBoundMinutesTo(cursor.Current.Details.Site, cursor.CurrentDistanceMetres);
        return bound > minutesMax || bound >= worst;
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
            if (_ranked.Exists(other => other.Space == candidate.Space))
                return;
            var at = _ranked.FindLastIndex(other => Compare(other, candidate) <= 0) + 1;
            _ranked.Insert(at, candidate);
            if (_ranked.Count > limit)
                _ranked.RemoveAt(limit);
        }

        private static int Compare(Candidate one, Candidate other) =>
            one.Travel.Minutes.CompareTo(other.Travel.Minutes) is not 0 and var byTime ? byTime : string.CompareOrdinal(one.Space.Key, other.Space.Key);
    }
}
