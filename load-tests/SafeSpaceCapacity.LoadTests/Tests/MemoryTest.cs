using SafeSpaceCapacity.LoadTests.Report;
using SafeSpaceCapacity.LoadTests.Servers;

namespace SafeSpaceCapacity.LoadTests.Tests;

/// <summary>The working set of a server that has started and answered some thousand searches.</summary>
internal static class MemoryTest
{
    private const int Runs = 7;
    private const int RunsOfLargest = 3;
    private const int Searches = 5_000;
    private const int InFlight = 8;
    private const double MiB = 1024 * 1024;

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(Table table)
    {
        foreach (var size in (int[])[10_000, 100_000, 1_000_000])
        {
            var seed = await Seed.RegionAsync(size);
            var (resting, most) = (new List<double>(), new List<double>());
            for (var run = 0; run < (size == 1_000_000 ? RunsOfLargest : Runs); run++)
            {
                await using var server = await Server.StartDeliveredAsync(seed);
                var questions = Questions.Near(seed, 512);
                await Server.CallAsync(Searches, InFlight, async i => await server.Crew.FindSpacesAsync(questions[i % questions.Length], server.Token));
                await Task.Delay(Rest);
                resting.Add(server.Process.Status("VmRSS") / MiB);
                most.Add(server.Process.Status("VmHWM") / MiB);
            }

            var goal = size == 1_000_000 ? Goal.AtMostOf(1024) : null;
            table.Add($"{SearchTest.Name(size)} spaces: working set", "MiB", goal, resting);
            table.Add($"{SearchTest.Name(size)} spaces: the most it was", "MiB", null, most);
        }
    }
}
