using System.Collections.Concurrent;
using System.Diagnostics;
using Grpc.Core;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;
using SafeSpaceCapacity.Tests.Postgres;

namespace SafeSpaceCapacity.Silo.Tests;

/// <summary>Two silos over one log.</summary>
[Collection(SharedCluster.Name)]
public sealed class ClusterTests(Cluster cluster, ITestOutputHelper output)
{
    private readonly Ids _ids = cluster.Ids;

    [Fact]
    public async Task Crews_at_two_silos_race_for_one_place_and_exactly_one_gets_it()
    {
        const string space = "race-one-place";
        var crews = Enumerable.Range(0, 32).Select(i => new Crew(i % 2 == 0 ? cluster.A : cluster.B)).ToList();
        try
        {
            await crews[0].OpenSpaceAsync(space, places: 1, _ids);
            await Task.WhenAll(crews.Select(crew => crew.BoardAsync(space)));
            for (var round = 0; round < 10; round++)
            {
                var answers = await Task.WhenAll(crews.Select(crew => crew.Calls.HoldPlaceAsync(Crew.HoldAt(space, _ids.Next()), Crew.Options).ResponseAsync));
                var placed = Assert.Single(answers, answer => answer.Placed is not null).Placed;
                Assert.All(answers.Where(answer => answer.Placed is null), answer => Assert.Equal(RejectionCode.NoSafeCapacity, answer.Rejected.Code));

                // Whoever holds it, any silo knows.
                var release = new ReleaseHoldRequest { CommandId = _ids.Next().ToString(), SpaceId = space, HoldId = placed.HoldId };
                Assert.NotNull((await crews[round % 2].Calls.ReleaseHoldAsync(release, Crew.Options)).Released);
            }
        }
        finally
        {
            crews.ForEach(crew => crew.Dispose());
        }
    }

