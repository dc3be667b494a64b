using System.Diagnostics;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.LoadTests.Report;
using SafeSpaceCapacity.LoadTests.Servers;

namespace SafeSpaceCapacity.LoadTests.Tests;

/// <summary>How many holds share a commit, and what waiting for the disk costs them.</summary>
internal static class HoldsTest
{
    private const int Pairs = 9;
    private const int InFlight = 64;
    private const int HoldsPerSpaceMost = 32;
    private const int WarmingRounds = 2;

    // Holds of a round over so many spaces: a real space never has more at a time than it has places.
    private static readonly (int Spaces, int Holds)[] Shapes = [(1, InFlight * 10), (64, InFlight * HoldsPerSpaceMost), (1_000, 4_000)];

    // Makes every sync return at once, for whatever program it is loaded into: the same build, only not safe.
    private static readonly (string Name, string Value) WithoutSync = ("LD_PRELOAD", "libeatmydata.so");

    public static async Task RunAsync(Table table)
    {
        var spaces = (Pairs + WarmingRounds) * Shapes.Sum(shape => shape.Spaces);
        await using var synced = await Server.StartHostAsync(await Seed.RoomyAsync(spaces, "-synced"));
        await using var unsynced = await Server.StartHostAsync(await Seed.RoomyAsync(spaces, "-unsynced"), WithoutSync);
        var next = 0;
        foreach (var shape in Shapes)
        {
            var (commits, rates, ratios) = (new List<double>(), new List<double>(), new List<double>());
            for (var round = -WarmingRounds; round < Pairs; round++)
            {
                var (with, without) = (default(Round), default(Round));
                if (round % 2 == 0)
                    without = await RunAsync(unsynced, next, shape);
                with = await RunAsync(synced, next, shape);
                if (round % 2 != 0)
                    without = await RunAsync(unsynced, next, shape);
                next += shape.Spaces;
                if (round < 0)
                    continue;
                commits.Add(with.CommitsPerHold);
                rates.Add(with.PerSecond);
                ratios.Add(with.PerSecond / without.PerSecond);
            }

            var name = $"{shape.Spaces} {(shape.Spaces == 1 ? "space" : "spaces")}, 64 in flight";
            table.Add(name + ": commits per acknowledged hold, its release included", string.Empty, Goal.AtMostOf(0.1), commits);
            table.Add(name + ": holds and releases", "/s", null, rates);
            table.Add(name + ": rate ÷ with sync off", string.Empty, Goal.AtLeast(0.5), ratios);
        }
    }

    // Each hold is given back before the next: no space is ever full, and only what staff could see at once is active.
    private static async Task<Round> RunAsync(Server server, int firstSpace, (int Spaces, int Holds) shape)
    {
        var ids = Enumerable.Range(0, shape.Holds).Select(_ => Id()).ToArray();
        var commits = await server.CommitsAsync();
        var started = Stopwatch.GetTimestamp();
        await Server.CallAsync(shape.Holds, InFlight, async i =>
        {
            var space = string.Create(CultureInfo.InvariantCulture, $"space-{firstSpace + (i % shape.Spaces):D7}");
            var held = await server.Crew.HoldPlaceAsync(
                new HoldPlaceRequest
                {
                    CommandId = ids[i],
                    SpaceId = space,
                    Eta = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow().AddMinutes(20)),
                    AgeBand = AgeBand.Adult,
                    LegalStatus = LegalStatus.Voluntary,
                    PersonAgreed = true,
                    CallSign = "Alpha 1",
                },
                server.Token);
            if (held.Placed is null)
                throw new InvalidOperationException($"a hold was not placed: {held}");
            await server.Crew.ReleaseHoldAsync(new ReleaseHoldRequest { CommandId = Id(), SpaceId = space, HoldId = ids[i] }, server.Token);
        });
        var took = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return new Round((double)(await server.CommitsAsync() - commits) / shape.Holds, 2 * shape.Holds / took);
    }

    private static string Id() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();

    private readonly record struct Round(double CommitsPerHold, double PerSecond);
}
