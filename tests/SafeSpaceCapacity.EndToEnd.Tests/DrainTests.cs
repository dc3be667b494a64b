using Grpc.Core;
using Grpc.Health.V1;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;
using SafeSpaceCapacity.EndToEnd.Tests.Load;
using SafeSpaceCapacity.EventLog;

namespace SafeSpaceCapacity.EndToEnd.Tests;

/// <summary>How the server stops when asked, and starts again.</summary>
public sealed class DrainTests(ITestOutputHelper output) : IDisposable
{
    private readonly DataDirectory _directory = new();
    private readonly Ledger _ledger = new();
    private readonly Ids _ids = new(Settings.Seed);

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(2)]
    [InlineData(15)]
    public async Task A_signal_ends_it_cleanly_while_calls_and_watches_are_open(int signal)
    {
        IReadOnlyCollection<Command> sent;
        await using (var server = await ServerProcess.StartAsync(_directory))
        {
            using var crew = new Crew(server);
            await _ledger.OpenSpacesAsync(crew, _ids);
            var watches = Enumerable.Range(0, 8).Select(_ => WatchToTheEndAsync(crew)).ToList();

            // One who asked and never reads must not keep the others from going home.
            using var idle = crew.Calls.WatchSpaces(new WatchSpacesRequest { SpaceIds = { _ledger.Spaces } }, Crew.Options);
            using var health = crew.Health.Watch(new HealthCheckRequest(), Crew.Options);
            Assert.True(await health.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
            Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, health.ResponseStream.Current.Status);
            using var load = new LoadRun(server, _ledger, _ids, new Random(Settings.Seed), enoughAnswers: 1500);
            await load.EnoughAsync(server);

            var exit = await server.StopAsync((Signal)signal);
            Assert.True(exit is { Code: 0, Error: "" }, $"It ended with {exit.Code}.\n{server.Said}");
            Assert.True(exit.Took < TimeSpan.FromSeconds(5), $"It took {exit.Took} to stop.\n{server.Said}");
            output.WriteLine($"{(Signal)signal}: gone after {exit.Took.TotalMilliseconds:F0} ms");
            Assert.Contains("Stopped. Everything acknowledged is on disk.", exit.Output, StringComparison.Ordinal);
            await load.EndedAsync();
            sent = load.Sent;

            // Those who listened were told, not cut off.
            Assert.True(await health.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
            Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, health.ResponseStream.Current.Status);
            foreach (var told in await Task.WhenAll(watches))
                Assert.Equal(new Status(StatusCode.Unavailable, "the service is stopping; watch again"), told);
        }

        var gone = TimeProvider.System.GetUtcNow();
        var report = await LogVerifier.VerifyAsync(_directory.Path, TestContext.Current.CancellationToken);
        Assert.True(report.IsSound, report.ToString());
        await using var next = await ServerProcess.StartAsync(_directory);
        using var auditor = new Crew(next);
        await new Reckoning(auditor, _ledger, $"After signal {signal}, seed {Settings.Seed}").RunAsync(sent, gone);
        await next.StopAsync();
    }

    [Fact]
    public async Task What_was_there_before_a_kill_is_there_after_the_clean_stop_that_follows()
    {
        const string untouched = "untouched";
        const string touched = "touched";
        var hold = Crew.HoldAt(untouched, _ids.Next());
        await using (var killed = await ServerProcess.StartAsync(_directory))
        {
            using var crew = new Crew(killed);
            await crew.OpenSpaceAsync(untouched, places: 2, _ids);
            await crew.OpenSpaceAsync(touched, places: 2, _ids);
            await crew.Calls.HoldPlaceAsync(hold, Crew.Options);
            await killed.KillAsync();
        }

        // It stops with a checkpoint, which must hold also the space that only the server before it wrote to.
        await using (var stopped = await ServerProcess.StartAsync(_directory))
        {
            using var crew = new Crew(stopped);
            await crew.Staff.RecordArrivalAsync(new RecordArrivalRequest { CommandId = _ids.Next().ToString(), SpaceId = touched }, Crew.Options);
            await stopped.StopAsync();
        }

        await using var next = await ServerProcess.StartAsync(_directory);
        using var again = new Crew(next);
        Assert.Equal(hold.CommandId, Assert.Single((await again.BoardAsync(untouched)).Holds).HoldId);
        Assert.Equal(1, (await again.BoardAsync(touched)).Availability.Occupied);
        await next.StopAsync();
    }

    private async Task<Status> WatchToTheEndAsync(Crew crew)
    {
        using var watch = crew.Calls.WatchSpaces(new WatchSpacesRequest { SpaceIds = { _ledger.Spaces } }, Crew.Options);
        try
        {
            while (await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
            {
                // What happened before the end.
            }

            return Status.DefaultSuccess;
        }
        catch (RpcException ended)
        {
            return new Status(ended.StatusCode, ended.Status.Detail);
        }
    }

    [Fact]
    public async Task The_next_start_finds_everything_as_it_was()
    {
        string[] spaces = ["two-held", "one-here"];
        List<GetBoardResponse> before = [];
        await using (var server = await ServerProcess.StartAsync(_directory))
        {
            using var crew = new Crew(server);
            foreach (var space in spaces)
                await crew.OpenSpaceAsync(space, places: 5, _ids);
            await crew.Calls.HoldPlaceAsync(Crew.HoldAt(spaces[0], _ids.Next()), Crew.Options);
            await crew.Calls.HoldPlaceAsync(Crew.HoldAt(spaces[0], _ids.Next()), Crew.Options);
            await crew.Staff.RecordArrivalAsync(new RecordArrivalRequest { CommandId = _ids.Next().ToString(), SpaceId = spaces[1] }, Crew.Options);
            foreach (var space in spaces)
                before.Add(await crew.BoardAsync(space));
            await server.StopAsync();
        }

        await using var next = await ServerProcess.StartAsync(_directory);
        using var again = new Crew(next);
        for (var i = 0; i < spaces.Length; i++)
        {
            var after = await again.BoardAsync(spaces[i]);

            // When it was asked is all that may differ.
            after.Availability.AsOf = before[i].Availability.AsOf;
            Assert.Equal(before[i], after);
        }

        Assert.Equal(2, before[0].Holds.Count);
        Assert.Equal(1, before[1].Availability.Occupied);
        await next.StopAsync();
    }
}
