using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Service.Tests.Support;

namespace SafeSpaceCapacity.Service.Tests;

public sealed class DirectoryTests : ServiceTest
{
    [Fact]
    public async Task The_board_shows_the_numbers_who_is_on_duty_and_who_is_on_the_way()
    {
        await Service.RegisterAsync("near-space", Ask.Latitude, Ask.Longitude);
        var later = (await Service.ShiftAsync("near-space", StaffRole.PeerWorker, startsInHours: 3, hours: 4)).Started;
        var now = (await Service.ShiftAsync("near-space", StaffRole.TeamLead, hours: 2)).Started;
        var also = (await Service.ShiftAsync("near-space", StaffRole.Volunteer, hours: 1)).Started;
        var second = (await Service.HoldAsync("near-space", etaInMinutes: 30)).Placed;
        var first = (await Service.HoldAsync("near-space", etaInMinutes: 10)).Placed;

        var board = await Service.Staff.GetBoardAsync(new GetBoardRequest { SpaceId = "near-space" });
        Assert.Equal([now, also, later], board.Shifts);
        Assert.Equal([first, second], board.Holds);
        // One and a half on duty support four.
        Assert.Equal((4, 2, 2), (board.Availability.SafeCapacity, board.Availability.Held, board.Availability.Available));
        Assert.Equal("The near-space", board.Choice.Name);
        Assert.Equal((Service.Log.HeadPosition, 0L), (board.ReadModel.Position, board.ReadModel.Behind));

        Service.Time.Advance(TimeSpan.FromHours(2));
        board = await Service.Staff.GetBoardAsync(new GetBoardRequest { SpaceId = "near-space" });
        Assert.Equal([later], board.Shifts);
        Assert.Empty(board.Holds);
    }

    [Fact]
    public async Task A_space_is_registered_once()
    {
        await Service.RegisterAsync("near-space", Ask.Latitude, Ask.Longitude);
        var again = await Service.Admin.RegisterSpaceAsync(Ask.Space("near-space"));
        Assert.Equal(RejectionCode.AlreadyRegistered, again.Rejected.Code);
        Assert.Single(await Service.EventsAsync());
    }

    [Fact]
    public async Task Defaults_are_the_documented_ones()
    {
        await Service.RegisterAsync("clinical-space", Ask.Latitude, Ask.Longitude, space => space.Tier = Tier.ClinicalAdjacent);
        await Service.RegisterAsync("plain-space", Ask.Latitude, Ask.Longitude);
        var clinical = Service.ReadModel.StateOf(new("clinical-space")).Details!;
        var plain = Service.ReadModel.StateOf(new("plain-space")).Details!;
        Assert.Equal((3, 2, 1, 1m, 0.5m), (clinical.Staffing.VisitorsPerStaff, clinical.Staffing.MinimumOnDuty, clinical.Staffing.MinimumClinicians, clinical.Staffing.PeerWeight, clinical.Staffing.VolunteerWeight));
        Assert.Equal(0, plain.Staffing.MinimumClinicians);
        Assert.Equal((60, 240), (plain.Freshness.FreshMinutes, plain.Freshness.UnconfirmedAfterMinutes));
        Assert.Equal((15, 5), (plain.HoldRule.GraceMinutes, plain.HoldRule.AnswerMinutes));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(200)]
    public async Task Pages_together_list_every_space_once_in_order(int size)
    {
        var ids = new[] { "space-a", "space-b", "space-c", "space-d", "space-e", "space-f", "space-g" };
        foreach (var id in ids.Reverse())
            await Service.RegisterAsync(id, Ask.Latitude, Ask.Longitude);
        var seen = new List<string>();
        var request = new ListSpacesRequest { PageSize = size };
        var pages = 0;
        do
        {
            var page = await Service.Admin.ListSpacesAsync(request);
            pages++;
            Assert.True(page.Spaces.Count <= size);
            Assert.All(page.Spaces, entry => Assert.Equal((entry.SpaceId, "The " + entry.SpaceId), (entry.Availability.SpaceId, entry.Choice.Name)));
            seen.AddRange(page.Spaces.Select(entry => entry.SpaceId));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.Equal(ids, seen);
        Assert.Equal((ids.Length + size - 1) / size, pages);
    }
}
