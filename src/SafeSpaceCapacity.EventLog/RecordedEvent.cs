using NodaTime;
using SafeSpaceCapacity.Domain.Privacy;

namespace SafeSpaceCapacity.EventLog;

/// <summary>One entry of the log, complete.</summary>
/// <param name="Epoch">The epoch of the log in which it was recorded.</param>
/// <param name="Position">Its place in the whole log: from 1, without gaps, in commit order.</param>
/// <param name="Stream">The stream it belongs to.</param>
/// <param name="Version">Its place in the stream: from 1, without gaps.</param>
/// <param name="Type">The name of the event.</param>
/// <param name="Schema">The version of the payload's schema.</param>
/// <param name="CommandId">The command that caused it; <see cref="Guid.Empty"/> for what only time made.</param>
/// <param name="RequestHash">The hash of the command's request; empty for what only time made.</param>
/// <param name="Actor">Who asked; <c>system</c> for what only time made, as in the next three.</param>
/// <param name="Role">In which role.</param>
/// <param name="Client">Through which program.</param>
/// <param name="Correlation">What ties it to a trace.</param>
/// <param name="NeedId">The need it belongs to, if any.</param>
/// <param name="ObservedAt">When it happened at the space.</param>
/// <param name="DecidedAt">The time it was decided with.</param>
/// <param name="RecordedAt">When the log wrote it.</param>
/// <param name="Payload">The encoded event.</param>
public sealed record RecordedEvent(
    Guid Epoch,
    long Position,
    [property: Whose(Words.Space)] string Stream,
    long Version,
    [property: Whose(Words.Service)] string Type,
    int Schema,
    Guid CommandId,
    ReadOnlyMemory<byte> RequestHash,
    [property: Whose(Words.Client)] string Actor,
    [property: Whose(Words.Service)] string Role,
    [property: Whose(Words.Client)] string Client,
    [property: Whose(Words.Client)] string Correlation,
    Guid? NeedId,
    Instant ObservedAt,
    Instant DecidedAt,
    Instant RecordedAt,
    ReadOnlyMemory<byte> Payload);
