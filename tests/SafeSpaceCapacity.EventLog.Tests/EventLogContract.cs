using FsCheck;
using FsCheck.Fluent;
using NodaTime;

namespace SafeSpaceCapacity.EventLog.Tests;

/// <summary>What every event log must do, whatever it is kept in.</summary>
public abstract partial class EventLogContract
{
    private protected ManualTime Time { get; } = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Opens the log of this test; after it was disposed, the same one again.</summary>
    protected abstract Task<IEventLog> OpenAsync();

    /// <summary>Opens an empty log of its own.</summary>
    protected abstract Task<IEventLog> OpenFreshAsync();

    /// <summary>Sets the clock that the log records by.</summary>
    protected virtual Task SetTimeAsync(Instant now)
    {
        Time.Now = now;
        return Task.CompletedTask;
    }

    [Fact]
    public async Task An_empty_log_has_no_head_and_no_streams()
    {
        await using var log = await OpenAsync();
        Assert.Equal(0, log.HeadPosition);
        Assert.Equal(0, await log.GetVersionAsync("space/a", Token));
        Assert.Empty(await log.ReadAllAsync(0, 10, Token));
        Assert.Empty(await log.ReadStreamAsync("space/a", 0, 10, Token));
        Assert.Null(await log.FindCommandAsync(Make.Id(1), Token));
        Assert.NotEqual(Guid.Empty, log.Epoch);
        Assert.True(log.CanAppend);
    }

    [Fact]
    public async Task What_was_appended_is_read_back_whole()
    {
        await using var log = await OpenAsync();
        var command = Make.Command("space/a", 1);
        var byCommand = Make.Event(1, "one");
        var byTime = byCommand with { CommandId = Guid.Empty, NeedId = null, Type = "HoldExpired", Payload = default };
        var result = await log.AppendAsync(new([new("space/a", 0, [byCommand, byTime], [command])]), Token);
        Assert.Equal(new AppendResult.Committed(2, ManualTime.Start), result);

        var first = new RecordedEvent(
            log.Epoch, 1, "space/a", 1, "HoldPlaced", 3, Make.Id(1), command.RequestHash, "crew-7", "crew", "cad", "trace-1", Make.Id(-2),
            byCommand.ObservedAt, byCommand.DecidedAt, ManualTime.Start, byCommand.Payload);
        var second = first with
        {
            Position = 2,
            Version = 2,
            Type = "HoldExpired",
            CommandId = Guid.Empty,
            RequestHash = default,
            Actor = "system",
            Role = "system",
            Client = "system",
            Correlation = "system",
            NeedId = null,
            Payload = default,
        };
        string[] expected = [first.Whole(), second.Whole()];
        Assert.Equal(expected, (await log.ReadAllAsync(0, 10, Token)).Select(Make.Whole));
        Assert.Equal(expected, (await log.ReadStreamAsync("space/a", 0, 10, Token)).Select(Make.Whole));
        Assert.Equal(command.Whole(), (await log.FindCommandAsync(Make.Id(1), Token))!.Whole());
    }

