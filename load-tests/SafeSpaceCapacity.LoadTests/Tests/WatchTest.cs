using SafeSpaceCapacity.LoadTests.Report;
using SafeSpaceCapacity.LoadTests.Servers;

namespace SafeSpaceCapacity.LoadTests.Tests;

/// <summary>A thousand watchers of one region: when the last of them is told of a change, and what they cost those who search.</summary>
internal static class WatchTest
{
    private const int Watchers = 1_000;
    private const int WatchesPerConnection = 100;
    private const int Runs = 7;
    private const int ChangesPerRun = 100;
    private const int SearchesPerRun = 500;
    private const int ChangedSpaces = 25;

    private static readonly TimeSpan ChangeEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ChangeEveryWhileSearching = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SearchEvery = TimeSpan.FromMilliseconds(20);

    public static async Task RunAsync(Table table)
    {
        // Two servers on logs of the same spaces, so that those who search meet watchers at the one and none at the other.
        await using var watched = await Server.StartDeliveredAsync(await Seed.RegionAsync(10_000));
        await using var unwatched = await Server.StartDeliveredAsync(await Seed.RegionAsync(10_000, 50_001));
        using var audience = new Audience(watched);
        await audience.GatherAsync(Watchers, WatchesPerConnection);
        var spaces = audience.Seen.Order(StringComparer.Ordinal).Take(ChangedSpaces).ToArray();
        var (here, elsewhere) = (new Changes(watched, spaces), new Changes(unwatched, spaces));
        await here.MakeAsync(ChangesPerRun, ChangeEvery);

        var (p50, p99, spread) = (new List<double>(), new List<double>(), new List<double>());
        for (var run = 0; run < Runs; run++)
        {
            var made = await here.MakeAsync(ChangesPerRun, ChangeEvery);
            var took = await audience.ToldAsync(made);
            p50.Add(Statistics.Quantile(took, 0.5));
            p99.Add(Statistics.Quantile(took, 0.99));
            spread.Add(p99[^1] / p50[^1]);
        }

        table.Add("1,000 watchers: change sent to last watcher told, p50", "ms", null, p50);
        table.Add("1,000 watchers: change sent to last watcher told, p99", "ms", null, p99);
        table.Add("p99 ÷ p50", string.Empty, Goal.AtMostOf(5), spread);

        var (with, without) = (new List<double>(), new List<double>());
        await SearchAsync(watched, here);
        await SearchAsync(unwatched, elsewhere);
        for (var run = 0; run < Runs; run++)
        {
            if (run % 2 == 0)
                without.Add(await SearchAsync(unwatched, elsewhere));
            with.Add(await SearchAsync(watched, here));
            if (run % 2 == 1)
                without.Add(await SearchAsync(unwatched, elsewhere));
        }

        table.Add("search beside 1,000 watchers and a change a second, p50", "ms", null, with);
        table.Add("search beside a change a second and no watcher, p50", "ms", null, without);
        table.Add("search with watchers ÷ without", string.Empty, Goal.AtMostOf(1.1), with.Zip(without, (one, other) => one / other));
    }

    private static async Task<double> SearchAsync(Server server, Changes changes)
    {
        var questions = Questions.Near(server.Seed, 256);
        var changing = changes.MakeAsync((int)(SearchesPerRun * SearchEvery / ChangeEveryWhileSearching), ChangeEveryWhileSearching);
        var took = await OpenLoop.RunAsync(SearchesPerRun, SearchEvery, async i => await server.Crew.FindSpacesAsync(questions[i % questions.Length], server.Token));
        await changing;
        return Statistics.Quantile(took, 0.5);
    }
}
