using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.EventLog.Codec;

namespace SafeSpaceCapacity.EndToEnd.Tests.Faults;

/// <summary>Whether a log is one that a single writer could have made, deciding each space's commands one after the other.</summary>
internal static class HistoryCheck
{
    private const int Page = 1_000;

    /// <summary>Fails the test if a command had two effects, a place was promised twice, or a space's events are not one history.</summary>
    /// <returns>How many events there are.</returns>
    public static async Task<long> RunAsync(PostgresAddress address, HostKind kind)
    {
        await using var log = await PostgresEventLog.OpenAsync(address, new LogNode("fault-check", kind));
        var spaces = new Dictionary<string, SpaceState>(StringComparer.Ordinal);
        var commands = new Dictionary<Guid, (string Stream, long Version)>();
        long position = 0;
        while (await log.ReadAllAsync(position, Page) is { Count: > 0 } page)
        {
            foreach (var recorded in page)
            {
                Assert.Equal(++position, recorded.Position);
                OneEffect(recorded, commands);
                if (recorded.Stream.StartsWith("space/", StringComparison.Ordinal))
                    spaces[recorded.Stream] = Next(recorded, spaces.GetValueOrDefault(recorded.Stream) ?? SpaceState.None);
            }
        }

        return position;
    }

    // The events of one command follow each other in one stream: a second effect would come later, or elsewhere.
    private static void OneEffect(RecordedEvent recorded, Dictionary<Guid, (string Stream, long Version)> commands)
    {
        if (recorded.CommandId == Guid.Empty)
            return;
        if (commands.TryGetValue(recorded.CommandId, out var before))
            Assert.True(before == (recorded.Stream, recorded.Version - 1), $"The command {recorded.CommandId} had an effect at {before} and at {recorded.Stream} {recorded.Version}.");
        commands[recorded.CommandId] = (recorded.Stream, recorded.Version);
    }

    private static SpaceState Next(RecordedEvent recorded, SpaceState before)
    {
        Assert.Equal(before.Version + 1, recorded.Version);
        var happened = SpaceCodec.Decode(recorded.Type, recorded.Schema, recorded.Payload.Span);
        var after = Space.Evolve(before, happened, recorded.CommandId);
        if (happened is HoldPlaced)
        {
            var numbers = CapacityTimeline.Of(after, recorded.DecidedAt).At(recorded.DecidedAt);
            Assert.True(CapacityTimeline.Of(after, recorded.DecidedAt).Free(numbers) >= 0, $"At {recorded.Stream} {recorded.Version} more is promised than is safe: {numbers}");
        }

        return after;
    }
}
