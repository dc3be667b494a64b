using System.CommandLine;
using NodaTime;
using SafeSpaceCapacity.Cli.Input;
using SafeSpaceCapacity.Cli.Output;
using SafeSpaceCapacity.Contract.V1;
using Spectre.Console;

namespace SafeSpaceCapacity.Cli.Commands;

/// <summary>How staff keep a space's numbers true.</summary>
internal static class StaffCommands
{
    private const string ExampleId = "0190b1c2-7d3e-7f00-8a1b-2c3d4e5f6071";

    public static Command Create(CommandLine line)
    {
        var staff = new Command("staff", "Keep a space's numbers true: shifts, arrivals, departures, counts, pauses, requests, the live board");
        foreach (var command in (Command[])
            [
                StartShift(line), EndShift(line), Arrival(line), Departure(line), Count(line), Confirm(line), Pause(line), Resume(line), Accept(line), Decline(line),
                Undo(line), Acknowledge(line), BoardCommand.Create(line),
            ])
            staff.Add(command);
        return staff;
    }

    private static Command StartShift(CommandLine line)
    {
        var space = NeedOptions.Space();
        var role = Codes.Option<StaffRole>("--role", "What they are there as; nobody is named", required: true);
        var starts = TypedTime.Option("--starts", "When it starts, if not now: HH:MM for the next such time, or ISO 8601 with an offset");
        var ends = new LaterOptions("--until", "When it ends: HH:MM, or ISO 8601 with an offset", "--hours", "For how many hours", Duration.FromHours(1));
        var person = new ShiftOptions();
        var commandId = NeedOptions.CommandId();
        var command = line.Command(
            "start-shift",
            "Somebody begins a shift, now or at a planned time",
            [
                "safespace staff start-shift gla-harbour --role support-worker --until 02:00",
                "safespace staff start-shift gla-harbour --role clinician --starts 18:00 --hours 8",
                "safespace staff start-shift gla-harbour --role support-worker --hours 8 --agency --trained de-escalation:2027-03-31 --break 21:00-21:30",
            ],
            [space, role, starts, .. ends.Options, .. person.Options, commandId],
            async session =>
            {
                var start = session.Get(starts)?.After(session.Now);
                if (start is { } planned)
                    session.SendAgainWith(starts.Name, planned);
                var request = new StartShiftRequest
                {
                    CommandId = session.CommandId(commandId),
                    SpaceId = session.Get(space),
                    Role = session.Code<StaffRole>(role),
                    StartsAt = start?.ToTimestamp(),
                    EndsAt = ends.Get(session, start ?? session.Now).ToTimestamp(),
                };
                person.Describe(session, request, start ?? session.Now);
                var answered = await session.AsStaffAsync(request.SpaceId, (staff, options) => staff.StartShiftAsync(request, options));
                return session.Outcome(answered, answered.Rejected, answered.Availability, console => Write(console, answered.Started, session.Now));
            });
        CommandLine.ExactlyOne(command, ends.Options);
        return command;
    }

    private static Command EndShift(CommandLine line)
    {
        var shift = new Argument<string>("SHIFT_ID") { Description = "Id of the shift, as start-shift and board show it" };
        return Write(
            line,
            "end-shift",
            "Somebody goes before the planned end",
            $"safespace staff end-shift gla-harbour {ExampleId}",
            [shift],
            async (session, commandId, space) =>
            {
                var request = new EndShiftRequest { CommandId = commandId, SpaceId = space, ShiftId = session.Get(shift) };
                var answered = await session.AsStaffAsync(request.SpaceId, (staff, options) => staff.EndShiftAsync(request, options));
                return session.Outcome(answered, answered.Rejected, answered.Availability, console => Write(console, answered.Ended, session.Now));
            });
    }

    private static Command Arrival(CommandLine line)
    {
        var hold = new Option<string?>("--hold") { Description = "The hold that kept the place (a walk-in if not given)", HelpName = "HOLD_ID" };
        var when = NeedOptions.When();
        return Write(
            line,
            "arrival",
            "Somebody arrived",
            "safespace staff arrival gla-harbour",
            [hold, when],
            async (session, commandId, space) =>
            {
                var request = new RecordArrivalRequest { CommandId = commandId, SpaceId = space, HoldId = session.Get(hold) ?? "", ObservedAt = session.Observed(when) };
                var answered = await session.AsStaffAsync(request.SpaceId, (staff, options) => staff.RecordArrivalAsync(request, options));
                return session.Outcome(answered, answered.Rejected, answered.Availability, console =>
                    ArrivalReport.Write(console, answered.Counted?.AlreadyReported == true, answered.Counted?.OverSafeCapacity == true));
            });
    }

