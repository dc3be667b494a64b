using System.CommandLine;
using SafeSpaceCapacity.Cli.Input;
using SafeSpaceCapacity.Cli.Output;
using SafeSpaceCapacity.Contract.V1;
using Spectre.Console;

namespace SafeSpaceCapacity.Cli.Commands;

/// <summary>What happened to one space, for planners.</summary>
internal static class HistoryCommand
{
    private const int PageSize = 200;

    public static Command Create(CommandLine line)
    {
        var space = NeedOptions.Space();
        var period = new PeriodOptions();
        var area = new Option<string?>("--area") { Description = "The code of the council area it lies in: a demo needs it, a token says it", HelpName = "CODE" };
        return line.Command(
            "history",
            "Show how a space stood by the hour and what happened to it; small numbers of people are withheld",
            ["safespace history gla-harbour --area S12000049", "safespace history gla-harbour --from 2026-11-01T00:00Z --until 2026-11-08T00:00Z --json"],
            [space, area, .. period.Options],
            async session =>
            {
                var (from, until) = period.Get(session);
                var request = new GetSpaceHistoryRequest { SpaceId = session.Get(space), From = from, Until = until, PageSize = PageSize };
                var areas = session.Get(area) is { } code ? (string[])[code] : [];
                do
                {
                    var page = await session.AsPlannerAsync(areas, (planner, options) => planner.GetSpaceHistoryAsync(request, options));
                    session.Answer(page, console =>
                    {
                        console.WriteLine($"{Words.Clean(page.Name)} ({Words.Clean(page.SpaceId)})");
                        if (page.Hours.Count > 0)
                            HourTable.Write(console, page.Hours);
                        if (page.NextPageToken.Length > 0)
                            return;
                        if (page.Hours.Count == 0)
                            console.WriteLine("No hour that is over.");
                        TotalsCommand.WriteEnd(console, page.KeptFrom, page.ReadModel);
                    });
                    request.PageToken = page.NextPageToken;
                }
                while (request.PageToken.Length > 0);
                return ExitCodes.Done;
            });
    }
}
