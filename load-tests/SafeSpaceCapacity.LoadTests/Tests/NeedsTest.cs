using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.LoadTests.Report;
using SafeSpaceCapacity.LoadTests.Servers;

namespace SafeSpaceCapacity.LoadTests.Tests;

/// <summary>What it costs those who search that their need is recorded: searches that name a need of their own beside ones that name none.</summary>
internal static class NeedsTest
{
    private const int Pairs = 11;
    private const int WarmingCalls = 40_000;
    private const int CallsPerSample = 2_000;
    private const int InFlight = 8;
    private const int SearchesPerRun = 500;

    private static readonly TimeSpan SearchEvery = TimeSpan.FromMilliseconds(20);

    // Until what waits is on the disk.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(Table table)
    {
        await using var server = await Server.StartDeliveredAsync(await Seed.RegionAsync(10_000));
        var questions = Questions.Near(server.Seed, 512);
        await Server.CallAsync(WarmingCalls, InFlight, i => AskAsync(i, named: i % 8 == 0));
        var (cost, plain) = (new List<double>(), new List<double>());
        var (p50, p99, plain50, plain99) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var pair = 0; pair < Pairs; pair++)
        {
            foreach (var named in new[] { pair % 2 == 0, pair % 2 == 1 })
            {
                (named ? cost : plain).Add(await CpuAsync(named));
                var took = await OpenLoop.RunAsync(SearchesPerRun, SearchEvery, i => AskAsync(i, named));
                (named ? p50 : plain50).Add(Statistics.Quantile(took, 0.5));
                (named ? p99 : plain99).Add(Statistics.Quantile(took, 0.99));
            }
        }

        table.Add("server CPU per search of a need of its own, recorded and settled", "µs", null, cost);
        table.Add("server CPU per search of no named need", "µs", null, plain);
        table.Add("CPU, needs recorded ÷ not", string.Empty, null, Ratio(cost, plain));
        table.Add("50 searches a second, needs recorded: p50", "ms", null, p50);
        table.Add("50 searches a second, needs recorded: p99", "ms", null, p99);
        table.Add("p50, needs recorded ÷ not", string.Empty, Goal.AtMostOf(1.1), Ratio(p50, plain50));
        table.Add("p99, needs recorded ÷ not", string.Empty, Goal.AtMostOf(1.1), Ratio(p99, plain99));

        async Task<double> CpuAsync(bool named)
        {
            await Task.Delay(Settling);
            var before = server.Process.Cpu;
            await Server.CallAsync(CallsPerSample, InFlight, i => AskAsync(i, named));
            await Task.Delay(Settling);
            return (server.Process.Cpu - before).TotalMicroseconds / CallsPerSample;
        }

        async Task AskAsync(int i, bool named)
        {
            var question = questions[i % questions.Length];
            if (named)
                question = new FindSpacesRequest(question) { NeedId = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString() };
            await server.Crew.FindSpacesAsync(question, server.Token);
        }
    }

    private static IEnumerable<double> Ratio(List<double> with, List<double> without) => with.Zip(without, (one, other) => one / other);
}
