using System.Diagnostics;
using Npgsql;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.LoadTests.Report;
using SafeSpaceCapacity.LoadTests.Servers;

namespace SafeSpaceCapacity.LoadTests.Tests;

/// <summary>A change made at one node until a watcher at another is told, beside what PostgreSQL's own notification takes.</summary>
internal static class AcrossNodesTest
{
    private const int Runs = 7;
    private const int ChangesPerRun = 100;
    private const int ChangedSpaces = 25;
    private static readonly TimeSpan ChangeEvery = TimeSpan.FromMilliseconds(50);

    public static async Task RunAsync(Table table)
    {
        await using var cluster = await Cluster.StartAsync(await Seed.RegionAsync(1_000), isOfSilos: false, size: 2);
        using var audience = new Audience(cluster.Nodes[1]);
        await audience.GatherAsync(1, 1);

        // A watcher is told of changes of one space at a short interval together.
        var changes = new Changes(cluster.Nodes[0], [.. audience.Seen.Order(StringComparer.Ordinal).Take(ChangedSpaces)]);
        await using var bare = await Notified.StartAsync(cluster.Postgres, "select pg_notify('bare', $1)", "bare");
        await using var durable = await Notified.StartAsync(cluster.Postgres, "with row as (insert into rows (body) values (repeat('x', 300))) select pg_notify('durable', $1)", "durable");
        var (told, notified, written) = (new List<List<double>>(), new List<List<double>>(), new List<List<double>>());
        for (var run = -1; run < Runs; run++)
        {
            var (ours, theirs, theirsWritten) = (new List<double>(), new List<double>(), new List<double>());
            if (run % 2 == 0)
                (theirs, theirsWritten) = (await bare.RunAsync(ChangesPerRun, ChangeEvery), await durable.RunAsync(ChangesPerRun, ChangeEvery));
            ours = await audience.ToldAsync(await changes.MakeAsync(ChangesPerRun, ChangeEvery));
            if (run % 2 != 0)
                (theirs, theirsWritten) = (await bare.RunAsync(ChangesPerRun, ChangeEvery), await durable.RunAsync(ChangesPerRun, ChangeEvery));
            if (run < 0)
                continue;
            told.Add(ours);
            notified.Add(theirs);
            written.Add(theirsWritten);
        }

        foreach (var (name, share, goal) in new[] { ("p50", 0.5, 3.0), ("p99", 0.99, 5.0) })
        {
            table.Add($"change sent to one node to watcher at another told, {name}", "ms", null, At(told, share));
            table.Add($"NOTIFY sent to LISTEN told, {name}", "ms", null, At(notified, share));
            table.Add($"the same with a row made durable, {name}", "ms", null, At(written, share));
            table.Add($"{name} ÷ NOTIFY", string.Empty, Goal.AtMostOf(goal), At(told, share).Zip(At(notified, share), (one, other) => one / other));
            table.Add($"{name} ÷ NOTIFY with a row made durable", string.Empty, null, At(told, share).Zip(At(written, share), (one, other) => one / other));
        }
    }

    private static IEnumerable<double> At(IEnumerable<List<double>> runs, double share) => runs.Select(run => Statistics.Quantile(run, share));

    /// <summary>A raw round: one connection notifies, another waits.</summary>
    private sealed class Notified(NpgsqlConnection sending, NpgsqlConnection hearing, string sql) : IAsyncDisposable
    {
        public static async Task<Notified> StartAsync(Postgres postgres, string sql, string channel)
        {
            var (sending, hearing) = (new NpgsqlConnection(postgres.ConnectionString), new NpgsqlConnection(postgres.ConnectionString));
            await sending.OpenAsync();
            await hearing.OpenAsync();
            await using var prepare = new NpgsqlCommand("create table if not exists rows (id bigint generated always as identity primary key, body text not null)", sending);
            await prepare.ExecuteNonQueryAsync();
            await using var listen = new NpgsqlCommand("listen " + channel, hearing);
            await listen.ExecuteNonQueryAsync();
            return new Notified(sending, hearing, sql);
        }

        /// <summary>Milliseconds from sending each until it was heard, in order.</summary>
        public async Task<List<double>> RunAsync(int rounds, TimeSpan every)
        {
            var took = new List<double>();
            for (var i = 0; i < rounds; i++)
            {
                await using var notify = new NpgsqlCommand(sql, sending) { Parameters = { new NpgsqlParameter<string> { TypedValue = Ids.New() } } };
                var sent = Stopwatch.GetTimestamp();
                var heard = hearing.WaitAsync();
                await notify.ExecuteNonQueryAsync();
                await heard;
                took.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                await Task.Delay(every);
            }

            took.Sort();
            return took;
        }

        public async ValueTask DisposeAsync()
        {
            await sending.DisposeAsync();
            await hearing.DisposeAsync();
        }
    }
}
