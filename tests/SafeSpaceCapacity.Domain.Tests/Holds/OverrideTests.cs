using NodaTime;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Tests.Spaces;
using static SafeSpaceCapacity.Domain.Tests.Spaces.Story;

namespace SafeSpaceCapacity.Domain.Tests.Holds;

/// <summary>Staff may take somebody over safe capacity, with a reason that is an event of its own.</summary>
public sealed class OverrideTests
{
    [Fact]
    public void Over_safe_capacity_it_takes_a_reason()
    {
        var story = new Story();
        var request = story.Held(20);
        Refused(story.Do(new AcceptHold(story.Now, request.Id)), RejectionCode.NoSafeCapacity);

        Assert.IsType<HoldChanged>(story.Do(new AcceptHold(story.Now, request.Id, OverrideReason.StaffOnTheWay)));

        Assert.Equal(new SafeCapacityOverridden(story.Now, story.Now, request.Id, OverrideReason.StaffOnTheWay), story.Last.Events[0]);
        Assert.Equal(new HoldAccepted(story.Now, story.Now, request.Id, Minute(35)), story.Last.Events[1]);
    }

    [Fact]
    public void Nothing_is_overridden_where_there_is_a_place()
    {
        var story = new Story();
        var request = story.Held(20);
        story.Staff(2).Do(new AcceptHold(story.Now, request.Id, OverrideReason.NowhereElse));
        Assert.IsType<HoldAccepted>(Assert.Single(story.Last.Events));
    }

    [Fact]
    public void No_reason_opens_a_space_that_closes_before_the_arrival()
    {
        // Closes at 20:00, an hour after the start; the arrival plus grace is at 35, then put off by half an hour.
        var story = new Story(Cafe(hours: Daily(new LocalTime(18, 0), new LocalTime(20, 0))));
        var request = story.Held(20);
        story.Do(new ChangeSpace(story.Now, Cafe(hours: Daily(new LocalTime(18, 0), new LocalTime(19, 30))), null));
        Refused(story.Do(new AcceptHold(story.Now, request.Id, OverrideReason.NowhereElse)), RejectionCode.ClosesBeforeArrival);
    }

    [Fact]
    public void The_next_hold_is_judged_as_ever()
    {
        var story = new Story();
        var request = story.Held(20);
        story.Do(new AcceptHold(story.Now, request.Id, OverrideReason.NowhereElse));
        Refused(story.Hold(20), RejectionCode.NoSafeCapacity);
    }
}
