using NodaTime;
using SafeSpaceCapacity.EventLog;

namespace SafeSpaceCapacity.Service.Engine;

/// <summary>Commands that are decided without a queue of their own: what the log keeps of them, and how they are found again.</summary>
internal static class KeptCommands
{
    /// <summary>The record of a command.</summary>
    public static CommandRecord Record(
        this Caller caller, Guid commandId, string stream, ReadOnlyMemory<byte> hash, ReadOnlyMemory<byte> outcome, Instant now) =>
        new(commandId, stream, hash, outcome, caller.Actor, caller.Role, caller.Client, caller.Correlation, now);

    /// <summary>The command of that id, or null where it is new.</summary>
    /// <exception cref="CommandIdReusedException">The id came before with other content.</exception>
    public static async Task<CommandRecord?> FindAnswerAsync(this IEventLog log, Guid commandId, ReadOnlyMemory<byte> hash)
    {
        var known = await log.FindCommandAsync(commandId);
        if (known is not null && !known.RequestHash.Span.SequenceEqual(hash.Span))
            throw new CommandIdReusedException(commandId);
        return known;
    }
}
