using FsCheck;
using FsCheck.Fluent;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Service.Region;

namespace SafeSpaceCapacity.Service.Tests.Region;

public class GazetteerTests
{
    private static readonly Gazetteer Gazetteer = RegionFixture.Scotland.Gazetteer;

    [Theory]
    [InlineData("Lerwick", "Lerwick, Shetland Islands")]
    [InlineData("  LERWICK ", "Lerwick, Shetland Islands")]
    [InlineData("john o'groats", "John o' Groats, Highland")]
    [InlineData("Bo’ness", "Bo'ness, Falkirk")]
    [InlineData("Mallàig", "Mallaig, Highland")]
    [InlineData("Malla\u0300ig", "Mallaig, Highland")]
    [InlineData("saint andrews", "St Andrews, Fife")]
    [InlineData("Newport on Tay", "Newport-on-Tay, Fife")]
    [InlineData("Tarbert, Harris", "Tarbert (Harris), Na h-Eileanan Siar")]
    [InlineData("Tarbert (Harris)", "Tarbert (Harris), Na h-Eileanan Siar")]
    [InlineData("tarbert, western isles", "Tarbert (Harris), Na h-Eileanan Siar")]
    [InlineData("Tarbert, Argyll and Bute", "Tarbert, Argyll and Bute")]
    [InlineData("Tarbert, Jura", "Tarbert (Jura), Argyll and Bute")]
    [InlineData("Armadale, Highland", "Armadale (Skye), Highland")]
    [InlineData("Armadale, West Lothian", "Armadale (West Lothian), West Lothian")]
    [InlineData("Leith, Edinburgh", "Leith, City of Edinburgh")]
    [InlineData("Glen Etive", "Dalness (Glen Etive), Highland")]
    [InlineData("Glen Affric", "Cannich (Glen Affric), Highland")]
    public void A_name_finds_its_place_however_it_is_written(string text, string label) => Assert.Equal(label, Gazetteer.Find(text).Place?.Label);

    [Theory]
    [InlineData("Tarbert", 3)]
    [InlineData("Uig", 2)]
    [InlineData("Salen", 2)]
    public void Namesakes_are_all_named_and_none_is_guessed(string text, int count)
    {
        var search = Gazetteer.Find(text);

        Assert.Equal(PlaceMatch.Ambiguous, search.Match);
        Assert.Null(search.Place);
        Assert.Equal(count, search.Candidates.Length);
    }

    [Fact]
    public void The_name_of_an_island_brings_its_places() => Assert.Contains("Port Ellen", Gazetteer.Find("Islay").Candidates.Select(place => place.Name), StringComparer.Ordinal);

    [Theory]
    [InlineData("Kilmarnok", "Kilmarnock")]
    [InlineData("Invernes", "Inverness")]
    [InlineData("Edinbrugh", "Edinburgh")]
    [InlineData("Dunferm", "Dunfermline")]
    [InlineData("Perth, Highland", "Perth")]
    public void A_miss_suggests(string text, string suggestion)
    {
        var search = Gazetteer.Find(text);

        Assert.Equal(PlaceMatch.NotFound, search.Match);
        Assert.Contains(suggestion, search.Candidates.Select(place => place.Name), StringComparer.Ordinal);
        Assert.True(search.Candidates.Length <= Gazetteer.SuggestionsAtMost);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ,, ()")]
    [InlineData("Xyzzyquux")]
    [InlineData("\ud800")]
    public void Nonsense_finds_nothing_and_throws_nothing(string text)
    {
        var search = Gazetteer.Find(text);

        Assert.Equal(PlaceMatch.NotFound, search.Match);
        Assert.Empty(search.Candidates);
    }

    [Fact]
    public void Any_text_gets_an_answer() => Prop.ForAll<string?>(text => Enum.IsDefined(Gazetteer.Find(text ?? string.Empty).Match)).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_place_is_found_by_its_label() =>
        Assert.All(Gazetteer.Places, place => Assert.Equal(place, Gazetteer.Find(place.Label).Place));

    [Fact]
    public void Nearest_is_what_looking_at_every_place_finds()
    {
        var points = from latitude in Gen.Choose(54_000, 61_500)
                     from longitude in Gen.Choose(-9_000, 0)
                     select new GeoPoint(latitude / 1000d, longitude / 1000d);
        Prop.ForAll(points.ToArbitrary(), point =>
        {
            var nearest = Gazetteer.Nearest(point);
            return Math.Abs(nearest.DistanceMetres - Gazetteer.Places.Min(place => point.DistanceMetresTo(place.Site.Point))) < 1e-3;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Fact]
    public void A_point_that_is_not_on_the_earth_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Gazetteer.Nearest(new GeoPoint(double.NaN, 0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Gazetteer.Nearest(new GeoPoint(91, 0)));
    }

    [Theory]
    [InlineData(55.9000, -3.2000, "mainland")]
    [InlineData(56.0120, -3.3950, "fife")]
    [InlineData(55.9890, -3.4000, "mainland")]
    [InlineData(57.2710, -5.7300, "skye")]
    [InlineData(57.2830, -5.7150, "mainland")]
    [InlineData(55.9460, -4.9270, "cowal")]
    [InlineData(57.5060, -4.2400, "blackisle")]
    [InlineData(60.1560, -1.1500, "shetland")]
    [InlineData(60.1500, -1.1000, "bressay")]
    public void The_land_of_a_point_is_that_of_the_nearest_place(double latitude, double longitude, string land)
    {
        var site = Gazetteer.SiteAt(new GeoPoint(latitude, longitude));

        Assert.Equal(land, site.Land);
        Assert.Equal(latitude, site.Point.Latitude);
    }
}
