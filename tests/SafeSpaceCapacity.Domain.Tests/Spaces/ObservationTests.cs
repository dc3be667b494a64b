using NodaTime;
using SafeSpaceCapacity.Domain.Escalations;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;
using static SafeSpaceCapacity.Domain.Tests.Spaces.Story;

namespace SafeSpaceCapacity.Domain.Tests.Spaces;

/// <summary>Arrivals, departures, counts and shifts are facts: recorded late or over the limit, and counted once.</summary>
public sealed class ObservationTests
{
    [Fact]
    public void An_arrival_on_a_hold_takes_the_place_that_was_held()
    {
        var story = new Story().Staff(2);
        var hold = story.Held(20);

        Assert.Equal(new ArrivalCounted(false, false), story.At(20).Arrive(hold));

        Assert.Equal((1, 0, 5), (story.State.Occupied, story.Availability.Held, story.Availability.Available));
        Assert.Equal(HoldStatus.Arrived, story.StatusOf(hold));
    }

    [Fact]
    public void An_arrival_on_a_valid_hold_is_counted_when_the_space_is_full_and_those_on_call_are_told()
    {
        var story = new Story().Staff(2).Count(5);
        var hold = story.Held(20);
        story.Arrive();

        Assert.Equal(new ArrivalCounted(false, OverSafeCapacity: true), story.At(20).Arrive(hold));

        Assert.Equal(7, story.State.Occupied);
        var over = Assert.IsType<OverSafeCapacity>(story.Last.Events[^1]);
        Assert.Equal((7, 6), (over.Occupied, over.SafeCapacity));
        Assert.Equal((0, 1), (story.Availability.Available, story.Availability.Occupied - story.Availability.SafeCapacity));
        story.At(25).Do(new Settle(story.Now));
        Assert.Equal(EscalationCause.OverSafeCapacity, Assert.IsType<EscalationTold>(story.Last.Events[^1]).Cause);
    }

    [Fact]
    public void Over_safe_capacity_is_told_once_and_so_is_its_end()
    {
        var story = new Story().Staff(2).Count(6);
        story.Arrive();
        Assert.Equal(new ArrivalCounted(false, OverSafeCapacity: true), story.Arrive());
        story.Do(new RecordDeparture(story.Now, null));
        Assert.DoesNotContain(story.Last.Events, e => e is BackWithinSafeCapacity);
        story.Do(new RecordDeparture(story.Now, null));
        Assert.Contains(story.Last.Events, e => e is BackWithinSafeCapacity { Occupied: 6, SafeCapacity: 6 });

        Assert.Single(story.Events.OfType<OverSafeCapacity>());
        Assert.Single(story.Events.OfType<BackWithinSafeCapacity>());
    }

    [Fact]
    public void Staff_who_go_home_leave_too_few_for_those_who_are_here()
    {
        var story = new Story().Staff(2, until: 60).Count(3);

        story.At(60).Do(new Settle(story.Now));
        Assert.Equal((3, 0), story.Events.OfType<OverSafeCapacity>().Select(e => (e.Occupied, e.SafeCapacity)).Single());

        story.Staff(2);
        Assert.Single(story.Events.OfType<BackWithinSafeCapacity>());
    }

    [Fact]
    public void An_arrival_long_after_the_hold_expired_is_counted_once()
    {
        var story = new Story().Staff(2);
        var hold = story.Held(20);

        Assert.Equal(new ArrivalCounted(false, false), story.At(50).Arrive(hold));
        Assert.Equal(new ArrivalCounted(AlreadyReported: true, false), story.Arrive(hold));

        Assert.Equal((1, HoldStatus.Arrived), (story.State.Occupied, story.StatusOf(hold)));
        Assert.Single(story.Events.OfType<HoldExpired>());
        Assert.Single(story.Events.OfType<ArrivalRecorded>());
    }

    [Fact]
    public void An_arrival_seen_in_time_and_reported_late_ends_the_hold_as_arrived_and_not_as_expired()
    {
        var story = new Story().Staff(2);
        var hold = story.Held(20);
        var other = story.Held(20);

        Assert.Equal(new ArrivalCounted(false, false), story.At(50).Arrive(hold, seen: 34));

        Assert.Equal((HoldStatus.Arrived, Minute(34)), (story.StatusOf(hold), story.State.FindHold(hold.Id)!.EndedAt));
        Assert.Equal(other.Id, Assert.Single(story.Events.OfType<HoldExpired>()).HoldId);
    }

    [Fact]
    public void An_arrival_seen_when_the_hold_had_just_expired_was_late()
    {
        var story = new Story().Staff(2);
        var hold = story.Held(20);

        story.At(50).Arrive(hold, seen: 35);

        Assert.Single(story.Events.OfType<HoldExpired>());
        Assert.Equal((1, HoldStatus.Arrived), (story.State.Occupied, story.StatusOf(hold)));
    }

