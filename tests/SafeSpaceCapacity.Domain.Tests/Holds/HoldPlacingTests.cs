using NodaTime;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;
using SafeSpaceCapacity.Domain.Tests.Spaces;
using static SafeSpaceCapacity.Domain.Tests.Spaces.Story;

namespace SafeSpaceCapacity.Domain.Tests.Holds;

public sealed class HoldPlacingTests
{
    [Fact]
    public void A_hold_keeps_a_place_until_the_arrival_plus_grace()
    {
        var story = new Story().Staff(2);
        var hold = story.Held(20);

        Assert.Equal((HoldStatus.Placed, Minute(20), Minute(35)), (hold.Status, hold.Eta, hold.ExpiresAt));
        Assert.Equal((1, 5), (story.Availability.Held, story.Availability.Available));
        Assert.Equal((1, 5), (story.At(34.9).Availability.Held, story.Availability.Available));
        Assert.Equal((0, 6), (story.At(35).Availability.Held, story.Availability.Available));
    }

    [Fact]
    public void An_arrival_in_the_past_is_now()
    {
        var hold = new Story().Staff(2).At(10).Held(3);

        Assert.Equal((Minute(10), Minute(25)), (hold.Eta, hold.ExpiresAt));
    }

    [Fact]
    public void The_last_place_is_held_and_the_next_crew_is_refused()
    {
        var story = new Story().Staff(2).Count(5);
        story.Held(20);

        var reason = Refused(story.Hold(10), RejectionCode.NoSafeCapacity);

        Assert.Equal(Minute(35), reason.Earliest);
        Assert.DoesNotContain(story.Last.Events, e => e is HoldPlaced);
    }

    [Fact]
    public void A_place_is_held_from_the_very_instant_at_which_another_hold_ends()
    {
        var story = new Story().Staff(2).Count(5);
        var first = story.Held(20);

        Refused(story.At(34.99).Hold(60), RejectionCode.NoSafeCapacity);
        var second = story.At(35).Held(60);

        Assert.Equal(HoldStatus.Expired, story.StatusOf(first));
        Assert.Equal(HoldStatus.Placed, story.StatusOf(second));
        Assert.Equal(Minute(35), Assert.Single(story.Events.OfType<HoldExpired>()).ObservedAt);
    }

    [Fact]
    public void Staff_who_leave_before_the_arrival_plus_grace_keep_no_place()
    {
        var story = new Story().Staff(2, until: 34);

        Refused(story.Hold(20), RejectionCode.NoSafeCapacity);
    }

    [Fact]
    public void Staff_who_stay_exactly_until_the_arrival_plus_grace_keep_a_place() =>
        Assert.Equal(Minute(35), new Story().Staff(2, until: 35).Held(20).ExpiresAt);

    [Fact]
    public void Staff_who_are_missing_for_a_while_on_the_way_keep_no_place()
    {
        var story = new Story().Staff(2, until: 10);
        story.Do(new StartShift(story.Now, story.NewId(), StaffRole.SupportWorker, Minute(12), Minute(600)));
        story.Do(new StartShift(story.Now, story.NewId(), StaffRole.SupportWorker, Minute(12), Minute(600)));

        var reason = Refused(story.Hold(20), RejectionCode.NoSafeCapacity);

        Assert.Equal(Minute(12), reason.Earliest);
    }

    [Fact]
    public void The_earliest_instant_of_a_refusal_is_one_at_which_the_same_hold_would_be_placed()
    {
        // A place is free now, but those who watch over it leave before the arrival: "now" would be no answer.
        var story = new Story().Staff(2, until: 30);
        var reason = Refused(story.Hold(20), RejectionCode.NoSafeCapacity);
        Assert.Null(reason.Earliest);

        story.Do(new StartShift(story.Now, story.NewId(), StaffRole.SupportWorker, Minute(60), Minute(600)));
        story.Do(new StartShift(story.Now, story.NewId(), StaffRole.SupportWorker, Minute(60), Minute(600)));
        Assert.Equal(Minute(60), Refused(story.Hold(20), RejectionCode.NoSafeCapacity).Earliest);
        story.At(60).Held(80);
    }

    [Fact]
    public void A_space_that_closes_before_the_arrival_plus_grace_keeps_no_place()
    {
        // Closes at 02:00 in Dundee, 01:00 UTC: 420 minutes after the start.
        var story = new Story(Cafe(hours: Daily(new LocalTime(18, 0), new LocalTime(2, 0)))).Staff(2).At(200);
        story.Do(new ConfirmSpace(story.Now));

        Assert.Equal(Minute(420), story.Held(405).ExpiresAt);
        var reason = Refused(story.Hold(406), RejectionCode.ClosesBeforeArrival);
        Assert.Equal(Instant.FromUtc(2026, 6, 2, 17, 0), reason.Earliest);
    }

