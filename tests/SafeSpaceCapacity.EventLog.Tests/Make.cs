using System.Globalization;
using System.Text;
using NodaTime;

namespace SafeSpaceCapacity.EventLog.Tests;

/// <summary>Requests and events to test with.</summary>
internal static class Make
{
    /// <summary>The same number gives the same id, spread like a real one.</summary>
    public static Guid Id(int number) => new(System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(number)).AsSpan(0, 16));

    public static CommandRecord Command(string stream, int id, Instant? decidedAt = null) => new(
        Id(id), stream, Encoding.UTF8.GetBytes("hash " + id), Encoding.UTF8.GetBytes("outcome " + id), "crew-7", "crew", "cad", "trace-" + id, decidedAt ?? ManualTime.Start);

    public static NewEvent Event(int command, string payload) => new(
        "HoldPlaced", 3, Id(command), Id(-1 - command), ManualTime.Start - Duration.FromNanoseconds(1_234_567), ManualTime.Start + Duration.FromNanoseconds(1), Encoding.UTF8.GetBytes(payload));

    /// <summary>Some events of one command.</summary>
    public static StreamAppend Append(string stream, long expectedVersion, int command, int events = 1) => new(
        stream, expectedVersion, [.. Enumerable.Range(0, events).Select(i => Event(command, Payload(command, i)))], [Command(stream, command)]);

    public static AppendRequest One(string stream, long expectedVersion, int command, int events = 1) => new([Append(stream, expectedVersion, command, events)]);

    public static string Payload(int command, int index = 0) => string.Create(CultureInfo.InvariantCulture, $"<payload {command:D6}/{index}>");

    /// <summary>The usable checkpoints of a log, and the position that they cover.</summary>
    public static async Task<(long Covered, List<Checkpoint> Kept)> CheckpointsAsync(this IEventLog log)
    {
        var kept = new List<Checkpoint>();
        var covered = await log.LoadCheckpointsAsync(Take, TestContext.Current.CancellationToken);
        return (covered, kept);

        bool Take(Checkpoint checkpoint)
        {
            kept.Add(checkpoint);
            return true;
        }
    }

    public static string Text(this RecordedEvent item) => Encoding.UTF8.GetString(item.Payload.Span);

    /// <summary>Everything in an event as text, since records compare buffers by reference.</summary>
    public static string Whole(this RecordedEvent item) =>
        (item with { Payload = default, RequestHash = default }) + Convert.ToHexString(item.Payload.Span) + "/" + Convert.ToHexString(item.RequestHash.Span);

    public static string Whole(this CommandRecord item) =>
        (item with { Outcome = default, RequestHash = default }) + Convert.ToHexString(item.Outcome.Span) + "/" + Convert.ToHexString(item.RequestHash.Span);
}
