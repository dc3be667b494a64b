using NodaTime;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Opening;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.EventLog.Codec;
using SafeSpaceCapacity.Service.Engine;
using SafeSpaceCapacity.Service.Tests.Support;

namespace SafeSpaceCapacity.Service.Tests;

/// <summary>The engine on the real log, two nodes of it where nodes race.</summary>
public sealed class EngineTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("safespace-engine-").FullName;
    private readonly ManualTime _time = new();
    private SqliteEventLog _file = null!;
    private LogBetween _log = null!;
    private SpaceEngines _node = null!;
    private SpaceEngines _otherNode = null!;

    private Instant Now => Instant.FromDateTimeOffset(_time.GetUtcNow());

    public async ValueTask InitializeAsync()
    {
        _file = await SqliteEventLog.OpenAsync(_directory, _time);
        _log = new LogBetween(_file);
        _node = Node(_log);
        _otherNode = Node(_file);
    }

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Of_64_crews_racing_for_the_last_place_over_two_nodes_one_gets_it()
    {
        for (var round = 0; round < 20; round++)
        {
            var space = new SpaceId($"race-{round}");
            await OpenAsync(space, occupied: 5);
            var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(() => Hold(i % 2 == 0 ? _node : _otherNode, space))));
            Assert.Single(answers, answer => answer.Outcome is HoldChanged { Hold.Status: HoldStatus.Placed });
            Assert.Equal(63, answers.Count(answer => answer.Outcome is Rejected { Reason.Code: RejectionCode.NoSafeCapacity }));
            var state = await StateAsync(space);
            Assert.Single(state.Holds);
            Assert.Equal(0, CapacityTimeline.Of(state, Now).FewestFree(Now, state.Holds[0].ExpiresAt));
        }
    }

    [Fact]
    public async Task Commands_that_wait_for_one_space_share_a_commit()
    {
        var space = new SpaceId("busy-space");
        await OpenAsync(space);
        var commits = _file.Commits;
        var release = new TaskCompletionSource();
        var waiting = new TaskCompletionSource();
        _log.OnAppend = async (request, log) =>
        {
            waiting.TrySetResult();
            await release.Task;
            return await log.AppendAsync(request);
        };
        var first = Hold(_node, space);
        await waiting.Task;
        var others = Enumerable.Range(0, 63).Select(_ => Hold(_node, space)).ToList();
        release.SetResult();
        await first;
        await Task.WhenAll(others);
        Assert.Equal(commits + 2, _file.Commits);
        Assert.Equal(6, (await StateAsync(space)).Holds.Length);
    }

    [Fact]
    public async Task Commands_of_many_spaces_share_commits()
    {
        var spaces = Enumerable.Range(0, 64).Select(i => new SpaceId($"one-of-many-{i}")).ToList();
        await Task.WhenAll(spaces.Select(space => OpenAsync(space)));
        var commits = _file.Commits;
        var answers = await Task.WhenAll(spaces.Select(space => Hold(_node, space)));
        Assert.All(answers, answer => Assert.IsType<HoldChanged>(answer.Outcome));
        Assert.True(_file.Commits - commits < 64, $"{_file.Commits - commits} commits for 64 holds");
    }

    [Fact]
    public async Task An_append_that_nobody_knows_the_end_of_has_one_effect_and_the_right_answer()
    {
        var space = new SpaceId("near-space");
        await OpenAsync(space, occupied: 5);
        await UnknownOnceAsync(written: true);
        await UnknownOnceAsync(written: false);

        async Task UnknownOnceAsync(bool written)
        {
            var head = _file.HeadPosition;
            var asked = 0;
            _log.OnAppend = async (request, log) =>
            {
                if (Interlocked.Increment(ref asked) > 1)
                    return await log.AppendAsync(request);
                if (written)
                    Assert.IsType<AppendResult.Committed>(await log.AppendAsync(request));
                return new AppendResult.Unknown("as if the connection had broken");
            };
            var answer = await Hold(_node, space);
            var hold = Assert.IsType<HoldChanged>(answer.Outcome).Hold;
            Assert.Equal(HoldStatus.Placed, hold.Status);
            Assert.Equal(head + 1, _file.HeadPosition);
            Assert.Equal(hold, (await StateAsync(space)).FindHold(hold.Id));
            Assert.IsType<Rejected>((await Hold(_node, space)).Outcome);
            await Do(_node, space, new ReleaseHold(default, hold.Id));
        }
    }

    [Fact]
    public async Task A_log_that_never_says_how_it_ended_leaves_it_undecided()
    {
        var space = new SpaceId("near-space");
        await OpenAsync(space);
        _log.OnAppend = (_, _) => ValueTask.FromResult<AppendResult>(new AppendResult.Unknown("as if the connection had broken"));
        await Assert.ThrowsAsync<NotDecidedException>(() => Hold(_node, space));
        _log.OnAppend = null;
        Assert.IsType<HoldChanged>((await Hold(_node, space)).Outcome);
        Assert.Single((await StateAsync(space)).Holds);
    }

    [Fact]
    public async Task What_was_held_up_on_its_way_is_decided_again_by_the_time_it_is_then()
    {
        var space = new SpaceId("near-space");
        await OpenAsync(space);
        var decided = Now;
        _log.OnAppend = (request, log) =>
        {
            if (request.Streams[0].Commands[0].DecidedAt > decided)
                return log.AppendAsync(request);
            _time.Advance(TimeSpan.FromSeconds(3));
            return ValueTask.FromResult<AppendResult>(new AppendResult.Adrift(decided, Now));
        };
        var hold = Assert.IsType<HoldChanged>((await Hold(_node, space)).Outcome).Hold;
        Assert.Equal(hold, Assert.Single((await StateAsync(space)).Holds));

        // A clock that is wrong stays so.
        _log.OnAppend = (_, _) => ValueTask.FromResult<AppendResult>(new AppendResult.Adrift(Now, Now + Duration.FromMinutes(1)));
        var failed = await Assert.ThrowsAsync<NotDecidedException>(() => Hold(_node, space));
        Assert.Contains("reached the log at", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conflict_is_decided_again_on_what_the_other_wrote()
    {
        var space = new SpaceId("near-space");
        await OpenAsync(space, occupied: 5);
        // This node has decided and is about to append, and the other node is quicker.
        var appended = 0;
        _log.OnAppend = async (request, log) =>
        {
            if (Interlocked.Increment(ref appended) == 1)
                Assert.IsType<HoldChanged>((await Hold(_otherNode, space)).Outcome);
            return await log.AppendAsync(request);
        };
        var answer = await Hold(_node, space);
        Assert.Equal(RejectionCode.NoSafeCapacity, Assert.IsType<Rejected>(answer.Outcome).Reason.Code);
        Assert.Equal(1, answer.Availability!.Held);
        Assert.Single((await StateAsync(space)).Holds);
        Assert.Equal(2, appended);
    }

    [Fact]
    public async Task The_same_command_at_two_nodes_has_one_effect_and_one_answer()
    {
        var space = new SpaceId("near-space");
        await OpenAsync(space);
        for (var round = 0; round < 20; round++)
        {
            var request = RequestOf(space, id => new HoldPlace(default, id, Ids.NextGuid(), Now, Needs.None, null, string.Empty));
            var head = _file.HeadPosition;
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => (i % 2 == 0 ? _node : _otherNode).ExecuteAsync(request))));
            Assert.Single(answers.Select(answer => Convert.ToHexString(SpaceCodec.EncodeAnswer(answer.Outcome, answer.Availability!))).Distinct());
            Assert.Equal(head + (answers[0].Outcome is HoldChanged ? 1 : 0), _file.HeadPosition);
        }
    }

    [Fact]
    public async Task A_log_that_fails_leaves_nothing_behind_in_the_engine()
    {
        var space = new SpaceId("near-space");
        await OpenAsync(space, occupied: 5);
        _log.OnAppend = (_, _) => throw new LogStoppedException(new IOException("as if the disk had failed"));
        var failed = await Assert.ThrowsAsync<NotDecidedException>(() => Hold(_node, space));
        Assert.IsType<LogStoppedException>(failed.InnerException);
        _log.OnAppend = null;
        // Were the speculation kept, the last place would seem taken.
        Assert.IsType<HoldChanged>((await Hold(_node, space)).Outcome);
        Assert.Single((await StateAsync(space)).Holds);
    }

    [Fact]
    public async Task A_space_that_does_not_exist_leaves_nothing_in_the_log()
    {
        Assert.IsType<NoSuchSpace>((await Hold(_node, new SpaceId("no-such-space"))).Outcome);
        Assert.Equal(0, _file.HeadPosition);
        // Registered at another node meanwhile, it is found.
        await OpenAsync(new SpaceId("no-such-space"), _otherNode);
        Assert.IsType<HoldChanged>((await Hold(_node, new SpaceId("no-such-space"))).Outcome);
    }

    [Fact]
    public async Task Long_streams_are_caught_up_with_whole()
    {
        var space = new SpaceId("old-space");
        await OpenAsync(space);
        for (var i = 0; i < 700; i++)
            _ = Do(_otherNode, space, new RecordCount(default, i % 5, null));
        await Do(_otherNode, space, new RecordCount(default, 5, null));
        var answer = await Hold(Node(_file), space);
        Assert.Equal((5, 1), (answer.Availability!.Occupied, answer.Availability.Held));
    }

    private SpaceEngines Node(IEventLog log) => new(log, new DecisionClock(_time, null), _ => SpaceState.None);

    private Task<SpaceAnswer> Hold(SpaceEngines node, SpaceId space) =>
        node.ExecuteAsync(RequestOf(space, id => new HoldPlace(default, id, id, Now + NodaTime.Duration.FromMinutes(20), Needs.None, null, string.Empty)));

    private static Task<SpaceAnswer> Do(SpaceEngines node, SpaceId space, SpaceCommand command) => node.ExecuteAsync(RequestOf(space, _ => command));

    private static SpaceRequest RequestOf(SpaceId space, Func<Guid, SpaceCommand> command)
    {
        var id = Ids.NextGuid();
        return new SpaceRequest(space, id, id.ToByteArray(), null, Caller.System, command(id));
    }

    private async Task OpenAsync(SpaceId id, SpaceEngines? node = null, int occupied = 0)
    {
        node ??= _node;
        await Do(node, id, new RegisterSpace(default, new SpaceDetails(
            id, "The space", Tier.StaffedCommunity, "Glasgow City", new Site(new GeoPoint(Ask.Latitude, Ask.Longitude), "mainland", UrbanRural.LargeUrban),
            string.Empty, string.Empty, ["en"], "0141 496 0199", string.Empty, string.Empty, Needs.AgeAdult, 8,
            new OpeningHours("Europe/London", [.. Enum.GetValues<IsoDayOfWeek>().Where(day => day != IsoDayOfWeek.None).Select(day => new WeeklyOpening(day, LocalTime.Midnight, LocalTime.Midnight))], null, []),
            new StaffingRule(), FreshnessRule.Default, new HoldRule(), Demo: false)));
        for (var i = 0; i < 2; i++)
            await Do(node, id, new StartShift(default, Ids.NextGuid(), StaffRole.SupportWorker, null, Now + NodaTime.Duration.FromHours(8)));
        await Do(node, id, new RecordCount(default, occupied, null));
    }

    private async Task<SpaceState> StateAsync(SpaceId space)
    {
        var state = SpaceState.None;
        foreach (var recorded in await _file.ReadStreamAsync(space.Stream, 0, 10_000))
            state = Space.Evolve(state, SpaceCodec.Decode(recorded.Type, recorded.Schema, recorded.Payload.Span), recorded.CommandId);
        return state;
    }
}
