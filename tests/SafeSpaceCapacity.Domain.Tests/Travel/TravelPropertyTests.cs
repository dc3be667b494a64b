using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Travel;

namespace SafeSpaceCapacity.Domain.Tests.Travel;

/// <summary>What a search relies on, over networks, origins and hours made up at random.</summary>
public class TravelPropertyTests
{
    private static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["Europe/London"];
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(300);

    private sealed record Case(TravelModel Model, Site Origin, TravelMode Mode, Instant Departure, ImmutableArray<Site> Destinations);

    [Fact]
    public void No_destination_undercuts_the_bound_of_its_distance() => Check(sample =>
    {
        var query = sample.Model.From(sample.Origin, sample.Mode, sample.Departure);
        return sample.Destinations.All(destination =>
        {
            var metres = sample.Origin.Point.DistanceMetresTo(destination.Point);
            return query.To(destination).Minutes >= query.LowerBoundMinutesTo(destination, metres)
                && query.LowerBoundMinutesTo(destination, metres) >= query.LowerBoundMinutes(metres);
        });
    });

    [Fact]
    public void The_bound_grows_with_the_distance() => Check(sample =>
    {
        var query = sample.Model.From(sample.Origin, sample.Mode, sample.Departure);
        var bounds = Enumerable.Range(0, 400).Select(step => query.LowerBoundMinutes(step * step * 5d)).ToList();
        return bounds[0] >= 0 && bounds.Zip(bounds.Skip(1)).All(pair => pair.First <= pair.Second);
    });

    [Fact]
    public void Nothing_beyond_the_furthest_is_reached_in_so_many_minutes() => Check(sample =>
    {
        var query = sample.Model.From(sample.Origin, sample.Mode, sample.Departure);
        return sample.Destinations.All(destination => sample.Origin.Point.DistanceMetresTo(destination.Point) <= query.FurthestMetres(query.To(destination).Minutes))
            && Enumerable.Range(1, 300).All(minutes => query.FurthestMetres(minutes) is var metres
                && (metres < 0 ? query.LowerBoundMinutes(0) > minutes : Math.Abs(query.LowerBoundMinutes(metres) - minutes) < 1e-6));
    });

    [Fact]
    public void Every_destination_is_reached_in_a_finite_time_that_holds_its_waits() => Check(sample =>
    {
        var query = sample.Model.From(sample.Origin, sample.Mode, sample.Departure);
        return sample.Destinations.Select(query.To).All(estimate =>
            double.IsFinite(estimate.Minutes)
            && estimate.Minutes >= estimate.FerryWaitMinutes
            && (estimate.FerryCrossings == 0) == (estimate.FerryWaitMinutes == 0)
            && estimate.DistanceMetres >= 0);
    });

    [Fact]
    public void Who_leaves_later_never_arrives_earlier() => Check(sample =>
    {
        var later = sample.Departure + Duration.FromMinutes(37);
        var query = sample.Model.From(sample.Origin, sample.Mode, sample.Departure);
        var laterQuery = sample.Model.From(sample.Origin, sample.Mode, later);
        return sample.Destinations.All(destination =>
            query.To(destination).Minutes <= laterQuery.To(destination).Minutes + 37 + 1e-6);
    });

    [Fact]
    public void Without_water_there_and_back_take_the_same() => Check(sample => sample.Destinations
        .Where(destination => string.Equals(destination.Land, sample.Origin.Land, StringComparison.Ordinal))
        .All(destination =>
        {
            var there = sample.Model.From(sample.Origin, sample.Mode, sample.Departure).To(destination);
            var back = sample.Model.From(destination, sample.Mode, sample.Departure).To(sample.Origin);
            return Math.Abs(there.Minutes - back.Minutes) < 1e-9 * (1 + there.Minutes);
        }));

    [Fact]
    public void The_answer_does_not_depend_on_what_was_asked_before() => Check(sample =>
    {
        var shared = sample.Model.From(sample.Origin, sample.Mode, sample.Departure);
        return sample.Destinations.All(destination =>
            shared.To(destination) == sample.Model.From(sample.Origin, sample.Mode, sample.Departure).To(destination));
    });

    private static void Check(Func<Case, bool> holds) =>
        Prop.ForAll(Cases().ToArbitrary(), holds).Check(Runs);

    private static Gen<Case> Cases() =>
        from landCount in Gen.Choose(1, 6)
        from spine in Links(landCount)
        from extra in Gen.ListOf(Link(landCount))
        from origin in SiteIn(landCount)
        from destinations in Gen.ArrayOf(SiteIn(landCount), 20)
        from mode in Gen.Elements(TravelMode.Driving, TravelMode.Walking)
        from minute in Gen.Choose(0, 365 * 24 * 60)
        let lands = Enumerable.Range(0, landCount).Select(land => new Land(Code(land), Code(land), LandKind.Island)).ToImmutableArray()
        let links = spine.Concat(extra.Where(link => !string.Equals(link.From.Land, link.To.Land, StringComparison.Ordinal))).ToImmutableArray()
        select new Case(
            new TravelModel(lands, links, Zone, TravelRules.Default),
            origin,
            mode,
            Instant.FromUtc(2026, 1, 1, 0, 0) + Duration.FromMinutes(minute),
            [.. destinations]);

    private static string Code(int land) => "land-" + land;

    private static Gen<GeoPoint> Point() =>
        from latitude in Gen.Choose(0, 2000)
        from longitude in Gen.Choose(0, 3000)
        select new GeoPoint(56 + (latitude / 1000d), -5 + (longitude / 1000d));

    private static Gen<Site> SiteIn(int landCount) =>
        from point in Point()
        from land in Gen.Choose(0, landCount - 1)
        from urbanRural in Gen.Elements(Enum.GetValues<UrbanRural>())
        select new Site(point, Code(land), urbanRural);

    private static Gen<Link> Link(int landCount) =>
        from one in Gen.Choose(0, landCount - 1)
        from other in Gen.Choose(0, landCount - 1)
        from driving in Gen.Elements(true, false)
        from link in LinkBetween(one, other)
        select link with { Driving = driving };

    private static Gen<Link> LinkBetween(int one, int other) =>
        from near in Point()
        from far in Point()
        from kind in Gen.Elements(LinkKind.Ferry, LinkKind.Bridge, LinkKind.Road)
        from minutes in Gen.Choose(1, 300)
        from wait in Gen.Elements(new double?[] { null, 5, 15 })
        let to = kind == LinkKind.Road ? near : far
        select new Link(
            $"{one}–{other}",
            kind,
            new LinkEnd(near, Code(one)),
            new LinkEnd(to, Code(other)),
            kind == LinkKind.Road ? 0 : minutes,
            wait,
            Driving: true);

    /// <summary>Each land joined with the one before, so that all can be reached.</summary>
    private static Gen<ImmutableArray<Link>> Links(int landCount) =>
        Enumerable.Range(1, landCount - 1).Aggregate(
            Gen.Constant(ImmutableArray<Link>.Empty),
            (links, land) => from before in links
                             from link in LinkBetween(land - 1, land)
                             select before.Add(link));
}
