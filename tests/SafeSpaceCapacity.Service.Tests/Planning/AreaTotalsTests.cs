using NodaTime;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Opening;
using SafeSpaceCapacity.Domain.Privacy;
using SafeSpaceCapacity.Domain.Search;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;
using SafeSpaceCapacity.Service.Planning;
using SafeSpaceCapacity.Service.ReadModel;
using SafeSpaceCapacity.Service.Region;
using SafeSpaceCapacity.Service.Tests.Region;

namespace SafeSpaceCapacity.Service.Tests.Planning;

public sealed class AreaTotalsTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 6, 1, 18, 0);
    private static readonly CouncilArea Dundee = Area("Dundee City");
    private static readonly CouncilArea Fife = Area("Fife");
    private static readonly CouncilArea Angus = Area("Angus");

    [Fact]
    public void An_area_has_the_sums_of_its_own_spaces()
    {
        var root = Root(Open(Dundee, places: 8, occupied: 2, held: 1), Open(Dundee, places: 10, occupied: 5, held: 0), Open(Fife, places: 4, occupied: 1, held: 1));

        var totals = AreaTotals.Of(root, [Dundee, Fife, Angus], Now);

        // Two on duty at each can support six, within its places.
        Assert.Equal(new AreaTotals(2, 2, 0, 18, new PeopleCounts(12, 7, 1, 4)), totals[Dundee.Code]);
        Assert.Equal(new AreaTotals(1, 1, 0, 4, new PeopleCounts(4, 1, 1, 2)), totals[Fife.Code]);
        Assert.Equal(AreaTotals.None, totals[Angus.Code]);
        Assert.Equal(3, totals.Count);
    }

    [Fact]
    public void An_area_not_asked_about_is_not_counted() =>
        Assert.Equal([Fife.Code], AreaTotals.Of(Root(Open(Dundee, 8, 2, 1)), [Fife], Now).Keys);

    [Fact]
    public void Closed_and_unconfirmed_spaces_have_people_but_nothing_to_give()
    {
        var open = Open(Dundee, places: 8, occupied: 2, held: 1);
        var never = new OpeningHours("Europe/London", [], null, []);
        var closed = Open(Dundee, places: 8, occupied: 3, held: 0);
        closed = closed with { Details = closed.Details! with { Hours = never } };
        var unconfirmed = Open(Dundee, places: 8, occupied: 4, held: 1) with { ConfirmedAt = Now - Duration.FromDays(1) };

        Assert.Equal(new AreaTotals(3, 1, 1, 24, new PeopleCounts(6, 9, 2, 3)), AreaTotals.Of(Root(open, closed, unconfirmed), [Dundee], Now)[Dundee.Code]);
    }

    [Fact]
    public void One_space_too_full_takes_nothing_from_another() =>
        Assert.Equal(new PeopleCounts(12, 9, 0, 5), AreaTotals.Of(Root(Open(Dundee, 8, 8, 0), Open(Dundee, 8, 1, 0)), [Dundee], Now)[Dundee.Code].People);

    [Fact]
    public void A_hold_that_time_has_ended_is_not_held()
    {
        var root = Root(Open(Dundee, places: 8, occupied: 2, held: 1));

        Assert.Equal(0, AreaTotals.Of(root, [Dundee], Now + Duration.FromMinutes(30))[Dundee.Code].People.Held);
    }

    [Fact]
    public void Areas_together_have_the_sums_of_both() => Assert.Equal(
        new AreaTotals(11, 22, 33, 44, new PeopleCounts(55, 66, 77, 88)),
        new AreaTotals(1, 2, 3, 4, new PeopleCounts(5, 6, 7, 8)).Plus(new AreaTotals(10, 20, 30, 40, new PeopleCounts(50, 60, 70, 80))));

    private static CouncilArea Area(string name) => RegionFixture.Scotland.CouncilAreas.Single(area => area.Name == name);

    private static ReadRoot Root(params SpaceState[] spaces) => ReadRoot.Of(
        1, Now, [.. spaces.Select((state, i) => new SpaceRecord(state with { Details = state.Details! with { Id = new SpaceId($"space-{i}") } }, Now))]);

    // Open round the clock, confirmed just now, with two support workers on duty.
    private static SpaceState Open(CouncilArea area, int places, int occupied, int held)
    {
        var details = RegionFixture.Scotland.DemoSpaces[0].Details;
        return new SpaceState(
            1,
            details with { CouncilArea = area.Name, Places = places, Staffing = new StaffingRule() },
            occupied,
            Now,
            Now,
            [Worker(), Worker()],
            [.. Enumerable.Range(0, held).Select(_ => new Hold(
                Guid.Empty, Guid.Empty, Now, Now + Duration.FromMinutes(10), Now + Duration.FromMinutes(25), HoldStatus.Placed, Needs.None, null, "A1", null, null))],
            null,
            false);

        static Shift Worker() => new(Guid.Empty, StaffRole.SupportWorker, Now - Duration.FromHours(1), Now + Duration.FromHours(8));
    }
}
