using NodaTime;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Travel;

namespace SafeSpaceCapacity.Service.Tests.Region;

/// <summary>
/// The model against driving times that people in Scotland know, from general knowledge and rounded: not measurements. Within 35 % is enough
/// to rank and to say how far; nobody may take it for a router.
/// </summary>
public class TravelCalibrationTests(ITestOutputHelper output)
{
    private const double Tolerance = 0.35;
    private static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["Europe/London"];
    private static readonly Instant Noon = new LocalDateTime(2026, 6, 10, 12, 0).InZoneStrictly(Zone).ToInstant();

    public static TheoryData<string, string, double> KnownDrives => new()
    {
        { "Inverness", "Perth", 135 },
        { "Glasgow", "Edinburgh", 62 },
        { "Fort William", "Oban", 75 },
        { "Dumfries", "Ayr", 80 },
        { "Glasgow", "Paisley", 20 },
        { "Lerwick", "Scalloway", 12 },
        { "Stornoway", "Tarbert (Harris)", 57 },
        { "Kirkwall", "Stromness", 25 },
        { "Edinburgh", "Kirkcaldy", 42 },
        { "Kyle of Lochalsh", "Kyleakin", 7 },
        { "Glasgow", "Stirling", 38 },
        { "Edinburgh", "Stirling", 55 },
        { "Aberdeen", "Inverness", 150 },
        { "Aberdeen", "Dundee", 80 },
        { "Dundee", "Perth", 32 },
        { "Perth", "Stirling", 42 },
        { "Inverness", "Fort William", 110 },
        { "Inverness", "Wick", 138 },
        { "Inverness", "Ullapool", 85 },
        { "Inverness", "Kyle of Lochalsh", 115 },
        { "Kyle of Lochalsh", "Portree", 52 },
        { "Portree", "Broadford", 36 },
        { "Elgin", "Inverness", 58 },
        { "Aberdeen", "Peterhead", 47 },
        { "Aberdeen", "Braemar", 90 },
        { "Glasgow", "Oban", 148 },
        { "Glasgow", "Fort William", 155 },
        { "Glasgow", "Campbeltown", 193 },
        { "Glasgow", "Ayr", 48 },
        { "Glasgow", "Kilmarnock", 34 },
        { "Edinburgh", "Dunbar", 43 },
        { "Edinburgh", "Galashiels", 62 },
        { "Hawick", "Galashiels", 29 },
        { "Stranraer", "Dumfries", 98 },
        { "Stranraer", "Ayr", 75 },
        { "Dunfermline", "Edinburgh", 36 },
        { "Dundee", "St Andrews", 27 },
        { "Greenock", "Glasgow", 37 },
        { "Greenock", "Dumbarton", 30 },
        { "Helensburgh", "Glasgow", 45 },
        { "Thurso", "Wick", 30 },
        { "Pitlochry", "Aberfeldy", 23 },
        { "Lochgilphead", "Oban", 58 },
        { "Lochgilphead", "Campbeltown", 76 },
        { "Livingston", "Edinburgh", 34 },
        { "East Kilbride", "Glasgow", 25 },
        { "Motherwell", "Glasgow", 25 },
        { "Leith", "Edinburgh", 11 },
        { "Maryhill", "Glasgow", 12 },
        { "Alloa", "Stirling", 15 },
        { "Falkirk", "Stirling", 24 },
        { "Dingwall", "Inverness", 24 },
        { "Tain", "Inverness", 45 },
        { "Nairn", "Inverness", 27 },
        { "Mallaig", "Fort William", 62 },
        { "Gairloch", "Inverness", 102 },
        { "Lochinver", "Ullapool", 55 },
        { "Stornoway", "Ness (Lewis)", 39 },
        { "Kirkwall", "St Margaret's Hope", 25 },
        { "Lerwick", "Sumburgh", 37 },
        { "Lerwick", "Brae", 35 },
        { "Tobermory", "Craignure", 42 },
        { "Portree", "Dunvegan", 33 },
        { "Balivanich", "Lochmaddy", 33 },
        { "Brodick", "Whiting Bay", 18 },
        { "Glasgow", "Aberdeen", 160 },
        { "Glasgow", "Inverness", 195 },
        { "Edinburgh", "Perth", 60 },
        { "Musselburgh", "Edinburgh", 22 },
        { "Govan", "Glasgow", 11 },
        { "Broughty Ferry", "Dundee", 14 },
        { "Huntly", "Aberdeen", 55 },
        { "Fraserburgh", "Aberdeen", 60 },
        { "Kelso", "Galashiels", 30 },
    };

