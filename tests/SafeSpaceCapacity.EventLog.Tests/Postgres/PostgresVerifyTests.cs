using NodaTime;
using SafeSpaceCapacity.Tests.Postgres;

namespace SafeSpaceCapacity.EventLog.Tests;

/// <summary>The whole of a log in a database is read, and damage is named.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresVerifyTests(PrivatePostgres server)
{
    private readonly ManualTime time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sound_log_is_sound_also_while_it_is_written()
    {
        var database = await PostgresDatabase.MakeAsync(server);
        var report = await VerifyAsync(database);
        Assert.Equal((true, 0L, 0L), (report.IsSound, report.Entries, report.LastPosition));
        await using var log = await FillAsync(database);
        report = await VerifyAsync(database);
        Assert.Empty(report.Problems);
        Assert.Equal((log.Epoch, 60L, 7, 1L), (report.Epoch, report.Entries, report.Streams, report.FirstPosition));
        Assert.Equal((60L, 60L, 60L), (report.LastPosition, report.ReadableTo, report.AcknowledgedPosition));
        Assert.Equal((ManualTime.Start, time.Now), (report.FirstRecordedAt, report.LastRecordedAt));
        Assert.StartsWith("PostgreSQL database test_", report.Where, StringComparison.Ordinal);

        using var enough = new CancellationTokenSource();
        var writing = Task.Run(
            async () =>
            {
                for (var i = 0; !enough.IsCancellationRequested; i++)
                    Assert.IsType<AppendResult.Committed>(await log.AppendAsync(RealEvents.Count("space/meanwhile", i, 1000 + i, time.Now), Token));
            },
            Token);
        for (var i = 0; i < 5; i++)
        {
            Assert.Empty((await VerifyAsync(database)).Problems);
            await log.WaitForAsync(log.HeadPosition + 5, Token);
        }
        await enough.CancelAsync();
        await writing;
    }

    [Theory]
    [InlineData("update events set payload = 'x'::bytea where position = 31", "position 31: its content has checksum", 30)]
    [InlineData("update events set actor = 'somebody' where position = 60", "position 60: its content has checksum", 59)]
    [InlineData("delete from events where position in (31, 32)", "positions 31 to 32: entries are missing", 30)]
    [InlineData("delete from events where position > 57", "positions 58 to 60: 3 acknowledged entries are missing", 57)]
    [InlineData("update log_head set position = 59", "position 60: entries are there behind position 59", 60)]
    [InlineData("update heads set version = 8 where stream = 'space/3'", "stream space/3 should end at version 8; its entries end at 9", 60)]
    [InlineData("delete from heads where stream in ('space/3', 'space/4')", "2 streams have entries but no head", 60)]
    [InlineData("insert into heads values ('space/more', 1)", "stream space/more should end at version 1; its entries end at 0", 60)]
    [InlineData("update commands set outcome = 'x'::bytea where stream = 'space/3'", "the outcome of a command is damaged", 60)]
    [InlineData("update meta set created_at_ns = created_at_ns + 1", "the row that names the epoch is damaged", 60)]
    public async Task Damage_is_found_and_named_and_nothing_is_changed(string damage, string says, int readableTo)
    {
        var database = await PostgresDatabase.MakeAsync(server);
        await (await FillAsync(database)).DisposeAsync();
        await database.SqlAsync(damage);
        var report = await VerifyAsync(database);
        Assert.False(report.IsSound);
        Assert.Contains(report.Problems, problem => problem.ToString().Contains(says, StringComparison.Ordinal));
        Assert.Equal(readableTo, report.ReadableTo);
        Assert.Equal(report.Problems, (await VerifyAsync(database)).Problems);
    }

    [Fact]
    public async Task What_is_left_after_a_month_left_is_verified()
    {
        var database = await PostgresDatabase.MakeAsync(server);
        await using (var log = await FillAsync(database))
        {
            var last = (await log.ReadAllAsync(0, 1000, Token)).ToLookup(item => item.Stream, StringComparer.Ordinal);
            await log.SaveCheckpointsAsync([.. last.Select(stream => new Checkpoint(log.Epoch, stream.Key, stream.Last().Version, 60, 1, new byte[] { 1 }))], 60, Token);
        }
        var detached = await LogMonths.DetachAsync(PostgresAddress.Parse(database.Connection), new YearMonth(2026, 11), Token);
        var report = await VerifyAsync(database);
        Assert.Empty(report.Problems);
        Assert.Equal((detached.Position + 1, 60L - detached.Position, 60L), (report.FirstPosition, report.Entries, report.ReadableTo));

        await database.SqlAsync($"delete from events where position = {detached.Position + 1}");
        report = await VerifyAsync(database);
        Assert.Equal(new LogProblem(detached.Position + 1, detached.Position + 1, "entries are missing"), report.Problems[0]);
        Assert.Equal(detached.Position, report.ReadableTo);
    }

    [Fact]
    public async Task A_database_without_a_log_or_with_a_newer_one_is_refused()
    {
        await Assert.ThrowsAsync<LogRefusedException>(async () => await LogVerifier.VerifyAsync(PostgresAddress.Parse(await server.NewDatabaseAsync()), Token));
        var newer = await PostgresDatabase.MakeAsync(server);
        await newer.SqlAsync("insert into schema_versions values (1000, now())");
        await Assert.ThrowsAsync<LogSchemaException>(() => VerifyAsync(newer));
    }

    /// <summary>Sixty events of seven streams over three months.</summary>
    private async Task<PostgresEventLog> FillAsync(PostgresDatabase database)
    {
        var log = await database.OpenAsync("a");
        for (var i = 0; i < 20; i++)
        {
            if (i > 0)
                time.Now += Duration.FromDays(4);
            await database.SetClockAsync(time.Now);
            var append = Make.Append("space/" + (i % 7), i / 7 * 3, i, events: 3);
            append = append with { Events = [.. append.Events.Select(item => item with { DecidedAt = time.Now })], Commands = [Make.Command(append.Stream, i, time.Now)] };
            Assert.IsType<AppendResult.Committed>(await log.AppendAsync(new([append]), Token));
        }
        return log;
    }

    private static Task<LogReport> VerifyAsync(PostgresDatabase database) => LogVerifier.VerifyAsync(PostgresAddress.Parse(database.Connection), Token);
}
