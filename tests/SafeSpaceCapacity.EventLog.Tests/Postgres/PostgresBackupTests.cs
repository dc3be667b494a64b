using NodaTime;
using SafeSpaceCapacity.Tests.Postgres;

namespace SafeSpaceCapacity.EventLog.Tests;

/// <summary>Backups of a log in a database, and what is restored to one.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresBackupTests(PrivatePostgres server) : IDisposable
{
    private const string Rows = "select (select position from log_head) + (select count(*) from events) + (select count(*) from commands) + (select count(*) from heads)";

    private readonly TestDirectory elsewhere = new();
    private readonly ManualTime time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Backup => elsewhere.File("a.backup");

    public void Dispose() => elsewhere.Dispose();

    [Fact]
    public async Task A_log_in_a_database_is_restored_to_another_in_a_new_epoch_and_goes_on()
    {
        var database = await PostgresDatabase.MakeAsync(server);
        await using var from = await database.OpenAsync("a");
        var events = await FillAsync(database, from);
        var copied = await BackUpAsync(database);
        Assert.Equal(new LogCopied(from.Epoch, events, 3, events + 1, copied.LastRecordedAt), copied);

        var empty = await PostgresDatabase.MakeAsync(server);
        var restored = await RestoreAsync(empty);
        await empty.SetClockAsync(time.Now);
        await using var to = await empty.OpenAsync("b");
        Assert.Equal((from.Epoch, to.Epoch), (restored.EpochBefore, restored.Copied.Epoch));
        Assert.NotEqual(from.Epoch, to.Epoch);
        Assert.Equal((await from.ReadAllAsync(0, 1000, Token)).Select(Make.Whole), (await to.ReadAllAsync(0, 1000, Token)).Select(Make.Whole));
        for (var i = 0; i <= events; i++)
            Assert.Equal((await from.FindCommandAsync(Make.Id(i), Token))!.Whole(), (await to.FindCommandAsync(Make.Id(i), Token))!.Whole());
        Assert.Equal(new AppendResult.DuplicateCommand(Make.Id(3)), await to.AppendAsync(RealEvents.Count("space/new", 0, 3, time.Now), Token));
        Assert.Equal(new AppendResult.Committed(events + 1, time.Now), await to.AppendAsync(RealEvents.Count("space/new", 0, 900, time.Now), Token));
        Assert.Equal([from.Epoch, to.Epoch], (await to.ReadAllAsync(events - 1, 2, Token)).Select(item => item.Epoch));
    }

    [Fact]
    public async Task A_log_changes_its_kind_of_place_by_a_backup()
    {
        var database = await PostgresDatabase.MakeAsync(server);
        await using var first = await database.OpenAsync("a");
        var events = await FillAsync(database, first);
        await BackUpAsync(database);
        await LogRestore.ToDirectoryAsync(Backup, elsewhere.File("data"), time, Token);
        var expected = (await first.ReadAllAsync(0, 1000, Token)).Select(Make.Whole);
        await using (var second = await SqliteEventLog.OpenAsync(elsewhere.File("data"), time, Token))
        {
            Assert.Equal(expected, (await second.ReadAllAsync(0, 1000, Token)).Select(Make.Whole));
            Assert.IsType<AppendResult.Committed>(await second.AppendAsync(RealEvents.Count("space/new", 0, 900, time.Now), Token));
            await LogBackup.WriteAsync(elsewhere.File("data"), elsewhere.File("b.backup"), time, Token);
        }
        var empty = await PostgresDatabase.MakeAsync(server);
        await LogRestore.ToPostgresAsync(elsewhere.File("b.backup"), PostgresAddress.Parse(empty.Connection), Token);
        await using var third = await empty.OpenAsync("c");
        Assert.Equal(expected, (await third.ReadAllAsync(0, events, Token)).Select(Make.Whole));
        Assert.Equal(events + 1, third.HeadPosition);
    }

    [Fact]
    public async Task A_backup_of_a_log_that_is_written_meanwhile_holds_one_moment_of_it()
    {
        var database = await PostgresDatabase.MakeAsync(server);
        await using var log = await database.OpenAsync("a");
        await log.AppendAsync(RealEvents.Count("space/a", 0, 0, time.Now), Token);
        using var enough = new CancellationTokenSource();
        var writing = Task.Run(
            async () =>
            {
                for (var i = 1; !enough.IsCancellationRequested; i++)
                    Assert.IsType<AppendResult.Committed>(await log.AppendAsync(RealEvents.Count("space/a", i, i, time.Now), Token));
            },
            Token);
        for (var i = 0; i < 3; i++)
        {
            var before = log.HeadPosition;
            var copied = await LogBackup.WriteAsync(PostgresAddress.Parse(database.Connection), elsewhere.File($"{i}.backup"), time, Token);
            Assert.InRange(copied.Entries, before, log.HeadPosition);
            Assert.Equal(copied.Entries, copied.Commands);
            await log.WaitForAsync(log.HeadPosition + 5, Token);
        }
        await enough.CancelAsync();
        await writing;
    }

    [Fact]
    public async Task A_database_that_holds_a_log_or_is_in_use_is_refused_and_stays_as_it_is()
    {
        var database = await PostgresDatabase.MakeAsync(server);
        await using var log = await database.OpenAsync("a");
        await log.AppendAsync(RealEvents.Count("space/a", 0, 1, time.Now), Token);
        await BackUpAsync(database);
        Assert.Contains("in use or holds a log already", (await Assert.ThrowsAsync<LogRefusedException>(() => RestoreAsync(database))).Message, StringComparison.Ordinal);
        Assert.Equal(4L, await database.SqlAsync(Rows));
        Assert.Equal(log.Epoch, await database.SqlAsync("select epoch from meta"));

        var empty = await PostgresDatabase.MakeAsync(server);
        await using (await empty.OpenAsync("b"))
            await Assert.ThrowsAsync<LogRefusedException>(() => RestoreAsync(empty));
        await RestoreAsync(empty);
        await Assert.ThrowsAsync<LogRefusedException>(() => RestoreAsync(empty));
    }

    [Theory]
    [InlineData("events", "new.payload = 'x'::bytea;")]
    [InlineData("commands", "return null;")]
    [InlineData("heads", "new.version = new.version + 1;")]
    public async Task What_arrives_otherwise_than_it_was_sent_is_noticed_and_nothing_is_restored(string table, string change)
    {
        var database = await PostgresDatabase.MakeAsync(server);
        await using (var log = await database.OpenAsync("a"))
            await FillAsync(database, log);
        await BackUpAsync(database);
        var empty = await PostgresDatabase.MakeAsync(server);
        var epoch = await empty.SqlAsync("select epoch from meta");
        await empty.SqlAsync(
            $"""
            create function spoil() returns trigger language plpgsql as $$ begin {change} return new; end $$;
            create trigger spoil before insert on {table} for each row execute function spoil()
            """);
        await Assert.ThrowsAsync<LogCorruptException>(() => RestoreAsync(empty));
        Assert.Equal(0L, await empty.SqlAsync(Rows));
        Assert.Equal(epoch, await empty.SqlAsync("select epoch from meta"));
    }

    [Fact]
    public async Task A_log_that_lacks_its_end_or_its_first_months_leaves_no_backup()
    {
        var database = await PostgresDatabase.MakeAsync(server);
        await using (var log = await database.OpenAsync("a"))
            await FillAsync(database, log);
        await database.SqlAsync("delete from heads where stream = 'policy/tier-1'; delete from events where stream = 'policy/tier-1'");
        Assert.Contains("last entries are missing", (await Assert.ThrowsAsync<LogCorruptException>(() => BackUpAsync(database))).Message, StringComparison.Ordinal);

        await database.SqlAsync("update log_head set detached_position = 8");
        var refused = await Assert.ThrowsAsync<LogRefusedException>(() => BackUpAsync(database));
        Assert.Contains("up to position 8, which left it with their months", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(elsewhere.Path));
    }

    [Fact]
    public async Task A_database_without_a_log_or_with_a_newer_one_is_not_backed_up_and_not_changed()
    {
        var none = PostgresAddress.Parse(await server.NewDatabaseAsync());
        Assert.Contains("holds no log", (await Assert.ThrowsAsync<LogRefusedException>(() => LogBackup.WriteAsync(none, Backup, time, Token))).Message, StringComparison.Ordinal);
        var newer = await PostgresDatabase.MakeAsync(server);
        await newer.SqlAsync("insert into schema_versions values (1000, now())");
        await Assert.ThrowsAsync<LogSchemaException>(() => BackUpAsync(newer));
        await newer.SqlAsync("delete from schema_versions");
        Assert.Contains("older version", (await Assert.ThrowsAsync<LogRefusedException>(() => BackUpAsync(newer))).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(elsewhere.Path));
    }

    /// <summary>Over some months.</summary>
    private Task<int> FillAsync(PostgresDatabase database, PostgresEventLog log) => RealEvents.FillAsync(log, async () =>
    {
        time.Now += Duration.FromDays(1);
        await database.SetClockAsync(time.Now);
        return time.Now;
    });

    private Task<LogCopied> BackUpAsync(PostgresDatabase database) => LogBackup.WriteAsync(PostgresAddress.Parse(database.Connection), Backup, time, Token);

    private Task<LogRestored> RestoreAsync(PostgresDatabase database) => LogRestore.ToPostgresAsync(Backup, PostgresAddress.Parse(database.Connection), Token);
}