    [Fact]
    public async Task A_command_id_has_one_effect_whichever_silo_gets_it()
    {
        const string space = "two-silos-one-id";
        using var atA = new Crew(cluster.A);
        using var atB = new Crew(cluster.B);
        await atA.OpenSpaceAsync(space, places: 3, _ids);
        var hold = Crew.HoldAt(space, _ids.Next());
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? atA : atB).Calls.HoldPlaceAsync(hold, Crew.Options).ResponseAsync));
        Assert.Single(answers.Select(answer => answer.Placed.HoldId).Distinct());
        Assert.Equal(hold.CommandId, Assert.Single((await atB.BoardAsync(space)).Holds).HoldId);

        var other = hold.Clone();
        other.CallSign = "Bravo 2";
        foreach (var crew in new[] { atA, atB })
        {
            var refused = await Assert.ThrowsAsync<RpcException>(async () => await crew.Calls.HoldPlaceAsync(other, Crew.Options));
            Assert.Equal(StatusCode.AlreadyExists, refused.StatusCode);
        }
    }

    [Fact]
    public async Task What_was_acknowledged_survives_a_silo_that_is_killed_and_its_callers_elsewhere_see_slow_answers_and_no_errors()
    {
        // Spread by their names: that none of them is at the silo that dies happens once in 4,096 runs.
        var spaces = await OpenAsync("killed", 12);
        await using var load = new Load(spaces, _ids, () => new Crew(cluster.A), retry: false);
        await load.AnsweredAsync(100);
        await cluster.B.KillAsync();
        var killed = Stopwatch.GetTimestamp();
        await load.AllSpacesAnsweredAsync();
        var took = Stopwatch.GetElapsedTime(killed);
        var acknowledged = await load.StopAsync();
        output.WriteLine($"{acknowledged.Count} acknowledged, no errors; longest answer {load.Longest.TotalSeconds:F1} s; every space answered {took.TotalSeconds:F1} s after the silo was killed");
        await AssertInLogAsync(acknowledged);

        await cluster.RestartBAsync();
        using var atB = new Crew(cluster.B);
        await atB.BoardAsync(spaces[0]);
        Assert.NotNull((await atB.Calls.HoldPlaceAsync(Crew.HoldAt(spaces[0], _ids.Next()), Crew.Options)).Placed);
    }

    [Fact]
    public async Task A_silo_that_is_asked_to_stop_loses_nothing_and_another_takes_its_place()
    {
        var spaces = await OpenAsync("drained", 8);

        // As the binaries of a release are exchanged: one silo at a time, the callers of each with their own.
        await using var elsewhere = new Load(spaces, _ids, () => new Crew(cluster.A), retry: false);
        await using var here = new Load(spaces, _ids, () => new Crew(cluster.B), retry: true);
        await Task.WhenAll(elsewhere.AnsweredAsync(50), here.AnsweredAsync(50));
        var exit = await cluster.B.StopAsync(Signal.Terminate);
        Assert.True(exit.Code == 0, $"It ended with {exit.Code}.\n{exit.Output}{exit.Error}");
        Assert.Contains("Everything acknowledged is on disk", exit.Output, StringComparison.Ordinal);
        await elsewhere.AllSpacesAnsweredAsync();
        output.WriteLine($"it stopped in {exit.Took.TotalSeconds:F1} s; longest answer at the other {elsewhere.Longest.TotalSeconds:F1} s");
        await cluster.RestartBAsync();
        await here.AllSpacesAnsweredAsync();
        await AssertInLogAsync([.. await elsewhere.StopAsync(), .. await here.StopAsync()]);
    }

    private async Task<IReadOnlyList<string>> OpenAsync(string prefix, int count)
    {
        using var crew = new Crew(cluster.A);
        var spaces = Enumerable.Range(0, count).Select(i => $"{prefix}-{i}").ToList();
        await Task.WhenAll(spaces.Select(space => crew.OpenSpaceAsync(space, places: 5, _ids)));
        return spaces;
    }

    /// <summary>What was acknowledged is in the log, each once; and nothing is there that nobody sent.</summary>
    private async Task AssertInLogAsync(IReadOnlyCollection<(string Space, string Hold)> acknowledged)
    {
        var text = (string)(await PrivatePostgres.RunSqlAsync(
            cluster.Database, "select coalesce(string_agg(stream || ' ' || command_id, ',' order by position), '') from events where type = 'HoldPlaced'"))!;
        var inLog = text.Split(',').ToList();
        Assert.Equal(inLog.Count, inLog.Distinct(StringComparer.Ordinal).Count());
        Assert.Empty(acknowledged.Select(one => $"space/{one.Space} {one.Hold}").Except(inLog, StringComparer.Ordinal));
        Assert.NotEmpty(acknowledged);
    }

    /// <summary>Crews that hold and release places, one after the other, at every space.</summary>
    private sealed class Load : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stopping = new();
        private readonly ConcurrentBag<(string Space, string Hold)> _placed = [];
        private readonly ConcurrentDictionary<string, int> _rounds = new(StringComparer.Ordinal);
        private readonly Ids _ids;
        private readonly Func<Crew> _connect;
        private readonly bool _retry;
        private readonly Task[] _crews;
        private readonly Task _running;
        private long _longest;

        public Load(IReadOnlyList<string> spaces, Ids ids, Func<Crew> connect, bool retry)
        {
            (_ids, _connect, _retry) = (ids, connect, retry);
            foreach (var space in spaces)
                _rounds[space] = 0;
            _crews = [.. spaces.Select(space => Task.Run(() => RunAsync(space)))];
            _running = Task.WhenAll(_crews);
        }

        public TimeSpan Longest => TimeSpan.FromTicks(Volatile.Read(ref _longest));

        public Task AnsweredAsync(int holds) => UntilAsync(() => _placed.Count >= holds);

        /// <summary>Waits until a whole round at every space began and ended after now.</summary>
        public Task AllSpacesAnsweredAsync()
        {
            var before = _rounds.ToDictionary(StringComparer.Ordinal);
            return UntilAsync(() => before.All(space => _rounds[space.Key] > space.Value + 1));
        }

        public async Task<IReadOnlyCollection<(string Space, string Hold)>> StopAsync()
        {
            await _stopping.CancelAsync();
            await _running;
            return _placed;
        }

        public async ValueTask DisposeAsync()
        {
            await _stopping.CancelAsync();
            await Task.WhenAny(_running);
            _stopping.Dispose();
        }

        private async Task UntilAsync(Func<bool> holds)
        {
            while (!holds())
            {
                // One that failed says why; the others would go on for ever.
                if (Array.Find(_crews, crew => crew.IsFaulted) is { } failed)
                    await failed;
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }

        private async Task RunAsync(string space)
        {
            var crew = _connect();
            try
            {
                while (!_stopping.IsCancellationRequested)
                {
                    var hold = Crew.HoldAt(space, _ids.Next());
                    var placed = await CallAsync(() => crew.Calls.HoldPlaceAsync(hold, Crew.Options));
                    Assert.True(placed.Placed is not null, $"{space}: {placed}");
                    _placed.Add((space, hold.CommandId));
                    var release = new ReleaseHoldRequest { CommandId = _ids.Next().ToString(), SpaceId = space, HoldId = placed.Placed.HoldId };
                    Assert.NotNull((await CallAsync(() => crew.Calls.ReleaseHoldAsync(release, Crew.Options))).Released);
                    _rounds.AddOrUpdate(space, 1, (_, rounds) => rounds + 1);
                }
            }
            finally
            {
                crew.Dispose();
            }

            async Task<T> CallAsync<T>(Func<AsyncUnaryCall<T>> call)
            {
                while (true)
                {
                    var since = Stopwatch.GetTimestamp();
                    try
                    {
                        var answer = await call();
                        var took = Stopwatch.GetElapsedTime(since).Ticks;
                        for (var longest = Volatile.Read(ref _longest); took > longest; longest = Volatile.Read(ref _longest))
                            Interlocked.CompareExchange(ref _longest, took, longest);
                        return answer;
                    }
                    catch (RpcException) when (_retry)
                    {
                        // Its silo is away: the same again, with the same command id, at the one that takes its place.
                        await Task.Delay(500);
                        crew.Dispose();
                        crew = _connect();
                    }
                }
            }
        }
    }
}
