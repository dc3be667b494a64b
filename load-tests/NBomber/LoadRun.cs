using System.Globalization;
using Grpc.Core;
using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.CSharp;
using SafeSpaceCapacity.LoadTests.Scenarios;

namespace SafeSpaceCapacity.LoadTests;

/// <summary>What is to be run.</summary>
/// <param name="Server">The demo.</param>
/// <param name="Searches">Begun each second.</param>
/// <param name="Journeys">Begun each second.</param>
/// <param name="Watches">Begun each second.</param>
/// <param name="Length">How long they are begun; what was begun is waited for.</param>
/// <param name="Seed">Of everything that is drawn.</param>
/// <param name="Reports">The folder of all reports.</param>
internal sealed record LoadOptions(Uri Server, int Searches, int Journeys, int Watches, TimeSpan Length, int Seed, DirectoryInfo Reports);

/// <summary>One run of the scenarios.</summary>
internal static class LoadRun
{
    /// <summary>The shortest run, in seconds: as long as the warm-up, which may not be longer.</summary>
    public const int SecondsMin = 5;

    /// <summary>The longest, in seconds: the tokens of a demo are good for an hour.</summary>
    public const int SecondsMax = 3000;

    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    /// <summary>Runs them and says how it went.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(LoadOptions options)
    {
        using var service = new DemoService(options.Server);
        try
        {
            await service.EnterAsync();
        }
        catch (RpcException failed)
        {
            await Console.Error.WriteLineAsync($"No demo lets us in at {options.Server}: {failed.Status.StatusCode}, {failed.Status.Detail}");
            return Verdict.Failed;
        }

        var draw = new Draw(options.Seed);
        var watching = new WatchScenario(service, draw);
        ScenarioProps[] scenarios =
        [
            .. At(options.Searches, "search", new SearchScenario(service, draw).RunAsync),
            .. At(options.Journeys, "journey", new JourneyScenario(service, draw).RunAsync),
            .. At(options.Watches, "watch", watching.RunAsync),
        ];

        // NBomber empties the folder that it is given, so it is given a new one. Its HTML report would load scripts from elsewhere.
        var folder = Path.Combine(
            options.Reports.FullName, TimeProvider.System.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture));
        var stats = NBomberRunner
            .RegisterScenarios(scenarios)
            .WithTestSuite("SafeSpaceCapacity")
            .WithTestName("crews")
            .WithReportFolder(folder)
            .WithReportFileName("report")
            .WithReportFormats(ReportFormat.Txt, ReportFormat.Csv, ReportFormat.Md)
            .Run();

        Console.WriteLine($"watches saw: {watching.Seen}");
        Console.WriteLine($"report: {folder}");
        return Verdict.Say(stats, Console.Out);

        IEnumerable<ScenarioProps> At(int rate, string name, Func<IScenarioContext, Task<IResponse>> run)
        {
            if (rate == 0)
                yield break;
            yield return Scenario.Create(name, run)
                .WithWarmUpDuration(TimeSpan.FromSeconds(SecondsMin))
                .WithLoadSimulations(Simulation.Inject(rate, OneSecond, options.Length))
                .WithRestartIterationOnFail(false)
                .WithMaxFailCount(int.MaxValue);
        }
    }
}
