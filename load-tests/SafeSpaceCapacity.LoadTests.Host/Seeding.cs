using NodaTime;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.EventLog.Codec;
using SafeSpaceCapacity.Service;
using SafeSpaceCapacity.Service.ReadModel;

namespace SafeSpaceCapacity.LoadTests.Host;

/// <summary>Fills a log with spaces and their past, and leaves it as a service that ran and stopped would have: with its checkpoints.</summary>
internal static class Seeding
{
    // Streams written by one request: one transaction.
    private const int StreamsAtOnce = 4_000;

    // Before its shifts of today each space has had about so many events a day.
    private const double EventsPerDay = 10.0 / 3;

    public static async Task RunAsync(string data, int spaceCount, int eventCount, SeedKind kind)
    {
        await using var parts = await Parts.OpenAsync(data);
        var now = Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow());
        var spaces = new SeededSpaces(kind, now, new Random(20261122)).Make(spaceCount);
        await WriteAsync(parts.Log, spaces, (eventCount / spaceCount) - SeededSpace.EventsMin, now);
        await CheckpointAsync(parts);
        await using var table = new StreamWriter(Path.Combine(data, "spaces.csv"));
        foreach (var space in spaces)
            await table.WriteLineAsync(space.Row(now));
    }

    private static async Task WriteAsync(IEventLog log, SeededSpace[] spaces, int pastEvents, Instant now)
    {
        await AppendAsync(log, spaces, space => space.Registered(now - Past(pastEvents + 1)));
        for (var nth = 0; nth < pastEvents; nth++)
        {
            var at = now - Past(pastEvents - nth);
            await AppendAsync(log, spaces, space => space.Happened(nth, at));
        }

        await AppendAsync(log, spaces, space => space.Now());
    }

    private static Duration Past(int events) => Duration.FromDays(events / EventsPerDay) + Duration.FromHours(8);

    private static async Task AppendAsync(IEventLog log, SeededSpace[] spaces, Func<SeededSpace, IReadOnlyList<SpaceEvent>> next)
    {
        foreach (var chunk in spaces.Chunk(StreamsAtOnce))
        {
            var appends = Array.ConvertAll(chunk, space =>
            {
                var events = next(space);
                var append = new StreamAppend(
                    space.Details.Id.Stream, space.Version, [.. events.Select(happened => SpaceCodec.Encode(happened, Guid.Empty, needId: null))], []);
                space.Version += events.Count;
                return append;
            });
            if (await log.AppendAsync(new AppendRequest(appends)) is not AppendResult.Committed)
                throw new InvalidOperationException("the log was not empty");
        }
    }

    private static async Task CheckpointAsync(Parts parts)
    {
        await using var services = new ServiceCollection().AddLogging().AddSafeSpaceCapacity(parts.Service, Parts.Choices).BuildServiceProvider();
        var readModel = services.GetRequiredService<SpaceReadModel>();
        await readModel.StartAsync(CancellationToken.None);
        await readModel.StopAsync(CancellationToken.None);
    }
}