    [Theory]
    [MemberData(nameof(KnownDrives))]
    public void A_known_drive_is_estimated_within_a_third(string from, string to, double minutes)
    {
        var estimate = Drive(from, to).Minutes;

        Assert.InRange(estimate, minutes * (1 - Tolerance), minutes * (1 + Tolerance));
    }

    // Never fitted to: the honest measure of the model. When written, 19 of the 22 were within 35 %. The misses stay in, because they show
    // what a straight line cannot know: mountains without a road (Aviemore to Braemar, 0.45 of the known time), sea lochs inside one land
    // (Ullapool to Gairloch, 0.61) and a trunk road through a remote glen (Perth to Pitlochry, 1.44).
    private static readonly (string From, string To, double Minutes)[] DrivesNotFittedTo =
    [
        ("Glasgow", "Perth", 70),
        ("Edinburgh", "Peebles", 45),
        ("Inverness", "Aviemore", 38),
        ("Aberdeen", "Elgin", 95),
        ("Perth", "Pitlochry", 35),
        ("Oban", "Inveraray", 58),
        ("Ayr", "Girvan", 35),
        ("Dumfries", "Lockerbie", 22),
        ("Stirling", "Callander", 28),
        ("Kirkcaldy", "St Andrews", 40),
        ("Wick", "John o' Groats", 27),
        ("Portree", "Uig, Skye", 28),
        ("Stornoway", "Carloway", 38),
        ("Lerwick", "Walls", 40),
        ("Dunoon", "Strachur", 30),
        ("Crieff", "Perth", 30),
        ("Peterhead", "Fraserburgh", 28),
        ("Ullapool", "Gairloch", 85),
        ("Hamilton", "Glasgow", 25),
        ("Edinburgh", "North Berwick", 45),
        ("Aviemore", "Braemar", 95),
        ("Montrose", "Aberdeen", 52),
    ];

    [Fact]
    public void No_fewer_drives_that_the_rules_were_not_fitted_to_are_within_a_third_than_when_they_were_written()
    {
        var ratios = DrivesNotFittedTo.Select(drive => (drive.From, drive.To, Ratio: Drive(drive.From, drive.To).Minutes / drive.Minutes)).ToList();
        foreach (var (from, to, ratio) in ratios.OrderBy(drive => drive.Ratio))
            output.WriteLine($"{from} to {to}: {ratio:0.00} of the known time");

        Assert.True(ratios.Count(drive => Math.Abs(drive.Ratio - 1) <= Tolerance) >= 19);
    }

    [Fact]
    public void All_known_drives_together_are_neither_too_short_nor_too_long()
    {
        var logs = KnownDrives.Select(row => Math.Log(Drive(row.Data.Item1, row.Data.Item2).Minutes / row.Data.Item3)).ToList();
        var bias = logs.Average();
        var spread = Math.Sqrt(logs.Average(log => log * log));
        output.WriteLine($"{logs.Count} drives: bias {bias:+0.000;-0.000}, root mean square {spread:0.000} (natural logarithm), "
            + $"from {logs.Min():+0.00;-0.00} to {logs.Max():+0.00;-0.00}");

        Assert.InRange(bias, -0.05, 0.05);
        Assert.True(spread < 0.15);
    }

    [Fact]
    public void Two_kilometres_in_the_middle_of_Glasgow_take_six_to_nine_minutes()
    {
        var glasgow = RegionFixture.At("Glasgow, Glasgow City");
        var twoKilometresWest = glasgow with { Point = glasgow.Point with { Longitude = glasgow.Point.Longitude - 0.0320 } };

        Assert.InRange(RegionFixture.Scotland.Travel.From(glasgow, TravelMode.Driving, Noon).To(twoKilometresWest).Minutes, 6, 9);
    }

