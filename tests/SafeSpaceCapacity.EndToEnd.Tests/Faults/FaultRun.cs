using System.Diagnostics;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;
using SafeSpaceCapacity.EndToEnd.Tests.Load;
using SafeSpaceCapacity.EventLog;

namespace SafeSpaceCapacity.EndToEnd.Tests.Faults;

/// <summary>Breaks one thing after another under load, and looks after each whether all is as the answers said.</summary>
internal static class FaultRun
{
    private const int Answers = 24;

    /// <summary>Fails the test if anything acknowledged is lost or done twice.</summary>
    /// <param name="kind">Of which kind the nodes are.</param>
    /// <param name="faults">How many things break.</param>
    /// <param name="output">Told of each.</param>
    public static async Task RunAsync(HostKind kind, int faults, ITestOutputHelper output)
    {
        output.WriteLine($"seed {Settings.Seed}, {faults} faults");
        var (random, ids, ledger) = (new Random(Settings.Seed), new Ids(Settings.Seed), new Ledger());
        var (all, retries, from) = (new List<Command>(), 0, Stopwatch.GetTimestamp());
        await using var cluster = await Cluster.StartAsync(kind);
        using (var admin = cluster.Nodes[0].Caller())
            await ledger.OpenSpacesAsync(admin, ids);
        for (var i = 0; i < faults; i++)
        {
            var node = cluster.Nodes[random.Next(cluster.Nodes.Count)];
            var fault = Fault.Of(Settings.FaultsOnly ?? Fault.Kinds[i % Fault.Kinds.Count], cluster, node);
            var context = $"Seed {Settings.Seed}, fault {i}: {fault.What}";
            var (began, laps) = (Stopwatch.GetTimestamp(), new List<string>());
            await using var load = new ClusterLoad(cluster, ledger, ids, random);
            await TimedAsync("load", load.MoreAsync(Answers, context));
            await TimedAsync("breaks", fault.Break());
            if (fault.OthersAnswer)
                await TimedAsync("others answer", load.MoreAsync(Answers, context + ", while it lasts"));
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1_500)), TestContext.Current.CancellationToken);
            await TimedAsync("mended", fault.Mend());
            await TimedAsync("well", cluster.HealthyAsync());
            await TimedAsync("load", load.MoreAsync(Answers, context + ", mended"));
            await load.StopAsync();
            all.AddRange(load.Answered);
            retries += load.Retries;
            await TimedAsync("agreed", AgreedAsync(cluster, ledger, load.Answered, context));
            output.WriteLine($"{i + 1}. {fault.What}: {load.Answered.Count} answers, {load.Retries} calls made again, {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s ({string.Join(", ", laps)})");

            async Task TimedAsync(string what, Task task)
            {
                var since = Stopwatch.GetTimestamp();
                await task;
                laps.Add($"{what} {Stopwatch.GetElapsedTime(since).TotalSeconds:F1}");
            }
        }

        // Nothing of any fault was lost by a later one.
        await AgreedAsync(cluster, ledger, all, "After all");
        var report = await LogVerifier.VerifyAsync(cluster.Log, TestContext.Current.CancellationToken);
        Assert.True(report.IsSound, report.ToString());
        var events = await HistoryCheck.RunAsync(cluster.Log, kind);
        output.WriteLine($"{all.Count} commands answered, {retries} calls made again, {cluster.Nodes.Sum(node => node.EndedItself)} silos that the others had given up and that were started again, {events} events; {Stopwatch.GetElapsedTime(from).TotalSeconds:F0} s");
    }

    // Each node gives every command the answer that it got, whoever gave it, writes nothing for it, and has the same numbers.
    private static async Task AgreedAsync(Cluster cluster, Ledger ledger, IReadOnlyCollection<Command> answered, string context)
    {
        for (var i = 0; i < cluster.Nodes.Count; i++)
        {
            var (at, node) = (i, cluster.Nodes[i]);
            await cluster.AskAsync(node, async caller =>
            {
                await cluster.KnowsAllAsync(caller, ledger.Exact[0]);
                var reckoning = new Reckoning(caller, ledger, $"{context}; asked of {node}");
                await reckoning.AcknowledgedAreThereAsync(answered.Where((_, index) => index % cluster.Nodes.Count == at));
                foreach (var space in ledger.Spaces)
                    ledger.AssertAgrees(space, await caller.BoardAsync(space), $"{context}; asked of {node}");
            });
        }
    }
}