    [Fact]
    public void An_arrival_that_was_written_down_as_expired_before_it_was_reported_still_arrived()
    {
        var story = new Story().Staff(2);
        var hold = story.Held(20);
        story.At(40).Do(new Settle(story.Now));

        story.At(50).Arrive(hold, seen: 30);

        Assert.Equal((1, HoldStatus.Arrived), (story.State.Occupied, story.StatusOf(hold)));
    }

    [Fact]
    public void An_arrival_reported_by_crew_and_staff_is_counted_once()
    {
        var story = new Story().Staff(2);
        var hold = story.Held(20);

        Assert.Equal(new ArrivalCounted(false, false), story.At(20).Arrive(hold, byStaff: false));
        Assert.Equal(new ArrivalCounted(AlreadyReported: true, false), story.At(22).Arrive(hold, byStaff: true));

        Assert.Equal(1, story.State.Occupied);
    }

    [Fact]
    public void An_arrival_is_counted_once_even_a_day_after_it_was_first_reported_and_after_other_holds()
    {
        var story = new Story().Staff(2, until: 6000);
        var hold = story.Held(20);
        story.At(20).Arrive(hold);
        for (var minute = 100; minute <= 1440; minute += 200)
        {
            story.At(minute).Do(new ConfirmSpace(story.Now));
            story.Held(minute + 10);
        }

        Assert.Equal(new ArrivalCounted(AlreadyReported: true, false), story.At(1460).Arrive(hold, seen: 20));
    }

    [Fact]
    public void An_ended_hold_is_forgotten_two_days_after_it_ended_when_another_is_placed()
    {
        var story = new Story().Staff(2, until: 10_000);
        var hold = story.Held(20);
        story.Do(new ReleaseHold(story.Now, hold.Id));

        story.At(2880).Do(new ConfirmSpace(story.Now));
        story.Held(2890);
        Assert.NotNull(story.State.FindHold(hold.Id));
        story.At(2881).Held(2890);
        Assert.Null(story.State.FindHold(hold.Id));
    }

    [Fact]
    public void Somebody_who_was_declined_and_came_nevertheless_has_arrived()
    {
        var story = new Story().Staff(2);
        var hold = story.Held(20);
        story.Do(new DeclineHold(story.Now, hold.Id, RefusalReason.NoCapacity));

        Assert.Equal(new ArrivalCounted(false, false), story.Arrive(hold));
        Assert.Equal((1, HoldStatus.Arrived), (story.State.Occupied, story.StatusOf(hold)));
    }

    [Fact]
    public void Walk_ins_are_counted_one_by_one()
    {
        var story = new Story().Staff(2);

        Assert.Equal(new ArrivalCounted(false, false), story.Arrive());
        Assert.Equal(new ArrivalCounted(false, false), story.Arrive());
        Assert.Equal((2, 4), (story.State.Occupied, story.Availability.Available));
    }

    [Fact]
    public void A_departure_when_nobody_was_known_to_be_here_leaves_nobody_here()
    {
        var story = new Story().Staff(2);

        Assert.IsType<Recorded>(story.Do(new RecordDeparture(story.Now, null)));
        Assert.Single(story.Last.Events.OfType<DepartureRecorded>());
        Assert.Equal(0, story.State.Occupied);
        story.Arrive();
        Assert.Equal(1, story.State.Occupied);
    }

    [Fact]
    public void What_was_seen_before_a_count_is_in_the_count()
    {
        var story = new Story().Staff(2).At(60).Count(3).At(70);
        var hold = story.Held(80);

        story.Arrive(seen: 59);
        story.Do(new RecordDeparture(story.Now, Minute(59)));
        Assert.Equal(new ArrivalCounted(false, false), story.Arrive(hold, seen: 59.9));

        Assert.Equal(3, story.State.Occupied);
        Assert.Equal(HoldStatus.Arrived, story.StatusOf(hold));
        story.Arrive(seen: 60);
        Assert.Equal(4, story.State.Occupied);
    }

    [Fact]
    public void A_count_from_before_a_newer_count_is_recorded_and_changes_nothing()
    {
        var story = new Story().Staff(2).At(60).Count(3);

        story.At(70).Do(new RecordCount(story.Now, 8, Minute(59)));

        Assert.Single(story.Last.Events.OfType<OccupancyCounted>());
        Assert.Equal((3, Minute(60)), (story.State.Occupied, story.State.CountedAt));
    }

