using SafeSpaceCapacity.LoadTests.Report;
using SafeSpaceCapacity.LoadTests.Servers;

namespace SafeSpaceCapacity.LoadTests.Tests;

/// <summary>How many holds share a commit, and what waiting for the disk costs them.</summary>
internal static class HoldsTest
{
    private const int Pairs = 9;
    private const int WarmingRounds = 2;

    // Makes every sync return at once, for whatever program it is loaded into: the same build, only not safe.
    private static readonly (string Name, string Value) WithoutSync = ("LD_PRELOAD", "libeatmydata.so");

    public static async Task RunAsync(Table table)
    {
        var spaces = (Pairs + WarmingRounds) * Holding.Shapes.Sum(shape => shape.Spaces);
        await using var synced = await Server.StartHostAsync(await Seed.RoomyAsync(spaces, "-synced"));
        await using var unsynced = await Server.StartHostAsync(await Seed.RoomyAsync(spaces, "-unsynced"), WithoutSync);
        var next = 0;
        foreach (var shape in Holding.Shapes)
        {
            var (rounds, ratios) = (new List<HoldRound>(), new List<double>());
            for (var round = -WarmingRounds; round < Pairs; round++)
            {
                var (with, without) = (default(HoldRound), default(HoldRound));
                if (round % 2 == 0)
                    without = await Holding.RunAsync(unsynced, next, shape);
                with = await Holding.RunAsync(synced, next, shape);
                if (round % 2 != 0)
                    without = await Holding.RunAsync(unsynced, next, shape);
                next += shape.Spaces;
                if (round < 0)
                    continue;
                rounds.Add(with);
                ratios.Add(with.PerSecond / without.PerSecond);
            }

            var name = Holding.NameOf(shape);
            table.Add(name + ": commits per acknowledged hold, its release included", string.Empty, Goal.AtMostOf(0.1), rounds.Select(round => round.CommitsPerHold));
            table.Add(name + ": holds and releases", "/s", null, rounds.Select(round => round.PerSecond));
            table.Add(name + ": rate ÷ with sync off", string.Empty, Goal.AtLeast(0.5), ratios);
        }
    }
}
