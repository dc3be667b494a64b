using NodaTime;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Privacy;
using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.Domain.Demand;

/// <summary>What the newest search of a need came to. The numbers are kept.</summary>
public enum SearchResult
{
    /// <summary>Nobody searched, or the search was not recorded.</summary>
    None = 0,

    /// <summary>A space that could take the person was named.</summary>
    Offered = 1,

    /// <summary>Nothing within reach could.</summary>
    NothingFound = 2,
}

/// <summary>What happened last to the holds of a need. The numbers are kept; of two at one moment the greater counts.</summary>
public enum NeedStep
{
    /// <summary>Nothing yet.</summary>
    None = 0,

    /// <summary>A place is kept or asked for.</summary>
    Held = 1,

    /// <summary>A hold was asked for and the rules said no: somebody else was quicker, say.</summary>
    HoldRejected = 2,

    /// <summary>The crew gave the place back.</summary>
    Released = 3,

    /// <summary>Nobody came.</summary>
    Expired = 4,

    /// <summary>Staff did not answer the request.</summary>
    Lapsed = 5,

    /// <summary>They are there.</summary>
    Arrived = 6,

    /// <summary>Turned away, by reason: this number and that of the <see cref="RefusalReason"/>.</summary>
    Declined = 10,

    /// <summary>A place is kept again: what staff did was undone.</summary>
    HeldAgain = 100,
}

/// <summary>How a need ended, as planners count it. The numbers are kept.</summary>
public enum NeedOutcome
{
    /// <summary>Met: the person is at a safe space.</summary>
    Placed = 1,

    /// <summary>Unmet: no space within reach could take the person.</summary>
    NothingFound = 2,

    /// <summary>Unmet: one could by the search, and could no longer when a place was asked for.</summary>
    HoldRejected = 3,

    /// <summary>Unmet: staff did not answer the request.</summary>
    Lapsed = 4,

    /// <summary>Not known: nobody came to the place that was kept.</summary>
    Expired = 5,

    /// <summary>Not known: the crew gave the place back.</summary>
    Released = 6,

    /// <summary>Not known: a space was named, and no place was asked for.</summary>
    NotTakenUp = 7,

    /// <summary>Not known yet: a place is kept.</summary>
    UnderWay = 8,

    /// <summary>Unmet: turned away, by reason: this number and that of the <see cref="RefusalReason"/>.</summary>
    Declined = 10,
}

/// <summary>Whether a need was met.</summary>
public enum NeedEnd
{
    /// <summary>The person is at a safe space.</summary>
    Met = 1,

    /// <summary>No space took the person.</summary>
    Unmet = 2,

    /// <summary>Nobody said.</summary>
    Unknown = 3,
}

/// <summary>
/// One person's need of a place, across searches and holds, as far as it is known: who they are is not. Two records of one need are merged by
/// <see cref="With"/>, in any order and however often.
/// </summary>
/// <param name="Id">The random id that the client made for it.</param>
/// <param name="Area">The code of the council area: where the first search began; without one that of the space.</param>
/// <param name="AskedAt">When it was first asked.</param>
/// <param name="Asked">All that was asked for.</param>
/// <param name="Search">What the newest search came to.</param>
/// <param name="SearchAt">When that was.</param>
/// <param name="Step">What happened last to its holds.</param>
/// <param name="StepAt">When that was.</param>
/// <param name="MinutesAway">How far the place of <paramref name="Step"/> was when it was asked for, in minutes; 0 where there is none.</param>
public sealed record Need(
    Guid Id,
    [property: Whose(Words.Service)] string Area,
    Instant AskedAt,
    Needs Asked,
    SearchResult Search,
    Instant SearchAt,
    NeedStep Step,
    Instant StepAt,
    int MinutesAway)
{
    private static readonly Instant Never = Instant.FromUnixTimeSeconds(0);

    /// <summary>How it ended, or stands.</summary>
    public NeedOutcome Outcome => Step switch
    {
        NeedStep.None => Search == SearchResult.Offered ? NeedOutcome.NotTakenUp : NeedOutcome.NothingFound,
        NeedStep.Held or NeedStep.HeldAgain => NeedOutcome.UnderWay,
        NeedStep.HoldRejected => NeedOutcome.HoldRejected,
        NeedStep.Released => NeedOutcome.Released,
        NeedStep.Expired => NeedOutcome.Expired,
        NeedStep.Lapsed => NeedOutcome.Lapsed,
        NeedStep.Arrived => NeedOutcome.Placed,
        _ => NeedOutcome.Declined + (Step - NeedStep.Declined),
    };

    /// <summary>Of a search.</summary>
    public static Need Searched(Guid id, string area, Instant at, Needs asked, bool offered) =>
        new(id, area, at, asked, offered ? SearchResult.Offered : SearchResult.NothingFound, at, NeedStep.None, Never, 0);

    /// <summary>Of a hold that was asked for and not given.</summary>
    public static Need Rejected(Guid id, string area, Instant at, Needs asked) =>
        new(id, area, AfterSearch(at), asked, SearchResult.None, Never, NeedStep.HoldRejected, at, 0);

    /// <summary>Of a hold as an event left it.</summary>
    public static Need Held(Hold hold, string area, NeedStep step, Instant at) =>
        new(hold.NeedId, area, AfterSearch(hold.MadeAt), hold.Asked, SearchResult.None, Never, step, at, (int)Math.Ceiling((hold.Eta - hold.MadeAt).TotalMinutes));

    /// <summary>Of somebody turned away without a hold.</summary>
    public static Need Refused(Guid id, string area, RefusalReason reason, Instant at) =>
        new(id, area, AfterSearch(at), Needs.None, SearchResult.None, Never, DeclinedFor(reason), at, 0);

    // Where time stands still a search and the hold that it led to are of one moment, and the area is that of the search.
    private static Instant AfterSearch(Instant at) => at + Duration.FromTicks(1);

    /// <summary>Turned away, for this reason.</summary>
    public static NeedStep DeclinedFor(RefusalReason reason) => NeedStep.Declined + (int)reason;

    /// <summary>Whether an outcome is met, unmet, or nobody knows.</summary>
    public static NeedEnd EndOf(NeedOutcome outcome) => outcome switch
    {
        NeedOutcome.Placed => NeedEnd.Met,
        NeedOutcome.Expired or NeedOutcome.Released or NeedOutcome.NotTakenUp or NeedOutcome.UnderWay => NeedEnd.Unknown,
        _ => NeedEnd.Unmet,
    };

    /// <summary>What both records know: the first asking, everything asked for, the newest search and the newest step.</summary>
    public Need With(Need other)
    {
        var first = (other.AskedAt, other.Area).CompareTo((AskedAt, Area)) < 0 ? other : this;
        var searched = (other.SearchAt, other.Search).CompareTo((SearchAt, Search)) > 0 ? other : this;
        var stepped = (other.StepAt, other.Step, other.MinutesAway).CompareTo((StepAt, Step, MinutesAway)) > 0 ? other : this;
        return new Need(
            Id, first.Area, first.AskedAt, Asked | other.Asked, searched.Search, searched.SearchAt, stepped.Step, stepped.StepAt, stepped.MinutesAway);
    }
}
