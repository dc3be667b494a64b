using NodaTime;
using NodaTime.Text;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Opening;
using SafeSpaceCapacity.Domain.Search;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;
using SafeSpaceCapacity.Domain.Travel;
using static SafeSpaceCapacity.Domain.Tests.Spaces.Story;

namespace SafeSpaceCapacity.Domain.Tests.Opening;

/// <summary>A space that is somewhere else on some days, by the day on which its stretch of opening began. 1 June 2026 is a Monday, an hour ahead of UTC.</summary>
public sealed class VenueTests
{
    private static readonly OpeningHours Evenings = Daily(new LocalTime(18, 0), new LocalTime(2, 0));
    private static readonly Site Library = new(new GeoPoint(56.46, -2.97), "main", UrbanRural.LargeUrban);
    private static readonly Site Church = new(new GeoPoint(56.40, -3.43), "main", UrbanRural.LargeUrban);

    private static readonly SpaceDetails Rotating = Cafe(hours: Evenings) with
    {
        Site = Library,
        Venues = [new Venue([IsoDayOfWeek.Tuesday, IsoDayOfWeek.Thursday], Church, "Side door", "Ramp")],
    };

    private static readonly TravelModel Model = new([new Land("main", "Main", LandKind.Mainland)], [], DateTimeZoneProviders.Tzdb["Europe/London"], TravelRules.Default);

    [Theory]
    [InlineData("2026-06-01T17:00", IsoDayOfWeek.Monday)] // opens
    [InlineData("2026-06-02T00:59", IsoDayOfWeek.Monday)] // past midnight, still Monday's
    [InlineData("2026-06-02T01:00", IsoDayOfWeek.Tuesday)] // closed: the next
    [InlineData("2026-06-02T17:00", IsoDayOfWeek.Tuesday)]
    [InlineData("2026-03-29T00:59", IsoDayOfWeek.Saturday)] // the last minute before the clocks go forward over two
    [InlineData("2026-03-29T01:00", IsoDayOfWeek.Sunday)]
    [InlineData("2026-10-25T01:59", IsoDayOfWeek.Saturday)] // they go back: three hours from midnight to two
    [InlineData("2026-10-25T02:00", IsoDayOfWeek.Sunday)]
    public void The_day_is_the_one_on_which_the_stretch_of_opening_began_or_the_next_will(string utc, IsoDayOfWeek day) =>
        Assert.Equal(day, Evenings.DayAt(Utc(utc)));

    [Theory]
    [InlineData("2026-06-05T17:00", IsoDayOfWeek.Friday)]
    [InlineData("2026-06-06T03:00", IsoDayOfWeek.Friday)] // next week's
    [InlineData("2026-06-12T16:59", IsoDayOfWeek.Friday)]
    public void A_weekly_opening_is_always_in_sight(string utc, IsoDayOfWeek day) =>
        Assert.Equal(day, (Evenings with { Week = [new(IsoDayOfWeek.Friday, new LocalTime(18, 0), new LocalTime(2, 0))] }).DayAt(Utc(utc)));

    [Fact]
    public void A_space_that_never_opens_has_no_day_and_is_where_it_is()
    {
        Assert.Null((Evenings with { Week = [] }).DayAt(Start));
        Assert.Equal(Library, (Rotating with { Hours = Evenings with { Week = [] } }).At(Start).Site);
    }

    [Fact]
    public void Round_the_clock_it_moves_at_midnight()
    {
        var always = Rotating with { Hours = RoundTheClock };
        Assert.Equal(Library, always.At(Utc("2026-06-01T22:59")).Site);
        Assert.Equal((Church, "Side door", "Ramp"), (always.At(Utc("2026-06-01T23:00")).Site, always.At(Utc("2026-06-01T23:00")).Entrance, always.At(Utc("2026-06-01T23:00")).AccessNote));
    }

    [Theory]
    [InlineData("2026-06-01T19:00", true)] // Monday evening
    [InlineData("2026-06-01T23:10", true)] // after midnight it is still Monday's
    [InlineData("2026-06-02T19:00", false)]
    [InlineData("2026-06-02T23:10", false)]
    [InlineData("2026-06-03T19:00", true)]
    public void A_search_finds_it_where_it_is_and_not_where_it_is_on_other_days(string utc, bool atLibrary)
    {
        var (here, elsewhere) = atLibrary ? (Library, Church) : (Church, Library);

        var found = Assert.Single(Search(here, Utc(utc)).Options);
        Assert.Equal(here.Point, found.Space.Point);
        Assert.Equal(here, found.Space.Details.Site);

        // Over half an hour's drive away from the other: neither found nor named as left out.
        var not = Search(elsewhere, Utc(utc));
        Assert.Empty(not.Options);
        Assert.Empty(not.WhyNot);
        Assert.Equal(here.Point, not.FurtherAway!.Space.Point);
    }

    [Fact]
    public void What_opens_soon_is_where_it_will_open()
    {
        // Tuesday 17:00 by the clock: closed, opens in an hour, in the church.
        Assert.Equal(Church.Point, Search(Church, Utc("2026-06-02T16:00")).OpensSoon!.Space.Point);
        Assert.Null(Search(Library, Utc("2026-06-02T16:00")).OpensSoon);
    }

    [Fact]
    public void An_answer_ranked_again_with_other_times_leaves_out_where_it_no_longer_is_at_the_arrival()
    {
        // Tuesday 22:50 UTC is Tuesday 23:50 by the clock, round the clock: whoever takes 5 minutes finds it in the church, whoever takes 20 does not.
        var at = Utc("2026-06-02T22:50");
        var record = Record(Rotating with { Hours = RoundTheClock }, at);
        var church = Assert.Single(record.Elsewhere);
        var question = new SearchQuestion(Church.Point, Needs.AgeAdult, at, at, 30, 5);
        var estimate = Model.From(Church, TravelMode.Driving, at).To(Church);

        Assert.Single(Rank(5).Options);
        Assert.Empty(Rank(20).Options);

        SearchAnswer Rank(double minutes) =>
            SpaceSearch.Rank([Candidate.Of(church, estimate with { Minutes = minutes }, Needs.AgeAdult, at, at)], question, null, null);
    }

    private static SearchAnswer Search(Site from, Instant at)
    {
        var record = Record(Rotating, at);
        var index = SpatialIndex<SpaceRecord>.Build([record, .. record.Elsewhere]);
        return SpaceSearch.Run(index, Model.From(from, TravelMode.Driving, at), new SearchQuestion(from.Point, Needs.AgeAdult, at, at, 20, 5));
    }

    private static SpaceRecord Record(SpaceDetails details, Instant at)
    {
        var shift = new Shift(Guid.Empty, StaffRole.SupportWorker, at, at + Duration.FromHours(8));
        return new SpaceRecord(SpaceState.None with { Version = 1, Details = details, ConfirmedAt = at, Shifts = [shift, shift] }, at);
    }

    private static Instant Utc(string text) => LocalDateTimePattern.GeneralIso.Parse(text + ":00").Value.InUtc().ToInstant();
}
