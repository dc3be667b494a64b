using NodaTime;
using SafeSpaceCapacity.Domain.Demand;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog.Codec;
using SafeSpaceCapacity.EventLog.Sqlite;

namespace SafeSpaceCapacity.EventLog.Tests;

/// <summary>Backups of a log in a data directory, and what is restored to one.</summary>
public sealed class LogBackupTests : IDisposable
{
    private readonly TestDirectory directory = new();
    private readonly TestDirectory elsewhere = new();
    private readonly ManualTime time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Backup => elsewhere.File("a.backup");

    private string Restored => elsewhere.File("restored");

    public void Dispose()
    {
        directory.Dispose();
        elsewhere.Dispose();
    }

    [Fact]
    public async Task A_restored_log_holds_everything_in_a_new_epoch_and_goes_on()
    {
        int events;
        await using (var log = await OpenAsync())
        {
            events = await RealEvents.FillAsync(log, NextAsync);
            await log.SaveCheckpointsAsync([new Checkpoint(log.Epoch, "policy/tier-1", 1, events, 1, new byte[] { 1 })], events, Token);
            var copied = await BackUpAsync();
            Assert.Equal(new LogCopied(log.Epoch, events, 3, events + 1, (await log.ReadAllAsync(events - 1, 1, Token))[0].RecordedAt), copied);
        }
        Assert.Equal(["a.backup"], Directory.GetFileSystemEntries(elsewhere.Path).Select(Path.GetFileName));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Backup));

        var madeAt = time.Now;
        time.Now += Duration.FromDays(3);
        var restored = await RestoreAsync();
        Assert.Equal((restored.Copied.Epoch, (long)events), AcknowledgedMark.Read(new LogFiles(Restored)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Restored));

        await using var from = await OpenAsync();
        await using var to = await SqliteEventLog.OpenAsync(Restored, time, Token);
        Assert.Equal((from.Epoch, madeAt, to.Epoch), (restored.EpochBefore, restored.MadeAt, restored.Copied.Epoch));
        Assert.NotEqual(from.Epoch, to.Epoch);
        Assert.True((await to.Verification).IsSound);
        Assert.Equal((await from.ReadAllAsync(0, 1000, Token)).Select(Make.Whole), (await to.ReadAllAsync(0, 1000, Token)).Select(Make.Whole));
        for (var i = 0; i <= events; i++)
            Assert.Equal((await from.FindCommandAsync(Make.Id(i), Token))!.Whole(), (await to.FindCommandAsync(Make.Id(i), Token))!.Whole());

        // What was asked before is answered as before; what is new follows, in the new epoch.
        Assert.Equal(new AppendResult.DuplicateCommand(Make.Id(3)), await to.AppendAsync(RealEvents.Count("space/new", 0, 3, time.Now), Token));
        Assert.Equal(new AppendResult.Conflict("policy/tier-1", 1), await to.AppendAsync(RealEvents.Count("policy/tier-1", 0, 900, time.Now), Token));
        Assert.Equal(new AppendResult.Committed(events + 1, time.Now), await to.AppendAsync(RealEvents.Count("space/new", 0, 900, time.Now), Token));
        Assert.Equal([from.Epoch, to.Epoch], (await to.ReadAllAsync(events - 1, 2, Token)).Select(item => item.Epoch));
        var (covered, kept) = await to.CheckpointsAsync();
        Assert.Equal(0, covered);
        Assert.Empty(kept);
    }

    [Fact]
    public async Task Demand_is_in_a_backup_and_comes_back_with_it()
    {
        var asked = time.Now;
        var hour = (int)(asked.ToUnixTimeSeconds() / 3600);
        await using (var log = await OpenAsync())
        {
            await log.AppendAsync(RealEvents.Count("space/a", 0, 0, time.Now), Token);
            await log.Demand.MergeNeedsAsync([Need.Searched(Make.Id(1), "S12000049", asked, Needs.Quiet, offered: false), Need.Searched(Make.Id(2), "S12000049", asked + Duration.FromHours(1), Needs.None, offered: true)], Token);
            await log.Demand.CountNeedsAsync(hour + 1, 0, Token);
            await log.Demand.ReplaceCountsAsync("police", [new("S12000049", hour, 0, 0, 7, 0)], new DemandDocument(asked, new byte[] { 1, 2 }), Token);
            await BackUpAsync();
        }

        await RestoreAsync();
        await using var to = await SqliteEventLog.OpenAsync(Restored, time, Token);
        var (until, needs) = await to.Demand.ReadNeedsAsync(0, hour + 5, Token);
        Assert.Equal((hour + 1, Make.Id(2)), (until, Assert.Single(needs).Id));
        Assert.Equal(2, (await to.Demand.ReadCountsAsync(string.Empty, 0, hour + 1, withCodes: true, Token)).Count);
        Assert.Equal(7, Assert.Single(await to.Demand.ReadCountsAsync("police", 0, hour + 1, withCodes: false, Token)).People);
        Assert.Equal(new byte[] { 1, 2 }, (await to.Demand.ReadDocumentsAsync("source/", Token))["source/police"].Body.ToArray());
    }

    [Fact]
    public async Task A_backup_of_a_log_that_is_written_meanwhile_holds_one_moment_of_it()
    {
        await using var log = await OpenAsync();
        await log.AppendAsync(RealEvents.Count("space/a", 0, 0, time.Now), Token);
        using var enough = new CancellationTokenSource();
        var writing = Task.Run(
            async () =>
            {
                for (var i = 1; !enough.IsCancellationRequested; i++)
                    Assert.IsType<AppendResult.Committed>(await log.AppendAsync(RealEvents.Count("space/a", i, i, time.Now), Token));
            },
            Token);
        for (var i = 0; i < 5; i++)
        {
            var before = log.HeadPosition;
            var file = elsewhere.File($"{i}.backup");
            var copied = await LogBackup.WriteAsync(directory.Path, file, time, Token);
            Assert.InRange(copied.Entries, before, log.HeadPosition);
            Assert.Equal(copied.Entries, copied.Commands);
            Assert.True((await LogVerifier.VerifyBackupAsync(file, Token)).IsSound);
            await log.WaitForAsync(log.HeadPosition + 5, Token);
        }
        await enough.CancelAsync();
        await writing;
    }

    [Fact]
    public async Task An_empty_log_is_backed_up_and_restored()
    {
        await (await OpenAsync()).DisposeAsync();
        await BackUpAsync();
        var restored = await RestoreAsync();
        Assert.Equal(new LogCopied(restored.Copied.Epoch, 0, 0, 0, null), restored.Copied);
        await using var log = await SqliteEventLog.OpenAsync(Restored, time, Token);
        Assert.Equal(restored.Copied.Epoch, log.Epoch);
        Assert.IsType<AppendResult.Committed>(await log.AppendAsync(Make.One("space/a", 0, 1), Token));
    }

    [Fact]
    public async Task A_directory_that_holds_or_lacks_a_log_by_intent_is_not_restored_to_and_stays_as_it_is()
    {
        await FillAsync();
        await BackUpAsync();
        foreach (var (name, says) in new[]
        {
            ("log.db", "holds a log already"), ("log.db-wal", "holds a log already"), (DirectoryMarks.PostgresMark, "give --postgres"), (DirectoryMarks.SimulatedMark, "made up"),
        })
        {
            using var used = new TestDirectory();
            await File.WriteAllTextAsync(used.File(name), "what was there", Token);
            var refused = await Assert.ThrowsAsync<LogRefusedException>(() => LogRestore.ToDirectoryAsync(Backup, used.Path, time, Token));
            Assert.Contains(says, refused.Message, StringComparison.Ordinal);
            Assert.Equal([name], Directory.GetFiles(used.Path).Select(Path.GetFileName));
            Assert.Equal("what was there", await File.ReadAllTextAsync(used.File(name), Token));
        }
    }

    [Fact]
    public async Task What_else_is_in_the_directory_stays()
    {
        await FillAsync();
        await BackUpAsync();
        using var used = new TestDirectory();
        await File.WriteAllTextAsync(used.File("accounts.db"), "accounts", Token);

        // What is left of a log whose database is gone.
        using (var mark = new AcknowledgedMark(new LogFiles(used.Path)))
            mark.Write(Guid.CreateVersion7(), 1_000_000);
        await LogRestore.ToDirectoryAsync(Backup, used.Path, time, Token);
        await (await SqliteEventLog.OpenAsync(used.Path, time, Token)).DisposeAsync();
        Assert.Equal("accounts", await File.ReadAllTextAsync(used.File("accounts.db"), Token));
    }

    [Fact]
    public async Task A_backup_never_takes_the_place_of_a_file()
    {
        await FillAsync();
        await File.WriteAllTextAsync(Backup, "an older backup", Token);
        await Assert.ThrowsAsync<LogRefusedException>(BackUpAsync);
        Assert.Equal("an older backup", await File.ReadAllTextAsync(Backup, Token));
    }

    [Theory]
    [InlineData(DirectoryMarks.PostgresMark, "give --postgres")]
    [InlineData(DirectoryMarks.SimulatedMark, "made up")]
    public async Task A_log_that_is_elsewhere_or_made_up_is_not_backed_up(string mark, string says)
    {
        await FillAsync();
        await File.WriteAllTextAsync(directory.File(mark), "", Token);
        Assert.Contains(says, (await Assert.ThrowsAsync<LogRefusedException>(BackUpAsync)).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(elsewhere.Path));
    }

    [Fact]
    public async Task A_damaged_log_leaves_no_backup()
    {
        await FillAsync();
        await SpoilAsync(directory.Database, "\"Blue door\""u8.ToArray());
        var damaged = await Assert.ThrowsAsync<LogCorruptException>(BackUpAsync);
        Assert.Contains("is damaged", damaged.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(elsewhere.Path));
    }

    [Fact]
    public async Task A_log_that_lacks_entries_leaves_no_backup()
    {
        await FillAsync();
        Sql(directory.Database, "delete from events where position = 7");
        Assert.Contains("position 7: entries are missing", (await Assert.ThrowsAsync<LogCorruptException>(BackUpAsync)).Message, StringComparison.Ordinal);
        Sql(directory.Database, "delete from events where position > 10; update heads set version = 10 where stream = 'space/clyde-lantern'; delete from heads where stream <> 'space/clyde-lantern'");
        Assert.Contains("acknowledged entries are missing", (await Assert.ThrowsAsync<LogCorruptException>(BackUpAsync)).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(elsewhere.Path));
    }

    [Theory]
    [InlineData("a bit")]
    [InlineData("half of it")]
    [InlineData("all of it")]
    [InlineData("entries")]
    [InlineData("an answer")]
    [InlineData("the row that says when it was made")]
    [InlineData("not a backup")]
    public async Task A_damaged_backup_is_not_restored_and_nothing_is_written(string lost)
    {
        await FillAsync();
        await BackUpAsync();
        switch (lost)
        {
            case "a bit":
                await SpoilAsync(Backup, "\"Blue door\""u8.ToArray());
                break;
            case "half of it" or "all of it":
                await using (var file = File.OpenWrite(Backup))
                    file.SetLength(lost == "all of it" ? 0 : file.Length / 2);
                break;
            case "entries":
                Sql(Backup, "delete from events where position > 5");
                break;
            case "an answer":
                Sql(Backup, "update commands set outcome = x'00'");
                break;
            case "the row that says when it was made":
                Sql(Backup, "update backup set made_at_ns = made_at_ns + 1");
                break;
            default:
                File.Copy(directory.Database, Backup, overwrite: true);
                break;
        }
        var damaged = await Assert.ThrowsAsync<LogCorruptException>(RestoreAsync);
        Assert.Contains("Nothing was restored", damaged.Message, StringComparison.Ordinal);
        Assert.False((await LogVerifier.VerifyBackupAsync(Backup, Token)).IsSound);
        Assert.False(Directory.Exists(Restored));
    }

    [Fact]
    public async Task An_event_of_a_newer_program_is_backed_up_and_not_restored()
    {
        await using (var log = await OpenAsync())
            await log.AppendAsync(Make.One("space/a", 0, 1), Token);
        await BackUpAsync();
        await Assert.ThrowsAsync<UnknownEventException>(RestoreAsync);
        Assert.False(Directory.Exists(Restored));
    }

    [Fact]
    public async Task An_event_that_can_not_be_replayed_is_named_and_nothing_is_written()
    {
        await using (var log = await OpenAsync())
        {
            await log.AppendAsync(RealEvents.Count("space/a", 0, 1, time.Now), Token);
            await log.AppendAsync(new([new("space/a", 1, [Make.Event(2, "{}") with { Type = "OccupancyCounted", Schema = 1 }], [Make.Command("space/a", 2)])]), Token);
        }
        await BackUpAsync();
        var damaged = await Assert.ThrowsAsync<LogCorruptException>(RestoreAsync);
        Assert.Contains("position 2, OccupancyCounted of space/a, can't be replayed", damaged.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Restored));
    }

    [Fact]
    public async Task A_backup_put_in_the_place_of_a_log_does_not_open()
    {
        await FillAsync();
        await BackUpAsync();
        using var wrong = new TestDirectory();
        File.Copy(Backup, wrong.Database);
        var refused = await Assert.ThrowsAsync<LogRefusedException>(() => SqliteEventLog.OpenAsync(wrong.Path, time, Token));
        Assert.Contains("safespace restore", refused.Message, StringComparison.Ordinal);
        Assert.Equal(await File.ReadAllBytesAsync(Backup, Token), await File.ReadAllBytesAsync(wrong.Database, Token));
    }

    [Fact]
    public async Task What_fails_in_the_middle_leaves_a_directory_that_does_not_open_and_can_be_restored_to()
    {
        var events = await FillAsync();
        await BackUpAsync();

        // In the way of the database that is being made.
        var inTheWay = Path.Combine(Restored, Path.GetFileName(new LogFiles(Restored).NewDatabase));
        Directory.CreateDirectory(inTheWay);
        await Assert.ThrowsAnyAsync<Exception>(RestoreAsync);
        var refused = await Assert.ThrowsAsync<LogCorruptException>(() => SqliteEventLog.OpenAsync(Restored, time, Token));
        Assert.Contains($"there is no log.db, but {events} entries were acknowledged", refused.Message, StringComparison.Ordinal);
        Directory.Delete(inTheWay);
        await RestoreAsync();
        await (await SqliteEventLog.OpenAsync(Restored, time, Token)).DisposeAsync();
    }

    [Fact]
    public async Task A_directory_in_use_is_not_restored_to()
    {
        await FillAsync();
        await BackUpAsync();
        Directory.CreateDirectory(Restored);
        using (DirectoryLock.Take(new LogFiles(Restored)))
            await Assert.ThrowsAsync<LogInUseException>(RestoreAsync);
        await RestoreAsync();
    }

    private async Task<int> FillAsync()
    {
        await using var log = await OpenAsync();
        return await RealEvents.FillAsync(log, NextAsync);
    }

    private Task<Instant> NextAsync()
    {
        time.Now += Duration.FromHours(1);
        return Task.FromResult(time.Now);
    }

    private Task<SqliteEventLog> OpenAsync() => SqliteEventLog.OpenAsync(directory.Path, time, Token);

    private Task<LogCopied> BackUpAsync() => LogBackup.WriteAsync(directory.Path, Backup, time, Token);

    private Task<LogRestored> RestoreAsync() => LogRestore.ToDirectoryAsync(Backup, Restored, time, Token);

    private static async Task SpoilAsync(string file, byte[] text)
    {
        var bytes = await File.ReadAllBytesAsync(file, Token);

        // Everywhere: a page that is no longer in use may hold it as well.
        while (bytes.AsSpan().IndexOf(text) is >= 0 and var at)
            bytes[at + 1]++;
        await File.WriteAllBytesAsync(file, bytes, Token);
    }

    private static void Sql(string database, string sql)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        LogFiles.Execute(connection, sql);
    }
}
