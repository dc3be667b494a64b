using System.Text.Json;
using NodaTime;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Tests.Postgres;

namespace SafeSpaceCapacity.Cli.Tests;

[Collection(PostgresTests.Name)]
public sealed class MigrateTests(PrivatePostgres server) : CliTest
{
    [Fact]
    public async Task It_says_what_was_copied_and_refuses_a_second_time()
    {
        using var data = await WriteLogAsync();
        var connection = Path.Combine(data.Path, "connection");
        await File.WriteAllTextAsync(connection, await server.NewDatabaseAsync() + ";Password=horse-staple\n", TestContext.Current.CancellationToken);
        string[] migrate = ["migrate", "--data", data.Path, "--postgres", connection];

        // The password is in it.
        File.SetUnixFileMode(connection, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        var run = await RunAsync(migrate);
        Assert.Equal(ExitCodes.BadInput, run.Code);
        Assert.Contains("chmod 600", run.Error, StringComparison.Ordinal);

        File.SetUnixFileMode(connection, UnixFileMode.UserRead);
        run = await RunAsync([.. migrate, "--json"]);
        Assert.Equal(ExitCodes.Done, run.Code);
        Assert.Equal(3, JsonDocument.Parse(run.Out).RootElement.GetProperty("entries").GetInt32());

        run = await RunAsync(migrate);
        Assert.Equal(ExitCodes.BadInput, run.Code);
        Assert.Contains("belongs to a log in PostgreSQL", run.Error, StringComparison.Ordinal);

        File.Delete(Path.Combine(data.Path, DirectoryMarks.PostgresMark));
        run = await RunAsync(migrate);
        Assert.Equal(ExitCodes.BadInput, run.Code);
        Assert.Contains("holds a log already", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("horse-staple", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_away_and_a_log_that_is_damaged_have_exit_codes_of_their_own()
    {
        using var data = await WriteLogAsync();
        var connection = Path.Combine(data.Path, "connection");
        await File.WriteAllTextAsync(connection, "Host=127.0.0.1;Port=1;Database=none", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(connection, UnixFileMode.UserRead);
        Assert.Equal(ExitCodes.NotReachable, (await RunAsync("migrate", "--data", data.Path, "--postgres", connection)).Code);
        File.Delete(Path.Combine(data.Path, "log.db"));
        Assert.Equal(ExitCodes.Damaged, (await RunAsync("migrate", "--data", data.Path, "--postgres", connection)).Code);
    }

    private static async Task<TemporaryDirectory> WriteLogAsync()
    {
        var data = new TemporaryDirectory();
        await using var log = await SqliteEventLog.OpenAsync(data.Path, TimeProvider.System, TestContext.Current.CancellationToken);
        var now = Instant.FromUtc(2026, 1, 1, 0, 0);
        var item = new NewEvent("Something", 1, Guid.Empty, null, now, now, new byte[] { 1 });
        await log.AppendAsync(new AppendRequest([new StreamAppend("space/a", 0, [item, item, item], [])]), TestContext.Current.CancellationToken);
        return data;
    }
}
