using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Service.Grpc;
using SafeSpaceCapacity.Service.Tests.Support;

namespace SafeSpaceCapacity.Service.Tests;

/// <summary>The directory in words, to be printed.</summary>
public sealed class PaperDirectoryTests : ServiceTest
{
    [Fact]
    public async Task It_says_where_whom_to_ring_and_how_it_stood_and_goes_by_area_and_name()
    {
        await Service.RegisterAsync("far-space", 58.209, -6.387);
        await Service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude, occupied: 1, with: space =>
        {
            space.Provides.Add(Need.Quiet);
            space.Venues.Add(new Venue { Weekdays = { 1, 2 }, Point = new Wgs84Point { Latitude = 55.9, Longitude = -4.3 }, Entrance = "Red door" });
        });
        await Service.RegisterAsync("a-space", Ask.Latitude, Ask.Longitude);
        var paper = new PaperDirectory(Service.ReadModel);
        var all = paper.Read(null);
        Assert.Equal(["Glasgow City", "Na h-Eileanan Siar"], all.Areas);
        Assert.Equal((null, false), (all.Area, all.IsBehind));
        Assert.Equal(["The a-space", "The near-space", "The far-space"], all.Spaces.Select(space => space.Name));
        var near = all.Spaces[1];
        Assert.Equal(("Glasgow City", "0141 496 0199", false, false), (near.Area, near.Telephone, near.RingFirst, near.Demo));
        Assert.Equal(["Blue door; Level throughout; at 55.86100, -4.25100", "on Monday, Tuesday: Red door; at 55.90000, -4.30000"], near.Where);
        Assert.Equal(["Every day and night"], near.Hours);
        Assert.Equal(["a place for adults", "a place for people over 65", "a quiet room"], near.Offers);
        Assert.StartsWith("open day and night; 5 free of 8 places: 6 safely staffed, 1 occupied, 0 held; confirmed ", near.LastKnown, StringComparison.Ordinal);
        Assert.EndsWith(", just before printing", near.LastKnown, StringComparison.Ordinal);
        Assert.Equal((true, "not known: nobody there has confirmed anything yet"), (all.Spaces[0].RingFirst, all.Spaces[0].LastKnown));

        // What was known is not believed for ever.
        Service.Time.Advance(TimeSpan.FromHours(5));
        near = paper.Read("glasgow CITY").Spaces[1];
        Assert.True(near.RingFirst);
        Assert.StartsWith("not known: last confirmed ", near.LastKnown, StringComparison.Ordinal);
        Assert.EndsWith(", 5 h before printing", near.LastKnown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_area_alone_and_one_without_a_space()
    {
        await Service.RegisterAsync("near-space", Ask.Latitude, Ask.Longitude);
        await Service.RegisterAsync("far-space", 58.209, -6.387);
        var paper = new PaperDirectory(Service.ReadModel);
        var one = paper.Read("na h-eileanan siar");
        Assert.Equal(("Na h-Eileanan Siar", "The far-space"), (one.Area, Assert.Single(one.Spaces).Name));
        var none = paper.Read("Atlantis");
        Assert.Null(none.Area);
        Assert.Empty(none.Spaces);
        Assert.Equal(2, none.Areas.Length);
    }

    [Fact]
    public async Task Spaces_are_known_by_their_names_in_any_case()
    {
        await Service.RegisterAsync("near-space", Ask.Latitude, Ask.Longitude);
        await Service.RegisterAsync("far-space", 58.209, -6.387, with: space => space.Name = "THE NEAR-SPACE");
        await Service.RegisterAsync("gone-space", 58.209, -6.387);
        await Service.Admin.RetireSpaceAsync(new RetireSpaceRequest { CommandId = Ids.Next(), SpaceId = "gone-space", Reason = RetireReason.Closed });
        var paper = new PaperDirectory(Service.ReadModel);
        Assert.Equal(("The near-space", null), (paper.NameOf("near-space"), paper.NameOf("gone-space")));
        Assert.Equal(["far-space", "near-space"], paper.SpacesNamed("the Near-space").Order(StringComparer.Ordinal));
        Assert.Empty(paper.SpacesNamed("The gone-space"));
        Assert.Empty(paper.SpacesNamed("near-space"));
    }
}
