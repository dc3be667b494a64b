using System.CommandLine;
using SafeSpaceCapacity.Cli.Input;
using SafeSpaceCapacity.Cli.Output;
using SafeSpaceCapacity.Contract.V1;
using Spectre.Console;

namespace SafeSpaceCapacity.Cli.Commands;

/// <summary>What a crew does with a place: keep it, look at it, move it, arrive, give it back, be turned away.</summary>
internal static class HoldCommands
{
    private const string ExampleHold = "0190b1c2-7d3e-7f00-8a1b-2c3d4e5f6071";

    public static IEnumerable<Command> Create(CommandLine line) =>
        [Hold(line), Status(line), Extend(line), Arrive(line), Release(line), Refused(line)];

    private static Command Hold(CommandLine line)
    {
        var space = NeedOptions.Space();
        var eta = Eta();
        var need = NeedOptions.Needs();
        var age = NeedOptions.Age();
        var detained = NeedOptions.Detained();
        var agreed = new Option<string?>("--person-agreed") { Description = "Whether the person was asked and agreed (not asked if not given)", HelpName = "yes|no" };
        agreed.AcceptOnlyFromAmong("yes", "no");
        var callSign = new Option<string?>("--call-sign") { Description = "How staff can call you", HelpName = "TEXT" };
        var needId = NeedOptions.NeedId();
        var commandId = NeedOptions.CommandId();
        var command = line.Command(
            "hold",
            "Keep a place at a space while you drive there",
            [
                "safespace hold gla-harbour --eta-minutes 15 --person-agreed yes --call-sign A12",
                "safespace hold gla-harbour --eta 21:40 --need wheelchair --age adult",
                $"safespace hold gla-harbour --eta 2026-11-22T21:40:00Z --command-id {ExampleHold}",
            ],
            [space, .. eta.Options, need, age, detained, agreed, callSign, needId, commandId],
            async session =>
            {
                var request = new HoldPlaceRequest
                {
                    CommandId = session.CommandId(commandId),
                    SpaceId = session.Get(space),
                    Eta = eta.Get(session, session.Now).ToTimestamp(),
                    Needs = { session.AllCodes<Need>(need) },
                    AgeBand = session.Code<AgeBand>(age),
                    LegalStatus = NeedOptions.Status(session, detained),
                    CallSign = session.Get(callSign) ?? "",
                    NeedId = session.Get(needId) ?? "",
                };
                if (session.Get(agreed) is { } answer)
                    request.PersonAgreed = answer is "yes";
                var answered = await session.AsCrewAsync((crew, options) => crew.HoldPlaceAsync(request, options));
                return session.Outcome(answered, answered.Rejected, answered.Availability, console =>
                {
                    HoldReport.Write(console, answered.Placed ?? answered.Requested ?? new Hold(), session.Now);
                    Write(console, "Telephone", answered.Telephone);
                    Write(console, "Entrance", answered.Entrance);
                    Write(console, "Access", answered.AccessNote);
                });
            });
        CommandLine.ExactlyOne(command, eta.Options);
        return command;
    }

    private static Command Status(CommandLine line)
    {
        var space = NeedOptions.Space();
        var hold = NeedOptions.Hold();
        return line.Command(
            "hold-status",
            "Show how a hold stands, such as whether staff have answered",
            [$"safespace hold-status gla-harbour {ExampleHold}"],
            [space, hold],
            async session =>
            {
                var request = new GetHoldRequest { SpaceId = session.Get(space), HoldId = session.Get(hold) };
                var answered = await session.AsCrewAsync((crew, options) => crew.GetHoldAsync(request, options));
                session.Answer(answered, console =>
                {
                    HoldReport.Write(console, answered.Hold ?? new Hold(), session.Now);
                    SpaceText.WriteStanding(console, answered.Availability ?? new Availability { SpaceId = request.SpaceId });
                    console.WriteLine(Words.Lag(answered.ReadModel));
                });
                return ExitCodes.Done;
            });
    }

