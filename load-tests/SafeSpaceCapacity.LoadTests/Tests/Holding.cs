using System.Diagnostics;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.LoadTests.Servers;

namespace SafeSpaceCapacity.LoadTests.Tests;

/// <summary>What a round of holds came to.</summary>
/// <param name="CommitsPerHold">Durable transactions of the log for each hold, its release included.</param>
/// <param name="PerSecond">Commands acknowledged a second: holds and releases.</param>
internal readonly record struct HoldRound(double CommitsPerHold, double PerSecond);

/// <summary>Holds with 64 in flight, each given back before the next.</summary>
internal static class Holding
{
    public const int InFlight = 64;
    private const int HoldsPerSpaceMost = 32;

    /// <summary>Holds of a round over so many spaces: a real space never has more at a time than it has places.</summary>
    public static IReadOnlyList<(int Spaces, int Holds)> Shapes { get; } = [(1, InFlight * 10), (64, InFlight * HoldsPerSpaceMost), (1_000, 4_000)];

    /// <summary>What a table calls it.</summary>
    public static string NameOf((int Spaces, int Holds) shape) => $"{shape.Spaces} {(shape.Spaces == 1 ? "space" : "spaces")}, {InFlight} in flight";

    /// <summary>A round. No space is ever full, and only what staff could see at once is active.</summary>
    /// <param name="server">A host that counts its commits, on a log of roomy spaces.</param>
    /// <param name="firstSpace">The first of the spaces; none may have been in a round before.</param>
    /// <param name="shape">How many spaces, and how many holds.</param>
    public static async Task<HoldRound> RunAsync(Server server, int firstSpace, (int Spaces, int Holds) shape)
    {
        var ids = Enumerable.Range(0, shape.Holds).Select(_ => Ids.New()).ToArray();
        var commits = await server.CommitsAsync();
        var started = Stopwatch.GetTimestamp();
        await Server.CallAsync(shape.Holds, InFlight, async i =>
        {
            var space = SpaceAt(firstSpace + (i % shape.Spaces));
            var held = await server.Crew.HoldPlaceAsync(At(space, ids[i]), server.Token);
            if (held.Placed is null)
                throw new InvalidOperationException($"a hold was not placed: {held}");
            await server.Crew.ReleaseHoldAsync(new ReleaseHoldRequest { CommandId = Ids.New(), SpaceId = space, HoldId = ids[i] }, server.Token);
        });
        var took = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return new HoldRound((double)(await server.CommitsAsync() - commits) / shape.Holds, 2 * shape.Holds / took);
    }

    /// <summary>The id of a space that was seeded.</summary>
    public static string SpaceAt(int nth) => string.Create(CultureInfo.InvariantCulture, $"space-{nth:D7}");

    /// <summary>A crew's request for a place.</summary>
    public static HoldPlaceRequest At(string space, string id) => new()
    {
        CommandId = id,
        SpaceId = space,
        Eta = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow().AddMinutes(20)),
        AgeBand = AgeBand.Adult,
        LegalStatus = LegalStatus.Voluntary,
        PersonAgreed = true,
        CallSign = "Alpha 1",
    };
}
