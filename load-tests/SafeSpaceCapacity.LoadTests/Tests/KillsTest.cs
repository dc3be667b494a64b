using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Grpc.Core;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.LoadTests.Report;
using SafeSpaceCapacity.LoadTests.Servers;

namespace SafeSpaceCapacity.LoadTests.Tests;

/// <summary>How long callers wait after one of three nodes was killed.</summary>
internal static class KillsTest
{
    private const int Kills = 7;

    // Each with a caller; new ones for each kill, so that each silo has its share of them.
    private const int Spaces = 30;

    // Orleans asks a silo every two seconds, and gives it up after two that it did not answer.
    private static readonly TimeSpan SiloDetection = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Allowed = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(Table table)
    {
        var seed = await Seed.RoomyAsync(Spaces * Kills, "-killed");
        await KillAsync(table, "three nodes", await Cluster.StartAsync(seed, isOfSilos: false), HaProxy.Detection + Allowed);
        await KillAsync(table, "three silos", await Cluster.StartAsync(seed, isOfSilos: true), SiloDetection + Allowed);
    }

    private static async Task KillAsync(Table table, string name, Cluster killed, TimeSpan goal)
    {
        await using var cluster = killed;
        var (first, last, again) = (new List<double>(), new List<double>(), new List<double>());
        for (var kill = 0; kill < Kills; kill++)
        {
            var victim = kill % cluster.Nodes.Count;
            await using var proxy = await HaProxy.StartAsync(cluster.Nodes);
            var token = cluster.Nodes[(victim + 1) % cluster.Nodes.Count].Token;
            using var channel = Server.Connect(proxy.Address);
            var crew = new CrewService.CrewServiceClient(channel);
            using var ending = new CancellationTokenSource();
            var (done, retries) = (new ConcurrentQueue<Answered>(), new StrongBox<int>());
            var callers = Enumerable.Range(kill * Spaces, Spaces).Select(i => CallAsync(crew, token, Holding.SpaceAt(i), done, retries, ending.Token)).ToArray();
            await Task.Delay(Before);
            var at = Stopwatch.GetTimestamp();
            await cluster.KillAsync(victim);
            await Task.Delay(Settling);
            await ending.CancelAsync();
            await Task.WhenAll(callers);

            // A call that was under way may have been answered by then.
            var waited = done.Where(answered => answered.Ended > at).GroupBy(answered => answered.Space, StringComparer.Ordinal).Select(space => space.Min(answered => Stopwatch.GetElapsedTime(at, answered.Ended).TotalSeconds)).ToList();
            first.Add(waited.Count < Spaces ? Settling.TotalSeconds : waited.Max());
            last.Add(done.Where(answered => answered.Ended > at).Max(answered => Stopwatch.GetElapsedTime(answered.Began, answered.Ended).TotalSeconds));
            again.Add(retries.Value);
            await cluster.StartAgainAsync(victim);
        }

        table.Add($"{name}: kill -9 to the first success at the last of {Spaces} spaces", "s", Goal.AtMostOf(goal.TotalSeconds), first);
        table.Add($"{name}: longest answer after it, calls made again included", "s", null, last);
        table.Add($"{name}: calls made again", string.Empty, null, again);
    }

    // Holds a place and gives it back, over and over; each call again with its id until it is answered.
    private static async Task CallAsync(CrewService.CrewServiceClient crew, Metadata token, string space, ConcurrentQueue<Answered> done, StrongBox<int> retries, CancellationToken ending)
    {
        while (!ending.IsCancellationRequested)
        {
            var id = Ids.New();
            await UntilAnsweredAsync(() => crew.HoldPlaceAsync(Holding.At(space, id), token, Deadline));
            await UntilAnsweredAsync(() => crew.ReleaseHoldAsync(new ReleaseHoldRequest { CommandId = Ids.New(), SpaceId = space, HoldId = id }, token, Deadline));
        }

        async Task UntilAnsweredAsync<T>(Func<AsyncUnaryCall<T>> call)
        {
            for (var began = Stopwatch.GetTimestamp(); ;)
            {
                try
                {
                    await call();
                    done.Enqueue(new Answered(space, began, Stopwatch.GetTimestamp()));
                    return;
                }
                catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled or StatusCode.Internal)
                {
                    Interlocked.Increment(ref retries.Value);
                    await Task.Delay(50, CancellationToken.None);
                }
            }
        }
    }

    private static DateTime Deadline => TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(10);

    private readonly record struct Answered(string Space, long Began, long Ended);
}
