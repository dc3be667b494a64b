using NodaTime;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Tests.Spaces;
using static SafeSpaceCapacity.Domain.Tests.Spaces.Story;

namespace SafeSpaceCapacity.Domain.Tests.Holds;

public sealed class HoldChangingTests
{
    [Fact]
    public void A_later_arrival_keeps_the_place_longer()
    {
        var story = new Story().Staff(2).Count(5);
        var hold = story.Held(20);

        var extended = Assert.IsType<HoldChanged>(story.At(10).Do(new ExtendHold(story.Now, hold.Id, Minute(40)))).Hold;

        Assert.Equal((Minute(40), Minute(55), HoldStatus.Placed), (extended.Eta, extended.ExpiresAt, extended.Status));
        Assert.Equal(1, story.At(54.9).Availability.Held);
        Assert.Equal(0, story.At(55).Availability.Held);
    }

    [Fact]
    public void A_later_arrival_is_refused_where_staff_leave_before_it_and_the_hold_stays_as_it_was()
    {
        var story = new Story().Staff(2, until: 40);
        var hold = story.Held(20);

        Refused(story.Do(new ExtendHold(story.Now, hold.Id, Minute(26))), RejectionCode.NoSafeCapacity);

        Assert.Equal(hold, story.State.FindHold(hold.Id));
        Assert.IsType<HoldChanged>(story.Do(new ExtendHold(story.Now, hold.Id, Minute(25))));
    }

    [Fact]
    public void A_later_arrival_is_refused_where_the_space_closes_before_it_and_says_when_it_opens()
    {
        // Closes 90 minutes after the start.
        var story = new Story(Cafe(hours: Daily(new LocalTime(10, 0), new LocalTime(20, 30)))).Staff(2);
        var hold = story.Held(20);

        var reason = Refused(story.Do(new ExtendHold(story.Now, hold.Id, Minute(80))), RejectionCode.ClosesBeforeArrival);

        Assert.Equal(Instant.FromUtc(2026, 6, 2, 9, 0), reason.Earliest);
    }

    [Fact]
    public void An_earlier_arrival_asks_for_nothing_more_and_is_never_refused()
    {
        // Since the hold was placed a worker left: more people are here than can be supported.
        var story = new Story().Staff(2).Count(5);
        var hold = story.Held(60);
        story.Do(new EndShift(story.Now, story.State.Shifts[0].Id));

        var sooner = Assert.IsType<HoldChanged>(story.Do(new ExtendHold(story.Now, hold.Id, Minute(30)))).Hold;

        Assert.Equal((Minute(30), Minute(45)), (sooner.Eta, sooner.ExpiresAt));
        Refused(story.Do(new ExtendHold(story.Now, hold.Id, Minute(31))), RejectionCode.NoSafeCapacity);
    }

    [Fact]
    public void A_place_that_is_kept_is_not_in_doubt_because_the_space_paused_or_went_unconfirmed_since()
    {
        var story = new Story().Staff(2).At(60);
        var hold = story.Held(280);
        story.Do(new PauseSpace(story.Now, PauseReason.Incident, Minute(600)));

        Assert.IsType<HoldChanged>(story.At(290).Do(new ExtendHold(story.Now, hold.Id, Minute(299))));
        Assert.Equal(Freshness.Unconfirmed, story.At(300).Availability.Freshness);
        Assert.IsType<HoldChanged>(story.Do(new ExtendHold(story.Now, hold.Id, Minute(300))));
    }

    [Fact]
    public void A_hold_is_stretched_to_four_hours_after_it_was_made_and_no_further()
    {
        var story = new Story().Staff(2);
        var hold = story.Held(20);

        Refused(story.At(30).Do(new ExtendHold(story.Now, hold.Id, Minute(241))), RejectionCode.HoldTooLong);
        Assert.IsType<HoldChanged>(story.Do(new ExtendHold(story.Now, hold.Id, Minute(240))));
    }

    [Fact]
    public void A_released_place_is_free_at_once()
    {
        var story = new Story().Staff(2).Count(5);
        var hold = story.Held(20);

        var released = Assert.IsType<HoldChanged>(story.Do(new ReleaseHold(story.Now, hold.Id))).Hold;

        Assert.Equal((HoldStatus.Released, (Instant?)Start), (released.Status, released.EndedAt));
        Assert.Equal(HoldStatus.Placed, story.Held(20).Status);
    }

    [Fact]
    public void A_declined_hold_says_why_and_confirms_the_space()
    {
        var story = new Story().Staff(2);
        var hold = story.Held(20);

        var declined = Assert.IsType<HoldChanged>(story.At(5).Do(new DeclineHold(story.Now, hold.Id, RefusalReason.UnsafeStaffing))).Hold;

        Assert.Equal((HoldStatus.Declined, (RefusalReason?)RefusalReason.UnsafeStaffing), (declined.Status, declined.DeclinedReason));
        Assert.Equal(Minute(5), story.State.ConfirmedAt);
        Assert.Equal(0, story.Availability.Held);
    }

    [Fact]
    public void A_hold_that_has_ended_stays_ended_and_says_how()
    {
        var story = new Story().Staff(2);
        var released = story.Held(20);
        story.Do(new ReleaseHold(story.Now, released.Id));
        var expired = story.Held(20);
        story.At(35);

        foreach (var (hold, status) in new[] { (released, HoldStatus.Released), (expired, HoldStatus.Expired) })
        {
            foreach (var command in new SpaceCommand[]
            {
                new ExtendHold(story.Now, hold.Id, Minute(60)), new ReleaseHold(story.Now, hold.Id),
                new AcceptHold(story.Now, hold.Id), new DeclineHold(story.Now, hold.Id, RefusalReason.Other),
            })
            {
                Assert.Equal(status, Refused(story.Do(command), RejectionCode.HoldEnded).HoldStatus);
            }
        }
    }

    [Fact]
    public void An_unknown_hold_is_not_found()
    {
        var story = new Story().Staff(2);
        var id = story.NewId();

        Refused(story.Do(new ExtendHold(story.Now, id, Minute(20))), RejectionCode.HoldNotFound);
        Refused(story.Do(new ReleaseHold(story.Now, id)), RejectionCode.HoldNotFound);
        Refused(story.Do(new AcceptHold(story.Now, id)), RejectionCode.HoldNotFound);
        Refused(story.Do(new DeclineHold(story.Now, id, RefusalReason.Other)), RejectionCode.HoldNotFound);
        Refused(story.Do(new RecordArrival(story.Now, id, null, null, true)), RejectionCode.HoldNotFound);
    }
}
