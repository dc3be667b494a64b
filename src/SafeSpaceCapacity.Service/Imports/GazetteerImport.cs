using SafeSpaceCapacity.Domain.Imports;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.EventLog.Codec;
using SafeSpaceCapacity.Service.Engine;

namespace SafeSpaceCapacity.Service.Imports;

/// <summary>Puts a gazetteer that was checked into the log, from which every node takes it.</summary>
internal sealed class GazetteerImport(IEventLog log, DecisionClock clock)
{
    private const int ConflictLimit = 10;

    /// <summary>The number of rows that this command answered before, or null.</summary>
    /// <exception cref="CommandIdReusedException">The id came before with other content.</exception>
    public async Task<int?> KnownAsync(Guid commandId, byte[] hash) =>
        await log.FindAnswerAsync(commandId, hash) is { } known ? DirectoryCodec.DecodeImport(known.Outcome.Span).Added : null;

    /// <summary>Writes it, and returns the position of the log that holds it; 0 where it was there before.</summary>
    /// <exception cref="NotDecidedException">The log can't be written.</exception>
    public async Task<long> RunAsync(Guid commandId, byte[] hash, GazetteerImported gazetteer, Caller caller)
    {
        var stream = DirectoryCodec.StreamOf(gazetteer.Kind);
        for (var attempt = 0; attempt < ConflictLimit; attempt++)
        {
            var now = clock.Now();
            var command = caller.Record(commandId, stream, hash, DirectoryCodec.Encode(new KeptImport(gazetteer.Rows, 0, 0)), now);
            var result = await log.AppendAsync(new AppendRequest(
                [new StreamAppend(stream, await log.GetVersionAsync(stream), [DirectoryCodec.Encode(gazetteer with { DecidedAt = now }, commandId)], [command])]));
            if (result is AppendResult.Committed committed)
                return committed.LastPosition;
            if (await KnownAsync(commandId, hash) is not null)
                return 0;
            if (result is not (AppendResult.Conflict or AppendResult.Adrift))
                break;
        }

        throw new NotDecidedException("it is not known whether the log was written; try again with the same command_id");
    }
}
