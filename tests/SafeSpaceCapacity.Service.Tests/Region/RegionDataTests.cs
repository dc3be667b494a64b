using NodaTime;
using SafeSpaceCapacity.Domain.Opening;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Travel;
using SafeSpaceCapacity.Service.Region;

namespace SafeSpaceCapacity.Service.Tests.Region;

public class RegionDataTests
{
    private static readonly RegionData Scotland = RegionFixture.Scotland;

    [Fact]
    public void There_are_32_council_areas_in_14_health_boards()
    {
        Assert.Equal(32, Scotland.CouncilAreas.Length);
        Assert.Equal(14, Scotland.CouncilAreas.Select(council => council.HealthBoard).Distinct(StringComparer.Ordinal).Count());
        Assert.InRange(Scotland.CouncilAreas.Sum(council => council.Population), 5_300_000, 5_500_000);
    }

    [Fact]
    public void Every_council_area_has_places_and_every_land_has_one()
    {
        var councils = Scotland.Places.Select(place => place.CouncilArea).ToHashSet(StringComparer.Ordinal);
        var lands = Scotland.Places.Select(place => place.Site.Land).ToHashSet(StringComparer.Ordinal);

        Assert.Equal(Scotland.CouncilAreas.Select(council => council.Name).Order(StringComparer.Ordinal), councils.Order(StringComparer.Ordinal));
        Assert.Equal(Scotland.Travel.Lands.Select(land => land.Code).Order(StringComparer.Ordinal), lands.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Both_ends_of_a_link_touch_the_land_that_they_name()
    {
        // A pier's nearest place may be across the narrows; the land it names must still have a place within 25 km of it.
        foreach (var link in Scotland.Travel.Links)
        {
            foreach (var end in (LinkEnd[])[link.From, link.To])
            {
                var nearest = Scotland.Places.Where(place => string.Equals(place.Site.Land, end.Land, StringComparison.Ordinal))
                    .Min(place => place.Site.Point.DistanceMetresTo(end.Point));
                Assert.True(nearest < 25_000, $"{link.Name}: {end.Land} is {nearest / 1000:0} km away");
            }
        }
    }

    [Fact]
    public void Crossings_are_as_fast_as_ferries_and_bridges_are()
    {
        foreach (var link in Scotland.Travel.Links.Where(link => link.LengthMetres > 1))
        {
            var kmh = link.LengthMetres / 1000 / (link.Minutes / 60);
            if (link.Kind == LinkKind.Ferry)
                Assert.True(kmh is > 2 and < 40, $"{link.Name}: {kmh:0} km/h");
            else
                Assert.True(kmh is > 10 and < 85, $"{link.Name}: {kmh:0} km/h");
        }
    }

    [Fact]
    public void Emergency_departments_are_on_the_land_of_the_place_nearest_to_them()
    {
        Assert.InRange(Scotland.EmergencyDepartments.Length, 28, 32);
        Assert.Equal(3, Scotland.EmergencyDepartments.Count(department => department.ChildrenOnly));
        Assert.All(Scotland.EmergencyDepartments, department =>
            Assert.Equal(Scotland.Gazetteer.SiteAt(department.Site.Point).Land, department.Site.Land));
    }

    [Fact]
    public void Every_health_board_has_an_emergency_department() =>
        Assert.Equal(
            Scotland.CouncilAreas.Select(council => council.HealthBoard).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
            Scotland.EmergencyDepartments.Select(department => department.HealthBoard).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    [Fact]
    public void The_telephone_lines_are_the_real_ones()
    {
        var lines = Scotland.SupportLines.ToDictionary(line => line.Code, StringComparer.Ordinal);

        Assert.Equal("111", lines["nhs24-mental-health-hub"].Telephone);
        Assert.Equal("0800 83 85 87", lines["breathing-space"].Telephone);
        Assert.Equal("116 123", lines["samaritans"].Telephone);
        Assert.Equal("0800 1111", lines["childline"].Telephone);
        Assert.Equal(18, lines["childline"].AgeTo);
        Assert.Equal(SupportLineKind.Referral, lines["dbi"].Kind);
        Assert.Null(lines["dbi"].Telephone);
    }

    [Fact]
    public void Breathing_Space_answers_through_the_weekend_and_in_the_evenings()
    {
        var week = Scotland.SupportLines.Single(line => line.Code is "breathing-space").Hours.Week;

        Assert.Contains(new WeeklyOpening(IsoDayOfWeek.Monday, new LocalTime(18, 0), new LocalTime(2, 0)), week);
        Assert.Contains(new WeeklyOpening(IsoDayOfWeek.Friday, new LocalTime(18, 0), new LocalTime(18, 0)), week);
        Assert.Contains(new WeeklyOpening(IsoDayOfWeek.Sunday, new LocalTime(18, 0), new LocalTime(6, 0)), week);
        Assert.Equal(7, week.Length);
    }

    [Fact]
    public void The_demo_has_what_a_demonstration_needs()
    {
        var spaces = Scotland.DemoSpaces;
        var details = spaces.Select(space => space.Details).ToList();

        Assert.InRange(spaces.Length, 40, 60);
        Assert.Equal([Tier.WellbeingCafe, Tier.StaffedCommunity, Tier.ClinicalAdjacent], details.Select(space => space.Tier).Distinct().Order());
        Assert.All(details, space => Assert.True(space.Demo));
        Assert.True(In("Glasgow City") >= 3 && In("City of Edinburgh") >= 2);
        Assert.True(In("Shetland Islands") >= 2 && In("Orkney Islands") >= 2);
        Assert.True(details.Count(space => space.Site.Land is "lewis-harris") >= 2);
        foreach (var council in (string[])["Glasgow City", "City of Edinburgh", "Dundee City", "Aberdeen City", "Highland"])
            Assert.Contains(details, space => string.Equals(space.CouncilArea, council, StringComparison.Ordinal) && AlwaysOpen(space) && space.Tier == Tier.ClinicalAdjacent);
        Assert.Contains(spaces, space => space is { Forgetful: true, Details.CouncilArea: "Glasgow City" });
        Assert.InRange(spaces.Count(space => space.Forgetful), 3, 5);
        Assert.True(details.Count(space => space.Provides.HasFlag(Needs.Wheelchair | Needs.Bsl)) >= 10);
        Assert.Contains(details, space => space.Provides.HasFlag(Needs.AgeChild));
        Assert.Contains(details, space => space.Hours.BankHoliday is { Opens: null });
        Assert.Contains(details, space => space.Hours.BankHoliday is { Opens: not null });
        Assert.Contains(details, space => space.Hours.SpecialDays.Length > 0);
        Assert.Equal(details.Count, details.Select(space => space.Telephone).Distinct(StringComparer.Ordinal).Count());

        int In(string council) => details.Count(space => string.Equals(space.CouncilArea, council, StringComparison.Ordinal));
        static bool AlwaysOpen(SpaceDetails space) => space.Hours.Week.Length == 7 && space.Hours.Week.All(opening => opening.Opens == opening.Closes);
    }

    [Fact]
    public void A_demo_space_is_on_the_land_of_the_place_nearest_to_it() =>
        Assert.All(Scotland.DemoSpaces, space => Assert.Equal(Scotland.Gazetteer.SiteAt(space.Details.Site.Point).Land, space.Details.Site.Land));

    [Theory]
    [InlineData("places.csv", "57.148,-2.098", "97.148,-2.098", "lat")]
    [InlineData("places.csv", ",fife,2,", ",fief,2,", "land")]
    [InlineData("places.csv", ",fife,2,", ",fife,9,", "class")]
    [InlineData("places.csv", "name,also", "nam,also", "name")]
    [InlineData("lands.csv", "skye,Skye,island", "skye,Skye,moon", "kind")]
    [InlineData("links.csv", "Tay Road Bridge,bridge,mainland", "Tay Road Bridge,bridge,atlantis", "from_land")]
    [InlineData("links.csv", ",2.5,,yes", ",-1,,yes", "minutes")]
    [InlineData("emergency_departments.csv", "R103H,", "W107H,", "code")]
    [InlineData("telephone_lines.csv", "daily 00:00-00:00", "sometimes 00:00-00:00", "hours")]
    [InlineData("demo_spaces.csv", "clyde-lantern,", "Clyde Lantern,", "id")]
    [InlineData("demo_spaces.csv", "Clyde Lantern House (demo)", "Clyde Lantern House", "name")]
    [InlineData("demo_spaces.csv", "0141 496 0101", "0141 204 0101", "telephone")]
    [InlineData("demo_spaces.csv", "AgeYoung AgeAdult AgeOlder Wheelchair Bsl Interpreter WomenOnly MenOnly CultureSupport", "AgeYoung Wifi", "provides")]
    [InlineData("demo_spaces.csv", "Mon-Thu 18:00-00:00", "Mon-Thu 18:00-24:30", "hours")]
    [InlineData("demo_spaces.csv", "2026-12-25 14:00-20:00", "2026-13-25 14:00-20:00", "special_days")]
    [InlineData("demo_spaces.csv", ",Lerwick,Shetland Islands,60.", ",Lerwick,Shetland Islands,59.", "lat")]
    public void A_fault_names_table_row_and_column(string table, string right, string wrong, string column)
    {
        using var reader = RegionData.OpenBuiltIn(table);
        var text = reader.ReadToEnd();
        var place = text.IndexOf(right, StringComparison.Ordinal);
        Assert.True(place >= 0, "the text to spoil is there");
        var spoilt = string.Concat(text.AsSpan(0, place), wrong, text.AsSpan(place + right.Length));
        var line = text.AsSpan(0, place).Count('\n') + 1;

        var fault = Assert.Throws<RegionTableException>(() => RegionData.Load(
            name => string.Equals(name, table, StringComparison.Ordinal) ? new StringReader(spoilt) : RegionData.OpenBuiltIn(name),
            DateTimeZoneProviders.Tzdb["Europe/London"]));

        Assert.Contains(fault.Errors, error =>
            string.Equals(error.Table, table, StringComparison.Ordinal) && string.Equals(error.Column, column, StringComparison.Ordinal)
            && (error.Row == line || (error.Row == 0 && column is "name" && table is "places.csv") || column is "code"));
        Assert.Contains(table, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_fault_is_told_at_once()
    {
        var fault = Assert.Throws<RegionTableException>(() => RegionData.Load(
            name => name is "lands.csv" ? new StringReader("code,name,kind\na,,island\nb,B,moon\n") : RegionData.OpenBuiltIn(name),
            DateTimeZone.Utc));

        Assert.Contains(fault.Errors, error => error is { Table: "lands.csv", Row: 2, Column: "name" });
        Assert.Contains(fault.Errors, error => error is { Table: "lands.csv", Row: 3, Column: "kind" });
    }
}
