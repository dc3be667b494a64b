using NodaTime;
using SafeSpaceCapacity.Domain.Search;
using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.Domain.Tests.Search;

/// <summary>What a search and a change cost, in nodes and bytes, which unlike time are the same on every machine.</summary>
public class SpatialIndexGrowthTests
{
    private const Needs Two = Needs.AgeAdult | Needs.Wheelchair;
    private static readonly Instant Ten = Instant.FromUtc(2026, 7, 11, 10, 0);
    private static readonly Instant Eleven = Ten + Duration.FromHours(1);

    [Theory]
    [InlineData(10_000)]
    [InlineData(1_000_000)]
    public void Among_almost_only_full_spaces_a_search_visits_few_nodes(int count)
    {
        var random = new Random(count);
        var places = Enumerable.Range(0, count)
            .Select(at => Place.Full($"place-{at}", Scattered.Point(random), Eleven, Two))
            .ToArray();
        var full = SpatialIndex<Place>.Build(places);
        Assert.Equal(count, full.Count);

        // 20 can serve; 20 others could but lack a need; 20 others only time will open.
        var index = full;
        var serving = new List<Place>();
        for (var at = 0; at < 60; at++)
        {
            var chosen = places[random.Next(count)];
            var changed = (at % 3) switch
            {
                0 => chosen with { CanServe = true, CanServeUntil = Instant.MaxValue },
                1 => chosen with { CanServe = true, CanServeUntil = Instant.MaxValue, Provides = Needs.AgeAdult },
                _ => chosen with { CanServeUntil = Ten },
            };
            index = index.With(changed);
            if (at % 3 != 1)
                serving.Add(changed);
        }

        index.CheckInvariants();
        var scan = LinearScan.Of(serving);
        for (var query = 0; query < 100; query++)
        {
            var from = Scattered.Point(random);
            using var nearest = index.Nearest(from, Two, Ten);
            Assert.True(nearest.MoveNext());
            Assert.Equal(scan.Answer(new Question(from, Two, Ten))[0].Key, nearest.Current.Key);
            Assert.True(nearest.NodesVisited < 60, $"the nearest took {nearest.NodesVisited} nodes");

            scan.AssertSameAnswer(index, new Question(from, Two, Ten));
            using var all = index.Nearest(from, Two, Ten);
            while (all.MoveNext())
                continue;
            Assert.True(all.NodesVisited < 250, $"all took {all.NodesVisited} nodes");
        }

        using var none = full.Nearest(Scattered.Point(random), Two, Ten);
        Assert.False(none.MoveNext());
        Assert.Equal(0, none.NodesVisited);
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(1_000_000)]
    public void Five_of_many_that_can_serve_take_few_nodes_and_next_to_no_memory(int count)
    {
        var random = new Random(count);
        var index = SpatialIndex<Place>.Build(Enumerable.Range(0, count)
            .Select(at => new Place($"place-{at}", Scattered.Point(random), (Needs)random.Next(16) | Needs.Wheelchair, at % 2 == 0, Eleven)));

        var nodesMax = 0;
        for (var query = 0; query < 200; query++)
            nodesMax = Math.Max(nodesMax, FiveNearest(index, random));
        Assert.True(nodesMax < 60, $"a search took {nodesMax} nodes");

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var query = 0; query < 1_000; query++)
            FiveNearest(index, random);
        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / 1_000;
        Assert.True(bytes < 300, $"a search allocated {bytes} bytes");
    }

    [Fact]
    public void Replacing_one_entry_of_a_million_copies_four_nodes_and_shares_what_did_not_change()
    {
        var random = new Random(4);
        var places = Enumerable.Range(0, 1_000_000)
            .Select(at => Place.Full($"place-{at}", Scattered.Point(random), Eleven, Two))
            .ToArray();
        var index = SpatialIndex<Place>.Build(places);
        var replaced = index.With(places[500_000] with { CanServe = true });

        var copied = 0;
        var oldNode = index.Root;
        var newNode = replaced.Root;
        while (!ReferenceEquals(oldNode, newNode))
        {
            copied++;
            if (newNode is not IndexInner<Place> newInner)
                break;
            var oldInner = (IndexInner<Place>)oldNode!;
            Assert.Same(oldInner.Boxes, newInner.Boxes);
            Assert.Same(oldInner.Lows, newInner.Lows);
            var changed = Enumerable.Range(0, newInner.Size).Single(at => !ReferenceEquals(oldInner.Nodes[at], newInner.Nodes[at]));
            oldNode = oldInner.Nodes[changed];
            newNode = newInner.Nodes[changed];
        }

        Assert.Equal(4, copied);
        Assert.Equal(1_000_000, replaced.Count);
    }

    private static int FiveNearest(SpatialIndex<Place> index, Random random)
    {
        using var cursor = index.Nearest(Scattered.Point(random), Two, Ten);
        for (var found = 0; found < 5; found++)
            Assert.True(cursor.MoveNext());
        return cursor.NodesVisited;
    }
}
