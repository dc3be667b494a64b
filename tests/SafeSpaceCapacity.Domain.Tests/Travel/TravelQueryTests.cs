using System.Collections.Immutable;
using NodaTime;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Travel;

namespace SafeSpaceCapacity.Domain.Tests.Travel;

public class TravelQueryTests
{
    private static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["Europe/London"];
    private static readonly GeoPoint Pier = new(56.00, -5.00);
    private static readonly GeoPoint FarPier = new(56.00, -5.16);

    // Mainland and an island, about 10 km of water between the piers, and a strait further north that only walkers cross.
    private static readonly TravelModel Model = new(
        [new Land("main", "Main", LandKind.Mainland), new Land("isle", "Isle", LandKind.Island)],
        [
            new Link("Pier–Isle ferry", LinkKind.Ferry, new LinkEnd(Pier, "main"), new LinkEnd(FarPier, "isle"), 40, null, Driving: true),
            new Link("Narrows boat", LinkKind.Ferry, new LinkEnd(new(56.2, -5.0), "main"), new LinkEnd(new(56.2, -5.02), "isle"), 5, 10, Driving: false),
        ],
        Zone,
        TravelRules.Default);

    private static readonly Site AtPier = new(Pier, "main", UrbanRural.RemoteRural);
    private static readonly Site AtFarPier = new(FarPier, "isle", UrbanRural.RemoteRural);

    [Fact]
    public void In_one_land_the_time_is_the_straight_line_times_the_detour_at_the_speeds_of_both_ends()
    {
        // 2 km in a large town: 2.56 km of road at 22 km/h.
        var start = new Site(new GeoPoint(56, -4), "main", UrbanRural.LargeUrban);
        var to = start with { Point = new GeoPoint(56 + (2000 / 111_195.08), -4) };

        var estimate = Model.From(start, TravelMode.Driving, At(12, 0)).To(to);

        Assert.Equal(2.56 / 22 * 60, estimate.Minutes, 0.01);
        Assert.Equal(2560, estimate.DistanceMetres, 1d);
        Assert.Equal(0, estimate.FerryCrossings);
        Assert.Equal(string.Empty, estimate.Via);
        Assert.Equal(TravelMethod.StraightLine, estimate.Method);
    }

    [Fact]
    public void Walking_is_4800_metres_an_hour_over_a_way_a_fifth_longer()
    {
        var start = new Site(new GeoPoint(56, -4), "main", UrbanRural.LargeUrban);
        var to = start with { Point = new GeoPoint(56 + (2000 / 111_195.08), -4), Class = UrbanRural.RemoteRural };

        Assert.Equal(30, Model.From(start, TravelMode.Walking, At(12, 0)).To(to).Minutes, 0.01);
    }

    [Fact]
    public void The_end_of_a_journey_in_a_town_is_slower_than_its_middle()
    {
        var start = new Site(new GeoPoint(56, -4), "main", UrbanRural.LargeUrban);
        var near = start with { Point = new GeoPoint(56.02, -4) };
        var far = start with { Point = new GeoPoint(57, -4) };
        var query = Model.From(start, TravelMode.Driving, At(12, 0));

        var slow = query.To(near);
        var fast = query.To(far);

        Assert.True(fast.DistanceMetres / fast.Minutes > 2 * slow.DistanceMetres / slow.Minutes);
    }

    [Theory]
    [InlineData(12, 0, 30)]
    [InlineData(3, 0, 180)]
    [InlineData(5, 45, 30)]
    [InlineData(5, 15, 45)]
    [InlineData(21, 30, 30)]
    [InlineData(21, 31, 509)]
    [InlineData(23, 0, 420)]
    public void A_ferry_is_waited_for_half_an_hour_or_until_six(int hour, int minute, double waitMinutes)
    {
        var estimate = Model.From(AtPier, TravelMode.Driving, At(hour, minute)).To(AtFarPier);

        Assert.Equal(1, estimate.FerryCrossings);
        Assert.Equal(waitMinutes, estimate.FerryWaitMinutes, 1e-6);
        Assert.Equal(waitMinutes + 40, estimate.Minutes, 1e-6);
        Assert.Equal("Pier–Isle ferry", estimate.Via);
    }

    [Fact]
    public void Six_o_clock_is_six_by_the_clock_of_the_zone_also_in_the_night_of_the_change()
    {
        // 25 October 2026: at 02:00 summer time the clock goes back to 01:00. 00:30 summer time to 06:00 winter time is 6.5 hours.
        var departure = Instant.FromUtc(2026, 10, 24, 23, 30);

        Assert.Equal(390, Model.From(AtPier, TravelMode.Driving, departure).To(AtFarPier).FerryWaitMinutes, 1e-6);
    }

    [Fact]
    public void A_boat_for_passengers_only_helps_walkers_and_not_drivers()
    {
        var origin = new Site(new GeoPoint(56.2, -4.99), "main", UrbanRural.RemoteRural);
        var destination = new Site(new GeoPoint(56.2, -5.03), "isle", UrbanRural.RemoteRural);

        Assert.Equal("Pier–Isle ferry", Model.From(origin, TravelMode.Driving, At(12, 0)).To(destination).Via);
        Assert.Equal("Narrows boat", Model.From(origin, TravelMode.Walking, At(12, 0)).To(destination).Via);
    }

