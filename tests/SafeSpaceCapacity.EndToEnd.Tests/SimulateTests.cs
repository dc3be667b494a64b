using System.Globalization;
using System.Text.Json;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;

namespace SafeSpaceCapacity.EndToEnd.Tests;

/// <summary>A region lives a while over gRPC, as a user of the command line would have it, and its own record is compared with the log.</summary>
public sealed class SimulateTests : IDisposable
{
    private readonly DataDirectory _directory = new();

    [Fact]
    public async Task A_simulation_adds_up_with_the_log_to_the_event_though_the_server_is_killed_meanwhile()
    {
        var ports = ServerProcess.FreePorts();
        var server = await ServerProcess.StartSimulatedAsync(_directory, "2026-01-09", ports);
        var run = Tool.TryAsync(
            Path.Combine(Here.Repository, "safespace"),
            ["simulate", "--server", server.Address.ToString(), "--for", "12h", "--step", "10", "--lost", "5", "--seed", "7", "--data", _directory.Path, "--json"], Here.Repository);
        try
        {
            // It lives through a while, is killed, and goes on where it was.
            foreach (var hour in new[] { 3, 7 })
            {
                await UntilAsync(server, hour, run);
                await server.KillAsync();
                await server.DisposeAsync();
                server = await ServerProcess.StartSimulatedAsync(_directory, "2026-01-09", ports);
            }

            var (code, output, error) = await run;
            Assert.True(code == 0, $"{code}: {output}\n{error}\n{server.Said}");
            using var summary = JsonDocument.Parse(output);
            var log = summary.RootElement.GetProperty("log");
            Assert.Equal(0, log.GetProperty("problemCount").GetInt32());
            Assert.True(log.GetProperty("numbersCompared").GetInt32() > 500, output);
            Assert.True(summary.RootElement.GetProperty("needs").GetInt32() > 100, output);
            Assert.True(summary.RootElement.GetProperty("resent").GetInt32() > 0, output);
            foreach (var count in log.GetProperty("counts").EnumerateArray())
                Assert.True(count.GetProperty("addsUp").GetBoolean(), count.GetRawText());
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Made_up_times_and_real_ones_are_never_in_one_log()
    {
        await (await ServerProcess.StartSimulatedAsync(_directory, "2014-01-01", ServerProcess.FreePorts())).DisposeAsync();
        var real = await ServerProcess.RunAsync(_directory.Path, empty: false);
        Assert.Equal(1, real.Code);
        Assert.Contains("whose times are made up", real.Error, StringComparison.Ordinal);

        using var other = new DataDirectory();
        await (await ServerProcess.StartAsync(other)).DisposeAsync();
        var simulated = await ServerProcess.RunAsync(other.Path, empty: false, options: ["--simulated-from", "2014-01-01"]);
        Assert.Equal(1, simulated.Code);
        Assert.Contains("needs a folder of its own", simulated.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_is_no_demo_is_not_simulated_on()
    {
        await using var server = await ServerProcess.StartAsync(_directory);
        var (code, _, error) = await Tool.TryAsync(
            Path.Combine(Here.Repository, "safespace"), ["simulate", "--server", server.Address.ToString(), "--for", "1m"], Here.Repository);
        Assert.True(code == 2, $"{code}: {error}");
        Assert.Contains("no demo", error, StringComparison.Ordinal);
    }

    private static async Task UntilAsync(ServerProcess server, int hour, Task run)
    {
        using var http = new HttpClient();
        while (true)
        {
            Assert.False(run.IsCompleted, "the simulation ended before the server was killed");

            // It may be behind for a moment on a busy machine, and says so instead.
            using var answer = await http.GetAsync(new Uri(server.HttpAddress, "/healthz"));
            var said = await answer.Content.ReadAsStringAsync();
            if (said.Split("simulated time: ") is [_, var time] && DateTimeOffset.Parse(time, CultureInfo.InvariantCulture).Hour >= hour)
                return;
            await Task.Delay(20);
        }
    }

    public void Dispose() => _directory.Dispose();
}
