using System.Globalization;
using Grpc.Core;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.LoadTests.Report;
using SafeSpaceCapacity.LoadTests.Servers;

namespace SafeSpaceCapacity.LoadTests.Tests;

/// <summary>What finding costs beside answering: CPU of the server per search, and per echo of the same answers.</summary>
internal static class SearchTest
{
    private const int Pairs = 11;
    private const int CallsPerSample = 3_000;
    // Until the compiler has nothing left to do: it would count as the server's.
    private const int WarmingCalls = 40_000;
    private const int InFlight = 8;
    private const int QuestionCount = 512;

    private static readonly int[] Sizes = [1_000, 10_000, 100_000, 1_000_000];

    public static async Task RunAsync(Table table)
    {
        var sides = new List<Side>();
        foreach (var size in Sizes)
            sides.Add(await Side.StartAsync(size));
        for (var pair = 0; pair < Pairs; pair++)
        {
            foreach (var side in sides)
                await side.PairAsync(findFirst: pair % 2 == 0);
        }

        foreach (var side in sides)
        {
            table.Add($"{Name(side.Size)} spaces: server CPU per FindSpaces", "µs", null, side.Found);
            table.Add($"{Name(side.Size)} spaces: server CPU per echo of the same bytes", "µs", null, side.Echoed);
        }

        foreach (var side in sides)
        {
            var goal = side.Size is 10_000 or 100_000 ? Goal.AtMostOf(1.5) : null;
            table.Add($"{Name(side.Size)} spaces: FindSpaces ÷ echo", string.Empty, goal, side.Found.Zip(side.Echoed, (found, echoed) => found / echoed));
        }

        var (small, large) = (sides.Single(side => side.Size == 10_000), sides.Single(side => side.Size == 1_000_000));
        table.Add("FindSpaces at 1 M ÷ at 10 k spaces", string.Empty, Goal.AtMostOf(1.6), large.Found.Zip(small.Found, (at1M, at10K) => at1M / at10K));
    }

    public static string Name(int spaces) =>
        spaces >= 1_000_000 ? string.Create(CultureInfo.InvariantCulture, $"{spaces / 1_000_000} M") : string.Create(CultureInfo.InvariantCulture, $"{spaces / 1_000} k");

    private sealed class Side(Server server, FindSpacesRequest[] questions)
    {
        public int Size => server.Seed.Spaces;

        /// <summary>Microseconds.</summary>
        public List<double> Found { get; } = [];

        /// <summary>Microseconds.</summary>
        public List<double> Echoed { get; } = [];

        public static async Task<Side> StartAsync(int size)
        {
            var seed = await Seed.RegionAsync(size);
            var side = new Side(await Server.StartHostAsync(seed), Questions.Near(seed, QuestionCount));
            await side.CallAsync("load-test-keep", QuestionCount);
            await side.CallAsync("load-test-find", WarmingCalls);
            await side.CallAsync("load-test-echo", WarmingCalls);
            return side;
        }

        public async Task PairAsync(bool findFirst)
        {
            if (findFirst)
                Found.Add(await MeasureAsync("load-test-find"));
            Echoed.Add(await MeasureAsync("load-test-echo"));
            if (!findFirst)
                Found.Add(await MeasureAsync("load-test-find"));
        }

        private async Task<double> MeasureAsync(string what)
        {
            var before = server.Process.Cpu;
            await CallAsync(what, CallsPerSample);
            return (server.Process.Cpu - before).TotalMicroseconds / CallsPerSample;
        }

        // The header is as long whatever is asked.
        private Task CallAsync(string what, int calls) => Server.CallAsync(calls, InFlight, async i =>
        {
            var question = i % questions.Length;
            var headers = new Metadata { server.Token[0], { what, question.ToString(CultureInfo.InvariantCulture) } };
            await server.Crew.FindSpacesAsync(questions[question], headers);
        });
    }
}
