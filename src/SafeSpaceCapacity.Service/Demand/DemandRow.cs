using NodaTime;
using SafeSpaceCapacity.Domain.Demand;
using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.Service.Demand;

/// <summary>How long the periods are that planners ask about.</summary>
public enum DemandPeriod
{
    /// <summary>An hour.</summary>
    Hour = 1,

    /// <summary>A whole day in Scotland.</summary>
    Day = 2,
}

/// <summary>What a planner asks of the past.</summary>
/// <param name="Source">A source that was imported; empty: needs that this service saw.</param>
/// <param name="Areas">Codes of the council areas.</param>
/// <param name="From">Periods that begin from then on.</param>
/// <param name="Until">Periods that are over by then.</param>
/// <param name="Period">How long they are.</param>
public sealed record DemandQuestion(string Source, IReadOnlyList<string> Areas, Instant From, Instant Until, DemandPeriod Period);

/// <summary>
/// How many people needed a place in a period of an area, as far as it may be shown: a count that is null is suppressed, none like one to four.
/// Met and unmet are never added up.
/// </summary>
/// <param name="Area">The code of the area.</param>
/// <param name="StartsAt">When the period begins.</param>
/// <param name="Met">Who came to a safe space.</param>
/// <param name="Unmet">Whom none took.</param>
/// <param name="Unknown">Of whom nobody said what became.</param>
/// <param name="IsImported">Whether the source only counts.</param>
/// <param name="Counted">Of an imported source: all it counted, in place of the three.</param>
/// <param name="MinutesAway">How far the places of those met were on average, in whole minutes; null where they are suppressed.</param>
/// <param name="Hidden">Of a day. An estimate, not a count: who did not even ask, because everything was full or closed; null where there is none or it is under five.</param>
/// <param name="Outcomes">Of a day: what met, unmet and unknown are made up of. What is not there is suppressed.</param>
/// <param name="Codes">Of a day: how many of those met, unmet and unknown asked for what. What is not there is suppressed.</param>
public sealed record DemandRow(
    string Area,
    Instant StartsAt,
    int? Met,
    int? Unmet,
    int? Unknown,
    bool IsImported,
    int? Counted,
    int? MinutesAway,
    int? Hidden,
    IReadOnlyDictionary<NeedOutcome, int> Outcomes,
    IReadOnlyDictionary<(NeedEnd End, Needs Code), int> Codes);
