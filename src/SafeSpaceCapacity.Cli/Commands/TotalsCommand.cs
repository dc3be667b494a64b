using System.CommandLine;
using System.Globalization;
using SafeSpaceCapacity.Cli.Output;
using SafeSpaceCapacity.Contract.V1;
using Spectre.Console;

namespace SafeSpaceCapacity.Cli.Commands;

/// <summary>Totals by area, for planners.</summary>
internal static class TotalsCommand
{
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
        return line.Command(
            "totals",
            "Show how the spaces of council areas stand together; small numbers of people are withheld",
            ["safespace totals --area S12000049 --area S12000038"],
            [areas],
            async session =>
            {
                var request = new GetAreaTotalsRequest { AreaCodes = { session.Get(areas)! } };
                var totals = await session.AsPlannerAsync(request.AreaCodes, (planner, options) => planner.GetAreaTotalsAsync(request, options));
                session.Answer(totals, console => Write(console, totals));
                return ExitCodes.Done;
            });
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
