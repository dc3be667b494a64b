using System.Text;
using Grpc.Health.V1;
using SafeSpaceCapacity.Contract.V1;
using NodaTime;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.EventLog.Codec;
using SafeSpaceCapacity.Service.Tests.Support;
using ContractHoldStatus = SafeSpaceCapacity.Contract.V1.HoldStatus;
using Serving = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace SafeSpaceCapacity.Service.Tests;

public sealed class ReadModelTests : IAsyncLifetime
{
    private RunningService _service = null!;
    private LogBetween _log = null!;

    public async ValueTask InitializeAsync() => _service = await RunningService.StartAsync(new Wishes { Between = file => _log = new LogBetween(file) });

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task A_start_from_checkpoints_and_tail_equals_a_replay_of_everything()
    {
        await LiveAsync("first");
        for (var start = 0; start < 3; start++)
        {
            _service = await _service.RestartAsync();
            await CompareWithReplayAsync();
            await LiveAsync($"start-{start}");
            await CompareWithReplayAsync();
        }

        // Nothing happened in between.
        _service = await _service.RestartAsync();
        _service = await _service.RestartAsync();
        await CompareWithReplayAsync();
    }

    [Fact]
    public async Task What_a_start_read_from_the_log_is_in_the_checkpoints_of_its_stop()
    {
        await LiveAsync("first");
        // As after a kill: there are events, and no checkpoint knows of them.
        var copy = CopyAsAfterAKill(_service.Directory);
        await using (var started = await RunningService.StartAsync(new Wishes { Directory = copy, Time = _service.Time }))
        {
            Assert.NotEmpty(started.ReadModel.Root.Spaces);
            await started.StopAsync();
            await using var again = await RunningService.StartAsync(new Wishes { Directory = copy, Time = _service.Time });
            Assert.Equal(started.Log.HeadPosition, again.ReadModel.Root.Position);
            await CompareWithReplayAsync(again);
        }
    }

    [Fact]
    public async Task Checkpoints_of_a_newer_schema_are_thrown_away()
    {
        await LiveAsync("first");
        var epoch = _log.Epoch;
        var head = _log.HeadPosition;
        await _service.StopAsync();
        await using (var log = await SqliteEventLog.OpenAsync(_service.Directory, _service.Time))
        {
            var stream = new SpaceId("first-a").Stream;
            var version = await log.GetVersionAsync(stream);
            await log.SaveCheckpointsAsync([new Checkpoint(epoch, stream, version, head, SpaceCodec.StateSchema + 1, Encoding.UTF8.GetBytes("written by a newer program"))], head);
        }

        _service = await _service.RestartAsync();
        await CompareWithReplayAsync();
        _service = await _service.RestartAsync();
        await CompareWithReplayAsync();
    }

    [Fact]
    public async Task Checkpoints_that_cannot_be_read_are_thrown_away()
    {
        await LiveAsync("first");
        var (epoch, head) = (_log.Epoch, _log.HeadPosition);
        await _service.StopAsync();
        await using (var log = await SqliteEventLog.OpenAsync(_service.Directory, _service.Time))
        {
            var stream = new SpaceId("first-a").Stream;
            await log.SaveCheckpointsAsync([new Checkpoint(epoch, stream, await log.GetVersionAsync(stream), head, SpaceCodec.StateSchema, Encoding.UTF8.GetBytes("{\"version\":1}"))], head);
        }

        _service = await _service.RestartAsync();
        await CompareWithReplayAsync();
    }

    [Fact]
    public async Task An_event_that_this_program_does_not_know_stops_the_tail_and_is_never_skipped()
    {
        await _service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude);
        var position = _service.ReadModel.Root.Position;
        await AppendUnknownAsync("near-space");
        // Known ones after it are not applied either.
        await _service.Admin.RegisterSpaceAsync(Ask.Space("later-space"));
        await FailedAsync();