    [Fact]
    public void A_closed_space_keeps_no_place_and_says_when_it_opens()
    {
        var story = new Story(Cafe(hours: Daily(new LocalTime(20, 0), new LocalTime(2, 0)))).Staff(2);

        Assert.Equal(Minute(60), Refused(story.At(59).Hold(70), RejectionCode.OutsideHours).Earliest);
        Assert.Equal(HoldStatus.Placed, story.At(60).Held(70).Status);
    }

    [Fact]
    public void A_paused_space_keeps_no_place_until_the_pause_ends()
    {
        var story = new Story().Staff(2);
        story.Do(new PauseSpace(story.Now, PauseReason.Incident, Minute(60)));

        Assert.Equal(Minute(60), Refused(story.At(59.9).Hold(70), RejectionCode.Paused).Earliest);
        Assert.Equal(HoldStatus.Placed, story.At(60).Held(70).Status);
        Assert.True(Assert.Single(story.Events.OfType<SpaceResumed>()).RanOut);
    }

    [Fact]
    public void A_paused_space_keeps_places_again_once_staff_resume_it()
    {
        var story = new Story().Staff(2);
        story.Do(new PauseSpace(story.Now, PauseReason.Incident, Minute(60)));
        story.Do(new ResumeSpace(story.At(10).Now));

        Assert.Equal(HoldStatus.Placed, story.Held(20).Status);
        Refused(story.Do(new ResumeSpace(story.Now)), RejectionCode.NotPaused);
    }

    [Fact]
    public void One_need_has_one_hold_at_a_space()
    {
        var story = new Story().Staff(2);
        var need = story.NewId();
        var hold = Assert.IsType<HoldChanged>(story.Hold(20, need: need)).Hold;

        Refused(story.Hold(20, need: need), RejectionCode.AlreadyHeld);
        Assert.IsType<HoldChanged>(story.Hold(20));
        story.Do(new ReleaseHold(story.Now, hold.Id));
        Assert.IsType<HoldChanged>(story.Hold(20, need: need));
    }

    [Fact]
    public void One_need_may_hold_again_from_the_instant_at_which_its_hold_expires()
    {
        var story = new Story().Staff(2);
        var need = story.NewId();
        story.Hold(20, need: need);

        Refused(story.At(34.9).Hold(50, need: need), RejectionCode.AlreadyHeld);
        Assert.IsType<HoldChanged>(story.At(35).Hold(50, need: need));
    }

    [Fact]
    public void A_place_is_kept_for_an_arrival_within_four_hours()
    {
        var story = new Story().Staff(2);

        Refused(story.Hold(241), RejectionCode.HoldTooLong);
        Assert.Equal(Minute(240), story.Held(240).Eta);
    }

    [Fact]
    public void Urgent_physical_need_comes_before_every_other_reason()
    {
        var story = new Story(Cafe(hours: Daily(new LocalTime(20, 0), new LocalTime(2, 0))) with { Provides = Needs.AgeAdult | Needs.UrgentPhysical });

        Refused(story.Hold(20, Needs.AgeAdult | Needs.UrgentPhysical | Needs.Bsl), RejectionCode.UrgentPhysicalNeed);
    }

    [Fact]
    public void Needs_that_are_not_met_are_listed()
    {
        var reason = Refused(
            new Story().Staff(2).Hold(20, Needs.AgeAdult | Needs.Quiet | Needs.Bsl | Needs.Overnight),
            RejectionCode.NeedsNotMet);

        Assert.Equal(Needs.Bsl | Needs.Overnight, reason.NeedsNotMet);
    }

    [Fact]
    public void Somebody_detained_under_section_297_goes_to_a_designated_place()
    {
        Refused(new Story().Staff(2).Hold(20, Needs.AgeAdult | Needs.DetainedS297), RejectionCode.NotDesignated);
        var designated = new Story(Cafe() with { Provides = Needs.AgeAdult | Needs.DetainedS297 }).Staff(2);
        Assert.IsType<HoldChanged>(designated.Hold(20, Needs.AgeAdult | Needs.DetainedS297));
    }

    [Fact]
    public void A_space_with_too_few_on_duty_keeps_no_place() =>
        Assert.Null(Refused(new Story().Staff(1).Hold(20), RejectionCode.NoSafeCapacity).Earliest);

    [Fact]
    public void What_time_has_done_is_written_down_also_when_the_command_is_refused()
    {
        var story = new Story().Staff(2, until: 30);
        story.Held(10);

        Refused(story.At(40).Hold(50), RejectionCode.NoSafeCapacity);

        // In the order in which it became due; then what follows from that now.
        Assert.Equal(
            [typeof(HoldExpired), typeof(ShiftEnded), typeof(ShiftEnded), typeof(StaffingBecameUnsafe)],
            story.Last.Events.Select(e => e.GetType()));
        Assert.Equal([Minute(25), Minute(30), Minute(30), Minute(40)], story.Last.Events.Select(e => e.ObservedAt));
    }
}
