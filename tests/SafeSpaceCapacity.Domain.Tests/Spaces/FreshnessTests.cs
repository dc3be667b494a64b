using NodaTime;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;
using static SafeSpaceCapacity.Domain.Tests.Spaces.Story;

namespace SafeSpaceCapacity.Domain.Tests.Spaces;

public sealed class FreshnessTests
{
    [Theory]
    [InlineData(0, Freshness.Fresh)]
    [InlineData(59.99, Freshness.Fresh)]
    [InlineData(60, Freshness.Ageing)]
    [InlineData(239.99, Freshness.Ageing)]
    [InlineData(240, Freshness.Unconfirmed)]
    [InlineData(100_000, Freshness.Unconfirmed)]
    public void A_confirmation_is_fresh_for_an_hour_and_believed_for_four(double minute, Freshness expected) =>
        Assert.Equal(expected, FreshnessRule.Default.At(Start, Minute(minute)));

    [Fact]
    public void A_space_never_confirmed_is_unconfirmed()
    {
        Assert.Equal(Freshness.Unconfirmed, FreshnessRule.Default.At(null, Start));
        Assert.Null(FreshnessRule.Default.NextChange(null, Start));
        Assert.Equal(Freshness.Unconfirmed, new Story().Availability.Freshness);
    }

    [Theory]
    [InlineData(0, 60.0)]
    [InlineData(59.99, 60.0)]
    [InlineData(60, 210.0)]
    [InlineData(209.99, 210.0)]
    [InlineData(210, 240.0)]
    [InlineData(239.99, 240.0)]
    [InlineData(240, null)]
    public void The_next_change_is_when_it_ages_then_when_staff_are_asked_and_then_when_it_is_no_longer_believed(double minute, double? next) =>
        Assert.Equal(next is { } at ? Minute(at) : null, FreshnessRule.Default.NextChange(Start, Minute(minute)));

    [Theory]
    [InlineData(30, 210)]
    [InlineData(0, 240)]
    [InlineData(300, 0)] // longer than it is believed: at once
    public void Staff_are_asked_again_so_many_minutes_before_it_is_no_longer_believed(int nudgeMinutes, int at)
    {
        var rule = FreshnessRule.Default with { NudgeMinutes = nudgeMinutes };
        Assert.Equal(Minute(at), rule.NudgeAt(Start));
        Assert.Null(rule.NudgeAt(null));
    }

    [Theory]
    [InlineData(10, 12)] // closed by its hours
    [InlineData(10, 2)] // open by its hours
    public void An_unconfirmed_space_is_never_shown_as_open_or_closed_nor_with_a_place(int opens, int closes)
    {
        var story = new Story(Cafe(hours: Daily(new LocalTime(opens, 0), new LocalTime(closes, 0)))).Staff(2);
        Assert.NotNull(story.At(239.99).Availability.Open);
        Assert.NotNull(story.Availability.Available);

        var unconfirmed = story.At(240).Availability;

        Assert.Equal(Freshness.Unconfirmed, unconfirmed.Freshness);
        Assert.Null(unconfirmed.Open);
        Assert.Null(unconfirmed.Available);

        // When a stretch of opening ends, or begins, would say that it is open, or closed.
        Assert.Null(unconfirmed.OpenUntil);
        Assert.Null(unconfirmed.OpensAt);
    }

    [Fact]
    public void What_staff_do_confirms_the_space_and_what_crews_or_time_do_does_not()
    {
        var story = new Story();
        Assert.Null(story.State.ConfirmedAt);
        var shift = story.NewId();
        var confirming = new Func<SpaceCommand>[]
        {
            () => new StartShift(story.Now, shift, StaffRole.TeamLead, null, Minute(500)),
            () => new StartShift(story.Now, story.NewId(), StaffRole.TeamLead, null, Minute(500)),
            () => new StartShift(story.Now, story.NewId(), StaffRole.TeamLead, null, Minute(100)),
            () => new EndShift(story.Now, shift),
            () => new RecordArrival(story.Now, null, null, null, ByStaff: true),
            () => new RecordDeparture(story.Now, null),
            () => new RecordCount(story.Now, 2, null),
            () => new ConfirmSpace(story.Now),
            () => new PauseSpace(story.Now, PauseReason.Staffing, Minute(30)),
            () => new ResumeSpace(story.Now),
        };
        var minute = 0;
        foreach (var command in confirming)
        {
            story.At(++minute).Do(command());
            Assert.Equal(Minute(minute), story.State.ConfirmedAt);
        }

        var hold = story.At(20).Held(30);
        story.Do(new ExtendHold(story.Now, hold.Id, Minute(31)));
        story.Do(new StartShift(story.Now, story.NewId(), StaffRole.TeamLead, Minute(200), Minute(500)));
        story.Do(new ReportRefused(story.Now, null, null, RefusalReason.Age, null));
        story.Do(new RecordArrival(story.Now, hold.Id, 10, null, ByStaff: false));
        story.At(110).Do(new Settle(story.Now));
        Assert.True(Assert.Single(story.Last.Events.OfType<ShiftEnded>()).RanOut);
        Assert.Equal(Minute(minute), story.State.ConfirmedAt);
    }

    [Fact]
    public void What_was_seen_earlier_confirms_as_of_when_it_was_seen()
    {
        var story = new Story();
        story.At(60).Do(new RecordCount(story.Now, 1, Minute(20)));
        Assert.Equal(Minute(20), story.State.ConfirmedAt);

        story.Do(new RecordDeparture(story.Now, Minute(10)));
        Assert.Equal(Minute(20), story.State.ConfirmedAt);
    }

    [Fact]
    public void An_observation_cannot_be_from_the_future()
    {
        // A fast clock at the space would keep a status fresh that nobody confirmed, and drop what is seen until then.
        var story = new Story();
        story.Do(new RecordCount(story.Now, 1, Minute(60)));
        Assert.Equal((Start, Start), (story.State.ConfirmedAt!.Value, story.State.CountedAt!.Value));

        story.At(1).Arrive();
        Assert.Equal(2, story.State.Occupied);
    }
}
