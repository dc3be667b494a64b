using System.Collections.Immutable;
using System.Security.Cryptography;
using NodaTime;
using SafeSpaceCapacity.Domain.Imports;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.EventLog.Codec;
using SafeSpaceCapacity.Service.Engine;
using SafeSpaceCapacity.Service.ReadModel;

namespace SafeSpaceCapacity.Service.Imports;

/// <summary>What an administrator asks for.</summary>
/// <param name="CommandId">Made once by the client.</param>
/// <param name="RequestHash">SHA-256 of what was asked, the file included.</param>
/// <param name="Sha256">SHA-256 of the file, in hexadecimal digits.</param>
/// <param name="Format">How the file is written.</param>
/// <param name="ChangeExisting">Whether spaces that differ are changed; else each is an error.</param>
/// <param name="Caller">Who asks.</param>
internal sealed record DirectoryOrder(Guid CommandId, byte[] RequestHash, string Sha256, DirectoryFormat Format, bool ChangeExisting, Caller Caller);

/// <summary>A space that exists with other details.</summary>
/// <param name="Id">The space.</param>
/// <param name="Columns">The columns that differ.</param>
internal sealed record SpaceDifference(SpaceId Id, ImmutableArray<string> Columns);

/// <summary>What a file comes to, against the directory as it is.</summary>
/// <param name="Streams">What the streams of the spaces gain.</param>
/// <param name="Kept">How many of each kind.</param>
/// <param name="Differences">The spaces that change.</param>
/// <param name="Faults">Rows that can't be so.</param>
internal sealed record DirectoryPlan(List<StreamAppend> Streams, KeptImport Kept, List<SpaceDifference> Differences, List<ImportFault> Faults);

/// <summary>What an import came to.</summary>
/// <param name="Kept">The counts; null where rows can't be so.</param>
/// <param name="Position">The position of the log that holds it; 0 where it was there before.</param>
/// <param name="Plan">What was decided; null where it was there before.</param>
internal sealed record DirectoryAnswer(KeptImport? Kept, long Position, DirectoryPlan? Plan);

/// <summary>
/// Makes spaces of rows that were checked: one append for all, on the condition that every stream is as the plan saw it. The spaces decide
/// themselves; a conflict throws the plan away, catches up and decides again.
/// </summary>
internal sealed class DirectoryImport(SpaceReadModel readModel, IEventLog log, DecisionClock clock)
{
    private const int ConflictLimit = 10;

    /// <summary>What would be done, with the directory as it is now.</summary>
    public async Task<DirectoryPlan> PlanAsync(IReadOnlyList<CheckedRow> rows, DirectoryOrder order)
    {
        await readModel.ReachAsync(log.HeadPosition, ReadLag.Tolerated);
        var now = clock.Now();
        var streams = new List<StreamAppend>(rows.Count + 1);
        var differences = new List<SpaceDifference>();
        var faults = new List<ImportFault>();
        var unchanged = 0;
        foreach (var (row, details) in rows)
        {
            var state = readModel.StateOf(details.Id);
            if (state is not { Details: { } existing, Retired: null })
            {
                if (state.Retired is not null)
                    faults.Add(new ImportFault(row.Number, row.NameOf(DirectoryColumn.Index["space_id"]), $"'{details.Id}' was taken out of the directory: an id is not given again"));
                else
                    streams.Add(Decide(state, new RegisterSpace(now, details), order));
                continue;
            }

            var columns = Differing(existing, details);
            if (columns.IsEmpty)
            {
                unchanged++;
                continue;
            }

            differences.Add(new SpaceDifference(details.Id, columns));
            if (!order.ChangeExisting)
                faults.Add(new ImportFault(row.Number, row.NameOf(DirectoryColumn.Index["space_id"]), $"'{details.Id}' exists and differs in {string.Join(", ", columns)}; give change_existing to change it"));
            else
                streams.Add(Decide(state, new ChangeSpace(now, details with { Demo = existing.Demo }, Expected: null), order));
        }

        var kept = new KeptImport(rows.Count - differences.Count - unchanged, differences.Count, unchanged);
        return new DirectoryPlan(streams, kept, differences, faults);
    }

    /// <summary>The answer that this command got before, or null.</summary>
    /// <exception cref="CommandIdReusedException">The id came before with other content.</exception>
    public async Task<DirectoryAnswer?> KnownAsync(DirectoryOrder order) =>
        await log.FindAnswerAsync(order.CommandId, order.RequestHash) is { } known ? new DirectoryAnswer(DirectoryCodec.DecodeImport(known.Outcome.Span), 0, null) : null;

    /// <summary>Writes all of it or nothing.</summary>
    /// <exception cref="NotDecidedException">The log can't be written, or others were writing all the time.</exception>
    public async Task<DirectoryAnswer> RunAsync(IReadOnlyList<CheckedRow> rows, DirectoryOrder order)
    {
        for (var attempt = 0; attempt < ConflictLimit; attempt++)
        {
            var plan = await PlanAsync(rows, order);
            if (plan.Faults.Count > 0)
                return new DirectoryAnswer(null, 0, plan);
            var now = clock.Now();
            var imported = new DirectoryImported(now, order.Format, order.Sha256, plan.Kept.Added, plan.Kept.Changed, plan.Kept.Unchanged);
            var command = order.Caller.Record(order.CommandId, DirectoryCodec.Imports, order.RequestHash, DirectoryCodec.Encode(plan.Kept), now);
            var version = await log.GetVersionAsync(DirectoryCodec.Imports);
            var append = new StreamAppend(DirectoryCodec.Imports, version, [DirectoryCodec.Encode(imported, order.CommandId)], [command]);
            var result = await log.AppendAsync(new AppendRequest([.. plan.Streams, append]));
            if (result is AppendResult.Committed committed)
                return new DirectoryAnswer(plan.Kept, committed.LastPosition, plan);

            // A conflict, or somebody has it already, or nobody knows: what the log says now decides.
            if (await KnownAsync(order) is { } known)
                return known;
            if (result is not (AppendResult.Conflict or AppendResult.Adrift))
                throw new NotDecidedException("it is not known whether the log was written; try again with the same command_id");
        }

        throw new NotDecidedException("the spaces of the file are being written to by others; try again with the same command_id");
    }

    private static StreamAppend Decide(SpaceState state, SpaceCommand command, DirectoryOrder order)
    {
        var decision = Space.Decide(state, command with { Id = order.CommandId });
        if (decision.Outcome is Rejected rejected)
            throw new InvalidOperationException($"a checked row was rejected: {rejected.Reason.Code}");
        var stream = decision.State.Details!.Id.Stream;
        return new StreamAppend(stream, state.Version, [.. decision.Events.Select(happened => SpaceCodec.Encode(happened, order.CommandId, needId: null))], []);
    }

    // What a file can say about a space is compared as a file says it.
    private static ImmutableArray<string> Differing(SpaceDetails existing, SpaceDetails details) =>
        [.. DirectoryColumn.TextsOf(existing).Zip(DirectoryColumn.TextsOf(details)).Select((pair, i) => string.Equals(pair.First, pair.Second, StringComparison.Ordinal) ? null : DirectoryColumn.All[i].Name).OfType<string>()];
}
