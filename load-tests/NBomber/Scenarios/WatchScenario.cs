using System.Diagnostics;
using Grpc.Core;
using NBomber.Contracts;
using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.LoadTests.Scenarios;

/// <summary>A control room watches the spaces around a place for a while.</summary>
internal sealed class WatchScenario(DemoService service, Draw draw)
{
    private const int HeartbeatSeconds = 2;
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(10);

    // As the contract has it: who hears nothing for three heartbeats watches again.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(3 * HeartbeatSeconds);

    private int _snapshots;
    private int _changes;
    private int _heartbeats;

    /// <summary>What all watches saw, those of the warm-up left out.</summary>
    public string Seen => $"{_snapshots} snapshots, {_changes} changes, {_heartbeats} heartbeats";

    public async Task<IResponse> RunAsync(IScenarioContext context)
    {
        var turn = new Turn(context);
        var counts = context.ScenarioInfo.ScenarioOperation == ScenarioOperation.Bombing;
        using var silent = new CancellationTokenSource(Silence);
        var request = new WatchSpacesRequest { Origin = draw.OneOf(Incident.Origins), HeartbeatSeconds = HeartbeatSeconds };
        using var watch = service.Crews.WatchSpaces(request, service.AsWatchingCrew(silent.Token));
        var begun = Stopwatch.GetTimestamp();
        var first = await turn.CallAsync("first answer", () => NextAsync(watch), Kind);
        if (first is null)
            return turn.End();
        if (first.Snapshot is null)
            turn.Fail("NO_SNAPSHOT_FIRST");
        Count(first, counts);
        try
        {
            // It ends with the first message after its time: a heartbeat is never far.
            while (Stopwatch.GetElapsedTime(begun) < Long)
            {
                silent.CancelAfter(Silence);
                Count(await NextAsync(watch), counts);
            }
        }
        catch (RpcException)
        {
            turn.Fail(silent.IsCancellationRequested ? "SILENT" : "BROKEN_OFF");
        }

        return turn.End();
    }

    private static async Task<WatchSpacesResponse> NextAsync(AsyncServerStreamingCall<WatchSpacesResponse> watch) =>
        await watch.ResponseStream.MoveNext(CancellationToken.None)
            ? watch.ResponseStream.Current
            : throw new RpcException(new Status(StatusCode.Unknown, "the watch ended as if it were complete"));

    private static string Kind(WatchSpacesResponse answer) => answer.Snapshot is null ? "NO_SNAPSHOT" : "SNAPSHOT";

    private void Count(WatchSpacesResponse answer, bool counts)
    {
        if (!counts)
            return;
        switch (answer.EventCase)
        {
            case WatchSpacesResponse.EventOneofCase.Snapshot:
                Interlocked.Increment(ref _snapshots);
                break;
            case WatchSpacesResponse.EventOneofCase.Heartbeat:
                Interlocked.Increment(ref _heartbeats);
                break;
            default:
                Interlocked.Increment(ref _changes);
                break;
        }
    }
}
