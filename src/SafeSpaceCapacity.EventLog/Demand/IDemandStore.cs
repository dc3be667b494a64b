using NodaTime;
using SafeSpaceCapacity.Domain.Demand;
using SafeSpaceCapacity.Domain.Privacy;

namespace SafeSpaceCapacity.EventLog;

/// <summary>How many people needed a place in an hour of an area, of one kind.</summary>
/// <param name="Area">The code of the area.</param>
/// <param name="Hour">When it begins, in hours since 1970 (UTC).</param>
/// <param name="Outcome">How it ended, as the number of a <see cref="NeedOutcome"/>; 0 where a source only counts.</param>
/// <param name="Code">0: all of them. Else those who asked for one thing: the place of its bit in <see cref="Domain.Spaces.Needs"/>, from 1.</param>
/// <param name="People">How many.</param>
/// <param name="MinutesAway">The sum of how far their places were.</param>
public sealed record DemandCount([property: Whose(Words.Service)] string Area, int Hour, int Outcome, int Code, int People, int MinutesAway)
{
    /// <summary>Counts needs by area, hour and outcome: all of them, and those who asked for each thing.</summary>
    public static IReadOnlyList<DemandCount> Of(IEnumerable<Need> needs) => DemandRows.Counted(needs);
}

/// <summary>What is kept under a name as it is, such as a forecast.</summary>
/// <param name="MadeAt">When it was made.</param>
/// <param name="Body">What it is; the store does not look inside.</param>
public sealed record DemandDocument(Instant MadeAt, ReadOnlyMemory<byte> Body);

/// <summary>
/// Demand beside the log, in its database: needs until they are settled, then counts by hour. Unlike an append, what is kept here may be told
/// again, by any node: it comes to the same. Everything may throw <see cref="LogUnavailableException"/> or <see cref="LogStoppedException"/>.
/// </summary>
public interface IDemandStore
{
    /// <summary>How the names of the documents of sources begin.</summary>
    public const string SourcePrefix = "source/";

    /// <summary>The hours before which all needs have been counted, in hours since 1970; 0 where none were ever.</summary>
    ValueTask<int> CountedUntilAsync(CancellationToken cancellationToken = default);

    /// <summary>Merges records of needs into those kept. One that was first asked in an hour that has been counted is left out.</summary>
    /// <param name="needs">Each need at most once.</param>
    /// <param name="cancellationToken">Gives up; all of them are kept or none.</param>
    ValueTask MergeNeedsAsync(IReadOnlyList<Need> needs, CancellationToken cancellationToken = default);

    /// <summary>Counts the needs first asked before an hour, forgets them, and forgets counts that are too old; together or not at all.</summary>
    /// <param name="until">In hours since 1970. Nothing is done for one that has been counted.</param>
    /// <param name="forgetBefore">Counts of needs in hours before are forgotten.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask CountNeedsAsync(int until, int forgetBefore, CancellationToken cancellationToken = default);

    /// <summary>Needs not counted yet that were first asked in some hours, and the hours before which all were counted, of one moment.</summary>
    ValueTask<(int CountedUntil, IReadOnlyList<Need> Needs)> ReadNeedsAsync(int fromHour, int untilHour, CancellationToken cancellationToken = default);

    /// <summary>Counts of a source by area, hour, outcome and code; of no source's name, those of needs.</summary>
    ValueTask<IReadOnlyList<DemandCount>> ReadCountsAsync(string source, int fromHour, int untilHour, bool withCodes, CancellationToken cancellationToken = default);

    /// <summary>Puts counts in place of all that a source had, with the document <c>source/</c> and its name; together or not at all.</summary>
    ValueTask ReplaceCountsAsync(string source, IReadOnlyList<DemandCount> counts, DemandDocument document, CancellationToken cancellationToken = default);

    /// <summary>The documents whose names begin so, by name.</summary>
    ValueTask<IReadOnlyDictionary<string, DemandDocument>> ReadDocumentsAsync(string prefix, CancellationToken cancellationToken = default);

    /// <summary>Keeps a document unless there is one that was made later.</summary>
    ValueTask SaveDocumentAsync(string name, DemandDocument document, CancellationToken cancellationToken = default);

    /// <summary>Takes a turn at something, unless somebody took one since: of several nodes one does it.</summary>
    /// <returns>Whether it was taken.</returns>
    ValueTask<bool> TakeTurnAsync(string name, Instant now, Instant unlessSince, CancellationToken cancellationToken = default);
}
