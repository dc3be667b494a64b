using NodaTime;
using SafeSpaceCapacity.Domain.Privacy;

namespace SafeSpaceCapacity.EventLog;

/// <summary>One event to be written. The log adds position, version, epoch and the time it was recorded.</summary>
/// <param name="Type">The name of the event, as the codec knows it.</param>
/// <param name="Schema">The version of the payload's schema.</param>
/// <param name="CommandId">
/// The command that caused it, which must be in the same request; <see cref="Guid.Empty"/> for what only time made.
/// </param>
/// <param name="NeedId">The need it belongs to, if any.</param>
/// <param name="ObservedAt">When it happened at the space.</param>
/// <param name="DecidedAt">The time it was decided with.</param>
/// <param name="Payload">The encoded event; the log does not look inside.</param>
public sealed record NewEvent(
    [property: Whose(Words.Service)] string Type,
    int Schema,
    Guid CommandId,
    Guid? NeedId,
    Instant ObservedAt,
    Instant DecidedAt,
    ReadOnlyMemory<byte> Payload);

/// <summary>A command that was answered, rejections too: the same id gets the same answer until it is forgotten.</summary>
/// <param name="CommandId">Chosen by the client and kept over its retries.</param>
/// <param name="Stream">The stream it was decided on.</param>
/// <param name="RequestHash">A hash of the request: the same id with another hash is an error of the client.</param>
/// <param name="Outcome">The encoded answer; the log does not look inside.</param>
/// <param name="Actor">Who asked.</param>
/// <param name="Role">In which role.</param>
/// <param name="Client">Through which program.</param>
/// <param name="Correlation">What ties the command to its trace.</param>
/// <param name="DecidedAt">The time it was decided with; retention counts from here.</param>
public sealed record CommandRecord(
    Guid CommandId,
    [property: Whose(Words.Space)] string Stream,
    ReadOnlyMemory<byte> RequestHash,
    ReadOnlyMemory<byte> Outcome,
    [property: Whose(Words.Client)] string Actor,
    [property: Whose(Words.Service)] string Role,
    [property: Whose(Words.Client)] string Client,
    [property: Whose(Words.Client)] string Correlation,
    Instant DecidedAt);

/// <summary>What one stream gains, on the condition that it is still at the expected version.</summary>
/// <param name="Stream">The name of the stream, such as <c>space/…</c>.</param>
/// <param name="ExpectedVersion">The version it must have; 0 for a stream that does not exist yet.</param>
/// <param name="Events">The events in order; may be empty where only outcomes, or only the condition, matter.</param>
/// <param name="Commands">The commands answered with this batch.</param>
public sealed record StreamAppend(
    [property: Whose(Words.Space)] string Stream,
    long ExpectedVersion,
    IReadOnlyList<NewEvent> Events,
    IReadOnlyList<CommandRecord> Commands);

/// <summary>Appends to one or more streams that happen together or not at all.</summary>
/// <param name="Streams">Each stream at most once.</param>
public sealed record AppendRequest(IReadOnlyList<StreamAppend> Streams)
{
    // Where an index has an upper bound to what it takes, and far more than any name has.
    private const int StreamNameMost = 500;

    /// <summary>The request, where the log might hold what it takes.</summary>
    /// <exception cref="ArgumentException">The request could never be appended.</exception>
    internal static AppendRequest Checked(AppendRequest request) =>
        request.Faults().FirstOrDefault() is { } fault ? throw new ArgumentException(fault, nameof(request)) : request;

    /// <summary>The times it was decided with.</summary>
    internal IEnumerable<Instant> DecidedAt() =>
        Streams.SelectMany(append => append.Events.Select(item => item.DecidedAt).Concat(append.Commands.Select(command => command.DecidedAt)));

    /// <summary>Why this request could never be appended, whatever the log holds: errors of the caller. One must not fail its neighbours.</summary>
    private IEnumerable<string> Faults()
    {
        var streams = new HashSet<string>(StringComparer.Ordinal);
        var commands = new HashSet<Guid> { Guid.Empty };
        foreach (var append in Streams)
        {
            if (append.Stream.Length == 0)
                yield return "A stream has no name.";
            if (append.Stream.Length > StreamNameMost)
                yield return $"A stream's name is longer than {StreamNameMost} characters.";
            if (!streams.Add(append.Stream))
                yield return $"Stream {append.Stream} is in the request twice.";
            if (append.ExpectedVersion < 0)
                yield return $"Stream {append.Stream}: the expected version is negative.";
            foreach (var command in append.Commands)
            {
                if (!commands.Add(command.CommandId))
                    yield return $"Command {command.CommandId} is empty or in the request twice.";
                if (!string.Equals(command.Stream, append.Stream, StringComparison.Ordinal))
                    yield return $"Command {command.CommandId} names stream {command.Stream}, but comes with {append.Stream}.";
                if (!command.DecidedAt.CanBeKept())
                    yield return $"Command {command.CommandId}: the log keeps instants of the years 1678 to 2261.";
            }
        }
        var texts = Streams.SelectMany(append => append.Commands)
            .SelectMany(command => new[] { command.Stream, command.Actor, command.Role, command.Client, command.Correlation })
            .Concat(Streams.SelectMany(append => append.Events).Select(item => item.Type))
            .Concat(streams);
        // Databases end a text there, or refuse it: it would not be read back as it was written.
        if (texts.Any(text => text.Contains('\0', StringComparison.Ordinal)))
            yield return "A text holds the character U+0000.";
        if (texts.Any(HoldsHalfACharacter))
            yield return "A text holds half of a surrogate pair.";
        foreach (var item in Streams.SelectMany(append => append.Events))
        {
            if (item.Type.Length == 0)
                yield return "An event has no type.";
            if (!commands.Contains(item.CommandId))
                yield return $"Event {item.Type}: command {item.CommandId} is not in the request.";
            if (!item.ObservedAt.CanBeKept() || !item.DecidedAt.CanBeKept())
                yield return $"Event {item.Type}: the log keeps instants of the years 1678 to 2261.";
        }
    }

    private static bool HoldsHalfACharacter(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
                i++;
            else if (char.IsSurrogate(text[i]))
                return true;
        }
        return false;
    }
}
