using System.Globalization;
using System.Security.Cryptography;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog.Codec;

namespace SafeSpaceCapacity.EventLog;

/// <summary>
/// What a log comes to: every event read by this program, and every space worked out from its first event on with the rules of the domain, as a
/// start without checkpoints does.
/// </summary>
internal sealed class LogReplay
{
    private readonly Dictionary<string, (long Version, SpaceState? Space)> streams = new(StringComparer.Ordinal);
    private long position;

    private LogReplay()
    {
    }

    /// <summary>Replays events from the first on.</summary>
    /// <exception cref="UnknownEventException">A newer version of the program wrote one.</exception>
    /// <exception cref="LogCorruptException">One can't be read, or does not follow the one before.</exception>
    public static async Task<LogReplay> RunAsync(IAsyncEnumerable<RecordedEvent> events, CancellationToken cancellationToken)
    {
        var replay = new LogReplay();
        await foreach (var item in events.WithCancellation(cancellationToken))
        {
            try
            {
                replay.Apply(item);
            }
            catch (Exception e) when (e is not UnknownEventException)
            {
                throw new LogCorruptException(string.Create(CultureInfo.InvariantCulture, $"The event at position {item.Position}, {item.Type} of {item.Stream}, can't be replayed: {e.Message}"), e);
            }
        }
        return replay;
    }

    /// <summary>Requires that another log comes to the same.</summary>
    /// <exception cref="LogCorruptException">It does not; the first difference is named.</exception>
    public void RequireSame(LogReplay other)
    {
        if (position != other.position)
            throw Other(string.Create(CultureInfo.InvariantCulture, $"it ends at position {other.position}, where {position} was expected"));
        if (streams.Count != other.streams.Count)
            throw Other(string.Create(CultureInfo.InvariantCulture, $"it has {other.streams.Count} streams, where {streams.Count} were expected"));
        foreach (var (stream, expected) in streams)
        {
            if (!other.streams.TryGetValue(stream, out var found) || found.Version != expected.Version || !Digest(found.Space).AsSpan().SequenceEqual(Digest(expected.Space)))
                throw Other($"{stream} does not come to the same state");
        }

        static LogCorruptException Other(string what) => new($"Replayed, the restored log is not what the backup is: {what}.");
    }

    private void Apply(RecordedEvent item)
    {
        var (version, space) = streams.GetValueOrDefault(item.Stream);
        if (item.Position != ++position || item.Version != version + 1)
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"position {position} and version {version + 1} of the stream should follow, version {item.Version} was found."));
        if (item.Stream.StartsWith(SpaceId.StreamPrefix, StringComparison.Ordinal))
            space = Space.Evolve(space ?? SpaceState.None, SpaceCodec.Decode(item.Type, item.Schema, item.Payload.Span), item.CommandId);
        else if (item.Stream.StartsWith(DirectoryCodec.Prefix, StringComparison.Ordinal))
            DirectoryCodec.Decode(item.Type, item.Schema, item.Payload.Span);
        else
            PolicyCodec.Decode(item.Type, item.Schema, item.Payload.Span);
        streams[item.Stream] = (item.Version, space);
    }

    private static byte[] Digest(SpaceState? space) => space is null ? [] : SHA256.HashData(SpaceCodec.EncodeState(space));
}
