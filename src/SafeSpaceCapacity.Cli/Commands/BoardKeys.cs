using System.Globalization;
using NodaTime;
using SafeSpaceCapacity.Cli.Input;
using SafeSpaceCapacity.Cli.Output;
using SafeSpaceCapacity.Contract.V1;
using Client = SafeSpaceCapacity.Contract.V1.StaffService.StaffServiceClient;

namespace SafeSpaceCapacity.Cli.Commands;

/// <summary>
/// What the keys of a live board do. One press is one command with an id of its own; some ask one thing more, which a digit answers. What
/// was done is said, and <c>u</c> takes it back.
/// </summary>
internal sealed class BoardKeys(Session session, string space, BoardView view)
{
    private static readonly int[] PauseMinutes = [30, 60, 120, 240];
    private static readonly int[] ShiftHours = [4, 8, 12];
    private static readonly Duration LongestShift = Duration.FromHours(24);

    private (string Id, long Version)? _mine;
    private Func<int, Task>? _chosen;
    private int _choices;
    private Func<Task>? _again;

    private GetBoardResponse Board => view.Board;

    private Hold? FirstRequest => Board.Holds.FirstOrDefault(hold => hold.Status is HoldStatus.Requested);

    /// <summary>Does what keys say, until one says to quit.</summary>
    public async Task RunAsync(Func<CancellationToken, Task<char?>> read, CancellationToken stopped)
    {
        while (await read(stopped) is { } key)
        {
            if (char.ToLowerInvariant(key) is 'q')
                return;
            await PressAsync(char.ToLowerInvariant(key));
        }

        await Task.Delay(Timeout.Infinite, stopped); // No more keys will come; the board stays.
    }

    private Task PressAsync(char key)
    {
        var (chosen, again) = (_chosen, _again);
        (_chosen, _again) = (null, null);
        if (chosen is not null)
        {
            if (key - '1' is >= 0 and var choice && choice < _choices)
                return chosen(choice);
            view.Remark("Nothing was done.");
            return Task.CompletedTask;
        }

        return key switch
        {
            't' when again is not null => again(),
            _ when Board.Availability is null => Unable("The board is not here yet."),
            'a' => ArriveAsync(),
            'd' => SendAsync("somebody left", id => new RecordDepartureRequest { CommandId = id, SpaceId = space }, (staff, request, options) => staff.RecordDepartureAsync(request, options), answer => (null, answer.Availability)),
            'c' => SendAsync("everything is still right", id => new ConfirmSpaceRequest { CommandId = id, SpaceId = space }, (staff, request, options) => staff.ConfirmSpaceAsync(request, options), answer => (answer.Rejected, answer.Availability)),
            'p' => PauseAsync(),
            'r' => SendAsync("the space takes people again", id => new ResumeSpaceRequest { CommandId = id, SpaceId = space }, (staff, request, options) => staff.ResumeSpaceAsync(request, options), answer => (answer.Rejected, answer.Availability)),
            's' => StartShiftAsync(),
            'e' => EndShiftAsync(),
            'u' => UndoAsync(),
            'y' => FirstRequest is { } request ? AcceptAsync(request, default) : Unable("Nobody is asking for a place."),
            'n' => DeclineAsync(),
            'k' => AcknowledgeAsync(),
            _ => Unable("There is no such key: those that there are stand below."),
        };
    }

    // Somebody who is on the way by a hold is counted by it: else they would be there and expected at once.
    private Task ArriveAsync()
    {
        var coming = Board.Holds.Where(hold => hold.Status is HoldStatus.Placed).Take(8).ToList();
        return coming.Count == 0
            ? CountAsync(null)
            : Ask("Who arrived?", ["somebody who was not announced", .. coming.Select(hold => BoardText.Of(hold, view.Now))], choice => CountAsync(choice == 0 ? null : coming[choice - 1]));

        Task CountAsync(Hold? hold) => SendAsync(
            hold is null ? "somebody arrived" : $"{BoardText.Crew(hold)} arrived",
            id => new RecordArrivalRequest { CommandId = id, SpaceId = space, HoldId = hold?.HoldId ?? "" },
            (staff, request, options) => staff.RecordArrivalAsync(request, options),
            answer => (answer.Rejected, answer.Availability),
            answer => answer.Counted?.OverSafeCapacity == true ? " More people are there than can be safely supported." : "");
    }

