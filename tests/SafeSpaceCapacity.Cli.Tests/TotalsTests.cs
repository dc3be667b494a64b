using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.Cli.Tests;

/// <summary>Totals by area, of which small numbers are withheld.</summary>
public sealed class TotalsTests : CliTest
{
    [Fact]
    public async Task What_is_withheld_is_neither_0_nor_blank_and_a_0_is_shown()
    {
        Width = 200;
        Server.Answers[typeof(GetAreaTotalsRequest)] = new GetAreaTotalsResponse
        {
            Areas =
            {
                new GetAreaTotalsResponse.Types.Area { AreaCode = "S12000049", Name = "Glasgow City", Totals = Totals(new() { Suppressed = true }) },
                new GetAreaTotalsResponse.Types.Area { AreaCode = "S12000038", Name = "Renfrewshire", Totals = Totals(new() { Count = 17 }) },
            },
            Together = Totals(null),
        };
        var run = await RunAsync("totals", "--area", "S12000049", "--area", "S12000038");
        Assert.Equal(ExitCodes.Done, run.Code);
        Assert.Equal(["S12000049", "S12000038"], Server.Only<GetAreaTotalsRequest>().AreaCodes);
        var rows = run.Out.Split('─', StringSplitOptions.RemoveEmptyEntries).Where(row => row.Contains("open", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, rows.Count);
        Assert.Equal((3, 3), (Count(rows[0], "under 5"), Count(rows[0], "withheld")));
        Assert.Equal((3, 0), (Count(rows[1], " 17 "), Count(rows[1], "withheld")));
        Assert.Equal(3, Count(rows[2], "not"));
        Assert.All(rows, row => Assert.Contains("4: 0 open", row, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_areas_those_of_the_token_are_asked_for()
    {
        Environment["SAFESPACE_TOKEN"] = "given";
        await RunAsync("totals");
        Assert.Equal(new GetAreaTotalsRequest(), Server.Only<GetAreaTotalsRequest>());
    }

    private static AreaTotals Totals(SuppressibleCount? people) =>
        new() { Spaces = 4, Open = 0, Unconfirmed = 3, Places = 32, SafeCapacity = 10, Occupied = people?.Clone(), Held = people?.Clone(), Available = people?.Clone() };

    private static int Count(string text, string what) => text.Split(what).Length - 1;
}
