using NodaTime;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;
using static SafeSpaceCapacity.Domain.Tests.Spaces.Story;

namespace SafeSpaceCapacity.Domain.Tests.Spaces;

public sealed class AvailabilityTests
{
    [Fact]
    public void It_carries_every_number_apart_with_what_limits_it()
    {
        var story = new Story(Cafe(hours: Daily(new LocalTime(18, 0), new LocalTime(2, 0)))).Staff(2).Count(2);
        story.Held(20);

        var shown = story.At(10).Availability;

        Assert.Equal((8, 6, 2, 1, 3), (shown.Places, shown.SafeCapacity, shown.Occupied, shown.Held, shown.Available));
        Assert.Equal([new(LimitingFactorCode.StaffRatio, 1, null)], shown.Limits);
        Assert.Equal((true, Minute(420), null), (shown.Open, shown.OpenUntil, shown.OpensAt));
        Assert.Equal((Start, Freshness.Fresh, null), (shown.ConfirmedAt, shown.Freshness, shown.Pause));
        Assert.Equal((Minute(10), story.State.Version), (shown.AsOf, shown.Version));
    }

    [Fact]
    public void A_closed_space_says_when_it_opens()
    {
        var shown = new Story(Cafe(hours: Daily(new LocalTime(20, 0), new LocalTime(2, 0)))).Staff(2).Availability;

        Assert.Equal((false, null, Minute(60)), (shown.Open, shown.OpenUntil, shown.OpensAt));
    }

    [Fact]
    public void A_space_open_round_the_clock_never_closes()
    {
        var shown = new Story().Staff(2).Availability;

        Assert.Equal((true, null, null), (shown.Open, shown.OpenUntil, shown.OpensAt));
    }

    [Fact]
    public void It_never_shows_fewer_than_no_places()
    {
        var shown = new Story().Staff(2).Count(8).Availability;

        Assert.Equal((6, 8, 0), (shown.SafeCapacity, shown.Occupied, shown.Available));
    }

    [Fact]
    public void A_pause_is_shown_until_it_ends()
    {
        var story = new Story().Staff(2);
        story.Do(new PauseSpace(story.Now, PauseReason.Infection, Minute(30)));

        Assert.Equal(new Pause(PauseReason.Infection, Minute(30)), story.At(29.9).Availability.Pause);
        Assert.Null(story.At(30).Availability.Pause);
    }

    [Fact]
    public void The_next_change_is_the_nearest_of_pause_hold_freshness_nudge_shift_and_hours()
    {
        var story = new Story(Cafe(hours: Daily(new LocalTime(18, 0), new LocalTime(2, 0)))).Staff(2, until: 100);
        story.Do(new PauseSpace(story.Now, PauseReason.Infection, Minute(10)));
        story.Do(new ResumeSpace(story.Now));
        story.Held(20);
        story.Do(new PauseSpace(story.Now, PauseReason.Infection, Minute(10)));

        foreach (var (minute, next) in new[] { (0, 10), (10, 35), (35, 60), (60, 100), (100, 210), (210, 240), (240, 420) })
        {
            Assert.Equal(Minute(next), story.At(minute).Availability.NextChangeAt);
            Assert.Equal(Minute(next), story.Availability.ValidUntil);
        }
    }

    [Fact]
    public void Where_nothing_is_known_to_change_it_is_valid_as_far_as_is_looked_ahead()
    {
        var shown = new Story().Availability;

        Assert.Null(shown.NextChangeAt);
        Assert.Equal(Start + CapacityTimeline.Horizon, shown.ValidUntil);
    }
}
