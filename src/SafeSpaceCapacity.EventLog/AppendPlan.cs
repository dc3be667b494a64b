using NodaTime;

namespace SafeSpaceCapacity.EventLog;

/// <summary>
/// What requests that share one transaction come to: decided in turn, each on what the log holds and on what those before it will add. Who
/// drops out adds nothing. It writes nothing itself, and holds only if nobody else writes until the transaction ends.
/// </summary>
/// <param name="epoch">The epoch of the log.</param>
/// <param name="head">The last position in the log.</param>
/// <param name="recordedAt">The time to put on all of it.</param>
/// <param name="versionInLog">The version of a stream in the log; 0 for none.</param>
/// <param name="isInLog">Whether a command was answered before.</param>
internal sealed class AppendPlan(Guid epoch, long head, Instant recordedAt, Func<string, long> versionInLog, Func<Guid, bool> isInLog)
{
    private const string System = "system";
    private readonly Dictionary<Guid, CommandRecord> commands = [];
    private readonly Dictionary<string, HeadMove> heads = new(StringComparer.Ordinal);
    private readonly List<RecordedEvent> events = [];

    /// <summary>The last position, with what is planned.</summary>
    public long Head { get; private set; } = head;

    public IReadOnlyList<RecordedEvent> Events => events;

    public IReadOnlyCollection<CommandRecord> Commands => commands.Values;

    /// <summary>The streams that gain events.</summary>
    public IReadOnlyDictionary<string, HeadMove> Heads => heads;

    /// <summary>Adds a request, or nothing of it and why. What it returns holds once the transaction is committed.</summary>
    public AppendResult Add(AppendRequest request)
    {
        var asked = request.Streams.SelectMany(append => append.Commands);
        if (asked.FirstOrDefault(command => commands.ContainsKey(command.CommandId) || isInLog(command.CommandId)) is { } known)
            return new AppendResult.DuplicateCommand(known.CommandId);
        foreach (var append in request.Streams)
        {
            if (VersionOf(append.Stream) is var actual && actual != append.ExpectedVersion)
                return new AppendResult.Conflict(append.Stream, actual);
        }

        foreach (var command in asked)
            commands.Add(command.CommandId, command);
        foreach (var append in request.Streams.Where(append => append.Events.Count > 0))
        {
            var version = append.ExpectedVersion;
            foreach (var item in append.Events)
                events.Add(Record(item, append.Stream, ++version, commands.GetValueOrDefault(item.CommandId)));
            heads[append.Stream] = heads.TryGetValue(append.Stream, out var move) ? move with { To = version } : new(append.ExpectedVersion, version);
        }
        return new AppendResult.Committed(Head, recordedAt);
    }

    private long VersionOf(string stream) => heads.TryGetValue(stream, out var move) ? move.To : versionInLog(stream);

    private RecordedEvent Record(NewEvent item, string stream, long version, CommandRecord? command) => new(
        epoch, ++Head, stream, version, item.Type, item.Schema, item.CommandId, command?.RequestHash ?? default, command?.Actor ?? System,
        command?.Role ?? System, command?.Client ?? System, command?.Correlation ?? System, item.NeedId, item.ObservedAt, item.DecidedAt,
        recordedAt, item.Payload);

    /// <summary>How the version of a stream changes.</summary>
    public readonly record struct HeadMove(long From, long To);
}
