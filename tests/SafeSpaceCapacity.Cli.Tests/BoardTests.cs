using System.Text.Json;
using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using SafeSpaceCapacity.Contract.V1;
using static SafeSpaceCapacity.Cli.Tests.Messages;

namespace SafeSpaceCapacity.Cli.Tests;

/// <summary>The live board, with the keys of a person at a terminal.</summary>
public sealed class BoardTests : CliTest
{
    private readonly Channel<WatchBoardResponse> _boards = Channel.CreateUnbounded<WatchBoardResponse>();
    private readonly Channel<char> _keys = Channel.CreateUnbounded<char>();
    private readonly CancellationTokenSource _stop = new();

    public BoardTests()
    {
        Interactive = true;
        Environment["NO_COLOR"] = "1";
        (Width, Height) = (300, 60);
        Keyboard = () => async stopped => await _keys.Reader.ReadAsync(stopped);
    }

    [Fact]
    public async Task Each_key_is_one_command_and_what_was_done_is_said()
    {
        Server.Answers[typeof(ResumeSpaceRequest)] = new ResumeSpaceResponse { Rejected = new Rejection { Code = RejectionCode.NotPaused, Words = "the space is not paused" } };
        var running = await BeginAsync(Board());
        await PressAsync('d', "Done: somebody left. u takes it back.");
        await PressAsync('c', "Done: everything is still right.");
        await PressAsync('r', "Not done: the space is not paused.");
        await PressAsync('p', "why?");
        await PressAsync('2', "2 1 h");
        await PressAsync('2', "Done: nobody new until 15:20.");
        await PressAsync('s', "1 team lead");
        await PressAsync('3', "1 until it closes, 22:00");
        await PressAsync('1', "Done: a shift began: support worker, until 22:00.");
        await PressAsync('e', "1 team lead, 12:00 to 22:00");
        await PressAsync('1', "Done: a shift ended: team lead.");
        await PressAsync('y', "Done: a place for A12.");
        await PressAsync('n', "No to A12: why?");
        await PressAsync('2', "Done: no place for A12.");
        await PressAsync('k', "fewer are on duty than is safe: who are you?");
        await PressAsync('2', "Done: the on call manager takes it up");
        await PressAsync('u', "Done: taken back: somebody left.");
        Assert.Equal(ExitCodes.Done, (await QuitAsync(running)).Code);

        var ids = Server.Received.Select(sent => (string)sent.Descriptor.FindFieldByName("command_id").Accessor.GetValue(sent)).ToList();
        Assert.Equal(ids, ids.Distinct(StringComparer.Ordinal));
        Assert.All(ids, id => Assert.True(Guid.TryParseExact(id, "D", out _)));
        Assert.Equal(
            [
                new RecordDepartureRequest { SpaceId = "gla-harbour" },
                new ConfirmSpaceRequest { SpaceId = "gla-harbour" },
                new ResumeSpaceRequest { SpaceId = "gla-harbour" },
                new PauseSpaceRequest { SpaceId = "gla-harbour", Reason = PauseReason.Incident, Until = Time("2026-11-22T15:20:00Z") },
                new StartShiftRequest { SpaceId = "gla-harbour", Role = StaffRole.SupportWorker, EndsAt = Time("2026-11-22T22:00:00Z") },
                new EndShiftRequest { SpaceId = "gla-harbour", ShiftId = HoldId },
                new AcceptHoldRequest { SpaceId = "gla-harbour", HoldId = HoldId },
                new DeclineHoldRequest { SpaceId = "gla-harbour", HoldId = HoldId, Reason = RefusalReason.UnsafeStaffing },
                new AcknowledgeEscalationRequest { SpaceId = "gla-harbour", Cause = EscalationCause.UnsafeStaffing, Contact = EscalationContact.OnCallManager },
                new UndoActRequest { SpaceId = "gla-harbour", ActId = HoldId },
            ],
            Server.Received.Select(WithoutCommandId));
        Assert.Equal(new WatchBoardRequest { SpaceId = "gla-harbour", HeartbeatSeconds = 10 }, Assert.Single(Server.BoardRequests));
    }

