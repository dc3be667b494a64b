using Grpc.Core;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.EndToEnd.Tests.Faults;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Tests.Postgres;

namespace SafeSpaceCapacity.EndToEnd.Tests;

/// <summary>Three embedded nodes on one PostgreSQL behind a proxy, under load, while one thing after another breaks.</summary>
public sealed class FaultTests(ITestOutputHelper output)
{
    // With those of the silos' own test twenty.
    [Fact]
    public Task Nothing_acknowledged_is_lost_or_done_twice_whatever_breaks() => FaultRun.RunAsync(HostKind.Embedded, Settings.Faults ?? 12, output);

    [Fact]
    public async Task A_node_whose_time_to_stop_runs_out_has_stopped_all_the_same()
    {
        const string space = "no-answer";
        var ids = new Ids(Settings.Seed);
        await using var database = new PrivatePostgres();
        await database.InitializeAsync();
        using var identity = new DataDirectory();
        await using var node = await Node.MakeAsync(HostKind.Embedded, "the node", await database.NewDatabaseAsync(), identity.Path);
        await node.StartAsync();
        using var caller = node.Caller();
        await caller.OpenSpaceAsync(space, places: 3, ids);
        node.ToDatabase.Freeze();
        var held = caller.Calls.HoldPlaceAsync(Crew.HoldAt(space, ids.Next()), Crew.Options).ResponseAsync;

        // It comes after the other on the same connection: that one is under way now.
        await caller.Staff.GetBoardAsync(new GetBoardRequest { SpaceId = space }, Crew.Options);
        await node.StopAsync();
        Assert.Contains("Not everything was handed over", node.Said, StringComparison.Ordinal);
        Assert.Contains("Everything acknowledged is on disk", node.Said, StringComparison.Ordinal);
        await Assert.ThrowsAsync<RpcException>(() => held);
    }
}
