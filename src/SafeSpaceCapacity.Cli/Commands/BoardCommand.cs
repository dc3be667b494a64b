using System.CommandLine;
using SafeSpaceCapacity.Cli.Input;
using SafeSpaceCapacity.Cli.Output;
using SafeSpaceCapacity.Contract.V1;
using Spectre.Console;

namespace SafeSpaceCapacity.Cli.Commands;

/// <summary>The board of one space: live with one-key actions in a terminal, printed once otherwise, or a line for each change.</summary>
internal static class BoardCommand
{
    public static Command Create(CommandLine line)
    {
        var space = NeedOptions.Space();
        var once = new Option<bool>("--once") { Description = "Show the board as it is now, once (as always where the output is not a terminal)" };
        var watch = new Option<bool>("--watch") { Description = "A line for each change until Ctrl-C, with --json each message" };
        var command = line.Command(
            "board",
            "The board of a space: its numbers, who is on duty by role, who is on the way; live in a terminal, with a key for each thing staff do",
            ["safespace staff board gla-harbour", "safespace staff board gla-harbour --once", "safespace staff board gla-harbour --watch --json"],
            [space, once, watch],
            async session =>
            {
                var id = session.Get(space);
                if (session.Get(watch))
                    return await UntilStoppedAsync(session, () => WriteLinesAsync(session, id));
                if (session.Terminal.IsInteractive && !session.IsJson && !session.Get(once))
                    return await UntilStoppedAsync(session, () => LiveAsync(session, id));
                var board = await session.AsStaffAsync(id, (staff, options) => staff.GetBoardAsync(new GetBoardRequest { SpaceId = id }, options));
                session.Answer(board, console => BoardReport.Write(console, board));
                return ExitCodes.Done;
            });
        command.Validators.Add(result =>
        {
            if (result.GetValue(once) && result.GetValue(watch))
                result.AddError("Give at most one of --once, --watch.");
        });
        return command;
    }

    private static async Task<int> UntilStoppedAsync(Session session, Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (Exception) when (session.Stopped.IsCancellationRequested)
        {
            // Ctrl-C is how a watch ends.
        }

        return ExitCodes.Done;
    }

    private static Task FollowAsync(Session session, string space, Func<WatchBoardResponse, bool> heard, Action<string> lost, CancellationToken stopped)
    {
        var request = new WatchBoardRequest { SpaceId = space, HeartbeatSeconds = Following.HeartbeatSeconds };
        return Following.RunAsync(session, ends => session.BeginAsStaffAsync(space, (staff, options) => staff.WatchBoard(request, options), ends), heard, lost, stopped);
    }

    private static Task WriteLinesAsync(Session session, string space) => FollowAsync(
        session,
        space,
        message =>
        {
            if (session.IsJson)
                session.Answer(message, _ => { });
            else if (message.Board is not null)
                session.Terminal.Out.WriteLine($"{London.Time(session.Now.ToTimestamp(), session.Now)} {BoardText.Line(message.Board)}");
            else if (message.Retired is not null)
                session.Terminal.Out.WriteLine($"{London.Time(session.Now.ToTimestamp(), session.Now)} {Words.Clean(space)}: taken out of the directory; the watch ends");
            return message.Retired is null;
        },
        why => session.Terminal.Error.WriteLine($"safespace: connection lost ({why}), watching again; until then what was shown may be old"),
        session.Stopped);

    private static Task LiveAsync(Session session, string space)
    {
        var terminal = session.Terminal;
        var view = new BoardView(terminal.Width, terminal.Height, terminal.Keys is not null);
        session.Remark = why => view.Remark($"{char.ToUpperInvariant(why[0])}{why[1..]} …");
        return terminal.Answers(live: true).Live(view.Draw()).AutoClear(false).StartAsync(async live =>
        {
            view.Show = live.UpdateTarget;
            using var leaving = CancellationTokenSource.CreateLinkedTokenSource(session.Stopped);
            var follow = FollowAsync(
                session,
                space,
                message =>
                {
                    view.Heard(message);
                    return message.Retired is null;
                },
                view.Lost,
                leaving.Token);
            var press = terminal.Keys is { } keys
                ? new BoardKeys(session, space, view).RunAsync(keys(), leaving.Token)
                : Task.Delay(Timeout.Infinite, leaving.Token);
            var first = await Task.WhenAny(follow, press);

            // Whichever ended, the other has nothing to do any more.
            await leaving.CancelAsync();
            await Task.WhenAll(follow, press).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await first;
        });
    }
}
