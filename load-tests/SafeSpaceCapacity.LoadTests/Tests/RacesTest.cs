using System.Diagnostics;
using System.Globalization;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.LoadTests.Report;
using SafeSpaceCapacity.LoadTests.Servers;
using Role = SafeSpaceCapacity.Identity.Role;

namespace SafeSpaceCapacity.LoadTests.Tests;

/// <summary>64 crews over three nodes who all want the one place that is left: nodes beside silos.</summary>
internal static class RacesTest
{
    private const int Crews = 64;
    private const int Rounds = 1_000;
    private const int RoundsPerSample = 100;

    // Of a hundred places.
    private const int Taken = 99;

    public static async Task RunAsync(Table table)
    {
        var seed = await Seed.RoomyAsync(2 * Rounds / RoundsPerSample, "-raced");
        foreach (var isOfSilos in (bool[])[false, true])
        {
            await using var cluster = await Cluster.StartAsync(seed, isOfSilos);
            var (wrong, took, commits, vain) = (0, new List<double>(), new List<double>(), new List<double>());
            for (var sample = -1; sample < Rounds / RoundsPerSample; sample++)
            {
                var space = Holding.SpaceAt(sample + 1);
                await FillAsync(cluster.Nodes[0], space);
                var (committed, undone) = await WrittenAsync(cluster);
                var started = Stopwatch.GetTimestamp();
                for (var round = 0; round < RoundsPerSample; round++)
                    wrong += await RaceAsync(cluster, space) == 1 ? 0 : 1;
                if (sample < 0)
                    continue;
                var after = await WrittenAsync(cluster);
                took.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds / RoundsPerSample);
                commits.Add((double)(after.Committed - committed) / RoundsPerSample);
                vain.Add((double)(after.Undone - undone) / RoundsPerSample);
            }

            var name = isOfSilos ? "three silos" : "three nodes";
            table.Add(name + ": rounds of 1,100 without exactly one winner", string.Empty, null, [wrong]);
            table.Add(name + ": a round and the release of the place", "ms", null, took);
            table.Add(name + ": appends committed in a round", string.Empty, null, commits);
            table.Add(name + ": appends of a round that came too late and were decided again", string.Empty, null, vain);
        }
    }

    private static async Task FillAsync(Server server, string space)
    {
        var staff = server.Bearer(new TokenOrder("staff", [Role.Staff], [space], [], CertificateThumbprint: null, TokenIssuer.LifeMax));
        await new StaffService.StaffServiceClient(server.Channel).RecordCountAsync(new RecordCountRequest { CommandId = Ids.New(), SpaceId = space, Occupied = Taken }, staff);
    }

    // Says how many won; the place is free again when it returns.
    private static async Task<int> RaceAsync(Cluster cluster, string space)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, Crews).Select(async i =>
        {
            var node = cluster.Nodes[i % cluster.Nodes.Count];
            return await node.Crew.HoldPlaceAsync(Holding.At(space, Ids.New()), node.Token);
        }));
        var won = answers.Where(answer => answer.Placed is not null).ToList();
        foreach (var answer in won)
            await cluster.Nodes[0].Crew.ReleaseHoldAsync(new ReleaseHoldRequest { CommandId = Ids.New(), SpaceId = space, HoldId = answer.Placed.HoldId }, cluster.Nodes[0].Token);
        return won.Count;
    }

    // Each append moves the one row of the log's head; what came too late is rolled back.
    private static async Task<(long Committed, long Undone)> WrittenAsync(Cluster cluster)
    {
        // Sessions tell what they did a second after they did it.
        await Task.Delay(TimeSpan.FromSeconds(1.5));
        var row = await cluster.Postgres.SqlAsync("select pg_stat_get_tuples_updated('safespace.log_head'::regclass), pg_stat_get_db_xact_rollback(oid) from pg_database where datname = current_database()");
        var fields = row.Trim().Split('|');
        return (long.Parse(fields[0], CultureInfo.InvariantCulture), long.Parse(fields[1], CultureInfo.InvariantCulture));
    }
}
