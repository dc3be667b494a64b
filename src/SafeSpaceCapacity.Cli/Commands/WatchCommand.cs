using System.CommandLine;
using SafeSpaceCapacity.Cli.Input;
using SafeSpaceCapacity.Cli.Output;
using SafeSpaceCapacity.Contract.V1;
using Spectre.Console;

namespace SafeSpaceCapacity.Cli.Commands;

/// <summary>Spaces as they change, until Ctrl-C.</summary>
internal static class WatchCommand
{
    public static Command Create(CommandLine line)
    {
        var origin = new OriginOptions();
        var spaces = new Option<string[]>("--space")
        {
            Description = "Watch this space; may be given several times",
            HelpName = "SPACE_ID",
            DefaultValueFactory = _ => [],
        };
        var need = NeedOptions.Needs();
        var walking = NeedOptions.Walking();
        var maxMinutes = NeedOptions.MaxMinutes("Watch spaces within this travel time, 1 to 240 (60 if not given)");
        var command = line.Command(
            "watch",
            "Watch spaces live until Ctrl-C: a table in a terminal, a line for each change otherwise",
            ["safespace watch --near Paisley --max-minutes 40", "safespace watch --space gla-harbour --space gla-lantern --json"],
            [.. origin.Options, spaces, need, walking, maxMinutes],
            async session =>
            {
                var ids = session.Get(spaces)!;
                var request = new WatchSpacesRequest
                {
                    SpaceIds = { ids },
                    Origin = ids.Length > 0 ? null : origin.Get(session),
                    Needs = { session.AllCodes<Need>(need) },
                    TravelMode = session.Get(walking) ? TravelMode.Walking : TravelMode.Driving,
                    HeartbeatSeconds = Following.HeartbeatSeconds,
                };
                if (session.Get(maxMinutes) is { } minutes)
                    request.TravelMinutesMax = minutes;
                try
                {
                    await RunAsync(session, request);
                }
                catch (Exception) when (session.Stopped.IsCancellationRequested)
                {
                    // Ctrl-C is how a watch ends.
                }

                return ExitCodes.Done;
            });
        CommandLine.ExactlyOne(command, [.. origin.Ways, spaces]);
        return command;
    }

    private static Task RunAsync(Session session, WatchSpacesRequest request)
    {
        var view = new WatchView();
        if (!session.Terminal.IsInteractive || session.IsJson)
            return FollowAsync(session, request, view, message => WriteLines(session, view, message));
        return session.Terminal.Answers(live: true).Live(view.Draw()).AutoClear(false).StartAsync(live =>
            FollowAsync(session, request, view, message =>
            {
                if (message is not null)
                    view.Apply(message);
                live.UpdateTarget(view.Draw());
            }));
    }

    // Shows each message, and null whenever the connection is lost.
    private static Task FollowAsync(Session session, WatchSpacesRequest request, WatchView view, Action<WatchSpacesResponse?> show) => Following.RunAsync(
        session,
        ends => session.BeginAsCrewAsync((crew, options) => crew.WatchSpaces(request, options), ends),
        message =>
        {
            view.Lost = null;
            show(message);
            return true;
        },
        why =>
        {
            view.Lost = why;
            show(null);
        },
        session.Stopped);

    private static void WriteLines(Session session, WatchView view, WatchSpacesResponse? message)
    {
        if (message is null)
        {
            session.Terminal.Error.WriteLine($"safespace: connection lost ({view.Lost}), watching again; until then what was shown may be old");
            return;
        }

        var lines = view.Apply(message);
        if (session.IsJson)
            session.Answer(message, _ => { });
        else if (lines.Count > 0)
            WriteAt(session, lines);
    }

    private static void WriteAt(Session session, IReadOnlyList<string> lines)
    {
        var now = session.Now;
        foreach (var text in lines)
            session.Terminal.Out.WriteLine($"{London.Time(now.ToTimestamp(), now)} {text}");
    }
}
