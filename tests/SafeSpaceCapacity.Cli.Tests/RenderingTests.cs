using SafeSpaceCapacity.Contract.V1;
using static SafeSpaceCapacity.Cli.Tests.Messages;

namespace SafeSpaceCapacity.Cli.Tests;

/// <summary>What people read, checked for what it says and not byte for byte.</summary>
public sealed class RenderingTests : CliTest
{
    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public async Task Find_says_everything_within_the_width(int width)
    {
        Width = width;
        Server.Answers[typeof(FindSpacesRequest)] = Found();
        var run = await RunAsync("find", "--near", "Glasgow");
        TestContext.Current.TestOutputHelper!.WriteLine(run.Out);
        Assert.All(run.Out.Split('\n'), line => Assert.True(line.Length <= width, line));
        // Cells are wrapped, so each part is looked for by itself.
        foreach (var part in (string[])
            [
                "Demo region", "Never send anybody there", "From Glasgow, near Glasgow city centre", "estimated", "(demo)", "Harbour Wellbeing", "gla-harbour", "about 12 min",
                "arriving 14:32", "tel 0141 496 0123", "available 2", "safe capacity 6", "places 8", "occupied 3", "held 1", "one clinician short", "open until 22:00",
                "confirmed 8 min ago", "(fresh)", "still open and staffed", "RING FIRST", "The Lantern", "available not known", "not known if open", "not known, ring first", "confirmed 29 h ago", "(unconfirmed)",
                "ferry", "Not now, and why", "Close House (gla-close)", "no safe place until 18:00", "Earliest: Mon 18:00", "Other next steps", "NHS 24, tel 111",
                "Queen Street Hospital, about 9 min (estimated)", "lack the last 3 report(s), 2.4 s old", "Weaker than usual", "the person's choice", "languages: en, pl", "Level entrance",
                "safespace hold gla-harbour --eta-minutes 12 --need-id",
            ])
            Assert.Contains(part, Flat(run.Out), StringComparison.Ordinal);
        Assert.True(run.Out.IndexOf("RING FIRST", StringComparison.Ordinal) > run.Out.IndexOf("open until 22:00", StringComparison.Ordinal));
        Assert.DoesNotContain("closed", Flat(run.Out), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_an_urgent_physical_need_the_emergency_department_comes_first()
    {
        var found = Found();
        found.Urgent = true;
        Server.Answers[typeof(FindSpacesRequest)] = found;
        var run = await RunAsync("find", "--near", "Glasgow");
        Assert.InRange(run.Out.IndexOf("999", StringComparison.Ordinal), 0, run.Out.IndexOf("gla-harbour", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_hold_says_until_when_and_how_to_get_in()
    {
        Server.Answers[typeof(HoldPlaceRequest)] = new HoldPlaceResponse
        {
            Placed = Hold(HoldStatus.Placed), Availability = Open(), Telephone = "0141 496 0123", Entrance = "Blue door", AccessNote = "Level",
        };
        var run = await RunAsync("hold", "gla-harbour", "--eta-minutes", "12");
        foreach (var part in (string[])["A place is kept until 14:47", HoldId, "A12", "arrival 14:32", "Telephone: 0141 496 0123", "Entrance: Blue door", "Access: Level", "available 2"])
            Assert.Contains(part, Flat(run.Out), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_is_never_shown_as_a_place_kept()
    {
        Server.Answers[typeof(HoldPlaceRequest)] = new HoldPlaceResponse { Requested = Hold(HoldStatus.Requested) };
        var run = await RunAsync("hold", "gla-harbour", "--eta-minutes", "12");
        Assert.Contains("not kept yet", Flat(run.Out), StringComparison.Ordinal);
        Assert.DoesNotContain("A place is kept", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Absent_is_not_zero()
    {
        Server.Answers[typeof(ConfirmSpaceRequest)] = new ConfirmSpaceResponse { Availability = new Availability { SpaceId = "s", Occupied = 0 } };
        var run = await RunAsync("staff", "confirm", "s");
        Assert.Contains("safe capacity not known, places not known, occupied 0, held not known", Flat(run.Out), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public async Task Lists_and_boards_fit(int width)
    {
        Width = width;
        Server.Answers[typeof(ListSpacesRequest)] = new ListSpacesResponse { Spaces = { new ListSpacesResponse.Types.Entry { SpaceId = "gla-harbour", Choice = Choice("Harbour"), Availability = Open() } } };
        Server.Answers[typeof(GetBoardRequest)] = new GetBoardResponse
        {
            Choice = Choice("Harbour"),
            Availability = Open(),
            Shifts = { new Shift { ShiftId = HoldId, Role = StaffRole.TeamLead, StartsAt = Time("2026-11-22T12:00:00Z"), EndsAt = Time("2026-11-22T22:00:00Z") } },
            Holds = { Hold(HoldStatus.Requested) },
        };
        var list = await RunAsync("space", "list");
        var board = await RunAsync("staff", "board", "gla-harbour");
        Assert.All((list.Out + board.Out).Split('\n'), line => Assert.True(line.Length <= width, line));
        Assert.Contains("wellbeing café", Flat(list.Out), StringComparison.Ordinal);
        foreach (var part in (string[])["team lead, 12:00 to 22:00", "A12, arrival 14:32, requested", HoldId, "Coming and staying is the person's choice."])
            Assert.Contains(part, Flat(board.Out), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Received_text_cannot_steer_the_terminal()
    {
        Interactive = true;
        var space = Choice("Evil\u001b[2J[red]\u202egnp.exe");
        Server.Answers[typeof(GetBoardRequest)] = new GetBoardResponse { Choice = space, Availability = Open() };
        var run = await RunAsync("space", "show", "gla-harbour");
        Assert.Equal(ExitCodes.Done, run.Code);
        Assert.DoesNotContain("\u001b[2J", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202e', run.Out);
        Assert.Contains("[red]", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, null, true)]
    [InlineData(true, "1", false)]
    [InlineData(true, "", true)]
    [InlineData(false, null, false)]
    public async Task Colour_is_for_a_person_at_a_terminal_who_did_not_refuse_it(bool interactive, string? noColour, bool colour)
    {
        Interactive = interactive;
        if (noColour is not null)
            Environment["NO_COLOR"] = noColour;
        Server.Answers[typeof(FindSpacesRequest)] = Found();
        var run = await RunAsync("find", "--near", "Glasgow");
        Assert.Equal(colour, run.Out.Contains('\u001b', StringComparison.Ordinal));
    }

    private static string Flat(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
