using NodaTime;
using SafeSpaceCapacity.Cli.Simulation;

namespace SafeSpaceCapacity.Cli.Tests.Simulation;

public sealed class DemandTests
{
    private static readonly Instant Monday = Instant.FromUtc(2026, 1, 5, 0, 0);
    private readonly SimulatedRegion _scotland = SimulatedRegion.Scotland();

    [Fact]
    public void A_week_has_the_published_shares_out_of_hours_and_at_the_weekend()
    {
        var profile = Demand.WeekProfile;
        Assert.Equal(1, profile.Sum(), 9);
        Assert.Equal(Demand.WeekendPercent / 100, profile.Skip(120).Sum(), 9);
        Assert.Equal(Demand.OutOfHoursPercent / 100, profile.Where((_, hour) => hour >= 120 || hour % 24 is < 9 or >= 17).Sum(), 9);
    }

    [Fact]
    public void Drawn_needs_meet_them_too_in_order_and_the_same_for_a_seed()
    {
        var needs = Draw(4);
        Assert.InRange(needs.Count, 28 * 666 * 0.97, 28 * 666 * 1.03);
        Assert.InRange(100.0 * needs.Count(need => Demand.IsOutOfHours(need.At)) / needs.Count, Demand.OutOfHoursPercent - 1.5, Demand.OutOfHoursPercent + 1.5);
        Assert.InRange(100.0 * needs.Count(need => Demand.IsWeekend(need.At)) / needs.Count, Demand.WeekendPercent - 1.5, Demand.WeekendPercent + 1.5);
        Assert.Equal(needs.Select(need => need.At).Order(), needs.Select(need => need.At));
        Assert.Equal(32, needs.Select(need => need.From.Area).Distinct().Count());
        Assert.Equal(needs.Select(need => (need.At, need.From)), Draw(4).Select(need => (need.At, need.From)));
        Assert.NotEqual(needs.Select(need => need.At), Draw(5).Select(need => need.At));

        List<SimulatedNeed> Draw(int seed) => [.. Demand.Draw(_scotland, Monday, Monday + Duration.FromDays(28), Demand.NeedsPerDayDefault, new Random(seed))];
    }

    [Fact]
    public void Every_area_has_a_space_that_is_always_open()
    {
        Assert.Equal(32, _scotland.Areas.Length);
        Assert.All(_scotland.Areas, area => Assert.Contains(_scotland.Spaces, space => space.Area == area && space.DayAndNight));
        Assert.Equal(_scotland.Spaces.Length, _scotland.Spaces.Select(space => space.Id).Distinct().Count());
        Assert.Equal(34, SimulatedRegion.Largest(17).Spaces.Length);
    }

    [Fact]
    public void A_file_of_events_becomes_as_many_needs_at_its_hours_in_the_area_that_stands_for_each_division()
    {
        var replay = Read("date,hour,division,count\n2014-01-01,0,D23,1\n2014-07-01,13,D51,3\n2014-07-01,13,NSA,1\n");
        var needs = replay.Needs.ToList();
        Assert.Equal((5, 5), (replay.Events, needs.Count));

        // By the local clock, which is an hour ahead in July.
        Assert.Equal([Instant.FromUtc(2014, 1, 1, 0, 0), .. Enumerable.Repeat(Instant.FromUtc(2014, 7, 1, 12, 0), 4)], needs.Select(need => need.At - Duration.FromSeconds(need.At.ToUnixTimeSeconds() % 3600)));

        // At the end of its step each is still in its hour.
        Assert.All(needs, need => Assert.InRange(need.At.ToUnixTimeSeconds() % 3600, 0, 45 * 60));

        // The division with most events is the area with most people.
        Assert.Equal(_scotland.Areas[0].Code, replay.AreaOf["D51"].Code);
        Assert.Equal(_scotland.Areas[1].Name, needs[0].From.Area);
        Assert.Equal((Instant.FromUtc(2014, 1, 1, 0, 0), Instant.FromUtc(2014, 7, 1, 13, 0)), (replay.From, replay.Until));
    }

    [Theory]
    [InlineData("date,hour,division,count\n2014-01-32,0,D23,1\n", "line 2: date '2014-01-32'")]
    [InlineData("date,hour,division,count\n2014-01-01,24,D23,1\n", "line 2: hour '24'")]
    [InlineData("date,hour,division,count\n2014-01-01,1,D23,1\n2014-01-01,1,D23,-1\n", "line 3: count '-1'")]
    [InlineData("date,hour,count\n2014-01-01,1,1\n", "division")]
    [InlineData("date,hour,division,count\n", "0 rows")]
    public void What_is_no_such_file_is_refused_with_its_line(string text, string why) =>
        Assert.Contains(why, Assert.Throws<FormatException>(() => Read(text)).Message, StringComparison.Ordinal);

    private static Replay Read(string text) => Demand.Read(new StringReader(text), SimulatedRegion.Largest(17), Duration.FromMinutes(15), new Random(1));
}