    [Fact]
    public void A_ferry_has_its_own_wait_where_the_link_says_so()
    {
        var origin = new Site(new GeoPoint(56.2, -5.0), "main", UrbanRural.RemoteRural);
        var destination = new Site(new GeoPoint(56.2, -5.02), "isle", UrbanRural.RemoteRural);

        Assert.Equal(15, Model.From(origin, TravelMode.Walking, At(12, 0)).To(destination).Minutes, 1e-6);
    }

    [Fact]
    public void A_chain_of_links_is_followed_and_named_in_order()
    {
        var model = new TravelModel(
            [new Land("a", "A", LandKind.Mainland), new Land("b", "B", LandKind.Peninsula), new Land("c", "C", LandKind.Island)],
            [
                new Link("Bridge", LinkKind.Bridge, new(new(56, -5), "a"), new(new(56, -5.02), "b"), 2, null, true),
                new Link("Boat", LinkKind.Ferry, new(new(56, -5.3), "c"), new(new(56, -5.2), "b"), 20, 10, true),
                new Link("Long boat", LinkKind.Ferry, new(new(56, -5), "a"), new(new(56, -5.3), "c"), 300, null, true),
            ],
            Zone,
            TravelRules.Default);

        var estimate = model.From(new Site(new(56, -4.9), "a", UrbanRural.OtherUrban), TravelMode.Driving, At(10, 0))
            .To(new Site(new(56, -5.31), "c", UrbanRural.RemoteRural));

        Assert.Equal("Bridge, Boat", estimate.Via);
        Assert.Equal(1, estimate.FerryCrossings);
        Assert.Equal(10, estimate.FerryWaitMinutes, 1e-6);
    }

    [Fact]
    public void A_bridge_is_crossed_on_foot_at_walking_speed()
    {
        var model = new TravelModel(
            [new Land("a", "A", LandKind.Mainland), new Land("b", "B", LandKind.Peninsula)],
            [new Link("Bridge", LinkKind.Bridge, new(new(56, -5), "a"), new(new(56.01, -5), "b"), 1, null, true)],
            Zone,
            TravelRules.Default);

        var minutes = model.From(new Site(new(56, -5), "a", UrbanRural.OtherUrban), TravelMode.Walking, At(2, 0))
            .To(new Site(new(56.01, -5), "b", UrbanRural.OtherUrban)).Minutes;

        Assert.Equal(1.112 * 1.2 / 4.8 * 60, minutes, 0.05);
    }

    [Fact]
    public void An_unknown_land_is_refused_by_name_and_can_be_asked_for_beforehand()
    {
        var nowhere = AtPier with { Land = "atlantis" };

        Assert.False(Model.Knows("atlantis"));
        Assert.Contains("atlantis", Assert.Throws<ArgumentException>(() => Model.From(nowhere, TravelMode.Driving, At(9, 0))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Model.From(AtPier, TravelMode.Driving, At(9, 0)).To(nowhere));
    }

    [Fact]
    public void A_faulty_network_is_refused_and_the_message_names_the_fault()
    {
        ImmutableArray<Land> lands = [new Land("a", "A", LandKind.Mainland), new Land("b", "B", LandKind.Island)];
        var good = new Link("Boat", LinkKind.Ferry, new(new(56, -5), "a"), new(new(56, -5.1), "b"), 20, null, true);

        Assert.Contains("reaches b", Refusal(lands, []), StringComparison.Ordinal);
        Assert.Contains("reaches b", Refusal(lands, [good with { Driving = false }]), StringComparison.Ordinal);
        Assert.Contains("Boat: no land", Refusal(lands, [good with { To = good.To with { Land = "x" } }]), StringComparison.Ordinal);
        Assert.Contains("itself", Refusal(lands, [good with { To = good.To with { Land = "a" } }]), StringComparison.Ordinal);
        Assert.Contains("positive", Refusal(lands, [good with { Minutes = 0 }]), StringComparison.Ordinal);
        Assert.Contains("wait", Refusal(lands, [good with { WaitMinutes = -1 }]), StringComparison.Ordinal);
        Assert.Contains("two lands", Refusal([.. lands, lands[0]], [good]), StringComparison.Ordinal);
        Assert.NotNull(new TravelModel(lands, [good], Zone, TravelRules.Default));
    }

    [Fact]
    public void Rules_that_would_break_the_bound_are_refused()
    {
        var rules = TravelRules.Default;
        Assert.Null(rules.Fault());
        Assert.NotNull((rules with { Roads = rules.Roads.RemoveAt(2) }).Fault());
        Assert.NotNull((rules with { Roads = rules.Roads.SetItem(0, rules.Roads[0] with { AreaKmh = 10 }) }).Fault());
        Assert.NotNull((rules with { Roads = rules.Roads.SetItem(0, rules.Roads[0] with { Detour = 0.9 }) }).Fault());
        Assert.NotNull((rules with { FerryWaitMinutes = double.NaN }).Fault());
        Assert.NotNull((rules with { LastSailing = rules.FirstSailing }).Fault());
    }

    private static string Refusal(ImmutableArray<Land> lands, ImmutableArray<Link> links) =>
        Assert.Throws<ArgumentException>(() => new TravelModel(lands, links, Zone, TravelRules.Default)).Message;

    private static Instant At(int hour, int minute) => new LocalDateTime(2026, 6, 10, hour, minute).InZoneStrictly(Zone).ToInstant();
}