    private Task PauseAsync() => AskCode<PauseReason>("Nobody new for a while: why?", reason =>
        Ask("For how long?", [.. PauseMinutes.Select(minutes => minutes < 60 ? $"{minutes} minutes" : $"{minutes / 60} h")], length =>
        {
            var until = session.Now + Duration.FromMinutes(PauseMinutes[length]);
            return SendAsync(
                $"nobody new until {London.Time(until.ToTimestamp(), session.Now)}",
                id => new PauseSpaceRequest { CommandId = id, SpaceId = space, Reason = reason, Until = until.ToTimestamp() },
                (staff, request, options) => staff.PauseSpaceAsync(request, options),
                answer => (answer.Rejected, answer.Availability));
        }));

    private Task StartShiftAsync() => AskCode<StaffRole>("Somebody begins a shift: as what?", role =>
    {
        var now = session.Now;
        var ends = ShiftHours.Select(hours => (Words: $"{hours} h, until {London.Time((now + Duration.FromHours(hours)).ToTimestamp(), now)}", At: now + Duration.FromHours(hours))).ToList();
        if (Board.Availability?.OpenUntil?.ToInstant() is { } closes && closes > now && closes <= now + LongestShift)
            ends.Insert(0, ($"until it closes, {London.Time(closes.ToTimestamp(), now)}", closes));
        return Ask("For how long?", [.. ends.Select(end => end.Words)], choice => SendAsync(
            $"a shift began: {Words.Of(role)}, until {London.Time(ends[choice].At.ToTimestamp(), now)}",
            id => new StartShiftRequest { CommandId = id, SpaceId = space, Role = role, EndsAt = ends[choice].At.ToTimestamp() },
            (staff, request, options) => staff.StartShiftAsync(request, options),
            answer => (answer.Rejected, answer.Availability)));
    });

    private Task EndShiftAsync()
    {
        var shifts = Board.Shifts.Where(shift => shift.StartsAt.ToInstant() <= view.Now).Take(9).ToList();
        return shifts.Count == 0 ? Unable("Nobody is on duty.") : Ask("Whose shift ends now?", [.. shifts.Select(shift => BoardText.Of(shift, view.Now))], choice => SendAsync(
            $"a shift ended: {Words.Of(shifts[choice].Role)}",
            id => new EndShiftRequest { CommandId = id, SpaceId = space, ShiftId = shifts[choice].ShiftId },
            (staff, request, options) => staff.EndShiftAsync(request, options),
            answer => (answer.Rejected, answer.Availability)));
    }

    // What a key here did is known before the board that says so is heard.
    private Task UndoAsync()
    {
        var mine = _mine is { } own && own.Version > (Board.Availability?.StreamVersion ?? 0) ? own.Id : null;
        var last = Board.LastAct;
        if ((mine ?? last?.ActId) is not { } act)
            return Unable("Nothing was done here in the last five minutes that can be taken back.");
        _mine = null;
        return SendAsync(
            mine is null ? $"taken back: {BoardText.Of(last!.Kind)}" : "taken back",
            id => new UndoActRequest { CommandId = id, SpaceId = space, ActId = act },
            (staff, request, options) => staff.UndoActAsync(request, options),
            answer => (answer.Rejected, answer.Availability),
            undoable: false);
    }

    private async Task AcceptAsync(Hold request, OverrideReason reason)
    {
        var rejected = await SendAsync(
            $"a place for {BoardText.Crew(request)}",
            id => new AcceptHoldRequest { CommandId = id, SpaceId = space, HoldId = request.HoldId, OverrideReason = reason },
            (staff, sent, options) => staff.AcceptHoldAsync(sent, options),
            answer => (answer.Rejected, answer.Availability));
        if (rejected is { Code: RejectionCode.NoSafeCapacity } && reason is OverrideReason.Unspecified)
            await AskCode<OverrideReason>("That is more people than can be safely supported. Take them all the same, and why? It is recorded.", why => AcceptAsync(request, why));
    }

