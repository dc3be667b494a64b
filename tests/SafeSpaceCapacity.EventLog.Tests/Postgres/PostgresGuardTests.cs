using System.Globalization;
using NodaTime;
using SafeSpaceCapacity.Tests.Postgres;

namespace SafeSpaceCapacity.EventLog.Tests;

/// <summary>What the log on PostgreSQL refuses, notices and keeps apart.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresGuardTests(PrivatePostgres server)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("fsync")]
    [InlineData("full_page_writes")]
    public async Task A_server_that_may_lose_what_it_committed_is_refused(string setting)
    {
        var database = await PostgresDatabase.MakeAsync(server);
        await server.StopAsync();
        await server.StartAsync(setting + "=off");
        try
        {
            var refused = await Assert.ThrowsAsync<LogRefusedException>(() => database.OpenAsync("a"));
            Assert.Contains($" {setting} set to off", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            await server.StopAsync();
            await server.StartAsync();
        }
        await (await database.OpenAsync("a")).DisposeAsync();
    }

    [Fact]
    public async Task Commits_that_do_not_wait_for_the_disk_are_refused_also_by_a_log_that_is_open()
    {
        var database = await PostgresDatabase.MakeAsync(server);
        await using var log = await database.OpenAsync("a");
        await database.SqlAsync("do $$ begin execute 'alter database ' || current_database() || ' set synchronous_commit = off'; end $$");
        var refused = await Assert.ThrowsAsync<LogRefusedException>(() => database.OpenAsync("b"));
        Assert.Contains(" synchronous_commit set to off", refused.Message, StringComparison.Ordinal);

        await Assert.ThrowsAsync<LogStoppedException>(async () => await log.AppendAsync(Make.One("space/a", 0, 1), Token));
        Assert.False(log.CanAppend);
        Assert.IsType<LogRefusedException>(log.LastFailure);
        Assert.Empty(await log.ReadAllAsync(0, 10, Token));
    }

    [Fact]
    public async Task A_newer_schema_is_refused_and_left_as_it_is()
    {
        var database = await PostgresDatabase.MakeAsync(server);
        await database.SqlAsync("insert into schema_versions values (1000, now())");
        var refused = await Assert.ThrowsAsync<LogSchemaException>(() => database.OpenAsync("a"));
        Assert.Equal(1000, refused.Found);
        Assert.Equal(0L, await database.SqlAsync("select count(*) from nodes"));
    }

    [Theory]
    [InlineData(2001, true)]
    [InlineData(2000, false)]
    [InlineData(-2001, true)]
    [InlineData(-2000, false)]
    public async Task What_was_decided_by_another_clock_is_refused_and_its_neighbours_are_not(int milliseconds, bool isRefused)
    {
        var database = await PostgresDatabase.MakeAsync(server);
        await using var log = await database.OpenAsync("a");
        var decided = ManualTime.Start + Duration.FromMilliseconds(milliseconds);
        AppendRequest[] adrift =
        [
            new([new("space/event", 0, [Make.Event(1, "x") with { DecidedAt = decided }], [Make.Command("space/event", 1)])]),
            new([new("space/command", 0, [], [Make.Command("space/command", 2, decided)])]),
        ];
        List<Task<AppendResult>> asked = [];
        await using (await database.HoldHeadAsync())
        {
            asked.Add(log.AppendAsync(Make.One("space/first", 0, 3), Token).AsTask());
            await database.SomebodyWaitsAsync();

            // These wait together.
            asked.AddRange(adrift.Append(Make.One("space/neighbour", 0, 4)).Select(request => log.AppendAsync(request, Token).AsTask()));
        }
        foreach (var result in await Task.WhenAll(asked.GetRange(1, 2)))
        {
            if (isRefused)
                Assert.Equal(new AppendResult.Adrift(decided, ManualTime.Start), result);
            else
                Assert.IsType<AppendResult.Committed>(result);
        }
        Assert.IsType<AppendResult.Committed>(await asked[0]);
        Assert.IsType<AppendResult.Committed>(await asked[3]);
        Assert.Equal(2, log.Commits);
        Assert.Equal(isRefused, await log.FindCommandAsync(Make.Id(1), Token) is null);
        Assert.Equal(isRefused, await log.FindCommandAsync(Make.Id(2), Token) is null);
        Assert.True(log.CanAppend);
    }

    [Fact]
    public async Task Its_time_is_the_databases_and_recorded_time_never_runs_backwards()
    {
        var database = await PostgresDatabase.MakeAsync(server);
        await using var log = await database.OpenAsync("a");
        Assert.InRange(log.Time.GetUtcNow() - ManualTime.Start.ToDateTimeOffset(), TimeSpan.Zero, Patience);
        await log.AppendAsync(Make.One("space/a", 0, 1), Token);
        var earlier = ManualTime.Start - Duration.FromSeconds(1);
        await database.SetClockAsync(earlier);
        Assert.Equal(new AppendResult.Committed(2, ManualTime.Start), await log.AppendAsync(Make.One("space/a", 1, 2), Token));
        await database.SetClockAsync(ManualTime.Start + Duration.FromSeconds(1));
        Assert.Equal(new AppendResult.Committed(3, ManualTime.Start + Duration.FromSeconds(1)), await log.AppendAsync(Make.One("space/a", 2, 3), Token));
    }

    [Theory]
    [InlineData("update events set payload = 'x'::bytea where position = 2", 1)]
    [InlineData("update events set actor = 'somebody' where position = 2", 1)]
    [InlineData("update events set need_id = null where position = 2", 1)]
    [InlineData("delete from events where position = 2", 1)]
    [InlineData("delete from events where position = 3", 2)]
    [InlineData("delete from events", 0)]
    public async Task Damaged_and_missing_entries_are_never_passed_over(string damage, int readable)
    {
        var database = await PostgresDatabase.MakeAsync(server);
        await using var log = await database.OpenAsync("a");
        await log.AppendAsync(Make.One("space/a", 0, 1, events: 3), Token);
        await database.SqlAsync(damage);
        await Assert.ThrowsAsync<LogCorruptException>(async () => await log.ReadAllAsync(0, 10, Token));
        await Assert.ThrowsAsync<LogCorruptException>(async () => await log.ReadStreamAsync("space/a", 0, 10, Token));
        if (readable > 0)
            Assert.Equal(readable, (await log.ReadAllAsync(0, readable, Token)).Count);
    }

    [Fact]
    public async Task A_damaged_outcome_is_never_an_answer_and_a_damaged_checkpoint_none()
    {
        var database = await PostgresDatabase.MakeAsync(server);
        await using var log = await database.OpenAsync("a");
        await log.AppendAsync(Make.One("space/a", 0, 1), Token);
        await log.SaveCheckpointsAsync([new(log.Epoch, "space/a", 1, 1, 1, new byte[] { 1 })], 1, Token);
        Assert.Equal(1, (await log.CheckpointsAsync()).Covered);
        await database.SqlAsync("update commands set outcome = 'x'::bytea; update checkpoints set body = 'x'::bytea");
        await Assert.ThrowsAsync<LogCorruptException>(async () => await log.FindCommandAsync(Make.Id(1), Token));
        var (covered, checkpoints) = await log.CheckpointsAsync();
        Assert.Equal(0, covered);
        Assert.Empty(checkpoints);
        Assert.Equal(0L, await database.SqlAsync("select count(*) from checkpoints"));
    }

    [Theory]
    [InlineData("update log_head set position = 1")]
    [InlineData("update meta set epoch = gen_random_uuid()")]
    public async Task A_node_whose_log_was_replaced_by_another_or_older_one_stops(string replace)
    {
        var database = await PostgresDatabase.MakeAsync(server);
        await using var log = await database.OpenAsync("a");
        await log.AppendAsync(Make.One("space/a", 0, 1, events: 2), Token);
        await database.SqlAsync(replace);
        var since = TimeProvider.System.GetTimestamp();
        while (log.CanAppend)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Patience, "It was not noticed.");
            await Task.Delay(20, Token);
        }
        Assert.IsType<LogReplacedException>(log.LastFailure);
        await Assert.ThrowsAsync<LogStoppedException>(async () => await log.AppendAsync(Make.One("space/a", 2, 2), Token));
    }

    [Fact]
    public async Task Nodes_of_another_kind_do_not_start_while_one_is_live()
    {
        var database = await PostgresDatabase.MakeAsync(server);
        await using (await database.OpenAsync("here"))
        {
            await (await database.OpenAsync("there")).DisposeAsync();
            var refused = await Assert.ThrowsAsync<LogRefusedException>(() => database.OpenAsync("silo", HostKind.Silo));
            Assert.Contains("here (embedded)", refused.Message, StringComparison.Ordinal);
        }
        await using var silo = await database.OpenAsync("silo", HostKind.Silo);
        await Assert.ThrowsAsync<LogRefusedException>(() => database.OpenAsync("here"));

        // As if it had been killed a while ago.
        await database.SqlAsync("update nodes set seen_at = now() - interval '31 s'");
        await using var log = await database.OpenAsync("here");
        Assert.True(log.CanAppend);
    }

    [Fact]
    public async Task Each_month_has_a_table_of_its_own_made_when_it_is_needed()
    {
        var database = await PostgresDatabase.MakeAsync(server);
        await using var log = await database.OpenAsync("a");
        await log.AppendAsync(Make.One("space/a", 0, 1), Token);
        for (var month = 1; month < 5; month++)
            await AppendInMonthAsync(database, log, "space/a", month);
        Assert.Equal([1L, 2, 3, 4, 5], (await log.ReadAllAsync(0, 10, Token)).Select(item => item.Position));
        Assert.Equal([1L, 2, 3, 4, 5], (await log.ReadStreamAsync("space/a", 0, 10, Token)).Select(item => item.Version));
        foreach (var table in new[] { "2026_11", "2026_12", "2027_01", "2027_02", "2027_03" })
            Assert.Equal(1L, await database.SqlAsync("select count(*) from events_" + table));
        Assert.Equal("events_2027_04", await database.SqlAsync("select max(relid::text) from pg_partition_tree('events') where isleaf"));
    }

    [Fact]
    public async Task A_month_leaves_the_log_only_when_every_stream_has_a_checkpoint_after_it()
    {
        var database = await PostgresDatabase.MakeAsync(server);
        await using var log = await database.OpenAsync("a");
        var november = new YearMonth(2026, 11);
        var address = PostgresAddress.Parse(database.Connection);
        Task<LogDetached> DetachAsync(YearMonth month) => LogMonths.DetachAsync(address, month, Token);
        async Task<string> RefusedAsync(YearMonth month)
        {
            var refused = await Assert.ThrowsAsync<LogRefusedException>(() => DetachAsync(month));
            if ((await LogMonths.ListAsync(address, Token))[0] is var oldest && oldest.Month == month)
                Assert.Equal(refused.Message, oldest.Obstacle);
            return refused.Message;
        }

        for (var i = 0; i < 8; i++)
            await log.AppendAsync(Make.One("space/" + i, 0, i), Token);
        Assert.Contains("is not over for the log", await RefusedAsync(november), StringComparison.Ordinal);
        await AppendInMonthAsync(database, log, "space/0", 1);
        Assert.Contains("events_2026_11 is the oldest", await RefusedAsync(november.PlusMonths(1)), StringComparison.Ordinal);
        Assert.Contains("space/0, space/1, space/2, space/3, space/4 and 3 more have no checkpoint", await RefusedAsync(november), StringComparison.Ordinal);

        Checkpoint Of(int i, int version) => new(log.Epoch, "space/" + i, version, 9, 1, new byte[] { 1 });
        await log.SaveCheckpointsAsync([.. Enumerable.Range(0, 7).Select(i => Of(i, 1))], 0, Token);
        Assert.Contains(": space/7 has no checkpoint", await RefusedAsync(november), StringComparison.Ordinal);
        await log.SaveCheckpointsAsync([Of(7, 1) with { Epoch = Make.Id(1) }], 0, Token);
        Assert.Contains(": space/7 has no checkpoint", await RefusedAsync(november), StringComparison.Ordinal);
        await log.SaveCheckpointsAsync([Of(7, 1)], 7, Token);
        Assert.Contains("do not cover it up to position 8", await RefusedAsync(november), StringComparison.Ordinal);
        await log.SaveCheckpointsAsync([Of(0, 2)], 9, Token);
        
        // The list says the same as the attempt.
        var months = await LogMonths.ListAsync(address, Token);
        Assert.Equal([november, november.PlusMonths(1), november.PlusMonths(2)], months.Select(month => month.Month));
        Assert.Equal([(1L, 8L), (9L, 9L), (0L, 0L)], months.Select(month => (month.FirstPosition, month.LastPosition)));
        Assert.Null(months[0].Obstacle);
        Assert.All(months.Skip(1), month => Assert.Contains("events_2026_11 is the oldest", month.Obstacle, StringComparison.Ordinal));
        Assert.Equal(new LogDetached("events_2026_11", 8), await DetachAsync(november));
        Assert.Contains("is not over", Assert.Single((await LogMonths.ListAsync(address, Token)).Take(1)).Obstacle, StringComparison.Ordinal);

        // What is left is read on from the checkpoints; what left is not taken for missing or for damage.
        Assert.Equal(9, (await log.CheckpointsAsync()).Covered);
        Assert.Equal([9L], (await log.ReadAllAsync(8, 10, Token)).Select(item => item.Position));
        Assert.Equal([2L], (await log.ReadStreamAsync("space/0", 1, 10, Token)).Select(item => item.Version));
        Assert.Equal(8, (await Assert.ThrowsAsync<LogDetachedException>(async () => await log.ReadAllAsync(0, 10, Token))).Position);
        await Assert.ThrowsAsync<LogDetachedException>(async () => await log.ReadStreamAsync("space/3", 0, 10, Token));
        Assert.Equal(8L, await database.SqlAsync("select count(*) from events_2026_11"));
        Assert.Equal(1, await log.GetVersionAsync("space/3", Token));
        Assert.Equal(new AppendResult.Conflict("space/3", 1), await log.AppendAsync(At(await NowAsync(database), "space/3", 0, 90), Token));

        // A reader that has no use for them takes none away: nothing could make up for it.
        await Assert.ThrowsAsync<LogDetachedException>(async () => await log.LoadCheckpointsAsync(_ => false, Token));
        Assert.Equal((9, 8), ((await log.CheckpointsAsync()).Covered, (await log.CheckpointsAsync()).Kept.Count));

        // A checkpoint that is lost then is not made up for by an event that is not there.
        await database.SqlAsync("delete from checkpoints where stream = 'space/3'");
        Assert.Equal(8, (await Assert.ThrowsAsync<LogDetachedException>(() => log.CheckpointsAsync())).Position);
    }

    [Fact]
    public void An_address_is_refused_without_repeating_it_and_never_says_its_password()
    {
        var address = PostgresAddress.Parse("Host=localhost;Database=spaces;Username=someone;Password=horse-staple");
        Assert.Equal("PostgreSQL database spaces at localhost", address.ToString());
        foreach (var wrong in new[]
        {
            "Password=horse-staple", "Host=localhost;Password=horse-staple", "Host=x;Passwort=horse-staple", "horse-staple", "Host=localhost;Database=a;Port=horse-staple",
            "Host=db.example;Database=spaces;Password=horse-staple", "Host=db.example;Database=spaces;Password=horse-staple;SSL Mode=Require",
            "Host=localhost,db.example;Database=spaces;Password=horse-staple",
        })
        {
            var refused = Assert.Throws<LogRefusedException>(() => PostgresAddress.Parse(wrong));
            Assert.DoesNotContain("horse-staple", refused.ToString(), StringComparison.Ordinal);
        }
        foreach (var right in new[] { "Host=/run/postgresql;Database=a", "Host=127.0.0.1:5433;Database=a", "Host=db.example,other.example;Database=a;SSL Mode=VerifyFull" })
            Assert.NotNull(PostgresAddress.Parse(right));
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_named_without_its_password()
    {
        var missing = PostgresAddress.Parse((await server.NewDatabaseAsync()).Replace("Database=", "Password=horse-staple;Database=missing_", StringComparison.Ordinal));
        var failed = await Assert.ThrowsAsync<LogUnavailableException>(() => PostgresEventLog.OpenAsync(missing, new LogNode("a", HostKind.Embedded), Token));
        Assert.Contains("missing_", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("horse-staple", failed.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Lets months go by, and appends an event.</summary>
    private static async Task AppendInMonthAsync(PostgresDatabase database, PostgresEventLog log, string stream, int months)
    {
        var now = (ManualTime.Start.InUtc().LocalDateTime + Period.FromMonths(months)).InUtc().ToInstant();
        await database.SetClockAsync(now);
        Assert.IsType<AppendResult.Committed>(await log.AppendAsync(At(now, stream, await log.GetVersionAsync(stream, Token), 1000 + months), Token));
    }

    private static AppendRequest At(Instant now, string stream, long version, int id) =>
        new([new(stream, version, [Make.Event(id, Make.Payload(id)) with { DecidedAt = now }], [Make.Command(stream, id, now)])]);

    private static async Task<Instant> NowAsync(PostgresDatabase database) =>
        Convert.ToInt64(await database.SqlAsync("select log_now_ns()"), CultureInfo.InvariantCulture).ToInstant();
}
