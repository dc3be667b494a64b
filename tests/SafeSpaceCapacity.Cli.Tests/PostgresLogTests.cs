using System.Text.Json;
using NodaTime;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Tests.Postgres;

namespace SafeSpaceCapacity.Cli.Tests;

/// <summary>A log in a real database, verified and with a month taken out.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresLogTests(PrivatePostgres server) : CliTest
{
    private static readonly Instant January = Instant.FromUtc(2026, 1, 31, 12, 0);
    private static readonly Instant February = Instant.FromUtc(2026, 2, 1, 12, 0);

    private readonly TemporaryDirectory _folder = new();

    private string _connection = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _connection = await server.NewDatabaseAsync();
        _folder.Write("connection", _connection + ";Password=horse-staple\n");
    }

    public override async ValueTask DisposeAsync()
    {
        _folder.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_log_in_a_database_is_verified()
    {
        await FillAsync();
        var run = await RunAsync("log", "verify", "--postgres", _folder["connection"]);
        Assert.Equal(ExitCodes.Done, run.Code);
        Assert.Contains("Log      PostgreSQL database test_", run.Out, StringComparison.Ordinal);
        Assert.Contains("Entries  2 in 1 streams", run.Out, StringComparison.Ordinal);
        Assert.Contains("Answered up to 2; whole up to 2", run.Out, StringComparison.Ordinal);
        Assert.Contains("Sound", run.Out, StringComparison.Ordinal);

        await PrivatePostgres.RunSqlAsync(_connection, "update events set payload = 'x'::bytea where position = 2");
        run = await RunAsync("log", "verify", "--postgres", _folder["connection"], "--json");
        Assert.Equal(ExitCodes.Damaged, run.Code);
        var report = JsonDocument.Parse(run.Out).RootElement;
        Assert.False(report.GetProperty("isSound").GetBoolean());
        Assert.Equal(2, report.GetProperty("problems")[0].GetProperty("fromPosition").GetInt32());
        Assert.DoesNotContain("horse-staple", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_away_or_holds_no_log_has_exit_codes_of_its_own()
    {
        var away = _folder.Write("away", "Host=127.0.0.1;Port=1;Database=none");
        foreach (var command in new[] { "verify", "detach" })
        {
            Assert.Equal(ExitCodes.NotReachable, (await RunAsync("log", command, "--postgres", away)).Code);
            var run = await RunAsync("log", command, "--postgres", _folder["connection"]);
            Assert.Equal(ExitCodes.BadInput, run.Code);
            Assert.Contains("holds no log", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Months_are_listed_and_the_oldest_leaves_when_nothing_is_in_its_way()
    {
        await FillAsync();
        Width = 120;
        string[] detach = ["log", "detach", "--postgres", _folder["connection"]];
        var run = await RunAsync(detach);
        Assert.Equal(ExitCodes.Done, run.Code);
        Assert.Contains("2026-01", run.Out, StringComparison.Ordinal);
        Assert.Contains("1 to 1", run.Out, StringComparison.Ordinal);
        Assert.Contains("space/a has no checkpoint after it", run.Out, StringComparison.Ordinal);
        run = await RunAsync([.. detach, "--month", "2026-01"]);
        Assert.Equal((ExitCodes.BadInput, ""), (run.Code, run.Out));
        Assert.Contains("space/a has no checkpoint after it", run.Error, StringComparison.Ordinal);

        await using (var log = await OpenAsync())
            await log.SaveCheckpointsAsync([new Checkpoint(log.Epoch, "space/a", 2, 2, 1, new byte[] { 1 })], 2, Token);
        var months = (await RunAsync([.. detach, "--json"])).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(("2026-01", 1, JsonValueKind.Null), (months[0].GetProperty("month").GetString(), months[0].GetProperty("lastPosition").GetInt32(), months[0].GetProperty("obstacle").ValueKind));
        run = await RunAsync([.. detach, "--month", "2026-02"]);
        Assert.Equal(ExitCodes.BadInput, run.Code);
        Assert.Contains("events_2026_01 is the oldest", run.Error, StringComparison.Ordinal);
        run = await RunAsync([.. detach, "--month", "2026-01"]);
        Assert.Equal(ExitCodes.Done, run.Code);
        Assert.Contains("events_2026_01 left the log: events up to position 1", run.Out, StringComparison.Ordinal);
        Assert.Equal(1L, await PrivatePostgres.RunSqlAsync(_connection, "select count(*) from events_2026_01"));

        // What is left is sound, and is not backed up as if it were all.
        Assert.Equal(ExitCodes.Done, (await RunAsync("log", "verify", "--postgres", _folder["connection"])).Code);
        run = await RunAsync("backup", "--postgres", _folder["connection"], "--to", _folder["a.backup"]);
        Assert.Equal(ExitCodes.BadInput, run.Code);
        Assert.Contains("up to position 1, which left it", run.Error, StringComparison.Ordinal);
    }

    /// <summary>One event in January and one in February.</summary>
    private async Task FillAsync()
    {
        // The first opening makes the tables, with those of the month that it is, and the clock of the log.
        await (await OpenAsync()).DisposeAsync();
        await PrivatePostgres.RunSqlAsync(_connection, """
            do $$ declare made text; begin
                for made in select relid::text from pg_partition_tree('events') where isleaf and level = 1 loop execute 'drop table ' || made; end loop;
            end $$
            """);
        await SetClockAsync(January);
        await using var log = await OpenAsync();
        await AppendAsync(log, 0, January);
        await SetClockAsync(February);
        await AppendAsync(log, 1, February);
    }

    private static async Task AppendAsync(PostgresEventLog log, int version, Instant now)
    {
        var item = new NewEvent("Something", 1, Guid.Empty, null, now, now, new byte[] { 1 });
        Assert.IsType<AppendResult.Committed>(await log.AppendAsync(new AppendRequest([new StreamAppend("space/a", version, [item], [])]), Token));
    }

    private Task<object?> SetClockAsync(Instant now) => PrivatePostgres.RunSqlAsync(
        _connection, $"create or replace function log_now_ns() returns bigint volatile language sql as 'select {(now - NodaConstants.UnixEpoch).ToInt64Nanoseconds()}::bigint'");

    private Task<PostgresEventLog> OpenAsync() => PostgresEventLog.OpenAsync(PostgresAddress.Parse(_connection), new LogNode("first", HostKind.Embedded), Token);
}
