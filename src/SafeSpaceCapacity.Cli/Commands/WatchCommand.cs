using System.CommandLine;
using Grpc.Core;
using SafeSpaceCapacity.Cli.Input;
using SafeSpaceCapacity.Cli.Output;
using SafeSpaceCapacity.Contract.V1;
using Spectre.Console;

namespace SafeSpaceCapacity.Cli.Commands;

/// <summary>Spaces as they change, until Ctrl-C.</summary>
internal static class WatchCommand
{
    private const int HeartbeatSeconds = 10;
    private const int HeartbeatsMissed = 3;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

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
                    HeartbeatSeconds = HeartbeatSeconds,
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

    /// <summary>
    /// Watches, and watches again with growing pauses whenever the connection is lost, or with a new token when the one before has ended.
    /// A service that never answered is a failure, so that a wrong address ends the run; so is a token that never served.
    /// </summary>
    /// <param name="session">The run.</param>
    /// <param name="request">What to watch.</param>
    /// <param name="view">What is known; its <see cref="WatchView.Lost"/> is kept here.</param>
    /// <param name="show">Shows a message, or with null that the connection changed.</param>
    private static async Task FollowAsync(Session session, WatchSpacesRequest request, WatchView view, Action<WatchSpacesResponse?> show)
    {
        var (everHeard, tokenServed) = (false, false);
        var pause = FirstPause;
        while (true)
        {
            using var silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, session.Terminal.Time);
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(session.Stopped, silence.Token);
            try
            {
                using var call = await session.BeginAsCrewAsync((crew, options) => crew.WatchSpaces(request, options), ends.Token);
                silence.CancelAfter(Silence);
                await foreach (var message in call.ResponseStream.ReadAllAsync(ends.Token))
                {
                    silence.CancelAfter(Silence);
                    (everHeard, tokenServed) = (true, true);
                    pause = FirstPause;
                    view.Lost = null;
                    show(message);
                }

                view.Lost = "the service ended the watch";
            }
            catch (RpcException lost) when (!session.Stopped.IsCancellationRequested && everHeard && IsConnectionLost(lost.StatusCode))
            {
                view.Lost = silence.IsCancellationRequested ? $"nothing heard for {Silence.TotalSeconds:0} s" : Failure.Of(lost).Status;
            }
            catch (RpcException ended) when (tokenServed && ended.StatusCode is StatusCode.Unauthenticated)
            {
                session.ForgetToken();
                tokenServed = false;
                view.Lost = "the token ended";
            }
            catch (RpcException failed) when (!session.Stopped.IsCancellationRequested)
            {
                throw new FailureException(session.Failed(silence.IsCancellationRequested
                    ? new RpcException(new Grpc.Core.Status(StatusCode.DeadlineExceeded, "The service sent nothing."))
                    : failed));
            }

            show(null);
            await Task.Delay(pause, session.Terminal.Time, session.Stopped);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private static TimeSpan Silence => TimeSpan.FromSeconds(HeartbeatSeconds * HeartbeatsMissed);

    // A restarting service also breaks a stream off in the middle, which a client sees as INTERNAL or UNKNOWN, or cancels it; and asks
    // those who all come back at once to wait.
    private static bool IsConnectionLost(StatusCode status) => status is
        StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled or StatusCode.Internal or StatusCode.Unknown or StatusCode.Aborted
        or StatusCode.ResourceExhausted;

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
