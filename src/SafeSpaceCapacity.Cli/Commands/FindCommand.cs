using System.CommandLine;
using Grpc.Core;
using SafeSpaceCapacity.Cli.Input;
using SafeSpaceCapacity.Cli.Output;
using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.Cli.Commands;

/// <summary>Where can this person go.</summary>
internal static class FindCommand
{
    public static Command Create(CommandLine line)
    {
        var origin = new OriginOptions();
        var need = NeedOptions.Needs();
        var age = NeedOptions.Age();
        var detained = NeedOptions.Detained();
        var walking = NeedOptions.Walking();
        var maxMinutes = NeedOptions.MaxMinutes("Longest travel time, 1 to 240 (120 if not given)");
        var limit = new Option<int?>("--limit") { Description = "Most spaces to show, 2 to 20 (5 if not given)", HelpName = "N" };
        var depart = TypedTime.Option("--depart", "When you set off, up to 24 hours ahead: HH:MM, or ISO 8601 with an offset (now if not given)");
        var needId = NeedOptions.NeedId();
        var command = line.Command(
            "find",
            "Find spaces nearby that are open, safely staffed and have a place, nearest first",
            [
                "safespace find --near Paisley",
                "safespace find --at 55.861,-4.25 --need wheelchair --need bsl --age adult",
                "safespace find --grid \"NS 590 655\" --detained --max-minutes 45 --json",
            ],
            [.. origin.Options, need, age, detained, walking, maxMinutes, limit, depart, needId],
            async session =>
            {
                var request = new FindSpacesRequest
                {
                    Origin = origin.Get(session),
                    Needs = { session.AllCodes<Need>(need) },
                    AgeBand = session.Code<AgeBand>(age),
                    LegalStatus = NeedOptions.Status(session, detained),
                    TravelMode = session.Get(walking) ? TravelMode.Walking : TravelMode.Driving,
                    DepartAt = session.Get(depart)?.After(session.Now).ToTimestamp(),
                    NeedId = session.Get(needId) ?? session.NewId(),
                };
                if (session.Get(maxMinutes) is { } minutes)
                    request.TravelMinutesMax = minutes;
                if (session.Get(limit) is { } most)
                    request.Limit = most;
                var found = await session.AsCrewAsync((crew, options) => crew.FindSpacesAsync(request, options));
                session.Answer(found, console => FindReport.Write(console, found, session.Now, request.NeedId));
                return found.Options.Count > 0 ? ExitCodes.Done : ExitCodes.NothingFound;
            });
        CommandLine.ExactlyOne(command, origin.Ways);
        return command;
    }
}
