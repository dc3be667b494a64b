using NodaTime;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog.Codec;

namespace SafeSpaceCapacity.EventLog.Tests;

/// <summary>What proves a restored log: that its events come to the same.</summary>
public sealed class LogReplayTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_events_come_to_the_same() => (await ReplayAsync(Count(1, "space/a", 1, 4), Count(2, "space/b", 1, 2)))
        .RequireSame(await ReplayAsync(Count(1, "space/a", 1, 4), Count(2, "space/b", 1, 2)));

    [Fact]
    public async Task Another_end_another_stream_and_another_state_are_named()
    {
        var expected = await ReplayAsync(Count(1, "space/a", 1, 4), Count(2, "space/b", 1, 2));
        await DiffersAsync("ends at position 1, where 2", Count(1, "space/a", 1, 4));
        await DiffersAsync("has 1 streams, where 2", Count(1, "space/a", 1, 4), Count(2, "space/a", 2, 2));
        await DiffersAsync("space/b does not come to the same state", Count(1, "space/a", 1, 4), Count(2, "space/b", 1, 3));
        await DiffersAsync("space/b does not come to the same state", Count(1, "space/a", 1, 4), Count(2, "space/c", 1, 2));

        async Task DiffersAsync(string says, params RecordedEvent[] events)
        {
            var found = await ReplayAsync(events);
            Assert.Contains(says, Assert.Throws<LogCorruptException>(() => expected.RequireSame(found)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_gap_is_found()
    {
        await Assert.ThrowsAsync<LogCorruptException>(() => ReplayAsync(Count(1, "space/a", 1, 4), Count(3, "space/a", 2, 4)));
        await Assert.ThrowsAsync<LogCorruptException>(() => ReplayAsync(Count(1, "space/a", 1, 4), Count(2, "space/a", 3, 4)));
    }

    private static RecordedEvent Count(long position, string stream, long version, int occupied)
    {
        var at = Instant.FromUtc(2026, 1, 1, 0, 0);
        var item = SpaceCodec.Encode(new OccupancyCounted(at, at, occupied), Guid.Empty, null);
        return new(Guid.Empty, position, stream, version, item.Type, item.Schema, item.CommandId, default, "", "", "", "", null, at, at, at, item.Payload);
    }

    private static Task<LogReplay> ReplayAsync(params RecordedEvent[] events) => LogReplay.RunAsync(events.ToAsyncEnumerable(), Token);
}
