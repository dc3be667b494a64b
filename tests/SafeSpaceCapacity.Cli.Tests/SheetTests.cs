using Google.Protobuf.WellKnownTypes;
using SafeSpaceCapacity.Contract.V1;
using Entry = SafeSpaceCapacity.Contract.V1.ListSpacesResponse.Types.Entry;

namespace SafeSpaceCapacity.Cli.Tests;

/// <summary>The directory on paper.</summary>
public sealed class SheetTests : CliTest
{
    private readonly TemporaryDirectory _directory = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task It_says_whom_to_ring_what_was_known_and_when_it_was_printed()
    {
        // The server gives every answer as two pages.
        Answer();
        var run = await RunAsync("sheet", "--area", "all");
        Assert.Equal(ExitCodes.Done, run.Code);
        foreach (var part in new[]
            {
                "Printed Sun 22 November 2026 14:20 GMT, 4 space(s).", "ring before you set out", "GLASGOW CITY", "HIGHLAND", "TELEPHONE  0141 496 0199", "Entrance: Blue door",
                "Hours: Monday to Friday 18:00-02:00 (the next day); Saturday and Sunday closed", "confirmed 20 min ago", "that was Sun 22 November 2026 14:00 GMT",
                "not known if open", "never confirmed by staff", "fictional, never send anybody there",
            })
        {
            Assert.True(run.Out.Contains(part, StringComparison.Ordinal), $"no '{part}' in:\n{run.Out}");
        }
    }

    [Fact]
    public async Task A_page_to_print_holds_everything_itself_and_nothing_that_a_space_wrote_is_taken_for_markup()
    {
        Answer();
        var file = Path.Combine(_directory.Path, "sheet.html");
        var run = await RunAsync("sheet", "--area", "glasgow city", "--out", file);
        Assert.Equal(ExitCodes.Done, run.Code);
        var html = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.Contains("<p class=\"telephone\">0141 496 0199</p>", html, StringComparison.Ordinal);
        Assert.Contains("The &lt;b&gt;Harbour&lt;/b&gt;", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Highland", html, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task An_area_without_a_space_is_refused_with_those_that_have_some()
    {
        Answer();
        var run = await RunAsync("sheet", "--area", "Fife");
        Assert.Equal(ExitCodes.BadInput, run.Code);
        Assert.Contains("Glasgow City, Highland", run.Error, StringComparison.Ordinal);
    }

    private void Answer() => Server.Answers[typeof(ListSpacesRequest)] = new ListSpacesResponse
    {
        Spaces =
        {
            new Entry
            {
                SpaceId = "gla-harbour",
                Choice = new InformedChoice { Name = "The <b>Harbour</b>", CouncilArea = "Glasgow City", Telephone = "0141 496 0199", Entrance = "Blue door", Tier = Tier.StaffedCommunity, Ages = { AgeBand.Adult } },
                OpeningHours = { "Monday to Friday 18:00-02:00 (the next day)", "Saturday and Sunday closed" },
                Availability = new Availability { SpaceId = "gla-harbour", ConfirmedAt = Timestamp.FromDateTimeOffset(Now.AddMinutes(-20)), Freshness = Freshness.Fresh, Open = true, Places = 8, SafeCapacity = 6, Occupied = 2, Held = 0, Available = 4 },
            },
            new Entry
            {
                SpaceId = "inv-lantern",
                Choice = new InformedChoice { Name = "Lantern", CouncilArea = "Highland", Telephone = "01463 000000", Demo = true },
                Availability = new Availability { SpaceId = "inv-lantern", Freshness = Freshness.Unconfirmed, Places = 4 },
            },
        },
    };
}