    private static Command Extend(CommandLine line)
    {
        var space = NeedOptions.Space();
        var hold = NeedOptions.Hold();
        var eta = Eta();
        var commandId = NeedOptions.CommandId();
        var command = line.Command(
            "extend",
            "Change when you arrive",
            [$"safespace extend gla-harbour {ExampleHold} --eta-minutes 20"],
            [space, hold, .. eta.Options, commandId],
            async session =>
            {
                var request = new ExtendHoldRequest
                {
                    CommandId = session.CommandId(commandId),
                    SpaceId = session.Get(space),
                    HoldId = session.Get(hold),
                    Eta = eta.Get(session, session.Now).ToTimestamp(),
                };
                var answered = await session.AsCrewAsync((crew, options) => crew.ExtendHoldAsync(request, options));
                return session.Outcome(answered, answered.Rejected, answered.Availability, console =>
                    HoldReport.Write(console, answered.Extended ?? new Hold(), session.Now));
            });
        CommandLine.ExactlyOne(command, eta.Options);
        return command;
    }

    private static Command Arrive(CommandLine line)
    {
        var space = NeedOptions.Space();
        var hold = new Option<string?>("--hold") { Description = "The hold that kept the place (a walk-in if not given)", HelpName = "HOLD_ID" };
        var handover = new Option<int?>("--handover-minutes") { Description = "Minutes from arriving until you were free", HelpName = "N" };
        var when = NeedOptions.When();
        var commandId = NeedOptions.CommandId();
        return line.Command(
            "arrive",
            "Say that the person is there; never refused for lack of room",
            [$"safespace arrive gla-harbour --hold {ExampleHold} --handover-minutes 6", "safespace arrive gla-harbour --when 21:40"],
            [space, hold, handover, when, commandId],
            async session =>
            {
                var request = new ConfirmArrivalRequest
                {
                    CommandId = session.CommandId(commandId),
                    SpaceId = session.Get(space),
                    HoldId = session.Get(hold) ?? "",
                    ObservedAt = session.Observed(when),
                };
                if (session.Get(handover) is { } minutes)
                    request.HandoverMinutes = minutes;
                var answered = await session.AsCrewAsync((crew, options) => crew.ConfirmArrivalAsync(request, options));
                return session.Outcome(answered, answered.Rejected, answered.Availability, console =>
                    ArrivalReport.Write(console, answered.Arrived?.AlreadyReported == true, answered.Arrived?.OverSafeCapacity == true));
            });
    }

    private static Command Release(CommandLine line)
    {
        var space = NeedOptions.Space();
        var hold = NeedOptions.Hold();
        var commandId = NeedOptions.CommandId();
        return line.Command(
            "release",
            "Give a place back that is not needed after all",
            [$"safespace release gla-harbour {ExampleHold}"],
            [space, hold, commandId],
            async session =>
            {
                var request = new ReleaseHoldRequest { CommandId = session.CommandId(commandId), SpaceId = session.Get(space), HoldId = session.Get(hold) };
                var answered = await session.AsCrewAsync((crew, options) => crew.ReleaseHoldAsync(request, options));
                return session.Outcome(answered, answered.Rejected, answered.Availability, console =>
                    HoldReport.Write(console, answered.Released ?? new Hold(), session.Now));
            });
    }

    private static Command Refused(CommandLine line)
    {
        var space = NeedOptions.Space();
        var reason = Codes.Option<RefusalReason>("--reason", "Why the person was turned away", required: true);
        var hold = new Option<string?>("--hold") { Description = "The hold that was refused, if there was one", HelpName = "HOLD_ID" };
        var when = NeedOptions.When();
        var needId = NeedOptions.NeedId();
        var commandId = NeedOptions.CommandId();
        return line.Command(
            "refused",
            "Record that the person was turned away at the door",
            ["safespace refused gla-harbour --reason intoxication"],
            [space, reason, hold, when, needId, commandId],
            async session =>
            {
                var request = new ReportRefusedRequest
                {
                    CommandId = session.CommandId(commandId),
                    SpaceId = session.Get(space),
                    HoldId = session.Get(hold) ?? "",
                    Reason = session.Code<RefusalReason>(reason),
                    NeedId = session.Get(needId) ?? "",
                    ObservedAt = session.Observed(when),
                };
                var answered = await session.AsCrewAsync((crew, options) => crew.ReportRefusedAsync(request, options));
                return session.Outcome(answered, null, answered.Availability, console => console.WriteLine("Recorded. To find another space: safespace find"));
            });
    }

    private static LaterOptions Eta() => new(
        "--eta", "When you arrive: HH:MM, or ISO 8601 with an offset", "--eta-minutes", "In how many minutes you arrive", NodaTime.Duration.FromMinutes(1));

    private static void Write(IAnsiConsole console, string what, string text)
    {
        if (text.Length > 0)
            console.WriteLine($"{what}: {Words.Clean(text)}");
    }
}