    [Fact]
    public void A_count_reported_late_does_not_wipe_out_who_came_and_left_after_it()
    {
        var story = new Story().Staff(4).At(60);
        story.Arrive(seen: 20);
        story.Arrive(seen: 40);
        story.Arrive(story.Held(70));
        story.Do(new RecordDeparture(story.Now, Minute(50)));

        // Three were here at minute 30; one more at 40, one left at 50, one more at 60.
        story.At(65).Do(new RecordCount(story.Now, 3, Minute(30)));
        Assert.Equal(4, story.State.Occupied);

        // A second late count, of later, holds from then.
        story.At(66).Do(new RecordCount(story.Now, 2, Minute(45)));
        Assert.Equal(2, story.State.Occupied);
        story.At(67).Do(new RecordCount(story.Now, 9, Minute(44)));
        Assert.Equal(2, story.State.Occupied);
    }

    [Fact]
    public void A_count_at_the_instant_of_an_arrival_already_recorded_includes_it()
    {
        var story = new Story().Staff(2);
        story.Arrive();
        story.Count(1);
        Assert.Equal(1, story.State.Occupied);
        story.Arrive();
        Assert.Equal(2, story.State.Occupied);
    }

    [Fact]
    public void A_refusal_at_the_door_is_recorded_and_ends_the_hold()
    {
        var story = new Story().Staff(2);
        var hold = story.Held(20);

        Assert.IsType<Recorded>(story.At(20).Do(new ReportRefused(story.Now, hold.Id, hold.NeedId, RefusalReason.Intoxication, Minute(18))));

        Assert.Equal((HoldStatus.Declined, 0), (story.StatusOf(hold), story.Availability.Held));
        Assert.Equal((RefusalReason.Intoxication, Minute(18)), story.Events.OfType<RefusalReported>().Select(e => (e.Reason, e.ObservedAt)).Single());
    }

    [Fact]
    public void A_refusal_of_somebody_without_a_hold_is_recorded()
    {
        var story = new Story().Staff(2);
        Assert.IsType<Recorded>(story.Do(new ReportRefused(story.Now, null, story.NewId(), RefusalReason.Age, null)));
        Assert.IsType<Recorded>(story.Do(new ReportRefused(story.Now, story.NewId(), null, RefusalReason.Age, null)));
        Assert.Equal(2, story.Events.OfType<RefusalReported>().Count());
    }

    [Fact]
    public void A_shift_ends_when_staff_say_so_or_its_time_runs_out()
    {
        var story = new Story();
        var first = Assert.IsType<ShiftChanged>(story.Do(new StartShift(story.Now, story.NewId(), StaffRole.TeamLead, null, Minute(60)))).Shift;
        var second = Assert.IsType<ShiftChanged>(story.Do(new StartShift(story.Now, story.NewId(), StaffRole.Clinician, Minute(-30), Minute(60)))).Shift;
        Assert.Equal((Start, Minute(-30)), (first.From, second.From));

        Assert.Equal(first with { Until = Minute(30) }, Assert.IsType<ShiftChanged>(story.At(30).Do(new EndShift(story.Now, first.Id))).Shift);
        Assert.Equal([second], story.State.Shifts);
        Refused(story.At(60).Do(new EndShift(story.Now, second.Id)), RejectionCode.ShiftNotFound);
        Assert.Empty(story.State.Shifts);
    }

    [Fact]
    public void A_planned_shift_that_is_called_off_was_never_on_duty()
    {
        var story = new Story();
        var planned = Assert.IsType<ShiftChanged>(story.Do(new StartShift(story.Now, story.NewId(), StaffRole.TeamLead, Minute(60), Minute(120)))).Shift;

        var ended = Assert.IsType<ShiftChanged>(story.At(10).Do(new EndShift(story.Now, planned.Id))).Shift;

        Assert.Equal((Minute(60), Minute(60)), (ended.From, ended.Until));
        Assert.Empty(story.State.Shifts);
    }

    [Fact]
    public void A_space_that_does_not_exist_answers_so_and_nothing_is_written()
    {
        foreach (var command in new SpaceCommand[]
        {
            new RecordArrival(Start, null, null, null, true), new RecordCount(Start, 1, null), new ConfirmSpace(Start), new Settle(Start),
            new HoldPlace(Start, Guid.Empty, Guid.Empty, Start, Needs.None, null, "DD12"),
        })
        {
            var decision = Space.Decide(SpaceState.None, command);
            Assert.IsType<NoSuchSpace>(decision.Outcome);
            Assert.Empty(decision.Events);
            Assert.Null(decision.Availability);
            Assert.Equal(0, decision.State.Version);
        }
    }

    [Fact]
    public void A_space_is_registered_once()
    {
        var story = new Story();
        Assert.Equal(1, story.State.Version);

        Refused(story.Do(new RegisterSpace(story.Now, Cafe(places: 99))), RejectionCode.AlreadyRegistered);
        Assert.Equal(8, story.State.Details!.Places);
    }
}
