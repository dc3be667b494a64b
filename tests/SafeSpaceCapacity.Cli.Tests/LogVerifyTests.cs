using System.Text;
using System.Text.Json;
using NodaTime;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.EventLog.Sqlite;

namespace SafeSpaceCapacity.Cli.Tests;

/// <summary>A real log, sound and damaged.</summary>
public sealed class LogVerifyTests : CliTest
{
    private const int Entries = 300;

    [Fact]
    public async Task A_sound_log_ends_with_0_and_says_what_it_holds()
    {
        using var data = await WriteLogAsync();
        var run = await RunAsync("log", "verify", "--data", data.Path);
        Assert.Equal(ExitCodes.Done, run.Code);
        Assert.Contains($"Entries  {Entries} in 2 streams", run.Out, StringComparison.Ordinal);
        Assert.Contains("First    position 1, 2", run.Out, StringComparison.Ordinal);
        Assert.Contains($"Last     position {Entries}, 2", run.Out, StringComparison.Ordinal);
        Assert.Contains("Sound", run.Out, StringComparison.Ordinal);
        var json = JsonDocument.Parse((await RunAsync("log", "verify", "--data", data.Path, "--json")).Out).RootElement;
        Assert.True(json.GetProperty("isSound").GetBoolean());
        Assert.Equal(Entries, json.GetProperty("entries").GetInt32());
    }

    [Fact]
    public async Task A_damaged_log_ends_with_5_and_names_the_positions()
    {
        using var data = await WriteLogAsync();
        var file = Path.Combine(data.Path, "log.db");
        var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        var at = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes("payload number 150"));
        bytes[at]++;
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        var run = await RunAsync("log", "verify", "--data", data.Path);
        Assert.Equal(ExitCodes.Damaged, run.Code);
        Assert.Contains("DAMAGED", run.Out, StringComparison.Ordinal);
        Assert.Contains("position 150", run.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Damaged, (await RunAsync("log", "verify", "--data", data.Path, "--json")).Code);
    }

    [Fact]
    public async Task A_directory_without_a_log_is_not_called_sound()
    {
        using var empty = new TemporaryDirectory();
        var run = await RunAsync("log", "verify", "--data", empty.Path);
        Assert.Equal(ExitCodes.Damaged, run.Code);
        Assert.Contains("there is no log.db", run.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.BadInput, (await RunAsync("log", "verify", "--data", Path.Combine(empty.Path, "absent"))).Code);
    }

    [Fact]
    public async Task A_backup_is_verified_as_a_log_is()
    {
        using var data = await WriteLogAsync();
        var backup = data["a.backup"];
        Assert.Equal(ExitCodes.Done, (await RunAsync("backup", "--data", data.Path, "--to", backup)).Code);
        var run = await RunAsync("log", "verify", "--backup", backup);
        Assert.Equal(ExitCodes.Done, run.Code);
        Assert.Contains($"Log      {backup}, epoch", run.Out, StringComparison.Ordinal);
        Assert.Contains($"Entries  {Entries} in 2 streams", run.Out, StringComparison.Ordinal);
        await using (var file = File.OpenWrite(backup))
            file.SetLength(0);
        run = await RunAsync("log", "verify", "--backup", backup);
        Assert.Equal(ExitCodes.Damaged, run.Code);
        Assert.Contains("it is empty", run.Out, StringComparison.Ordinal);
    }

    private static async Task<TemporaryDirectory> WriteLogAsync()
    {
        var data = new TemporaryDirectory();
        await using var log = await SqliteEventLog.OpenAsync(data.Path, TimeProvider.System, TestContext.Current.CancellationToken);
        var versions = new long[2];
        for (var i = 1; i <= Entries; i++)
        {
            var now = SystemNow();
            var item = new NewEvent("CountRecorded", 1, Guid.Empty, null, now, now, Encoding.ASCII.GetBytes($"payload number {i}"));
            var result = await log.AppendAsync(
                new AppendRequest([new StreamAppend($"space/test-{i % 2}", versions[i % 2]++, [item], [])]), TestContext.Current.CancellationToken);
            Assert.Contains("Committed", result.GetType().Name, StringComparison.Ordinal);
        }

        return data;
    }

    private static Instant SystemNow() => Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow());
}