    private static Command Departure(CommandLine line)
    {
        var when = NeedOptions.When();
        var onward = Codes.Option<OnwardRoute>("--onward", "Where they went, if it is known: a code and nothing else");
        return Write(
            line,
            "departure",
            "Somebody left",
            "safespace staff departure gla-harbour --when 21:40 --onward home",
            [onward, when],
            async (session, commandId, space) =>
            {
                var request = new RecordDepartureRequest { CommandId = commandId, SpaceId = space, ObservedAt = session.Observed(when), OnwardRoute = session.Code<OnwardRoute>(onward) };
                var answered = await session.AsStaffAsync(request.SpaceId, (staff, options) => staff.RecordDepartureAsync(request, options));
                return session.Outcome(answered, null, answered.Availability, console => console.WriteLine("The departure is counted."));
            });
    }

    private static Command Count(CommandLine line)
    {
        var occupied = new Argument<int>("PEOPLE") { Description = "How many people are there, counted" };
        var when = NeedOptions.When();
        return Write(
            line,
            "count",
            "How many people are there, counted",
            "safespace staff count gla-harbour 3",
            [occupied, when],
            async (session, commandId, space) =>
            {
                var request = new RecordCountRequest { CommandId = commandId, SpaceId = space, Occupied = session.Get(occupied), ObservedAt = session.Observed(when) };
                var answered = await session.AsStaffAsync(request.SpaceId, (staff, options) => staff.RecordCountAsync(request, options));
                return session.Outcome(answered, null, answered.Availability, console => console.WriteLine("The count is recorded."));
            });
    }

    private static Command Confirm(CommandLine line) => Write(
        line,
        "confirm",
        "Everything shown is still right",
        "safespace staff confirm gla-harbour",
        [],
        async (session, commandId, space) =>
        {
            var request = new ConfirmSpaceRequest { CommandId = commandId, SpaceId = space };
            var answered = await session.AsStaffAsync(request.SpaceId, (staff, options) => staff.ConfirmSpaceAsync(request, options));
            return session.Outcome(answered, answered.Rejected, answered.Availability, console => console.WriteLine("Confirmed."));
        });

    private static Command Pause(CommandLine line)
    {
        var reason = Codes.Option<PauseReason>("--reason", "Why", required: true);
        var until = new LaterOptions("--until", "Until when: HH:MM, or ISO 8601 with an offset", "--minutes", "For how many minutes", Duration.FromMinutes(1));
        var review = TypedTime.Option("--review", "When you will look at it again, not after its end: HH:MM, or ISO 8601 with an offset");
        var command = Write(
            line,
            "pause",
            "Take nobody new until a stated time; holds already placed stay",
            "safespace staff pause gla-harbour --reason incident --minutes 60 --review 21:30",
            [reason, .. until.Options, review],
            async (session, commandId, space) =>
            {
                var request = new PauseSpaceRequest { CommandId = commandId, SpaceId = space, Reason = session.Code<PauseReason>(reason), Until = until.Get(session, session.Now).ToTimestamp() };
                if (session.Get(review)?.After(session.Now) is { } looked)
                {
                    session.SendAgainWith(review.Name, looked);
                    request.ReviewAt = looked.ToTimestamp();
                }

                var answered = await session.AsStaffAsync(request.SpaceId, (staff, options) => staff.PauseSpaceAsync(request, options));
                return session.Outcome(answered, answered.Rejected, answered.Availability, console => console.WriteLine(
                    $"It takes nobody new until {London.Time(request.Until, session.Now)}.{(request.ReviewAt is null ? "" : $" To be looked at again at {London.Time(request.ReviewAt, session.Now)}.")}"));
            });
        CommandLine.ExactlyOne(command, until.Options);
        return command;
    }

    private static Command Resume(CommandLine line) => Write(
        line,
        "resume",
        "Take people again",
        "safespace staff resume gla-harbour",
        [],
        async (session, commandId, space) =>
        {
            var request = new ResumeSpaceRequest { CommandId = commandId, SpaceId = space };
            var answered = await session.AsStaffAsync(request.SpaceId, (staff, options) => staff.ResumeSpaceAsync(request, options));
            return session.Outcome(answered, answered.Rejected, answered.Availability, console => console.WriteLine("It takes people again."));
        });

    private static Command Accept(CommandLine line)
    {
        var hold = NeedOptions.Hold();
        var anyway = Codes.Option<OverrideReason>("--override-reason", "Say yes even where that is more people than can be safely supported, and why; it is recorded");
        return Write(
            line,
            "accept",
            "Say yes to a request for a place",
            $"safespace staff accept gla-harbour {ExampleId}",
            [hold, anyway],
            async (session, commandId, space) =>
            {
                var request = new AcceptHoldRequest { CommandId = commandId, SpaceId = space, HoldId = session.Get(hold), OverrideReason = session.Code<OverrideReason>(anyway) };
                var answered = await session.AsStaffAsync(request.SpaceId, (staff, options) => staff.AcceptHoldAsync(request, options));
                return session.Outcome(answered, answered.Rejected, answered.Availability, console => HoldReport.Write(console, answered.Accepted ?? new Hold(), session.Now));
            });
    }

