using NodaTime;
using SafeSpaceCapacity.Domain.Demand;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Tests.Postgres;

namespace SafeSpaceCapacity.EventLog.Tests;

[Collection(PostgresTests.Name)]
public sealed class LogCopyTests(PrivatePostgres server) : IDisposable
{
    private readonly TestDirectory directory = new();
    private readonly ManualTime time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task A_copy_holds_everything_and_goes_on()
    {
        await FillAsync();
        var database = await PostgresDatabase.MakeAsync(server);
        await using (var log = await OpenSqliteAsync())
        {
            await Assert.ThrowsAsync<LogInUseException>(() => CopyAsync(database));
        }
        var copied = await CopyAsync(database);
        Assert.True(File.Exists(directory.File(DirectoryMarks.PostgresMark)));

        await using var from = await OpenSqliteAsync();
        await using var to = await database.OpenAsync("a");
        Assert.Equal(new LogCopied(from.Epoch, 60, 7, 21, (await from.ReadAllAsync(59, 1, Token))[0].RecordedAt), copied);
        Assert.Equal((from.Epoch, from.HeadPosition), (to.Epoch, to.HeadPosition));
        Assert.Equal((await from.ReadAllAsync(0, 1000, Token)).Select(Make.Whole), (await to.ReadAllAsync(0, 1000, Token)).Select(Make.Whole));
        for (var i = 0; i < 21; i++)
            Assert.Equal((await from.FindCommandAsync(Make.Id(i), Token))!.Whole(), (await to.FindCommandAsync(Make.Id(i), Token))!.Whole());
        Assert.Equal(new AppendResult.DuplicateCommand(Make.Id(3)), await to.AppendAsync(Make.One("space/new", 0, 3), Token));
        Assert.Equal(Assert.Single((await from.Demand.ReadNeedsAsync(0, 1_000_000, Token)).Needs), Assert.Single((await to.Demand.ReadNeedsAsync(0, 1_000_000, Token)).Needs));
        Assert.Equal(7, Assert.Single(await to.Demand.ReadCountsAsync("police", 0, 10, withCodes: false, Token)).People);
        Assert.Equal(new byte[] { 1, 2 }, (await to.Demand.ReadDocumentsAsync("source/", Token))["source/police"].Body.ToArray());
        await database.SetClockAsync(time.Now);
        var next = new AppendRequest([new("space/0", 9, [Make.Event(90, "next") with { DecidedAt = time.Now }], [Make.Command("space/0", 90, time.Now)])]);
        Assert.Equal(new AppendResult.Committed(61, time.Now), await to.AppendAsync(next, Token));
    }

    [Fact]
    public async Task A_database_with_a_log_in_it_is_refused_and_stays_as_it_is()
    {
        await FillAsync();
        var database = await PostgresDatabase.MakeAsync(server);
        await using (var log = await database.OpenAsync("a"))
        {
            await Assert.ThrowsAsync<LogRefusedException>(() => CopyAsync(database));
            await log.AppendAsync(Make.One("space/a", 0, 1), Token);
        }
        await Assert.ThrowsAsync<LogRefusedException>(() => CopyAsync(database));
        Assert.Equal(1L, await database.SqlAsync("select count(*) from events"));
        Assert.False(File.Exists(directory.File(DirectoryMarks.PostgresMark)));
    }

    [Theory]
    [InlineData(DirectoryMarks.PostgresMark, "belongs to a log in PostgreSQL")]
    [InlineData(DirectoryMarks.SimulatedMark, "made up")]
    public async Task A_simulation_or_a_log_that_was_moved_before_is_not_copied(string mark, string why)
    {
        await FillAsync();
        await File.WriteAllTextAsync(directory.File(mark), "x", Token);
        var database = await PostgresDatabase.MakeAsync(server);
        var fault = await Assert.ThrowsAsync<LogRefusedException>(() => CopyAsync(database));
        Assert.Contains(why, fault.Message, StringComparison.Ordinal);
        Assert.Equal(0L, await database.SqlAsync("select (select position from log_head) + (select count(*) from events)"));
    }

    [Theory]
    [InlineData("events", "new.payload = 'x'::bytea;")]
    [InlineData("commands", "new.outcome = 'x'::bytea;")]
    [InlineData("heads", "new.version = new.version + 1;")]
    [InlineData("needs", "new.area = 'x';")]
    [InlineData("demand_documents", "return null;")]
    [InlineData("events", "if new.position = 60 then return null; end if;")]
    [InlineData("commands", "if new.command_id = '{0}' then return null; end if;")]
    public async Task What_arrives_otherwise_than_it_was_sent_is_noticed_and_nothing_is_copied(string table, string change)
    {
        await FillAsync();
        var database = await PostgresDatabase.MakeAsync(server);
        await database.SqlAsync(
            $"""
            create function spoil() returns trigger language plpgsql as $$ begin {change.Replace("{0}", Make.Id(5).ToString(), StringComparison.Ordinal)} return new; end $$;
            create trigger spoil before insert on {table} for each row execute function spoil()
            """);
        await Assert.ThrowsAsync<LogCorruptException>(() => CopyAsync(database));
        Assert.Equal(0L, await database.SqlAsync("select (select position from log_head) + (select count(*) from events) + (select count(*) from commands) + (select count(*) from heads)"));
        Assert.False(File.Exists(directory.File(DirectoryMarks.PostgresMark)));
    }

    [Fact]
    public async Task A_damaged_log_is_not_copied()
    {
        await FillAsync();
        var bytes = await File.ReadAllBytesAsync(directory.Database, Token);

        // Everywhere: a page that is no longer in use may hold it as well.
        while (bytes.AsSpan().IndexOf("<payload 000007/1>"u8) is >= 0 and var at)
            bytes[at]++;
        await File.WriteAllBytesAsync(directory.Database, bytes, Token);
        var database = await PostgresDatabase.MakeAsync(server);
        await Assert.ThrowsAsync<LogCorruptException>(() => CopyAsync(database));
        Assert.Equal(0L, await database.SqlAsync("select position from log_head"));
    }

    /// <summary>Sixty events of seven streams over three months, and a rejection.</summary>
    private async Task FillAsync()
    {
        await using var log = await OpenSqliteAsync();
        for (var i = 0; i < 20; i++)
        {
            Assert.IsType<AppendResult.Committed>(await log.AppendAsync(Make.One("space/" + (i % 7), i / 7 * 3, i, events: 3), Token));
            time.Now += Duration.FromDays(4);
        }
        await log.AppendAsync(new([new("space/0", 9, [], [Make.Command("space/0", 20)])]), Token);
        await log.Demand.MergeNeedsAsync([Need.Searched(Make.Id(1), "S12000049", time.Now, Needs.Quiet, offered: false)], Token);
        await log.Demand.ReplaceCountsAsync("police", [new("S12000049", 5, 0, 0, 7, 0)], new DemandDocument(time.Now, new byte[] { 1, 2 }), Token);
    }

    private async Task<SqliteEventLog> OpenSqliteAsync() => await SqliteEventLog.OpenAsync(directory.Path, time, Token);

    private Task<LogCopied> CopyAsync(PostgresDatabase database) => LogCopy.ToPostgresAsync(directory.Path, PostgresAddress.Parse(database.Connection), Token);
}
