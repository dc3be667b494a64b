using System.Globalization;
using Npgsql;
using SafeSpaceCapacity.Tests.Postgres;

namespace SafeSpaceCapacity.EventLog.Tests;

/// <summary>Several nodes on one log, and what connections, transactions and servers do to them.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresNodesTests(PrivatePostgres server)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Nodes_that_conflict_converge_and_the_tail_of_each_skips_nothing(int seed)
    {
        var database = await PostgresDatabase.MakeAsync(server);
        await using var a = await database.OpenAsync("a");
        await using var b = await database.OpenAsync("b");
        await ConflictingAppenders.RunAsync(seed, appenders: 12, each: 25, a, b);
    }

    [Fact]
    public async Task One_of_many_that_race_for_a_version_over_two_nodes_wins()
    {
        var database = await PostgresDatabase.MakeAsync(server);
        await using var a = await database.OpenAsync("a");
        await using var b = await database.OpenAsync("b");
        var results = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(async () => await (i % 2 == 0 ? a : b).AppendAsync(Make.One("space/a", 0, i), Token), Token)));
        Assert.Single(results, new AppendResult.Committed(1, ManualTime.Start));
        Assert.Equal(63, results.Count(result => result == new AppendResult.Conflict("space/a", 1)));
        await b.WaitForAsync(1, Token);
        Assert.Single(await b.ReadAllAsync(0, 100, Token));
    }

    [Fact]
    public async Task A_command_has_one_effect_at_whichever_nodes_it_arrives()
    {
        var database = await PostgresDatabase.MakeAsync(server);
        await using var a = await database.OpenAsync("a");
        await using var b = await database.OpenAsync("b");
        for (var i = 0; i < 20; i++)
        {
            // On two streams, so that only the id is in the way.
            var results = await Task.WhenAll(a.AppendAsync(Make.One("space/a" + i, 0, i), Token).AsTask(), b.AppendAsync(Make.One("space/b" + i, 0, i), Token).AsTask());
            Assert.Single(results, new AppendResult.Committed(i + 1, ManualTime.Start));
            Assert.Single(results, new AppendResult.DuplicateCommand(Make.Id(i)));
            Assert.Equal((await a.FindCommandAsync(Make.Id(i), Token))!.Whole(), (await b.FindCommandAsync(Make.Id(i), Token))!.Whole());
        }
    }

    [Fact]
    public async Task Appends_that_wait_share_one_commit_and_a_loser_drops_out_alone()
    {
        var database = await PostgresDatabase.MakeAsync(server);
        await using var log = await database.OpenAsync("a");
        Task<AppendResult> first, winner, stale, follower, retry;
        List<Task<AppendResult>> others;
        await using (var held = await database.HoldHeadAsync())
        {
            first = log.AppendAsync(Make.One("space/first", 0, 1), Token).AsTask();
            await database.SomebodyWaitsAsync();

            // While the first waits for the head, these wait in this order.
            winner = log.AppendAsync(Make.One("space/a", 0, 2), Token).AsTask();
            stale = log.AppendAsync(Make.One("space/a", 0, 3), Token).AsTask();
            follower = log.AppendAsync(Make.One("space/a", 1, 4), Token).AsTask();
            retry = log.AppendAsync(Make.One("space/b", 0, 2), Token).AsTask();
            others = [.. Enumerable.Range(0, 64).Select(i => log.AppendAsync(Make.One("space/" + i, 0, 100 + i), Token).AsTask())];
            await held.CommitAsync(Token);
        }
        Assert.Equal(new AppendResult.Committed(1, ManualTime.Start), await first);
        Assert.Equal(new AppendResult.Committed(67, ManualTime.Start), (await Task.WhenAll(others))[^1]);
        Assert.IsType<AppendResult.Committed>(await winner);
        Assert.Equal(new AppendResult.Conflict("space/a", 1), await stale);
        Assert.IsType<AppendResult.Committed>(await follower);
        Assert.Equal(new AppendResult.DuplicateCommand(Make.Id(2)), await retry);
        Assert.Equal(67, log.HeadPosition);
        Assert.Equal(2, log.Commits);
    }

    [Fact]
    public async Task What_a_transaction_held_open_has_written_is_not_read_and_nothing_overtakes_it()
    {
        var database = await PostgresDatabase.MakeAsync(server);
        await using var a = await database.OpenAsync("a");
        await using var b = await database.OpenAsync("b");
        await a.AppendAsync(Make.One("space/a", 0, 1), Token);
        Task<AppendResult> waiting;
        await using (var held = await database.HoldHeadAsync())
        {
            // As another node does, and is slow to commit: the next position, for another stream.
            var other = (await a.ReadAllAsync(0, 1, Token))[0] with { Position = 2, Stream = "space/slow" };
            await using var insert = new NpgsqlCommand(
                "insert into events select 2, epoch, 'space/slow', 1, type, schema, command_id, request_hash, actor, role, client, correlation, need_id, observed_at_ns, decided_at_ns, recorded_at_ns, payload, $1 from events",
                held.Connection);
            insert.Parameters.Add(new() { Value = new RowChecksum().Of(other) });
            await insert.ExecuteNonQueryAsync(Token);
            await using var move = new NpgsqlCommand("insert into heads values ('space/slow', 1); update log_head set position = 2", held.Connection);
            await move.ExecuteNonQueryAsync(Token);

            waiting = b.AppendAsync(Make.One("space/b", 0, 2), Token).AsTask();
            await database.SomebodyWaitsAsync();
            Assert.Single(await a.ReadAllAsync(0, 10, Token));
            Assert.Equal(1, a.HeadPosition);
            Assert.False(waiting.IsCompleted);
            await held.CommitAsync(Token);
        }
        Assert.Equal(new AppendResult.Committed(3, ManualTime.Start), await waiting);
        await a.WaitForAsync(3, Token).AsTask().WaitAsync(Patience, Token);
        Assert.Equal(["space/a", "space/slow", "space/b"], (await a.ReadAllAsync(0, 10, Token)).Select(item => item.Stream));
    }

    [Fact]
    public async Task A_node_that_hears_nothing_asks()
    {
        var database = await PostgresDatabase.MakeAsync(server);
        await using var log = await database.OpenAsync("a");
        await database.SqlAsync("update log_head set position = 1");
        await log.WaitForAsync(1, Token).AsTask().WaitAsync(Patience, Token);
    }

    [Fact]
    public async Task A_connection_lost_before_the_commit_leaves_nothing_and_another_is_made()
    {
        var database = await PostgresDatabase.MakeAsync(server);
        await using var log = await database.OpenAsync("a");
        Task<AppendResult> lost;
        await using (await database.HoldHeadAsync())
        {
            // The first connection of the writer, so that it was not lost unnoticed before.
            lost = log.AppendAsync(Make.One("space/a", 0, 1), Token).AsTask();
            await database.SomebodyWaitsAsync();
            await TerminateAsync(database, "wait_event_type = 'Lock'");
            await Assert.ThrowsAsync<LogUnavailableException>(() => lost);
        }
        Assert.True(log.CanAppend);
        Assert.Null(await log.FindCommandAsync(Make.Id(1), Token));
        Assert.Equal(new AppendResult.Committed(1, ManualTime.Start), await log.AppendAsync(Make.One("space/a", 0, 1), Token));
        Assert.Null(log.LastFailure);

        await using (await database.HoldHeadAsync())
        {
            lost = log.AppendAsync(Make.One("space/a", 1, 2), Token).AsTask();
            await database.SomebodyWaitsAsync();
            await TerminateAsync(database, "wait_event_type = 'Lock'");
        }
        Assert.Equal(new AppendResult.Committed(2, ManualTime.Start), await lost);
        Assert.Equal(2, (await log.ReadAllAsync(0, 10, Token)).Count);
    }

    [Fact]
    public async Task A_connection_lost_during_the_commit_leaves_it_unknown_and_the_log_knows()
    {
        var database = await PostgresDatabase.MakeAsync(server);
        await using var log = await database.OpenAsync("a");
        await using var other = await database.OpenAsync("b");
        await log.AppendAsync(Make.One("space/a", 0, 1), Token);

        // The commit is on this server's disk, and waits for a standby that is not there.
        await server.StandbyAsync("nobody");
        try
        {
            var append = log.AppendAsync(Make.One("space/a", 1, 2), Token).AsTask();
            await database.UntilAsync("select exists (select 1 from pg_stat_activity where datname = current_database() and wait_event = 'SyncRep')");
            Assert.False(append.IsCompleted);
            await TerminateAsync(database, "wait_event = 'SyncRep'");
            Assert.IsType<AppendResult.Unknown>(await append);
        }
        finally
        {
            await server.StandbyAsync("");
        }

        Assert.NotNull(await log.FindCommandAsync(Make.Id(2), Token));
        Assert.Equal(new AppendResult.DuplicateCommand(Make.Id(2)), await log.AppendAsync(Make.One("space/a", 1, 2), Token));
        await other.WaitForAsync(2, Token).AsTask().WaitAsync(Patience, Token);
        Assert.Equal(2, (await other.ReadAllAsync(0, 10, Token)).Count);
    }

    [Fact]
    public async Task The_tail_goes_on_after_every_connection_was_lost()
    {
        var database = await PostgresDatabase.MakeAsync(server);
        await using var a = await database.OpenAsync("a");
        await using var b = await database.OpenAsync("b");
        await a.AppendAsync(Make.One("space/a", 0, 1), Token);
        for (var i = 1; i < 4; i++)
        {
            await TerminateAsync(database, "true");
            await AppendUntilCommittedAsync(a, Make.One("space/a", i, 1 + i));
            await b.WaitForAsync(i + 1, Token).AsTask().WaitAsync(Patience, Token);
            Assert.Equal(i + 1, (await b.ReadAllAsync(0, 10, Token)).Count);
        }
    }

    [Fact]
    public async Task The_log_goes_on_after_the_server_crashed_and_came_back()
    {
        var database = await PostgresDatabase.MakeAsync(server);
        await using var a = await database.OpenAsync("a");
        await using var b = await database.OpenAsync("b");
        await a.AppendAsync(Make.One("space/a", 0, 1), Token);
        await server.StopAsync();
        await Assert.ThrowsAsync<LogUnavailableException>(async () => await a.AppendAsync(Make.One("space/a", 1, 2), Token));
        await UntilAsync(() => a.LastFailure is LogUnavailableException);
        await server.StartAsync();

        // Without an append: who only reads knows that the log is back.
        await UntilAsync(() => b.LastFailure is null);
        await AppendUntilCommittedAsync(a, Make.One("space/a", 1, 2));
        await b.WaitForAsync(2, Token).AsTask().WaitAsync(Patience, Token);
        Assert.Equal([1L, 2], (await b.ReadAllAsync(0, 10, Token)).Select(item => item.Position));
        Assert.True(a.CanAppend && b.CanAppend);
    }

    [Fact]
    public async Task Nodes_that_start_at_once_make_one_log()
    {
        var connection = await server.NewDatabaseAsync();
        var logs = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(
            () => PostgresEventLog.OpenAsync(PostgresAddress.Parse(connection), new LogNode("node " + i, HostKind.Silo), Token), Token)));
        Assert.Single(logs.Select(log => log.Epoch).Distinct());
        Assert.Equal(6L, await PrivatePostgres.RunSqlAsync(connection, "select count(*) from nodes"));
        foreach (var log in logs)
            await log.DisposeAsync();
        Assert.Equal(0L, await PrivatePostgres.RunSqlAsync(connection, "select count(*) from nodes"));
        Assert.Equal(2L, await PrivatePostgres.RunSqlAsync(connection, "select count(*) from schema_versions"));
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Patience, "It never came.");
            await Task.Delay(20, Token);
        }
    }

    private static Task<object?> TerminateAsync(PostgresDatabase database, string which) => database.SqlAsync(
        $"select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend' and {which}");

    private static async Task AppendUntilCommittedAsync(PostgresEventLog log, AppendRequest request)
    {
        while (true)
        {
            try
            {
                if (await log.AppendAsync(request, Token) is AppendResult.Committed or AppendResult.DuplicateCommand)
                    return;
            }
            catch (LogUnavailableException)
            {
                await Task.Delay(50, Token);
            }
        }
    }
}