    [Fact]
    public async Task An_arrival_is_a_walk_in_where_nobody_is_on_the_way_and_is_asked_about_where_somebody_is()
    {
        Server.Answers[typeof(RecordArrivalRequest)] = new RecordArrivalResponse { Counted = new() { OverSafeCapacity = true } };
        var running = await BeginAsync(Board());
        await PressAsync('a', "Done: somebody arrived. More people are there than can be safely supported.");
        var expected = Board();
        expected.Holds.Add(new Hold { HoldId = "0190b1c2-7d3e-7f00-8a1b-000000000002", Status = HoldStatus.Placed, CallSign = "G7", Eta = Time("2026-11-22T14:25:00Z") });
        await HearAsync(expected, "G7, arrival 14:25, placed");
        await PressAsync('a', "2 G7, arrival 14:25");
        await PressAsync('2', "Done: G7 arrived.");
        await PressAsync('a', "1 somebody who was not announced");
        await PressAsync('x', "Nothing was done.");
        await QuitAsync(running);
        Assert.Equal(
            ["", "0190b1c2-7d3e-7f00-8a1b-000000000002"], Server.Received.Cast<RecordArrivalRequest>().Select(request => request.HoldId), StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_yes_that_is_too_many_asks_whether_all_the_same()
    {
        Server.Answers[typeof(AcceptHoldRequest)] = new AcceptHoldResponse { Rejected = Rejection() };
        var running = await BeginAsync(Board());
        await PressAsync('y', "Take them all the same, and why?");
        Server.Answers[typeof(AcceptHoldRequest)] = new AcceptHoldResponse { Accepted = Hold(HoldStatus.Placed) };
        await PressAsync('1', "Done: a place for A12.");
        await QuitAsync(running);
        Assert.Equal(
            [OverrideReason.Unspecified, OverrideReason.NowhereElse], Server.Received.Cast<AcceptHoldRequest>().Select(request => request.OverrideReason));
    }

    [Fact]
    public async Task A_key_that_was_not_answered_can_be_tried_again_as_the_same_command()
    {
        for (var i = 0; i < 3; i++)
            Server.Failures.Enqueue(TestServer.Ended(StatusCode.Unavailable));
        var running = await BeginAsync(Board());
        await PressAsync('d', "Press t to try it again; it cannot be done twice.");
        await PressAsync('t', "Done: somebody left.");
        Server.Failures.Enqueue(TestServer.Violation("observed_at", "is in the future"));
        await PressAsync('d', "Not done: observed_at is in the future");
        var run = await QuitAsync(running);
        Assert.Equal("", run.Error); // What is said of tries stands on the board, not across it.
        Assert.Contains("No answer (UNAVAILABLE), trying again …", run.Out, StringComparison.Ordinal);
        Assert.Equal(5, Server.Received.Count);
        Assert.Single(Server.Received.Take(4).Distinct());
    }

    [Fact]
    public async Task What_this_board_did_can_be_taken_back_before_it_is_heard()
    {
        var answer = Open();
        answer.StreamVersion = 8;
        Server.Answers[typeof(RecordDepartureRequest)] = new RecordDepartureResponse { Recorded = new(), Availability = answer };
        var running = await BeginAsync(Board());
        await PressAsync('d', "Done: somebody left.");
        await PressAsync('u', "Done: taken back");
        var later = Board();
        later.Availability.StreamVersion = 9;
        later.LastAct = null;
        await HearAsync(later, "gla-harbour");
        await PressAsync('u', "Nothing was done here in the last five minutes");
        await QuitAsync(running);
        Assert.Equal(
            ((RecordDepartureRequest)Server.Received.First()).CommandId, Server.Received.OfType<UndoActRequest>().Single().ActId);
    }

    [Fact]
    public async Task Keys_with_nothing_to_do_say_so_and_send_nothing()
    {
        var running = await BeginAsync(new GetBoardResponse { Choice = Choice("Harbour"), Availability = Open() });
        Assert.DoesNotContain("y yes", Output.ToString(), StringComparison.Ordinal);
        await PressAsync('y', "Nobody is asking for a place.");
        await PressAsync('n', "Nobody is asking for a place.");
        await PressAsync('e', "Nobody is on duty.");
        await PressAsync('k', "There is nothing to take up.");
        await PressAsync('x', "There is no such key");
        await QuitAsync(running);
        Assert.Empty(Server.Received);
    }

    [Fact]
    public async Task A_lost_connection_is_said_until_the_board_is_heard_again()
    {
        Server.BoardWatches.Enqueue(async (writer, gone) =>
        {
            await writer.WriteAsync(new WatchBoardResponse { Board = Board() }, gone);
            throw TestServer.Ended(StatusCode.Unavailable);
        });
        var running = await BeginAsync(Board(), "NOT CONNECTED (UNAVAILABLE): what is shown may be old.");
        await UntilAsync(() => !LastFrame().Contains("NOT CONNECTED", StringComparison.Ordinal));
        Assert.Equal(2, Server.BoardRequests.Count);
        Assert.Contains("available 2", LastFrame(), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Done, (await QuitAsync(running)).Code);

        string LastFrame() => Output.ToString().Split("q quit")[^2];
    }

    [Fact]
    public async Task A_space_that_is_retired_ends_its_board()
    {
        var running = await BeginAsync(Board());
        _boards.Writer.TryWrite(new WatchBoardResponse { Retired = Time("2026-11-22T14:21:00Z") });
        var run = await running.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(ExitCodes.Done, run.Code);
        Assert.Contains("taken out of the directory", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_board_that_never_began_is_a_failure()
    {
        Server.BoardWatches.Enqueue((_, _) => throw TestServer.Ended(StatusCode.NotFound, "there is no such space"));
        var run = await RunAsync("staff", "board", "gla-nowhere");
        Assert.Equal(ExitCodes.NotFound, run.Code);
        Assert.Contains("there is no such space", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(80, 24)]
    [InlineData(40, 12)]
    public async Task It_fits_the_terminal_and_the_keys_are_always_seen(int width, int height)
    {
        (Width, Height) = (width, height);
        var running = await BeginAsync(Board(), "q quit");
        await QuitAsync(running);
        var drawn = Output.ToString().Split("\u001b[").Select(part => part.Split('\n')).ToList();
        Assert.All(drawn.SelectMany(lines => lines), line => Assert.True(line.TrimEnd('\r').Length <= width + 3, line));
        Assert.All(drawn, lines => Assert.True(lines.Length <= height));
    }

    [Fact]
    public async Task Watched_each_change_is_a_line_or_a_message()
    {
        Server.BoardWatches.Enqueue(ScriptAsync);
        Server.BoardWatches.Enqueue(ScriptAsync);
        var lines = (await RunAsync("staff", "board", "gla-harbour", "--watch")).Out.TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("14:20 gla-harbour: available 2 (safe capacity 6", lines[0], StringComparison.Ordinal);
        Assert.Contains("on duty: team lead 1; on the way or asking: A12, arrival 14:32, requested, answer by 14:47", lines[0], StringComparison.Ordinal);
        Assert.Contains("taken out of the directory", lines[1], StringComparison.Ordinal);
        var messages = (await RunAsync("staff", "board", "gla-harbour", "--watch", "--json")).Out.TrimEnd('\n').Split('\n');
        Assert.Equal(
            ["board", "heartbeat", "retired"], messages.Select(line => JsonDocument.Parse(line).RootElement.EnumerateObject().First().Name), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Printed_it_says_what_staff_are_asked_who_is_told_and_what_can_be_taken_back()
    {
        Width = 160;
        var board = Board();
        board.AskNow = true;
        Server.Answers[typeof(GetBoardRequest)] = board;
        var run = await RunAsync("staff", "board", "gla-harbour", "--once");
        foreach (var part in (string[])
            [
                "Since 14:05 fewer are on duty than is safe; told: team lead at 14:05, telephone 0141 496 0123. Nobody has taken it up; the next is told at 14:20.",
                "Is everything shown still right?",
                "team lead, 12:00 to 22:00, agency, trained in de-escalation until 31 Mar 2027, break 18:00 to 18:30, by the rota",
                "Last done: somebody left (14:19). It can be taken back until 14:24: safespace staff undo gla-harbour",
            ])
            Assert.Contains(part, run.Out, StringComparison.Ordinal);
    }

    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await base.DisposeAsync();
        _stop.Dispose();
    }

    private static GetBoardResponse Board() => new()
    {
        Choice = Choice("Harbour"),
        Availability = Open(),
        Shifts =
        {
            new Shift
            {
                ShiftId = HoldId,
                Role = StaffRole.TeamLead,
                StartsAt = Time("2026-11-22T12:00:00Z"),
                EndsAt = Time("2026-11-22T22:00:00Z"),
                Agency = true,
                Trained = { new HeldTraining { Training = Training.DeEscalation, CurrentUntil = Time("2027-03-31T23:00:00Z") } },
                Breaks = { new Break { StartsAt = Time("2026-11-22T18:00:00Z"), EndsAt = Time("2026-11-22T18:30:00Z") } },
                ByRota = true,
            },
        },
        Holds = { Hold(HoldStatus.Requested) },
        Escalations =
        {
            new Escalation
            {
                Cause = EscalationCause.UnsafeStaffing,
                Since = Time("2026-11-22T14:05:00Z"),
                Told = { new Escalation.Types.Told { Contact = EscalationContact.TeamLead, At = Time("2026-11-22T14:05:00Z"), Telephone = "0141 496 0123" } },
                NextAt = Time("2026-11-22T14:20:00Z"),
            },
        },
        LastAct = new LastAct { ActId = HoldId, Kind = ActKind.Departure, At = Time("2026-11-22T14:19:00Z"), UndoUntil = Time("2026-11-22T14:24:00Z") },
    };

    private static IMessage WithoutCommandId(IMessage message)
    {
        message.Descriptor.FindFieldByName("command_id").Accessor.Clear(message);
        return message;
    }

    private static async Task ScriptAsync(IServerStreamWriter<WatchBoardResponse> writer, CancellationToken gone)
    {
        await writer.WriteAsync(new WatchBoardResponse { Board = Board() }, gone);
        await writer.WriteAsync(new WatchBoardResponse { Heartbeat = Time("2026-11-22T14:20:30Z") }, gone);
        await writer.WriteAsync(new WatchBoardResponse { Retired = Time("2026-11-22T14:21:00Z") }, gone);
    }

    // The watch hears what the test writes, until the test ends.
    private async Task<Task<Run>> BeginAsync(GetBoardResponse board, string shows = "q quit")
    {
        Server.BoardWatches.Enqueue(async (writer, gone) =>
        {
            await foreach (var message in _boards.Reader.ReadAllAsync(gone))
                await writer.WriteAsync(message, gone);
        });
        _boards.Writer.TryWrite(new WatchBoardResponse { Board = board });
        var running = RunAsync(_stop.Token, "staff", "board", "gla-harbour");
        await UntilAsync(() => Output.ToString().Contains(shows, StringComparison.Ordinal) && Output.ToString().Contains("Harbour", StringComparison.Ordinal));
        return running;
    }

    private Task HearAsync(GetBoardResponse board, string shows)
    {
        var from = Output.Length;
        _boards.Writer.TryWrite(new WatchBoardResponse { Board = board });
        return UntilAsync(() => Output.ToString()[from..].Contains(shows, StringComparison.Ordinal));
    }

    private Task PressAsync(char key, string shows)
    {
        var from = Output.Length;
        _keys.Writer.TryWrite(key);
        return UntilAsync(() => Output.ToString()[from..].Contains(shows, StringComparison.Ordinal));
    }

    private async Task<Run> QuitAsync(Task<Run> running)
    {
        _keys.Writer.TryWrite('q');
        return await running.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    private async Task UntilAsync(Func<bool> so)
    {
        for (var tries = 0; !so(); tries++)
        {
            Assert.True(tries < 3000, Output.ToString());
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