    [Theory]
    [InlineData("Largs", "Millport", "Largs–Cumbrae Slip ferry")]
    [InlineData("Glasgow", "Rothesay", "Wemyss Bay–Rothesay ferry")]
    [InlineData("Oban", "Craignure", "Oban–Craignure ferry")]
    [InlineData("Tobermory", "Oban", "Oban–Craignure ferry")]
    [InlineData("Greenock", "Dunoon", "McInroy's Point–Hunters Quay")]
    [InlineData("Stornoway", "Inverness", "Ullapool–Stornoway ferry")]
    [InlineData("Kirkwall", "Wick", "Gills Bay–St Margaret's Hope ferry")]
    [InlineData("Lochmaddy", "Leverburgh", "Leverburgh–Berneray ferry")]
    [InlineData("Baltasound", "Lerwick", "Gutcher–Belmont ferry")]
    public void An_island_is_left_by_its_ferry(string from, string to, string ferry)
    {
        var estimate = Drive(from, to);

        Assert.True(estimate.FerryCrossings >= 1);
        Assert.Contains(ferry, estimate.Via, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Edinburgh", "Kirkcaldy", "Queensferry Crossing")]
    [InlineData("Dundee", "Newport-on-Tay", "Tay Road Bridge")]
    [InlineData("Inverness", "Fortrose", "Kessock Bridge")]
    [InlineData("Kyle of Lochalsh", "Kyleakin", "Skye Bridge")]
    [InlineData("Dumbarton", "Erskine", "Erskine Bridge")]
    [InlineData("Grangemouth", "Kincardine", "Kincardine Bridge")]
    [InlineData("Tain", "Dornoch", "Dornoch Bridge")]
    public void A_firth_is_crossed_by_its_bridge(string from, string to, string bridge)
    {
        var estimate = Drive(from, to);

        Assert.Equal(0, estimate.FerryCrossings);
        Assert.Contains(bridge, estimate.Via, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Lerwick", "Aberdeen", 12)]
    [InlineData("Lerwick", "Wick", 8)]
    [InlineData("Campbeltown", "Girvan", 4)]
    [InlineData("Largs", "Helensburgh", 0.9)]
    [InlineData("Castlebay", "Oban", 5)]
    [InlineData("Stornoway", "Ullapool", 2.7)]
    public void Far_over_the_water_is_far(string from, string to, double hours) => Assert.True(Drive(from, to).Minutes > hours * 60);

    [Theory]
    [InlineData("Lerwick")]
    [InlineData("Symbister")]
    public void From_Shetland_no_place_on_the_mainland_is_nearer_than_eight_hours(string from)
    {
        var query = RegionFixture.Scotland.Travel.From(RegionFixture.At(from), TravelMode.Driving, Noon);
        var mainland = RegionFixture.Scotland.Places.Where(place => place.Site.Land is "mainland" or "north");

        Assert.All(mainland, place => Assert.True(query.To(place.Site).Minutes > 8 * 60, place.Label));
    }

    [Fact]
    public void In_the_small_hours_Rothesay_waits_for_the_first_ferry()
    {
        var beforeDawn = new LocalDateTime(2026, 6, 10, 4, 30).InZoneStrictly(Zone).ToInstant();

        var estimate = RegionFixture.Scotland.Travel.From(RegionFixture.At("Wemyss Bay"), TravelMode.Driving, beforeDawn).To(RegionFixture.At("Rothesay"));

        Assert.InRange(estimate.Minutes, 90 + 35, 90 + 35 + 10);
    }

    [Fact]
    public void The_bound_holds_from_every_corner_to_every_place()
    {
        var places = RegionFixture.Scotland.Places;
        foreach (var origin in places.Where((_, index) => index % 23 == 0))
        {
            foreach (var mode in Enum.GetValues<TravelMode>())
            {
                foreach (var hour in (int[])[3, 12])
                {
                    var departure = new LocalDateTime(2026, 1, 14, hour, 0).InZoneStrictly(Zone).ToInstant();
                    var query = RegionFixture.Scotland.Travel.From(origin.Site, mode, departure);
                    foreach (var place in places)
                    {
                        var bound = query.LowerBoundMinutes(origin.Site.Point.DistanceMetresTo(place.Site.Point));
                        Assert.True(query.To(place.Site).Minutes >= bound, $"{mode} {origin.Label} to {place.Label}");
                    }
                }
            }
        }
    }

    [Fact]
    public void Within_a_town_the_bound_is_close_enough_to_prune_with()
    {
        var glasgow = RegionFixture.At("Glasgow, Glasgow City");
        var query = RegionFixture.Scotland.Travel.From(glasgow, TravelMode.Driving, Noon);

        Assert.True(query.LowerBoundMinutes(5000) > 0.6 * query.To(RegionFixture.At("Easterhouse") with { Point = East(glasgow.Point, 5000) }).Minutes);
    }

    private static GeoPoint East(GeoPoint point, double metres) =>
        point with { Longitude = point.Longitude + (metres / (111_195 * Math.Cos(double.DegreesToRadians(point.Latitude)))) };

    private static TravelEstimate Drive(string from, string to) =>
        RegionFixture.Scotland.Travel.From(RegionFixture.At(from), TravelMode.Driving, Noon).To(RegionFixture.At(to));
}