    private static Command Decline(CommandLine line)
    {
        var hold = NeedOptions.Hold();
        var reason = Codes.Option<RefusalReason>("--reason", "Why", required: true);
        return Write(
            line,
            "decline",
            "Say no to a hold or a request",
            $"safespace staff decline gla-harbour {ExampleId} --reason unsafe-staffing",
            [hold, reason],
            async (session, commandId, space) =>
            {
                var request = new DeclineHoldRequest { CommandId = commandId, SpaceId = space, HoldId = session.Get(hold), Reason = session.Code<RefusalReason>(reason) };
                var answered = await session.AsStaffAsync(request.SpaceId, (staff, options) => staff.DeclineHoldAsync(request, options));
                return session.Outcome(answered, answered.Rejected, answered.Availability, console => HoldReport.Write(console, answered.Declined ?? new Hold(), session.Now));
            });
    }

    private static Command Undo(CommandLine line)
    {
        var space = NeedOptions.Space();
        var act = new Argument<string>("ACT_ID") { Description = "The command id of what is taken back (what was done last there if not given)", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => "" };
        var commandId = NeedOptions.CommandId();
        return line.Command(
            "undo",
            "Take back what staff did last at a space, at most five minutes later",
            ["safespace staff undo gla-harbour", $"safespace staff undo gla-harbour {ExampleId}"],
            [space, act, commandId],
            async session =>
            {
                var (id, kind) = (session.Get(act), ActKind.Unspecified);
                if (id.Length == 0)
                {
                    // Read before the command has an id: a read that is not answered leaves nothing undecided.
                    var board = await session.AsStaffAsync(session.Get(space), (staff, options) => staff.GetBoardAsync(new GetBoardRequest { SpaceId = session.Get(space) }, options));
                    if (board.LastAct is not { } last)
                        throw new FailureException(new Failure(ExitCodes.Rejected, "FAILED_PRECONDITION", "Nothing was done there in the last five minutes that can be taken back."));
                    (id, kind) = (last.ActId, last.Kind);
                    session.SendAgainWith(Words.Clean(id));
                }

                var request = new UndoActRequest { CommandId = session.CommandId(commandId), SpaceId = session.Get(space), ActId = id };
                var answered = await session.AsStaffAsync(request.SpaceId, (staff, options) => staff.UndoActAsync(request, options));
                return session.Outcome(answered, answered.Rejected, answered.Availability, console => console.WriteLine(
                    $"Taken back{(kind is ActKind.Unspecified ? "" : $": {BoardText.Of(kind)}")}. Everything is as if it had not been done."));
            });
    }

    private static Command Acknowledge(CommandLine line)
    {
        var cause = Codes.Option<EscalationCause>("--cause", "What you take up", required: true);
        var contact = Codes.Option<EscalationContact>("--as", "Who you are", required: true);
        return Write(
            line,
            "acknowledge",
            "You were told and take it up: nobody else is told",
            "safespace staff acknowledge gla-harbour --cause unsafe-staffing --as on-call-manager",
            [cause, contact],
            async (session, commandId, space) =>
            {
                var request = new AcknowledgeEscalationRequest { CommandId = commandId, SpaceId = space, Cause = session.Code<EscalationCause>(cause), Contact = session.Code<EscalationContact>(contact) };
                var answered = await session.AsStaffAsync(request.SpaceId, (staff, options) => staff.AcknowledgeEscalationAsync(request, options));
                return session.Outcome(answered, answered.Rejected, answered.Availability, console =>
                    console.WriteLine($"Thank you. The {Words.Of(request.Contact)} takes it up; nobody else is told."));
            });
    }

    /// <summary>A command that writes to one space: it takes the space, what is its own, and a command id.</summary>
    private static Command Write(
        CommandLine line, string name, string description, string example, Symbol[] takes, Func<Session, string, string, Task<int>> run)
    {
        var space = NeedOptions.Space();
        var commandId = NeedOptions.CommandId();
        return line.Command(
            name, description, [example], [space, .. takes, commandId], session => run(session, session.CommandId(commandId), session.Get(space)));
    }

    private static void Write(IAnsiConsole console, Shift? shift, Instant now)
    {
        if (shift is null)
            return;
        console.WriteLine($"{Words.Of(shift.Role)}, {London.Time(shift.StartsAt, now)} to {London.Time(shift.EndsAt, now)}{BoardText.Details(shift, now)}");
        console.WriteLine($"shift {Words.Clean(shift.ShiftId)}");
    }
}
