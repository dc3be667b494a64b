using System.CommandLine;
using System.Globalization;
using NodaTime;
using SafeSpaceCapacity.Cli.Input;
using SafeSpaceCapacity.Cli.Output;
using SafeSpaceCapacity.Contract.V1;
using Spectre.Console;

namespace SafeSpaceCapacity.Cli.Commands;

/// <summary>Totals by area, for planners.</summary>
internal static class TotalsCommand
{
    private const int PageSize = 200;

    // As wide as the longest word of each: Clackmannanshire, unconfirmed, withheld.
    private static readonly int[] Widths = [16, 11, 6, 8, 8, 8, 8];

    public static Command Create(CommandLine line)
    {
        var areas = new Option<string[]>("--area")
        {
            Description = "The code of a council area, may be given several times (all of your token if not given; a demo needs one)",
            HelpName = "CODE",
            DefaultValueFactory = _ => [],
        };
        var byHour = new Option<bool>("--by-hour") { Description = "Hours that are over, instead of now" };
        var period = new PeriodOptions();
        var command = line.Command(
            "totals",
            "Show how the spaces of council areas stand together; small numbers of people are withheld",
            ["safespace totals --area S12000049 --area S12000038", "safespace totals --area S12000049 --by-hour --from 08:00"],
            [areas, byHour, .. period.Options],
            async session =>
            {
                if (session.Get(byHour))
                    return await WriteHoursAsync(session, session.Get(areas)!, period);
                var request = new GetAreaTotalsRequest { AreaCodes = { session.Get(areas)! } };
                var totals = await session.AsPlannerAsync(request.AreaCodes, (planner, options) => planner.GetAreaTotalsAsync(request, options));
                session.Answer(totals, console => Write(console, totals));
                return ExitCodes.Done;
            });
        command.Validators.Add(result =>
        {
            if (!result.GetValue(byHour) && period.Options.Any(option => result.GetResult(option) is { Implicit: false }))
                result.AddError("--from and --until go with --by-hour.");
        });
        return command;
    }

    /// <summary>From when on there is anything to ask about, and how far behind the answer is.</summary>
    public static void WriteEnd(IAnsiConsole console, Google.Protobuf.WellKnownTypes.Timestamp? keptFrom, ReadModel? readModel)
    {
        if (keptFrom is not null)
            console.WriteLine($"Hours are kept from {keptFrom.ToInstant().InZone(London.Zone).ToString("d MMMM uuuu HH:mm", CultureInfo.InvariantCulture)} on.");
        console.WriteLine(Words.Lag(readModel));
    }

    private static async Task<int> WriteHoursAsync(Session session, string[] areas, PeriodOptions period)
    {
        var (from, until) = period.Get(session);
        var request = new GetHourlyTotalsRequest { AreaCodes = { areas }, From = from, Until = until, PageSize = PageSize };
        do
        {
            var page = await session.AsPlannerAsync(areas, (planner, options) => planner.GetHourlyTotalsAsync(request, options));
            session.Answer(page, console =>
            {
                if (page.Hours.Count > 0)
                    HourTable.Write(console, page.Hours);
                if (page.Days.Count > 0)
                    HourTable.Write(console, page.Days);
                if (page.NextPageToken.Length > 0)
                    return;
                if (page.Hours.Count == 0 && request.PageToken.Length == 0)
                    console.WriteLine("No hour that is over, in which there was a space.");
                WriteEnd(console, page.KeptFrom, page.ReadModel);
            });
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return ExitCodes.Done;
    }

    private static void Write(IAnsiConsole console, GetAreaTotalsResponse totals)
    {
        var table = Reports.Table("Area", "Spaces", "Places", "Safe capacity", "People here", "Held", "Free");
        foreach (var (column, width) in table.Columns.Zip(Widths))
            column.Width = width;
        foreach (var area in totals.Areas)
            Add($"{area.Name}\n{area.AreaCode}", area.Totals ?? new AreaTotals());
        if (totals.Areas.Count > 1)
            Add("Together", totals.Together ?? new AreaTotals());
        console.Write(table);
        console.WriteLine(Words.Lag(totals.ReadModel));

        void Add(string name, AreaTotals area) => table.AddRow(
            new Text(string.Join('\n', name.Split('\n').Select(Words.Clean))),
            new Text($"{Known(area.HasSpaces, area.Spaces)}: {Known(area.HasOpen, area.Open)} open, {Known(area.HasUnconfirmed, area.Unconfirmed)} unconfirmed"),
            new Text(Known(area.HasPlaces, area.Places)),
            new Text(Known(area.HasSafeCapacity, area.SafeCapacity)),
            new Text(People(area.Occupied)),
            new Text(People(area.Held)),
            new Text(People(area.Available)));
    }

    private static string People(SuppressibleCount? count) => count is { Suppressed: true } ? "under 5 or withheld" : Known(count is { HasCount: true }, count?.Count ?? 0);

    private static string Known(bool known, int number) => known ? number.ToString(CultureInfo.InvariantCulture) : "not known";
}
