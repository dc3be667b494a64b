using System.CommandLine;
using Google.Protobuf;
using Grpc.Core;
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
        var space = new Command("space", "The directory: list, show, register");
        space.Add(List(line));
        space.Add(Show(line));
        space.Add(Register(line));
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
        var file = new Option<FileInfo>("--file")
        {
            Description = "RegisterSpaceRequest of the contract as JSON (protobuf's JSON mapping)",
            HelpName = "FILE.json",
            Required = true,
        };
        file.AcceptExistingOnly();
        var commandId = NeedOptions.CommandId();
        return line.Command(
            "register",
            "Enter a space in the directory",
            ["safespace space register --file gla-harbour.json"],
            [file, commandId],
            async session =>
            {
                var path = session.Get(file)!.FullName;
                var request = Parse(path, await File.ReadAllTextAsync(path, session.Stopped));
                if (request.CommandId.Length == 0 || session.Get(commandId) is not null)
                    request.CommandId = session.CommandId(commandId);
                var answered = await session.AsAdministratorAsync((admin, options) => admin.RegisterSpaceAsync(request, options));
                return session.Outcome(answered, answered.Rejected, answered.Availability, console =>
                    console.WriteLine($"{Words.Clean(request.SpaceId)} is in the directory."));
            });
    }

    private static RegisterSpaceRequest Parse(string path, string json)
    {
        try
        {
            return JsonParser.Default.Parse<RegisterSpaceRequest>(json);
        }
        catch (Exception wrong) when (wrong is InvalidProtocolBufferException or InvalidJsonException)
        {
            throw new FailureException(Failure.BadInput($"{path} is not a RegisterSpaceRequest in JSON: {wrong.Message}"));
        }
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
