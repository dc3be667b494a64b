using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Data.Sqlite;
using SafeSpaceCapacity.EventLog.Sqlite;

namespace SafeSpaceCapacity.EventLog.Tests;

/// <summary>Damage is found, said in full, never skipped, and nothing is changed by finding it.</summary>
public sealed class DamagedLogTests : IDisposable
{
    private const int PageSize = 4096;
    private readonly TestDirectory directory = new();
    private readonly ManualTime time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task A_flipped_bit_in_an_event_is_found_and_its_position_named()
    {
        await FillAsync(300);
        Change(OffsetOf(Make.Payload(149)), value => (byte)(value ^ 1));
        var report = await AssertRefusedAsync("position 150: its content has checksum");
        Assert.Equal((299L, 149L, 300L), (report.Entries, report.ReadableTo, report.LastPosition));
        Assert.Contains("Positions 1 to 149 can be read", report.ToString(), StringComparison.Ordinal);
        Assert.Equal(new LogProblem(150, 150, report.Problems[0].What), report.Problems[0]);
    }

    [Fact]
    public async Task A_page_of_events_that_cannot_be_read_names_the_positions_it_held()
    {
        await FillAsync(300);
        var page = OffsetOf(Make.Payload(149)) / PageSize * PageSize;
        Change(page, _ => 0);
        var report = await AssertRefusedAsync("the database cannot read its pages");
        var lost = report.Problems.Single(problem => problem.What.StartsWith("the database cannot", StringComparison.Ordinal));
        Assert.InRange(150, lost.FromPosition!.Value, lost.ToPosition!.Value);
        Assert.Equal(report.ReadableTo + 1, lost.FromPosition);
        Assert.InRange(lost.ToPosition!.Value - lost.FromPosition!.Value, 1, 30);
        Assert.Equal(300 - (lost.ToPosition - lost.FromPosition + 1), report.Entries);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.1)]
    public async Task A_cut_off_database_is_found(double part)
    {
        await FillAsync(300);
        Cut(directory.Database, part);
        var report = await AssertRefusedAsync("");
        Assert.InRange(report.ReadableTo, 0, 299);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(0.99)]
    public async Task A_cut_off_write_ahead_log_is_found_by_the_mark(double part)
    {
        await using var log = await SqliteEventLog.OpenAsync(directory.Path, time, Token);
        await AppendAsync(log, 0, 100);
        using var killed = directory.Copy();
        Cut(killed.WriteAheadLog, part);
        var before = killed.Evidence();
        var refused = await Assert.ThrowsAsync<LogCorruptException>(() => SqliteEventLog.OpenAsync(killed.Path, time, Token));
        var end = refused.Report!.LastPosition;
        Assert.InRange(end, 0, 99);
        Assert.Contains($"{100 - end} acknowledged entries are missing: the log ends at position {end}, but 100 was acknowledged", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed", refused.Message, StringComparison.Ordinal);
        Assert.Equal(end, refused.Report.ReadableTo);
        Assert.Equal(before, killed.Evidence());
    }

    [Fact]
    public async Task A_log_left_by_a_killed_process_opens_with_everything_acknowledged()
    {
        await using var log = await SqliteEventLog.OpenAsync(directory.Path, time, Token);
        await AppendAsync(log, 0, 100);
        using var killed = directory.Copy();
        Assert.True(new FileInfo(killed.WriteAheadLog).Length > 0);
        await using var again = await SqliteEventLog.OpenAsync(killed.Path, time, Token);
        Assert.Equal(100, again.HeadPosition);
        await AppendAsync(again, 100, 110);
    }

    [Fact]
    public async Task Verifying_a_log_left_by_a_killed_process_changes_nothing()
    {
        await using var log = await SqliteEventLog.OpenAsync(directory.Path, time, Token);
        await AppendAsync(log, 0, 100);
        using var killed = directory.Copy();
        var before = killed.Evidence();
        Assert.Contains("log.db-wal", before.Keys);
        Assert.True((await LogVerifier.VerifyAsync(killed.Path, Token)).IsSound);
        Assert.Equal(before, killed.Evidence());
    }

    [Fact]
    public async Task A_missing_or_unreadable_mark_is_tolerated_and_written_again()
    {
        await FillAsync(10);
        File.Delete(directory.Mark);
        await (await SqliteEventLog.OpenAsync(directory.Path, time, Token)).DisposeAsync();
        Assert.Equal(10, (await LogVerifier.VerifyAsync(directory.Path, Token)).AcknowledgedPosition);
        await File.WriteAllBytesAsync(directory.Mark, new byte[40], Token);
        Assert.Null((await LogVerifier.VerifyAsync(directory.Path, Token)).AcknowledgedPosition);
        await (await SqliteEventLog.OpenAsync(directory.Path, time, Token)).DisposeAsync();
        Assert.Equal(10, (await LogVerifier.VerifyAsync(directory.Path, Token)).AcknowledgedPosition);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused()
    {
        await FillAsync(10);
        await File.WriteAllBytesAsync(directory.Database, Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("not a database. ", 1000))), Token);
        await AssertRefusedAsync("log.db cannot be read as a database");
        File.Delete(directory.Mark);
        await AssertRefusedAsync("log.db cannot be read as a database");
    }

    [Fact]
    public async Task A_database_of_somebody_else_is_refused()
    {
        Execute("create table other (x)");
        await AssertRefusedAsync("log.db is a database, but not a log");
    }

    [Fact]
    public async Task An_empty_or_missing_database_with_a_mark_is_refused()
    {
        await FillAsync(10);
        await File.WriteAllBytesAsync(directory.Database, [], Token);
        await AssertRefusedAsync("log.db is empty, but 10 entries were acknowledged");
        File.Delete(directory.Database);
        await AssertRefusedAsync("there is no log.db, but 10 entries were acknowledged");
        Assert.False(File.Exists(directory.Database));
        File.Delete(directory.Mark);
        await using var made = await SqliteEventLog.OpenAsync(directory.Path, time, Token);
        Assert.Equal(0, made.HeadPosition);
    }

    [Fact]
    public async Task A_write_ahead_log_without_its_database_is_refused()
    {
        await using var log = await SqliteEventLog.OpenAsync(directory.Path, time, Token);
        await AppendAsync(log, 0, 10);
        using var copy = directory.Copy();
        File.Delete(copy.Database);
        File.Delete(copy.Mark);
        var before = copy.Evidence();
        var refused = await Assert.ThrowsAsync<LogCorruptException>(() => SqliteEventLog.OpenAsync(copy.Path, time, Token));
        Assert.Contains("log.db-wal", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, copy.Evidence());
    }

    [Fact]
    public async Task A_newer_schema_is_refused()
    {
        await FillAsync(1);
        Execute("insert into schema_versions values (99, 0)");
        var before = directory.Evidence();
        var refused = await Assert.ThrowsAsync<LogSchemaException>(() => SqliteEventLog.OpenAsync(directory.Path, time, Token));
        Assert.Contains("schema 99", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, directory.Evidence());
    }

    [Theory]
    [InlineData("delete from events where position = 5", "position 5: entries are missing")]
    [InlineData("delete from events where position between 5 and 7", "positions 5 to 7: entries are missing")]
    [InlineData("delete from events where position > 8", "2 acknowledged entries are missing")]
    [InlineData("update events set payload = x'00' where position = 4", "position 4: its content has checksum")]
    [InlineData("update events set actor = 'somebody' where position = 4", "position 4: its content has checksum")]
    [InlineData("update heads set version = 11", "should end at version 11; its entries end at 10")]
    [InlineData("delete from heads", "1 streams have entries but no head")]
    [InlineData("update commands set outcome = x'00' where stream = 'space/a'", "the outcome of a command is damaged")]
    [InlineData("delete from meta", "the row that names the epoch is damaged or missing")]
    public async Task What_a_database_cannot_know_is_wrong_is_found(string change, string found)
    {
        await FillAsync(10);
        Execute(change);
        await AssertRefusedAsync(found);
    }

    [Fact]
    public async Task A_large_log_is_verified_after_opening_with_the_same_verdict()
    {
        await FillAsync(300);
        Change(OffsetOf(Make.Payload(149)), value => (byte)(value ^ 1));
        await using var log = await SqliteEventLog.OpenAsync(directory.Path, time, new SqliteLogSettings { VerifyBeforeOpeningBytes = 0, VerifyAfter = TimeSpan.Zero }, Token);
        var report = await log.Verification;
        Assert.Equal(149, report.ReadableTo);
        Assert.False(log.CanAppend);
        Assert.Contains("position 150", log.LastFailure!.Message, StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<LogStoppedException>(async () => await log.AppendAsync(Make.One("space/a", 300, 1000), Token));
        Assert.IsType<LogCorruptException>(refused.InnerException);

        // Reading stays possible up to the damage, and stops there.
        Assert.Equal(149, (await log.ReadAllAsync(0, 149, Token)).Count);
        var damaged = await Assert.ThrowsAsync<LogCorruptException>(async () => await log.ReadAllAsync(140, 20, Token));
        Assert.Contains("position 150", damaged.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<LogCorruptException>(async () => await log.ReadStreamAsync("space/a", 149, 1, Token));
    }

    [Fact]
    public async Task A_large_log_that_ends_before_the_mark_does_not_open_at_all()
    {
        await FillAsync(10);
        Execute("delete from events where position > 8");
        var settings = new SqliteLogSettings { VerifyBeforeOpeningBytes = 0, VerifyAfter = TimeSpan.Zero };
        await Assert.ThrowsAsync<LogCorruptException>(() => SqliteEventLog.OpenAsync(directory.Path, time, settings, Token));
    }

    /// <summary>SQLite still reads with such a description and only refuses to write; a reader that went on would call the log sound.</summary>
    [Fact]
    public async Task A_damaged_description_of_a_table_is_found_although_the_entries_can_be_read()
    {
        await FillAsync(10);
        Change(OffsetOf("check (id = 1), epoch blob not null, created") + "check (i".Length, letter => (byte)(letter ^ 1));
        await AssertRefusedAsync("the description of the table meta is damaged or missing");
    }

    [Fact]
    public async Task A_large_sound_log_passes_and_goes_on()
    {
        await FillAsync(300);
        await using var log = await SqliteEventLog.OpenAsync(directory.Path, time, new SqliteLogSettings { VerifyBeforeOpeningBytes = 0, VerifyAfter = TimeSpan.Zero }, Token);
        await AppendAsync(log, 300, 310);
        Assert.True((await log.Verification).IsSound);
        Assert.True(log.CanAppend);
    }

    [Fact]
    public async Task A_damaged_checkpoint_is_thrown_away_since_it_is_only_a_cache()
    {
        await using (var log = await SqliteEventLog.OpenAsync(directory.Path, time, Token))
        {
            await AppendAsync(log, 0, 1);
            await log.SaveCheckpointsAsync([new(log.Epoch, "space/a", 1, 1, 1, new byte[] { 1 })], 1, Token);
        }
        Execute("update checkpoints set body = x'02'");
        await using var again = await SqliteEventLog.OpenAsync(directory.Path, time, Token);
        var (covered, checkpoints) = await again.CheckpointsAsync();
        Assert.Empty(checkpoints);
        Assert.Equal(0, covered);
    }

    [Fact]
    public async Task Any_flipped_bit_is_found_or_harmless()
    {
        await FillAsync(60);
        var original = await File.ReadAllBytesAsync(directory.Database, Token);
        var mark = await File.ReadAllBytesAsync(directory.Mark, Token);
        var whole = await ReadAsync(directory);
        var found = 0;
        // The header of the database is small and matters: it gets more than its share.
        var anywhere = Gen.Frequency((3, Gen.Choose(0, (original.Length * 8) - 1)), (1, Gen.Choose(0, 799)));
        Prop.ForAll(anywhere.ToArbitrary(), bit => CheckAsync(bit).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(200));
        Assert.True(found > 20, $"Only {found} of 200 flipped bits were found.");

        async Task<bool> CheckAsync(int bit)
        {
            using var copy = new TestDirectory();
            var bytes = original.ToArray();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            await File.WriteAllBytesAsync(copy.Database, bytes, Token);
            await File.WriteAllBytesAsync(copy.Mark, mark, Token);
            var before = copy.Evidence();
            var report = await LogVerifier.VerifyAsync(copy.Path, Token);
            Assert.Equal(before, copy.Evidence());
            if (report.IsSound)
                return (await ReadAsync(copy)).SequenceEqual(whole, StringComparer.Ordinal);
            found++;
            await Assert.ThrowsAsync<LogCorruptException>(() => SqliteEventLog.OpenAsync(copy.Path, time, Token));
            return before.SequenceEqual(copy.Evidence());
        }
    }

    private async Task<List<string>> ReadAsync(TestDirectory from)
    {
        await using var log = await SqliteEventLog.OpenAsync(from.Path, time, Token);
        var events = await log.ReadAllAsync(0, 1000, Token);
        var commands = new List<string>();
        foreach (var item in events)
            commands.Add((await log.FindCommandAsync(item.CommandId, Token))!.Whole());
        return [.. events.Select(Make.Whole), .. commands];
    }

    private async Task FillAsync(int events)
    {
        await using var log = await SqliteEventLog.OpenAsync(directory.Path, time, Token);
        await AppendAsync(log, 0, events);
    }

    private static async Task AppendAsync(SqliteEventLog log, int from, int to)
    {
        for (var i = from; i < to; i++)
            Assert.IsType<AppendResult.Committed>(await log.AppendAsync(Make.One("space/a", i, i), Token));
    }

    /// <summary>The log does not open, says this, and has changed nothing; a verification says the same.</summary>
    private async Task<LogReport> AssertRefusedAsync(string because)
    {
        var before = directory.Evidence();
        var refused = await Assert.ThrowsAsync<LogCorruptException>(() => SqliteEventLog.OpenAsync(directory.Path, time, Token));
        Assert.Contains(because, refused.Message, StringComparison.Ordinal);
        Assert.Contains("restore the latest backup", refused.Message, StringComparison.Ordinal);
        var verified = await LogVerifier.VerifyAsync(directory.Path, Token);
        Assert.Equal(refused.Report!.ToString(), verified.ToString());
        Assert.Equal(before, directory.Evidence());
        return verified;
    }

    private int OffsetOf(string text) => File.ReadAllBytes(directory.Database).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text));

    private void Change(int offset, Func<byte, byte> change)
    {
        Assert.True(offset > 0);
        var bytes = File.ReadAllBytes(directory.Database);
        bytes[offset] = change(bytes[offset]);
        File.WriteAllBytes(directory.Database, bytes);
    }

    private static void Cut(string path, double part)
    {
        using var stream = File.OpenWrite(path);
        stream.SetLength((long)(stream.Length * part));
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={directory.Database};Pooling=False");
        connection.Open();
        LogFiles.Execute(connection, sql);
    }
}