    [Fact]
    public void Any_text_and_any_bytes_come_back_as_they_went_in() => Prop.ForAll<NonNull<string>, byte[]>((text, bytes) =>
    {
        var name = string.Concat(text.Get.Where(c => c != '\0' && !char.IsSurrogate(c)));
        return CheckAsync().GetAwaiter().GetResult();

        async Task<bool> CheckAsync()
        {
            await using var log = await OpenFreshAsync();
            var command = Make.Command("s" + name, 1) with { Actor = name, Role = name, Client = name, Correlation = name, RequestHash = bytes, Outcome = bytes };
            var item = Make.Event(1, "") with { Type = "t" + name, Payload = bytes };
            await log.AppendAsync(new([new(command.Stream, 0, [item], [command])]), Token);
            var read = Assert.Single(await log.ReadAllAsync(0, 10, Token));
            var found = await log.FindCommandAsync(command.CommandId, Token);
            return found!.Whole() == command.Whole() && read.Actor == name && read.Type == item.Type && read.Payload.Span.SequenceEqual(bytes) && read.Stream == command.Stream;
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(20));

    [Fact]
    public async Task Reading_goes_on_after_a_position_and_stops_at_the_limit()
    {
        await using var log = await OpenAsync();
        for (var i = 0; i < 10; i++)
            await log.AppendAsync(Make.One(i % 2 == 0 ? "space/a" : "space/b", i / 2, i), Token);
        Assert.Equal([4L, 5, 6], (await log.ReadAllAsync(3, 3, Token)).Select(item => item.Position));
        Assert.Equal([3L, 4], (await log.ReadStreamAsync("space/b", 2, 2, Token)).Select(item => item.Version));
        Assert.Empty(await log.ReadAllAsync(10, 3, Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await log.ReadAllAsync(0, 0, Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await log.ReadStreamAsync("space/a", -1, 1, Token));
    }

    [Fact]
    public async Task An_append_at_another_version_conflicts_and_writes_nothing()
    {
        await using var log = await OpenAsync();
        await log.AppendAsync(Make.One("space/a", 0, 1, events: 2), Token);
        Assert.Equal(new AppendResult.Conflict("space/a", 2), await log.AppendAsync(Make.One("space/a", 1, 2), Token));
        Assert.Equal(new AppendResult.Conflict("space/a", 2), await log.AppendAsync(Make.One("space/a", 3, 2), Token));
        Assert.Equal(new AppendResult.Conflict("space/b", 0), await log.AppendAsync(Make.One("space/b", 1, 2), Token));
        Assert.Equal(2, log.HeadPosition);
        Assert.Null(await log.FindCommandAsync(Make.Id(2), Token));
    }

    [Fact]
    public async Task Streams_of_one_request_are_written_together_or_not_at_all()
    {
        await using var log = await OpenAsync();
        await log.AppendAsync(Make.One("space/b", 0, 1), Token);
        var both = new AppendRequest([Make.Append("policy/x", 0, 2), Make.Append("space/a", 0, 3), Make.Append("space/b", 0, 4)]);
        Assert.Equal(new AppendResult.Conflict("space/b", 1), await log.AppendAsync(both, Token));
        Assert.Equal(1, log.HeadPosition);
        Assert.Equal(0, await log.GetVersionAsync("policy/x", Token));
        Assert.Null(await log.FindCommandAsync(Make.Id(2), Token));

        both = new([Make.Append("policy/x", 0, 2), Make.Append("space/a", 0, 3), Make.Append("space/b", 1, 4)]);
        Assert.IsType<AppendResult.Committed>(await log.AppendAsync(both, Token));
        Assert.Equal(["space/b", "policy/x", "space/a", "space/b"], (await log.ReadAllAsync(0, 10, Token)).Select(item => item.Stream));
    }

    [Fact]
    public async Task One_command_may_cause_events_in_several_streams()
    {
        await using var log = await OpenAsync();
        var caused = new StreamAppend("space/a", 0, [Make.Event(1, "caused")], []);
        Assert.IsType<AppendResult.Committed>(await log.AppendAsync(new([caused, Make.Append("policy/x", 0, 1)]), Token));
        Assert.Equal("crew-7", Assert.Single(await log.ReadStreamAsync("space/a", 0, 10, Token)).Actor);
    }

    [Fact]
    public async Task A_rejection_is_kept_without_an_event_and_a_stream_may_be_only_a_condition()
    {
        await using var log = await OpenAsync();
        await log.AppendAsync(Make.One("space/a", 0, 1), Token);
        var rejection = new AppendRequest([new("space/a", 1, [], [Make.Command("space/a", 2)]), new("policy/x", 0, [], [])]);
        Assert.Equal(new AppendResult.Committed(1, ManualTime.Start), await log.AppendAsync(rejection, Token));
        Assert.NotNull(await log.FindCommandAsync(Make.Id(2), Token));
        Assert.Equal(1, await log.GetVersionAsync("space/a", Token));
        Assert.Equal(0, await log.GetVersionAsync("policy/x", Token));
        var stale = new AppendRequest([Make.Append("space/a", 1, 3), new("policy/x", 4, [], [])]);
        Assert.Equal(new AppendResult.Conflict("policy/x", 0), await log.AppendAsync(stale, Token));
    }

    [Fact]
    public async Task A_command_is_answered_once_also_after_a_restart_and_on_another_stream()
    {
        await using (var log = await OpenAsync())
        {
            await log.AppendAsync(Make.One("space/a", 0, 1), Token);
            Assert.Equal(new AppendResult.DuplicateCommand(Make.Id(1)), await log.AppendAsync(Make.One("space/a", 1, 1), Token));
        }
        await using (var log = await OpenAsync())
        {
            Assert.Equal(new AppendResult.DuplicateCommand(Make.Id(1)), await log.AppendAsync(Make.One("space/a", 0, 1), Token));
            Assert.Equal(new AppendResult.DuplicateCommand(Make.Id(1)), await log.AppendAsync(Make.One("space/b", 0, 1), Token));
            Assert.Equal(1, log.HeadPosition);
        }
    }

    [Fact]
    public async Task A_request_that_could_never_be_appended_is_an_error_of_the_caller()
    {
        await using var log = await OpenAsync();
        var append = Make.Append("space/a", 0, 1);
        AppendRequest[] wrong =
        [
            new([append, append with { Commands = [] }]),
            new([append with { Stream = "" }]),
            new([append with { ExpectedVersion = -1 }]),
            new([append with { Commands = [] }]),
            new([append with { Commands = [.. append.Commands, .. append.Commands] }]),
            new([append with { Commands = [append.Commands[0] with { Stream = "space/b" }] }]),
            new([append with { Commands = [append.Commands[0] with { CommandId = Guid.Empty }], Events = [] }]),
            new([append with { Commands = [append.Commands[0] with { Correlation = "a\0b" }] }]),
            new([append with { Events = [append.Events[0] with { ObservedAt = Instant.MinValue }] }]),
            new([append with { Events = [append.Events[0] with { Type = "" }] }]),
        ];
        foreach (var request in wrong)
            await Assert.ThrowsAsync<ArgumentException>(async () => await log.AppendAsync(request, Token));
        Assert.Equal(0, log.HeadPosition);
    }

    [Fact]
    public async Task A_cancelled_append_is_never_written()
    {
        await using var log = await OpenAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await log.AppendAsync(Make.One("space/a", 0, 1), cancelled.Token));
        await log.AppendAsync(Make.One("space/b", 0, 2), Token);
        Assert.Equal("space/b", Assert.Single(await log.ReadAllAsync(0, 10, Token)).Stream);
    }

    [Fact]
    public void Any_sequence_of_appends_ends_as_a_simple_model_says()
    {
        // A step: which streams (1 a, 2 b, 3 both), how far from the right version, which command id, how many events.
        var step = from streams in Gen.Choose(1, 3)
                   from off in Gen.Frequency((6, Gen.Constant(0)), (1, Gen.Constant(1)), (1, Gen.Constant(-1)))
                   from command in Gen.Choose(0, 12)
                   from events in Gen.Choose(0, 3)
                   select (streams, off, command, events);
        Prop.ForAll(step.ListOf().ToArbitrary(), steps => CheckAsync(steps).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(25));

        async Task<bool> CheckAsync(IEnumerable<(int Streams, int Off, int Command, int Events)> steps)
        {
            await using var log = await OpenFreshAsync();
            var versions = new Dictionary<string, long>(StringComparer.Ordinal) { ["space/a"] = 0, ["space/b"] = 0 };
            var commands = new HashSet<Guid>();
            var tail = new List<(string Stream, long Version, string Payload)>();
            foreach (var (streams, off, command, events) in steps)
            {
                string[] names = streams switch { 1 => ["space/a"], 2 => ["space/b"], _ => ["space/b", "space/a"] };
                // The second stream of a request has a command of its own, from another range.
                StreamAppend[] appends = [.. names.Select((name, i) => Make.Append(name, Math.Max(0, versions[name] + off), command + (100 * i), events))];
                AppendResult expected;
                if (appends.SelectMany(append => append.Commands).FirstOrDefault(item => commands.Contains(item.CommandId)) is { } known)
                {
                    expected = new AppendResult.DuplicateCommand(known.CommandId);
                }
                else if (appends.FirstOrDefault(append => append.ExpectedVersion != versions[append.Stream]) is { } stale)
                {
                    expected = new AppendResult.Conflict(stale.Stream, versions[stale.Stream]);
                }
                else
                {
                    foreach (var append in appends)
                    {
                        commands.UnionWith(append.Commands.Select(item => item.CommandId));
                        tail.AddRange(append.Events.Select(item => (append.Stream, ++versions[append.Stream], System.Text.Encoding.UTF8.GetString(item.Payload.Span))));
                    }
                    expected = new AppendResult.Committed(tail.Count, ManualTime.Start);
                }
                Assert.Equal(expected, await log.AppendAsync(new(appends), Token));
            }
            Assert.Equal(tail, (await log.ReadAllAsync(0, 1000, Token)).Select(item => (item.Stream, item.Version, item.Text())));
            return true;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Concurrent_appenders_that_conflict_converge_and_the_tail_skips_nothing(int seed)
    {
        await using var log = await OpenAsync();
        await ConflictingAppenders.RunAsync(seed, appenders: 16, each: 40, log);
    }

    [Fact]
    public async Task Waiting_ends_with_the_commit_that_reaches_the_position_and_no_earlier()
    {
        await using var log = await OpenAsync();
        var waiting = log.WaitForAsync(2, Token).AsTask();
        await log.AppendAsync(Make.One("space/a", 0, 1), Token);
        Assert.False(waiting.IsCompleted);
        await log.AppendAsync(Make.One("space/a", 1, 2), Token);
        await waiting.WaitAsync(TimeSpan.FromSeconds(30), Token);
        Assert.True(log.WaitForAsync(2, Token).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Waiting_ends_when_it_is_cancelled_and_when_the_log_closes()
    {
        using var cancel = new CancellationTokenSource();
        Task closed;
        await using (var log = await OpenAsync())
        {
            var cancelled = log.WaitForAsync(1, cancel.Token).AsTask();
            closed = log.WaitForAsync(1, Token).AsTask();
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        }
        await Assert.ThrowsAsync<ObjectDisposedException>(() => closed.WaitAsync(TimeSpan.FromSeconds(30), Token));
    }

    [Fact]
    public async Task A_restart_finds_everything_and_goes_on()
    {
        List<string> before;
        Guid epoch;
        await using (var log = await OpenAsync())
        {
            for (var i = 0; i < 20; i++)
                await log.AppendAsync(Make.One("space/a", i, i), Token);
            before = [.. (await log.ReadAllAsync(0, 100, Token)).Select(Make.Whole)];
            epoch = log.Epoch;
        }
        await using (var log = await OpenAsync())
        {
            Assert.Equal(epoch, log.Epoch);
            Assert.Equal(20, log.HeadPosition);
            Assert.Equal(before, (await log.ReadAllAsync(0, 100, Token)).Select(Make.Whole));
            Assert.Equal(new AppendResult.Committed(21, ManualTime.Start), await log.AppendAsync(Make.One("space/a", 20, 20), Token));
        }
    }

    [Fact]
    public async Task Closing_finishes_what_was_accepted_and_refuses_the_rest()
    {
        var log = await OpenAsync();
        var appends = Enumerable.Range(0, 50).Select(i => log.AppendAsync(Make.One("space/" + i, 0, i), Token).AsTask()).ToList();
        await log.DisposeAsync();
        Assert.All(await Task.WhenAll(appends), result => Assert.IsType<AppendResult.Committed>(result));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await log.AppendAsync(Make.One("space/late", 0, 99), Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await log.ReadAllAsync(0, 1, Token));
        await log.DisposeAsync();
        await using var again = await OpenAsync();
        Assert.Equal(50, again.HeadPosition);
    }

    [Fact]
    public async Task Checkpoints_are_kept_over_a_restart_and_only_the_newest()
    {
        await using (var log = await OpenAsync())
        {
            await log.AppendAsync(Make.One("space/b", 0, 1, events: 3), Token);
            await log.AppendAsync(Make.One("space/a", 0, 2, events: 2), Token);
            await log.SaveCheckpointsAsync([new(log.Epoch, "space/b", 3, 3, 1, new byte[] { 3 }), new(log.Epoch, "space/a", 1, 4, 1, new byte[] { 1 })], 4, Token);
            await log.SaveCheckpointsAsync([new(log.Epoch, "space/b", 2, 2, 1, new byte[] { 2 }), new(log.Epoch, "space/a", 2, 5, 2, new byte[] { 9 })], 3, Token);
        }
        await using (var log = await OpenAsync())
        {
            var (covered, checkpoints) = await log.CheckpointsAsync();
            Assert.Equal(4, covered);
            Assert.Equal(
                [(log.Epoch, "space/a", 2L, 5L, 2, (byte)9), (log.Epoch, "space/b", 3L, 3L, 1, (byte)3)],
                checkpoints.OrderBy(item => item.Stream, StringComparer.Ordinal).Select(item => (item.Epoch, item.Stream, item.Version, item.Position, item.Schema, item.Body.Span[0])));
        }
    }

    [Fact]
    public async Task Checkpoints_of_another_epoch_or_ahead_of_the_log_are_thrown_away_for_good()
    {
        await using var log = await OpenAsync();
        await log.AppendAsync(Make.One("space/a", 0, 1), Token);
        Checkpoint good = new(log.Epoch, "space/a", 1, 1, 1, default);
        Checkpoint[] bad =
        [
            good with { Stream = "space/b", Epoch = Make.Id(7) },
            good with { Stream = "space/c", Position = 2 },
            good with { Stream = "space/d", Version = 1 },
        ];
        await log.SaveCheckpointsAsync([good, .. bad], 1, Token);
        var (covered, checkpoints) = await log.CheckpointsAsync();
        Assert.Equal("space/a", Assert.Single(checkpoints).Stream);
        Assert.Equal(0, covered);

        await log.AppendAsync(Make.One("space/c", 0, 2), Token);
        await log.AppendAsync(Make.One("space/d", 0, 3), Token);
        Assert.Equal("space/a", Assert.Single((await log.CheckpointsAsync()).Kept).Stream);
    }

    [Fact]
    public async Task A_checkpoint_that_its_reader_has_no_use_for_goes_and_nothing_counts_as_covered()
    {
        await using var log = await OpenAsync();
        await log.AppendAsync(Make.One("space/a", 0, 1), Token);
        Checkpoint known = new(log.Epoch, "space/a", 1, 1, 1, default);
        await log.SaveCheckpointsAsync([known, known with { Stream = "fold/of/another/program", Version = 0 }], 1, Token);
        Assert.Equal(0, await log.LoadCheckpointsAsync(checkpoint => checkpoint.Stream == "space/a", Token));
        var (covered, checkpoints) = await log.CheckpointsAsync();
        Assert.Equal((0, "space/a"), (covered, Assert.Single(checkpoints).Stream));
    }

    [Fact]
    public async Task A_covered_position_ahead_of_the_log_counts_for_nothing()
    {
        await using var log = await OpenAsync();
        await log.SaveCheckpointsAsync([], 5, Token);
        Assert.Equal(0, (await log.CheckpointsAsync()).Covered);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_covered_position_with_an_event_in_no_checkpoint_counts_for_nothing(int versionOfA)
    {
        await using var log = await OpenAsync();
        await log.AppendAsync(Make.One("space/a", 0, 1, events: 2), Token);
        await log.AppendAsync(Make.One("space/b", 0, 2), Token);
        Checkpoint ofA = new(log.Epoch, "space/a", versionOfA, versionOfA, 1, default);
        Checkpoint ofB = new(log.Epoch, "space/b", 1, 3, 1, default);

        // The first event of a stream left out, or a later one.
        await log.SaveCheckpointsAsync(versionOfA == 2 ? [ofA] : [ofA, ofB], 3, Token);
        var (covered, checkpoints) = await log.CheckpointsAsync();
        Assert.Equal(0, covered);
        Assert.NotEmpty(checkpoints);

        await log.SaveCheckpointsAsync([ofA with { Version = 2, Position = 2 }, ofB], 3, Token);
        Assert.Equal(3, (await log.CheckpointsAsync()).Covered);
    }

    [Fact]
    public async Task Commands_decided_before_an_instant_are_forgotten_and_their_events_stay()
    {
        await using var log = await OpenAsync();
        var old = Enumerable.Range(0, 1200).Select(i => Make.Command("space/a", i, ManualTime.Start - Duration.FromDays(8))).ToList();
        var young = Make.Command("space/a", 5000, ManualTime.Start - Duration.FromDays(7));
        await SetTimeAsync(ManualTime.Start - Duration.FromDays(8));
        await log.AppendAsync(new([new("space/a", 0, [Make.Event(3, "kept") with { DecidedAt = Time.Now }], old)]), Token);
        await SetTimeAsync(ManualTime.Start - Duration.FromDays(7));
        await log.AppendAsync(new([new("space/a", 1, [], [young])]), Token);
        Assert.Equal(1200, await log.ForgetCommandsAsync(ManualTime.Start - Duration.FromDays(7), Token));
        Assert.Equal(0, await log.ForgetCommandsAsync(ManualTime.Start - Duration.FromDays(7), Token));
        Assert.Null(await log.FindCommandAsync(Make.Id(3), Token));
        Assert.NotNull(await log.FindCommandAsync(young.CommandId, Token));
        Assert.Single(await log.ReadAllAsync(0, 10, Token));
    }
}
