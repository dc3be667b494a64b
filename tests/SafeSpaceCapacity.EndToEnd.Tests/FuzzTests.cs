using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Grpc.Health.V1;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.EndToEnd.Tests.Fuzz;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;
using SafeSpaceCapacity.EventLog;

namespace SafeSpaceCapacity.EndToEnd.Tests;

/// <summary>The server is sent what no client should send, on every level, by many at once.</summary>
public sealed partial class FuzzTests(ITestOutputHelper output) : IDisposable
{
    private const long GrowthMost = 400L * 1024 * 1024;
    private readonly DataDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Whatever_is_sent_the_server_answers_or_closes_tells_nothing_of_its_inside_and_works_on()
    {
        output.WriteLine($"seed {Settings.Seed}, {Settings.FuzzCases} cases");
        var cast = new Cast(Settings.Seed);
        await using var server = await ServerProcess.StartAsync(_directory, empty: false);
        Access.Enter(server, cast);
        using var crew = new Crew(server);
        await cast.EnterAsync(crew);
        var run = new FuzzRun(server, cast, Settings.Seed);
        var before = Resident(server);
        var from = Stopwatch.GetTimestamp();
        if (Settings.FuzzOnly is { } only)
            await run.SendOneAsync(only);
        else
            await run.SendAllAsync(Settings.FuzzCases);
        var took = Stopwatch.GetElapsedTime(from);
        var after = Resident(server);
        Report(run.Tally, string.Create(
            CultureInfo.InvariantCulture,
            $"seed {Settings.Seed}: {took.TotalSeconds:F1} s, {run.Tally.Total / took.TotalSeconds:F0} cases/s; server {before >> 20} MiB before, {after >> 20} MiB after"));

        Assert.True(run.Tally.Failures.Count == 0, $"{string.Join("\n\n", run.Tally.Failures)}\n{Said(server)}");

        // The demo lives in real time: it has no clock to move on.
        if (Settings.FuzzOnly is null)
            Assert.Equal(["safespacecapacity.v1.DemoService.AdvanceClock"], Methods.All.Select(method => method.FullName).Except(run.Tally.Answered));
        await WorksAsAlwaysAsync(server, crew);
        Assert.True(after - before < GrowthMost, $"The server grew from {before >> 20} MiB to {after >> 20} MiB.");

        var exit = await server.StopAsync(Signal.Interrupt);
        Assert.True(exit.Code == 0, $"The server ended with {exit.Code}.\n{Said(server)}");
        Assert.Equal(string.Empty, exit.Error);
        var blame = Blame().Match(exit.Output).Value;
        Assert.True(blame.Length == 0, blame);
        var report = await LogVerifier.VerifyAsync(_directory.Path, TestContext.Current.CancellationToken);
        Assert.True(report.IsSound, report.ToString());
        output.WriteLine($"{report.Entries} entries in the log");
    }

    private static async Task WorksAsAlwaysAsync(ServerProcess server, Crew crew)
    {
        var health = await crew.Health.CheckAsync(new HealthCheckRequest(), Crew.Options);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, health.Status);
        var found = await crew.Calls.FindSpacesAsync(
            new FindSpacesRequest { Origin = new Origin { Place = "Glasgow" }, LegalStatus = LegalStatus.Voluntary, Limit = 20 }, Crew.Options);
        Assert.NotEmpty(found.Offers);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        Assert.Equal("ok\n", await http.GetStringAsync(new Uri(server.HttpAddress, "healthz"), TestContext.Current.CancellationToken));
    }

    /// <summary>How much memory the server has. It is also the same process still: one that had ended would have none.</summary>
    private static long Resident(ServerProcess server)
    {
        var line = File.ReadLines($"/proc/{server.Id}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    // The end of it: what it says of one hostile connection it says of all.
    private static string Said(ServerProcess server) => server.Said is { Length: > 4_000 } said ? "..." + said[^4_000..] : server.Said;

    [GeneratedRegex(@"^(fail|crit): .*\n.*\n.*|.*nhandled exception.*\n.*", RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Blame();

    private void Report(Tally tally, string summary)
    {
        var report = $"{summary}\n{tally.Table()}";
        output.WriteLine(report);
        if (Settings.FuzzReport is { Length: > 0 } file)
            File.WriteAllText(file, $"{report}\n{string.Join("\n\n", tally.Failures.Select(failure => Answer.Printable(failure, 4_000)))}");
    }
}
