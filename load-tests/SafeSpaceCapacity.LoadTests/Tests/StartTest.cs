using System.Diagnostics;
using SafeSpaceCapacity.LoadTests.Report;
using SafeSpaceCapacity.LoadTests.Servers;

namespace SafeSpaceCapacity.LoadTests.Tests;

/// <summary>From starting the process to its first answer, with the log not in memory, and whether that grows with history.</summary>
internal static class StartTest
{
    private const int Pairs = 9;
    private const int Spaces = 10_000;
    private const int ShortHistory = 100_000;
    private const int LongHistory = 1_000_000;

    public static async Task RunAsync(Table table)
    {
        var (shorter, longer) = (await Seed.RegionAsync(Spaces, ShortHistory), await Seed.RegionAsync(Spaces, LongHistory));
        var (shortTook, longTook) = (new List<double>(), new List<double>());
        for (var pair = 0; pair < Pairs; pair++)
        {
            if (pair % 2 == 0)
                shortTook.Add(await MeasureAsync(shorter));
            longTook.Add(await MeasureAsync(longer));
            if (pair % 2 == 1)
                shortTook.Add(await MeasureAsync(shorter));
        }

        table.Add("10 k spaces, 0.1 M events: start to first answer", "s", null, shortTook);
        table.Add("10 k spaces, 1 M events: start to first answer", "s", Goal.AtMostOf(2), longTook);

        // Ten times the history: as good as not growing is within a tenth.
        table.Add("1 M events ÷ 0.1 M events", string.Empty, Goal.AtMostOf(1.1), longTook.Zip(shortTook, (long_, short_) => long_ / short_));
    }

    private static async Task<double> MeasureAsync(Seed seed)
    {
        // An advice of the whole file: none of it stays in memory.
        foreach (var file in Directory.EnumerateFiles(seed.Data, "log.*"))
            await Started.RunAsync("dd", "if=" + file, "iflag=nocache", "count=0", "status=none");
        var question = Questions.Near(seed, 1)[0];
        var started = Stopwatch.GetTimestamp();
        await using var server = await Server.StartDeliveredAsync(seed);
        await server.Crew.FindSpacesAsync(question, server.Token);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