        Assert.IsType<UnknownEventException>(_service.ReadModel.Failure);
        Assert.Equal(Serving.NotServing, (await _service.Health.CheckAsync(new HealthCheckRequest())).Status);
        var answer = await _service.Crew.FindSpacesAsync(Ask.Find());
        Assert.Equal((position, 2L), (answer.ReadModel.Position, answer.ReadModel.Behind));
        Assert.Equal([Degradation.ReadModelLags], answer.Degradations);
        Assert.Equal("near-space", Assert.Single(answer.Options).SpaceId);
    }

    [Fact]
    public async Task A_service_does_not_start_on_an_event_that_it_does_not_know()
    {
        await _service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude);
        await _service.StopAsync();
        await using (var log = await SqliteEventLog.OpenAsync(_service.Directory, _service.Time))
            await AppendUnknownAsync("near-space", log);
        var refused = await Assert.ThrowsAsync<UnknownEventException>(() => RunningService.StartAsync(new Wishes { Directory = _service.Directory, Time = _service.Time }));
        Assert.Contains("SpacePainted", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task How_far_an_answer_is_behind_the_log_is_said_and_too_far_is_a_degradation()
    {
        await _service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude);
        var position = _log.HeadPosition;
        // Quiet for a long time, which is not the same as behind.
        _service.Time.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(0, (await FindAsync()).ReadModel.Behind);

        var gate = new TaskCompletionSource();
        _log.BeforeReadAll = () => gate.Task;
        await AnsweredBehindAsync(_service.Staff.ConfirmSpaceAsync(new ConfirmSpaceRequest { CommandId = Ids.Next(), SpaceId = "near-space" }).ResponseAsync);
        var late = await FindAsync();
        Assert.Equal((position, 1L), (late.ReadModel.Position, late.ReadModel.Behind));
        Assert.InRange(late.ReadModel.BehindMilliseconds, 0, 750);
        Assert.Empty(late.Degradations);
        Assert.Equal(Serving.Serving, (await _service.Health.CheckAsync(new HealthCheckRequest())).Status);

        _service.Time.Advance(TimeSpan.FromSeconds(3));
        var tooLate = await FindAsync();
        Assert.InRange(tooLate.ReadModel.BehindMilliseconds, 3000, 3750);
        Assert.Equal([Degradation.ReadModelLags], tooLate.Degradations);
        Assert.Equal(Serving.NotServing, (await _service.Health.CheckAsync(new HealthCheckRequest())).Status);

        _log.BeforeReadAll = null;
        gate.SetResult();
        await _service.CaughtUpAsync();
        var right = await FindAsync();
        Assert.Equal((position + 1, 0L, 0L), (right.ReadModel.Position, right.ReadModel.Behind, right.ReadModel.BehindMilliseconds));
        Assert.Empty(right.Degradations);

        async Task<FindSpacesResponse> FindAsync() => await _service.Crew.FindSpacesAsync(Ask.Find());
    }

    [Fact]
    public async Task A_hold_at_a_space_just_registered_waits_to_tell_how_to_reach_the_staff()
    {
        var gate = new TaskCompletionSource();
        _log.BeforeReadAll = () => gate.Task;
        await AnsweredBehindAsync(_service.Admin.RegisterSpaceAsync(Ask.Space("fresh-space")).ResponseAsync);
        var asked = _service.Crew.HoldPlaceAsync(_service.Hold("fresh-space")).ResponseAsync;
        await _service.Time.TimerSetAsync(TimeSpan.FromMilliseconds(250));
        _service.Time.Advance(TimeSpan.FromMilliseconds(250));
        await Task.WhenAny(asked, _service.Time.TimerSetAsync(TimeSpan.FromSeconds(2)));
        Assert.False(asked.IsCompleted);
        gate.SetResult();
        var answer = await asked;
        Assert.Equal(("0141 496 0199", "Blue door", "Level throughout"), (answer.Telephone, answer.Entrance, answer.AccessNote));
    }

    [Fact]
    public async Task A_root_is_one_moment_and_the_next_root_another()
    {
        await _service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude, occupied: 1);
        var root = _service.ReadModel.Root;
        await _service.CountAsync("near-space", 4);
        Assert.Equal(1, root.Spaces["near-space"].State.Occupied);
        Assert.Equal(4, _service.ReadModel.Root.Spaces["near-space"].State.Occupied);
    }

    /// <summary>A command is answered after a moment also where the read model does not catch up.</summary>
    private async Task AnsweredBehindAsync<T>(Task<T> command)
    {
        await _service.Time.TimerSetAsync(TimeSpan.FromMilliseconds(250));
        Assert.False(command.IsCompleted);
        _service.Time.Advance(TimeSpan.FromMilliseconds(250));
        await command;
    }

    /// <summary>Some life at two spaces.</summary>
    private async Task LiveAsync(string name)
    {
        foreach (var id in new[] { name + "-a", name + "-b" })
        {
            await _service.OpenAsync(id, Ask.Latitude, Ask.Longitude, occupied: 2);
            var held = await _service.HoldAsync(id);
            await _service.HoldAsync(id, 30);
            await _service.Crew.ConfirmArrivalAsync(new ConfirmArrivalRequest { CommandId = Ids.Next(), SpaceId = id, HoldId = held.Placed.HoldId });
            await _service.Staff.PauseSpaceAsync(new PauseSpaceRequest
            {
                CommandId = Ids.Next(), SpaceId = id, Reason = SafeSpaceCapacity.Contract.V1.PauseReason.Other, Until = _service.InMinutes(300),
            });
        }

        // Also the first spaces go on living.
        await _service.CountAsync("first-a", name.Length % 5);
        Assert.Equal(ContractHoldStatus.Placed, (await _service.Staff.GetBoardAsync(new GetBoardRequest { SpaceId = "first-a" })).Holds[0].Status);
    }

    private Task CompareWithReplayAsync() => CompareWithReplayAsync(_service);

    private static async Task CompareWithReplayAsync(RunningService service)
    {
        await service.CaughtUpAsync();
        var states = new SortedDictionary<string, SpaceState>(StringComparer.Ordinal);
        foreach (var recorded in await service.Log.ReadAllAsync(0, 100_000))
        {
            states[recorded.Stream] = Space.Evolve(
                states.GetValueOrDefault(recorded.Stream, SpaceState.None), SpaceCodec.Decode(recorded.Type, recorded.Schema, recorded.Payload.Span), recorded.CommandId);
        }

        Assert.Equal(
            states.Values.Select(state => Encoding.UTF8.GetString(SpaceCodec.EncodeState(state))),
            service.ReadModel.Root.Keys.Select(key => Encoding.UTF8.GetString(SpaceCodec.EncodeState(service.ReadModel.Root.Spaces[key].State))));
        Assert.Equal(states.Count, service.ReadModel.Root.Index.Count);
    }

    private Task AppendUnknownAsync(string space) => AppendUnknownAsync(space, _log);

    private static async Task AppendUnknownAsync(string space, IEventLog log)
    {
        var stream = new SpaceId(space).Stream;
        var now = Instant.FromDateTimeOffset(ManualTime.Start);
        var painted = new NewEvent("SpacePainted", 1, Guid.Empty, null, now, now, Encoding.UTF8.GetBytes("{\"colour\":\"blue\"}"));
        Assert.IsType<AppendResult.Committed>(await log.AppendAsync(new AppendRequest([new StreamAppend(stream, await log.GetVersionAsync(stream), [painted], [])])));
    }

    private async Task FailedAsync()
    {
        using var patience = new CancellationTokenSource(Patience.Long);
        while (_service.ReadModel.Failure is null)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static string CopyAsAfterAKill(string directory)
    {
        var copy = Directory.CreateTempSubdirectory("safespace-killed-").FullName;
        foreach (var path in Directory.GetFiles(directory).Where(path => Path.GetFileName(path) is "log.db" or "log.db-wal" or "log.acknowledged"))
        {
            using var from = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var to = File.Create(Path.Combine(copy, Path.GetFileName(path)));
            from.CopyTo(to);
        }

        return copy;
    }
}
