using System.CommandLine;
using System.Globalization;
using SafeSpaceCapacity.Cli.Input;
using SafeSpaceCapacity.Cli.Output;
using SafeSpaceCapacity.Contract.V1;
using Spectre.Console;

namespace SafeSpaceCapacity.Cli.Commands;

/// <summary>The directory of spaces.</summary>
internal static class SpaceCommands
{
    private const int PageSize = 200;

    public static Command Create(CommandLine line)
    {
        var space = new Command("space", "The directory: list, show, register, change, retire, and who changed what");
        foreach (var command in (Command[])[List(line), Show(line), Get(line), Register(line), Change(line), Retire(line), Changes(line)])
            space.Add(command);
        return space;
    }

    private static Command List(CommandLine line) => line.Command(
        "list",
        "List all spaces by id (with --json one object for each page of 200)",
        ["safespace space list", "safespace space list --json"],
        [],
        async session =>
        {
            var request = new ListSpacesRequest { PageSize = PageSize };
            do
            {
                var page = await session.AsAdministratorAsync((admin, options) => admin.ListSpacesAsync(request, options));
                session.Answer(page, console => Write(console, page));
                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
            return ExitCodes.Done;
        });

    private static Command Show(CommandLine line)
    {
        var space = NeedOptions.Space();
        return line.Command(
            "show",
            "Show one space: what it is and how it stands",
            ["safespace space show gla-harbour"],
            [space],
            async session =>
            {
                var board = await session.AsStaffAsync(session.Get(space), (staff, options) => staff.GetBoardAsync(new GetBoardRequest { SpaceId = session.Get(space) }, options));
                session.Answer(board, console => BoardReport.WriteSpace(console, board));
                return ExitCodes.Done;
            });
    }

    private static Command Register(CommandLine line)
    {
        var file = MessageFile.In("RegisterSpaceRequest");
        var commandId = NeedOptions.CommandId();
        return line.Command(
            "register",
            "Enter a space in the directory",
            ["safespace space register --file gla-harbour.json"],
            [file, commandId],
            async session =>
            {
                var request = await MessageFile.ReadAsync<RegisterSpaceRequest>(session, file);
                if (request.CommandId.Length == 0 || session.Get(commandId) is not null)
                    request.CommandId = session.CommandId(commandId);
                var answered = await session.AsAdministratorAsync((admin, options) => admin.RegisterSpaceAsync(request, options));
                return session.Outcome(answered, answered.Rejected, answered.Availability, console =>
                    console.WriteLine($"{Words.Clean(request.SpaceId)} is in the directory."));
            });
    }

    private static Command Get(CommandLine line)
    {
        var space = NeedOptions.Space();
        var output = MessageFile.Out("Write the entry to this file, which space change takes", required: false);
        return line.Command(
            "get",
            "Show one space as it was entered, with the rules it works by",
            ["safespace space get gla-harbour", "safespace space get gla-harbour --out gla-harbour.json"],
            [space, output],
            async session =>
            {
                var found = await session.AsAdministratorAsync((admin, options) => admin.GetSpaceAsync(new GetSpaceRequest { SpaceId = session.Get(space) }, options));
                if (session.Get(output) is { } file)
                    await MessageFile.WriteAsync(session, output, MessageFile.Json(found.Entry ?? new RegisterSpaceRequest()), Next(session.Get(space), file, found.Changes));
                else
                    session.Answer(found, console => EntryReport.Write(console, found));
                return ExitCodes.Done;
            });

        static string Next(string space, string file, int changes) => string.Create(
            CultureInfo.InvariantCulture, $"Change it, then: safespace space change {space} --file {file} --expected {changes}");
    }

    private static Command Change(CommandLine line)
    {
        var space = NeedOptions.Space();
        var file = MessageFile.In("RegisterSpaceRequest");
        var expected = new Option<int?>("--expected") { Description = "How often it had been changed when you read it, as space get says: somebody else's change is not overwritten", HelpName = "N" };
        var commandId = NeedOptions.CommandId();
        return line.Command(
            "change",
            "Put another entry in place of a space's, the whole of it; nothing of what happens there is lost",
            ["safespace space change gla-harbour --file gla-harbour.json --expected 3"],
            [space, file, expected, commandId],
            async session =>
            {
                var request = new ChangeSpaceRequest { SpaceId = session.Get(space), Entry = await MessageFile.ReadAsync<RegisterSpaceRequest>(session, file) };
                request.Entry.CommandId = ""; // A file that was registered may have one, which was for that.
                if (session.Get(expected) is { } changes)
                    request.ExpectedChanges = changes;
                request.CommandId = session.CommandId(commandId);
                var answered = await session.AsAdministratorAsync((admin, options) => admin.ChangeSpaceAsync(request, options));
                return session.Outcome(answered, answered.Rejected, answered.Availability, console =>
                    console.WriteLine($"{Words.Clean(request.SpaceId)} is changed. What changed: safespace space changes {Words.Clean(request.SpaceId)}"));
            });
    }

    private static Command Retire(CommandLine line)
    {
        var space = NeedOptions.Space();
        var reason = Codes.Option<RetireReason>("--reason", "Why", required: true);
        var commandId = NeedOptions.CommandId();
        return line.Command(
            "retire",
            "Take a space out of the directory, for ever: its id is not given again",
            ["safespace space retire gla-harbour --reason closed"],
            [space, reason, commandId],
            async session =>
            {
                var request = new RetireSpaceRequest { CommandId = session.CommandId(commandId), SpaceId = session.Get(space), Reason = session.Code<RetireReason>(reason) };
                var answered = await session.AsAdministratorAsync((admin, options) => admin.RetireSpaceAsync(request, options));
                return session.Outcome(answered, answered.Rejected, availability: null, console =>
                    console.WriteLine($"{Words.Clean(request.SpaceId)} is no longer in the directory."));
            });
    }

    private static Command Changes(CommandLine line)
    {
        var space = NeedOptions.Space();
        return line.Command(
            "changes",
            "Show who changed the entry of a space and its rules, when, and what",
            ["safespace space changes gla-harbour"],
            [space],
            async session =>
            {
                var history = await session.AsAdministratorAsync((admin, options) => admin.GetSpaceChangesAsync(new GetSpaceChangesRequest { SpaceId = session.Get(space) }, options));
                session.Answer(history, console =>
                {
                    foreach (var change in history.Changes)
                        console.Item("-", [EntryReport.Of(change, session.Now), .. change.Differences.Select(PolicyText.Of)]);
                    console.WriteLine(Words.Lag(history.ReadModel));
                });
                return ExitCodes.Done;
            });
    }

    private static void Write(IAnsiConsole console, ListSpacesResponse page)
    {
        var table = Reports.Table("Space", "Kind and area", "Places", "Open and confirmed");
        foreach (var entry in page.Spaces)
        {
            var space = entry.Availability ?? new Availability();
            var choice = entry.Choice ?? new InformedChoice();
            table.AddRow(
                new Markup(SpaceText.Name(entry.SpaceId, choice)),
                new Text($"{Words.Of(choice.Tier)}\n{Words.Clean(choice.CouncilArea)}"),
                new Markup(SpaceText.Numbers(space)),
                new Markup(SpaceText.Opening(space, space.AsOf?.ToInstant() ?? default)));
        }

        console.Write(table);
        console.WriteLine(Words.Lag(page.ReadModel));
    }
}
