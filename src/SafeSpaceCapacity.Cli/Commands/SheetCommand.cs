using System.CommandLine;
using System.Text;
using SafeSpaceCapacity.Cli.Access;
using SafeSpaceCapacity.Cli.Output;
using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.Cli.Commands;

/// <summary>The directory on paper, for when everything is down.</summary>
internal static class SheetCommand
{
    private const int PageSize = 200;
    private const string All = "all";

    public static Command Create(CommandLine line)
    {
        var area = new Option<string>("--area") { Description = "The name of a council area as space list shows it, or all", HelpName = "NAME", Required = true };
        var output = new Option<string?>("--out")
        {
            Description = "The file to write: a page to print from a browser where its name ends with .html, plain text otherwise (to the terminal if not given)",
            HelpName = "FILE",
        };
        return line.Command(
            "sheet",
            "The directory on paper for when it's all down: telephone numbers, hours and the last known state, with the time of printing",
            ["safespace sheet --area all --out sheet.html", "safespace sheet --area \"Glasgow City\""],
            [area, output],
            async session =>
            {
                var asked = session.Get(area)!.Trim();
                var spaces = await ReadAsync(session);
                var sheet = new DirectorySheet(
                    session.Now,
                    [
                        .. spaces
                            .Where(space => IsAsked(space.Choice?.CouncilArea ?? ""))
                            .OrderBy(space => space.Choice?.CouncilArea, StringComparer.Ordinal)
                            .ThenBy(space => space.Choice?.Name, StringComparer.Ordinal),
                    ]);
                if (sheet.Spaces.Count == 0 && !string.Equals(asked, All, StringComparison.OrdinalIgnoreCase))
                    throw new FailureException(Failure.BadInput($"--area {asked}: there is no space in an area of that name.", $"There are some in: {Areas(spaces)}."));
                if (session.Get(output) is { } file)
                {
                    var text = file.EndsWith(".html", StringComparison.OrdinalIgnoreCase) ? sheet.Html() : sheet.Text();
                    await OwnerFile.WriteAsync(file, output.Name, session.Now.ToDateTimeOffset(), to => to.WriteAsync(Encoding.UTF8.GetBytes(text), session.Stopped).AsTask());
                    await session.Terminal.Error.WriteLineAsync($"{file} is written: {sheet.Spaces.Count} space(s).");
                }
                else if (session.IsJson)
                {
                    session.Answer(new ListSpacesResponse { Spaces = { sheet.Spaces } }, _ => { });
                }
                else
                {
                    await session.Terminal.Out.WriteAsync(sheet.Text());
                }

                return ExitCodes.Done;

                bool IsAsked(string name) => string.Equals(asked, All, StringComparison.OrdinalIgnoreCase) || string.Equals(asked, name, StringComparison.OrdinalIgnoreCase);
            });
    }

    private static string Areas(IEnumerable<ListSpacesResponse.Types.Entry> spaces) =>
        string.Join(", ", spaces.Select(space => Words.Clean(space.Choice?.CouncilArea ?? "")).Where(name => name.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    private static async Task<List<ListSpacesResponse.Types.Entry>> ReadAsync(Session session)
    {
        var spaces = new List<ListSpacesResponse.Types.Entry>();
        var request = new ListSpacesRequest { PageSize = PageSize };
        do
        {
            var page = await session.AsAdministratorAsync((admin, options) => admin.ListSpacesAsync(request, options));
            spaces.AddRange(page.Spaces);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return spaces;
    }
}
