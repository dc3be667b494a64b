using NodaTime;
using SafeSpaceCapacity.Domain.Search;
using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.Domain.Tests.Search;

public class SpatialIndexConcurrencyTests
{
    private static readonly Instant Ten = Instant.FromUtc(2026, 7, 11, 10, 0);

    [Fact]
    public async Task Readers_see_whole_states_while_a_writer_replaces_and_adds()
    {
        // In every published state exactly one place can serve, and as many are there as the state says.
        const int Readers = 3;
        const int QueriesPerReader = 4_000;
        var random = new Random(7);
        var places = Enumerable.Range(0, 2_000)
            .Select(at => Place.Full($"place-{at}", Scattered.Point(random), Instant.MaxValue))
            .ToArray();
        var latest = SpatialIndex<Place>.Build(places).With(places[0] with { CanServe = true });
        using var start = new Barrier(Readers + 1);
        var reading = Readers;
        var published = 0;

        var readers = Enumerable.Range(0, Readers).Select(seed => Task.Factory.StartNew(
            () => Read(new Random(seed)), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        var all = readers.ToArray();
        Write();
        await Task.WhenAll(all);
        Assert.True(published > 0);
        latest.CheckInvariants();

        void Write()
        {
            start.SignalAndWait(TestContext.Current.CancellationToken);
            var serving = 0;
            while (Volatile.Read(ref reading) > 0)
            {
                var next = random.Next(places.Length);
                var index = latest.With(places[serving]).With(places[next] with { CanServe = true });
                var extra = Place.Full($"extra-{published % 500}", places[published % 500].Point, Instant.MaxValue);
                index = published % 1_000 < 500 ? index.With(extra) : index.Without(extra);
                Volatile.Write(ref latest, index);
                serving = next;
                published++;
            }
        }

        void Read(Random own)
        {
            try
            {
                start.SignalAndWait(TestContext.Current.CancellationToken);
                for (var query = 0; query < QueriesPerReader; query++)
                {
                    var index = Volatile.Read(ref latest);
                    using var serving = index.Nearest(Scattered.Point(own), Needs.None, Ten);
                    Assert.True(serving.MoveNext());
                    Assert.True(serving.Current.CanServe);
                    Assert.False(serving.MoveNext());
                    if (query % 100 != 0)
                        continue;

                    var count = 0;
                    using var every = index.Nearest(Scattered.Point(own), Needs.None, servingAt: null);
                    while (every.MoveNext())
                        count++;
                    Assert.Equal(index.Count, count);
                }
            }
            finally
            {
                Interlocked.Decrement(ref reading);
            }
        }
    }
}