    private Task DeclineAsync() => FirstRequest is not { } request ? Unable("Nobody is asking for a place.") : AskCode<RefusalReason>($"No to {BoardText.Crew(request)}: why?", reason => SendAsync(
        $"no place for {BoardText.Crew(request)}",
        id => new DeclineHoldRequest { CommandId = id, SpaceId = space, HoldId = request.HoldId, Reason = reason },
        (staff, sent, options) => staff.DeclineHoldAsync(sent, options),
        answer => (answer.Rejected, answer.Availability)));

    private Task AcknowledgeAsync() => Board.Escalations.FirstOrDefault(known => known.AcknowledgedAt is null) is not { } escalation
        ? Unable("There is nothing to take up.")
        : AskCode<EscalationContact>($"You take it up that {Words.Of(escalation.Cause)}: who are you?", contact => SendAsync(
            $"the {Words.Of(contact)} takes it up, nobody else is told",
            id => new AcknowledgeEscalationRequest { CommandId = id, SpaceId = space, Cause = escalation.Cause, Contact = contact },
            (staff, request, options) => staff.AcknowledgeEscalationAsync(request, options),
            answer => (answer.Rejected, answer.Availability),
            undoable: false));

    private Task AskCode<T>(string question, Func<T, Task> chosen) where T : struct, Enum
    {
        var names = Codes.Names<T>();
        return Ask(question, [.. names.Select(name => Words.Of(Codes.Parse<T>(name)))], choice => chosen(Codes.Parse<T>(names[choice])));
    }

    private Task Ask(string question, IReadOnlyList<string> choices, Func<int, Task> chosen)
    {
        (_chosen, _choices) = (chosen, choices.Count);
        view.Ask([question, .. choices.Select((words, i) => string.Create(CultureInfo.InvariantCulture, $"  {i + 1} {words}")), "  any other key: nothing is done"]);
        return Task.CompletedTask;
    }

    private Task Unable(string why)
    {
        view.NotDone(why);
        return Task.CompletedTask;
    }

    private Task<Rejection?> SendAsync<TRequest, TResponse>(
        string what,
        Func<string, TRequest> request,
        Func<Client, TRequest, Grpc.Core.CallOptions, Grpc.Core.AsyncUnaryCall<TResponse>> method,
        Func<TResponse, (Rejection? Rejected, Availability? Availability)> read,
        Func<TResponse, string>? remark = null,
        bool undoable = true)
    {
        var id = session.NextCommandId();
        var sent = request(id);
        return TryAsync();

        async Task<Rejection?> TryAsync()
        {
            view.Remark($"{Sentence(what)} …");
            try
            {
                var answer = await session.AsStaffAsync(space, (staff, options) => method(staff, sent, options));
                var (rejected, numbers) = read(answer);
                if (rejected is null)
                {
                    _mine = undoable ? (id, numbers?.StreamVersion ?? 0) : _mine;
                    view.Done($"Done: {what}.{remark?.Invoke(answer)}{(undoable ? " u takes it back." : "")}");
                }
                else
                    view.NotDone($"Not done: {(rejected.Words.Length > 0 ? rejected.Words : Words.Of(rejected.Code))}.");
                return rejected;
            }
            catch (FailureException failed) when (failed.Failure.ExitCode is ExitCodes.NotReachable)
            {
                _again = TryAsync;
                view.NotDone($"No answer ({what}): whether it was done is not known. Press t to try it again; it cannot be done twice.");
            }
            catch (FailureException failed) when (failed.Failure.ExitCode is not ExitCodes.Stopped)
            {
                if (failed.Failure.ExitCode is ExitCodes.NotAllowed)
                    session.ForgetToken();
                view.NotDone($"Not done: {string.Join("; ", failed.Failure.FieldViolations?.Select(violation => $"{violation.Field} {violation.Description}") ?? [failed.Failure.Message])}");
            }

            return null;
        }
    }

    private static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
