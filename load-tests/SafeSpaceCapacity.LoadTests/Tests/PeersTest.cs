using System.Diagnostics;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.LoadTests.Report;
using SafeSpaceCapacity.LoadTests.Servers;

namespace SafeSpaceCapacity.LoadTests.Tests;

/// <summary>Searches beside those of two databases, on the same machine, each asked by as many clients as keep it busy.</summary>
internal static class PeersTest
{
    private const int Pairs = 7;
    private const int InFlight = 16;
    private const int Seconds = 3;
    private const int WarmingCalls = 10_000;

    // South and east of Glasgow, with towns in all of it.
    private const double South = 55.6;
    private const double North = 56.1;
    private const double West = -4.6;
    private const double East = -3.1;

    // A degree of longitude there, in degrees of latitude: PostgreSQL's points are flat.
    private const double DegreesEast = 0.5616;

    public static async Task RunAsync(Table table)
    {
        foreach (var size in (int[])[10_000, 1_000_000])
        {
            var seed = await Seed.RegionAsync(size);
            await using var server = await Server.StartDeliveredAsync(seed);
            var (within, near) = (Questions.Within(South, West, North, East, 512), Questions.Near(seed, 512));
            await Server.CallAsync(WarmingCalls, InFlight, i => FindAsync(server, near[i % near.Length]));
            await BesidePostgresAsync(table, server, within);
            await BesideRedisAsync(table, server, near);
        }
    }

    private static async Task BesidePostgresAsync(Table table, Server server, FindSpacesRequest[] questions)
    {
        await using var postgres = await Postgres.StartAsync(isDurable: false);
        await postgres.FillAsync(server.Seed, DegreesEast);

        // Two needs of twelve, bits 8 to 19, and an adult, bit 2, as the questions of the other side.
        var script = FormattableString.Invariant(
            $"""
            \set y random({South * 1e6:F0}, {North * 1e6:F0}) / 1000000.0
            \set x {DegreesEast} * random({West * 1e6:F0}, {East * 1e6:F0}) / 1000000.0
            \set first random(8, 19)
            \set needs 4 | (1 << :first) | (1 << (8 + (:first - 8 + random(1, 11)) % 12))
            select id, at, provides, free from spaces where provides & :needs = :needs and free > 0 order by at <-> point(:x, :y) limit 5;
            """);
        await Compare(table, server, "PostgreSQL's point <->, same filters, prepared", Goal.AtLeast(5), questions, () => postgres.RateAsync(script, InFlight, Seconds));
    }

    private static async Task BesideRedisAsync(Table table, Server server, FindSpacesRequest[] questions)
    {
        await using var redis = await Redis.StartAsync();
        await redis.FillAsync(server.Seed);
        var requests = server.Seed.Spaces > 100_000 ? 60 : 2_000;
        await Compare(
            table, server, "Redis GEOSEARCH, 5 within 100 km, no filters", Goal.AtLeast(10), questions,
            () => redis.RateAsync(server.Seed.Spaces, requests, InFlight));
    }

    private static async Task Compare(Table table, Server server, string peer, Goal goal, FindSpacesRequest[] questions, Func<Task<double>> peerRate)
    {
        var (ours, theirs) = (new List<double>(), new List<double>());
        await peerRate();
        for (var pair = 0; pair < Pairs; pair++)
        {
            if (pair % 2 == 0)
                ours.Add(await RateAsync(server, questions));
            theirs.Add(await peerRate());
            if (pair % 2 == 1)
                ours.Add(await RateAsync(server, questions));
        }

        var size = SearchTest.Name(server.Seed.Spaces);
        table.Add($"{size} spaces: FindSpaces", "/s", null, ours);
        table.Add($"{size} rows: {peer}", "/s", null, theirs);
        table.Add($"{size}: FindSpaces ÷ {peer}", string.Empty, goal, ours.Zip(theirs, (one, other) => one / other));
    }

    private static async Task<double> RateAsync(Server server, FindSpacesRequest[] questions)
    {
        var started = Stopwatch.GetTimestamp();
        var answered = 0;
        await Server.CallAsync(int.MaxValue, InFlight, async i =>
        {
            await FindAsync(server, questions[i % questions.Length]);
            Interlocked.Increment(ref answered);
        }, () => Stopwatch.GetElapsedTime(started).TotalSeconds < Seconds);
        return answered / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task FindAsync(Server server, FindSpacesRequest question) => await server.Crew.FindSpacesAsync(question, server.Token);
}
