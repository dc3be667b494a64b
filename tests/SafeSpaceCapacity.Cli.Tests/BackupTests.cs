using System.Diagnostics;
using System.Text.Json;
using NodaTime;
using Npgsql;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.EventLog.Codec;
using SafeSpaceCapacity.Tests.Postgres;

namespace SafeSpaceCapacity.Cli.Tests;

/// <summary>Backups as an operator makes and restores them, also when that is killed in the middle.</summary>
[Collection(PostgresTests.Name)]
public sealed class BackupTests(PrivatePostgres server) : CliTest
{
    private const int Killed = 128 + 9;

    // Long for a machine that is busy; never waited out when all is well.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly TemporaryDirectory _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Data => _folder["data"];

    private string Backup => _folder["monday.backup"];

    public override async ValueTask DisposeAsync()
    {
        _folder.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_log_is_backed_up_and_restored_and_both_say_what_they_did()
    {
        await WriteLogAsync(3);
        var run = await RunAsync("backup", "--data", Data, "--to", Backup);
        Assert.Equal(ExitCodes.Done, run.Code);
        Assert.Contains("Backed up and verified: 3 entries of 1 streams, 0 answers", run.Out, StringComparison.Ordinal);
        Assert.Contains("Accounts, keys and audit trail are not", run.Out, StringComparison.Ordinal);

        var restored = JsonDocument.Parse((await RunAsync("restore", "--from", Backup, "--data", _folder["new"], "--json")).Out).RootElement;
        Assert.Equal(3, restored.GetProperty("entries").GetInt32());
        Assert.Equal("2026-11-22T14:20:00Z", restored.GetProperty("madeAt").GetString());
        Assert.NotEqual(restored.GetProperty("epoch").GetGuid(), restored.GetProperty("epochBefore").GetGuid());
        Assert.Equal(ExitCodes.Done, (await RunAsync("log", "verify", "--data", _folder["new"])).Code);

        run = await RunAsync("restore", "--from", Backup, "--data", _folder["newer"]);
        Assert.Equal(ExitCodes.Done, run.Code);
        Assert.Contains("after the backup of 2026-11-22T14:20:00Z is gone", run.Out, StringComparison.Ordinal);
        Assert.Contains("call-list", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_in_a_database_is_backed_up_and_restored()
    {
        await WriteLogAsync(3);
        Assert.Equal(ExitCodes.Done, (await RunAsync("backup", "--data", Data, "--to", Backup)).Code);
        var connection = _folder.Write("connection", await server.NewDatabaseAsync() + ";Password=horse-staple\n");
        var run = await RunAsync("restore", "--from", Backup, "--postgres", connection);
        Assert.Equal(ExitCodes.Done, run.Code);
        Assert.Contains("3 entries", run.Out, StringComparison.Ordinal);

        run = await RunAsync("backup", "--postgres", connection, "--to", _folder["tuesday.backup"], "--json");
        Assert.Equal(ExitCodes.Done, run.Code);
        var made = JsonDocument.Parse(run.Out).RootElement;
        Assert.Equal(3, made.GetProperty("entries").GetInt32());
        Assert.Equal(new FileInfo(_folder["tuesday.backup"]).Length, made.GetProperty("bytes").GetInt64());

        run = await RunAsync("restore", "--from", _folder["tuesday.backup"], "--postgres", connection);
        Assert.Equal(ExitCodes.BadInput, run.Code);
        Assert.Contains("holds a log already", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("horse-staple", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_way_to_fail_has_its_exit_code_and_leaves_nothing()
    {
        await WriteLogAsync(3);
        Assert.Equal(ExitCodes.Done, (await RunAsync("backup", "--data", Data, "--to", Backup)).Code);
        await FailsAsync(ExitCodes.BadInput, "is there already", "backup", "--data", Data, "--to", Backup);
        await FailsAsync(ExitCodes.BadInput, "its folder is not there", "backup", "--data", Data, "--to", _folder["no-such-folder/a.backup"]);
        await FailsAsync(ExitCodes.BadInput, "holds a log already", "restore", "--from", Backup, "--data", Data);
        await FailsAsync(ExitCodes.BadInput, "connection can't be used", "backup", "--postgres", _folder["connection"], "--to", _folder["other"]);
        var away = _folder.Write("away", "Host=127.0.0.1;Port=1;Database=none");
        await FailsAsync(ExitCodes.NotReachable, "can't be used just now", "backup", "--postgres", away, "--to", _folder["other"]);
        await FailsAsync(ExitCodes.NotReachable, "can't be used just now", "restore", "--from", Backup, "--postgres", away);

        await using (var file = File.OpenWrite(Backup))
            file.SetLength(file.Length / 2);
        await FailsAsync(ExitCodes.Damaged, "Nothing was restored", "restore", "--from", Backup, "--data", _folder["other"]);
        File.Delete(Path.Combine(Data, "log.db"));
        await FailsAsync(ExitCodes.Damaged, "there is no log.db", "backup", "--data", Data, "--to", _folder["other"]);
        Assert.Equal(["away", "data", "monday.backup"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        async Task FailsAsync(int code, string says, params string[] args)
        {
            var run = await RunAsync(args);
            Assert.Equal((code, ""), (run.Code, run.Out));
            Assert.Contains(says, run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_backup_that_is_killed_leaves_no_backup()
    {
        await WriteLogAsync(20_000);
        await KillWhenAsync(() => Directory.GetFiles(_folder.Path, "*.partial").Length > 0, "backup", "--data", Data, "--to", Backup);
        Assert.False(File.Exists(Backup));
        Assert.Equal(ExitCodes.Done, (await RunAsync("backup", "--data", Data, "--to", Backup)).Code);
        Assert.Equal(ExitCodes.Done, (await RunAsync("restore", "--from", Backup, "--data", _folder["new"])).Code);
    }

    [Fact]
    public async Task A_restore_that_is_killed_leaves_a_directory_that_does_not_open_and_can_be_restored_to()
    {
        await WriteLogAsync(20_000);
        Assert.Equal(ExitCodes.Done, (await RunAsync("backup", "--data", Data, "--to", Backup)).Code);
        var target = _folder["new"];
        await KillWhenAsync(() => File.Exists(Path.Combine(target, "log.new.db")), "restore", "--from", Backup, "--data", target);
        Assert.False(File.Exists(Path.Combine(target, "log.db")));
        var refused = await Assert.ThrowsAsync<LogCorruptException>(() => SqliteEventLog.OpenAsync(target, TimeProvider.System, Token));
        Assert.Contains("20000 entries were acknowledged", refused.Message, StringComparison.Ordinal);

        Assert.Equal(ExitCodes.Done, (await RunAsync("restore", "--from", Backup, "--data", target)).Code);
        await using var log = await SqliteEventLog.OpenAsync(target, TimeProvider.System, Token);
        Assert.Equal(20_000, log.HeadPosition);
    }

    [Fact]
    public async Task A_restore_to_a_database_that_is_killed_leaves_it_empty()
    {
        await WriteLogAsync(300);
        Assert.Equal(ExitCodes.Done, (await RunAsync("backup", "--data", Data, "--to", Backup)).Code);
        var connection = await server.NewDatabaseAsync();
        var file = _folder.Write("connection", connection);
        var address = PostgresAddress.Parse(connection);
        await (await PostgresEventLog.OpenAsync(address, new LogNode("first", HostKind.Embedded), Token)).DisposeAsync();

        // It waits with all events and answers written.
        await PrivatePostgres.RunSqlAsync(connection, """
            create function wait() returns trigger language plpgsql as $$ begin perform pg_advisory_lock(1); return new; end $$;
            create trigger wait before insert on heads for each row execute function wait()
            """);
        await using (var held = new NpgsqlConnection(connection))
        {
            await held.OpenAsync(Token);
            await using var take = new NpgsqlCommand("select pg_advisory_lock(1)", held);
            await take.ExecuteNonQueryAsync(Token);
            await KillWhenAsync(
                () => PrivatePostgres.RunSqlAsync(connection, "select exists (select 1 from pg_stat_activity where datname = current_database() and wait_event = 'advisory')").GetAwaiter().GetResult() is true,
                "restore", "--from", Backup, "--postgres", file);
        }
        await PrivatePostgres.RunSqlAsync(connection, "drop trigger wait on heads");
        Assert.Equal(0L, await PrivatePostgres.RunSqlAsync(connection, "select (select position from log_head) + (select count(*) from events) + (select count(*) from heads)"));
        Assert.Equal(ExitCodes.Done, (await RunAsync("restore", "--from", Backup, "--postgres", file)).Code);
        Assert.Equal(300L, await PrivatePostgres.RunSqlAsync(connection, "select position from log_head"));
    }

    /// <summary>Runs the real program, and kills it once something is so, as the machine's failure would.</summary>
    private static async Task KillWhenAsync(Func<bool> isSo, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [ProgramTests.Program, .. args]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var since = TimeProvider.System.GetTimestamp();
        while (!isSo())
        {
            Assert.False(process.HasExited, "It ended before it could be killed.");
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Patience, "It never came so far.");
            await Task.Delay(1, Token);
        }
        process.Kill();
        await process.WaitForExitAsync(Token).WaitAsync(Patience, Token);
        Assert.Equal(Killed, process.ExitCode);
    }

    private async Task WriteLogAsync(int events)
    {
        await using var log = await SqliteEventLog.OpenAsync(Data, TimeProvider.System, Token);
        var now = Instant.FromDateTimeOffset(Now);
        foreach (var some in Enumerable.Range(0, events).Chunk(1000))
        {
            var items = some.Select(i => SpaceCodec.Encode(new OccupancyCounted(now, now, i % 7), Guid.Empty, null)).ToList();
            Assert.IsType<AppendResult.Committed>(await log.AppendAsync(new AppendRequest([new StreamAppend("space/a", some[0], items, [])]), Token));
        }
    }
}
