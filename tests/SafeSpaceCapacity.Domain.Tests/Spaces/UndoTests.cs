using System.Collections.Immutable;
using NodaTime;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;
using static SafeSpaceCapacity.Domain.Tests.Spaces.Story;

namespace SafeSpaceCapacity.Domain.Tests.Spaces;

/// <summary>What staff did last is taken back as if it had never been done, within five minutes.</summary>
public sealed class UndoTests
{
    [Theory]
    [InlineData(5)]
    [InlineData(5.1)]
    public void It_can_be_undone_for_five_minutes(double minutes)
    {
        var story = new Story().Staff(2).Count(2);
        story.Arrive();

        var outcome = story.At(minutes).Undo();

        if (minutes <= 5)
            Assert.IsType<Recorded>(outcome);
        else
            Refused(outcome, RejectionCode.UndoTooLate);
        Assert.Equal(minutes <= 5 ? 2 : 3, story.State.Occupied);
    }

    [Fact]
    public void Only_what_was_done_last_and_only_once()
    {
        var story = new Story().Staff(2).Count(2);
        var count = story.LastId;
        story.Arrive();
        var arrival = story.LastId;

        Refused(story.Do(new UndoAct(story.Now, count)), RejectionCode.NotUndoable);
        Assert.IsType<Recorded>(story.Do(new UndoAct(story.Now, arrival)));
        Refused(story.Do(new UndoAct(story.Now, arrival)), RejectionCode.NotUndoable);
        Refused(story.Do(new UndoAct(story.Now, count)), RejectionCode.NotUndoable);
        Assert.Equal(2, story.State.Occupied);
    }

    [Fact]
    public void What_a_crew_does_is_not_undone_and_hides_nothing_that_staff_did()
    {
        var story = new Story().Staff(2).Count(2);
        var count = story.LastId;
        story.Arrive(byStaff: false);
        Refused(story.Undo(), RejectionCode.NotUndoable);

        Assert.IsType<Recorded>(story.Do(new UndoAct(story.Now, count)));

        // Nobody was known to be here before the count; the crew's arrival still happened.
        Assert.Equal(1, story.State.Occupied);
    }

    [Fact]
    public void An_arrival_gives_its_hold_back_which_then_arrives_once()
    {
        var story = new Story().Staff(2);
        var hold = story.Held(10);
        story.At(9).Arrive(hold);

        Assert.IsType<Recorded>(story.At(10).Undo());

        Assert.Equal((0, HoldStatus.Placed, 1), (story.State.Occupied, story.StatusOf(hold), story.Availability.Held));
        story.Arrive(hold);
        Assert.Equal(new ArrivalCounted(true, false), story.Arrive(hold));
        Assert.Equal(1, story.State.Occupied);
    }

    [Fact]
    public void An_arrival_on_a_hold_that_has_run_out_since_leaves_it_expired()
    {
        // Kept until 10 + 15.
        var story = new Story().Staff(2);
        var hold = story.Held(10);
        story.At(24).Arrive(hold);
        story.At(26).Undo();

        Assert.Equal(HoldStatus.Expired, story.State.FindHold(hold.Id)!.Status);
        Assert.Equal(Minute(25), story.Last.Events.OfType<HoldExpired>().Single().ObservedAt);
    }

    [Fact]
    public void A_departure_of_somebody_who_was_not_known_to_be_here_changed_nothing()
    {
        var story = new Story().Staff(2).Count(0);
        story.Do(new RecordDeparture(story.Now, null));
        story.Undo();
        Assert.Equal(0, story.State.Occupied);
    }

    [Fact]
    public void A_count_that_was_reported_late_gives_back_what_was_known()
    {
        // Two, then one more seen at 10: three. Four seen at 5 are five with that one.
        var story = new Story().Staff(2).Count(2);
        story.At(12).Arrive(seen: 10);
        story.At(20).Do(new RecordCount(story.Now, 4, Minute(5)));
        Assert.Equal(5, story.State.Occupied);

        story.At(21).Undo();

        Assert.Equal((3, Start), (story.State.Occupied, story.State.CountedAt));

        // And another count seen before that one came still adds it.
        story.Do(new RecordCount(story.Now, 1, Minute(9)));
        Assert.Equal(2, story.State.Occupied);
    }

    [Fact]
    public void Somebody_who_was_in_an_undone_count_is_counted_by_their_crew()
    {
        // The crew reports at 11 an arrival seen at 9: in the count of 10, but not in what was known before.
        var story = new Story().Staff(2).At(10).Count(2);
        var count = story.LastId;
        story.At(11).Arrive(seen: 9, byStaff: false);
        Assert.Equal(2, story.State.Occupied);

        story.Do(new UndoAct(story.Now, count));

        Assert.Equal(1, story.State.Occupied);
    }

    [Fact]
    public void Of_two_that_are_alike_the_last_is_taken_back()
    {
        // Nobody leaves, somebody comes, somebody leaves, all seen at 5: without the last, one is here, however late a count of nobody at 4 is reported.
        var story = new Story().Staff(2).Count(0).At(10);
        story.Do(new RecordDeparture(story.Now, Minute(5)));
        story.Arrive(seen: 5);
        story.Do(new RecordDeparture(story.Now, Minute(5)));
        story.Undo();
        Assert.Equal(1, story.State.Occupied);

        story.Do(new RecordCount(story.Now, 0, Minute(4)));

        Assert.Equal(1, story.State.Occupied);
    }

    [Fact]
    public void A_confirmation_is_as_old_again_as_it_was()
    {
        var story = new Story().Staff(2);
        story.At(250).Do(new ConfirmSpace(story.Now));
        story.At(251).Undo();
        Assert.Equal((Start, Freshness.Unconfirmed), (story.State.ConfirmedAt, story.Availability.Freshness));
    }

    [Fact]
    public void A_shift_that_began_is_gone_and_one_that_ended_is_back_with_all_it_had()
    {
        var story = new Story().Staff(1);
        story.Do(new StartShift(story.Now, story.NewId(), StaffRole.Clinician, null, Minute(60))
        {
            Agency = true,
            Trained = [new(Training.Medication, Minute(30))],
            Breaks = [new(Minute(20), Minute(25))],
        });
        var shift = story.State.Shifts[^1];
        story.Undo();
        Assert.Single(story.State.Shifts);

        story.Do(new StartShift(story.Now, shift.Id, StaffRole.Clinician, null, Minute(60)) { Agency = true, Trained = shift.Trained, Breaks = shift.Breaks });
        story.Do(new EndShift(story.Now, shift.Id));
        story.Undo();
        Assert.Equal(shift, story.State.Shifts[^1]);
    }

    [Fact]
    public void A_shift_that_would_have_run_out_meanwhile_does_so()
    {
        var story = new Story().Staff(1, until: 10);
        story.At(8).Do(new EndShift(story.Now, story.State.Shifts[0].Id));
        story.At(11).Undo();
        Assert.Empty(story.State.Shifts);
        Assert.Equal(Minute(10), story.Last.Events.OfType<ShiftEnded>().Single().ObservedAt);
    }

    [Fact]
    public void A_pause_gives_way_to_the_one_before_it_and_a_resumption_to_the_pause()
    {
        var story = new Story().Staff(2);
        story.Do(new PauseSpace(story.Now, PauseReason.Incident, Minute(60), Minute(20)));
        story.Do(new PauseSpace(story.Now, PauseReason.Staffing, Minute(3)));
        story.At(4).Undo();
        Assert.Equal(new Pause(PauseReason.Incident, Minute(60), Minute(20)), story.State.Pause);

        story.Do(new ResumeSpace(story.Now));
        story.Undo();
        Assert.Equal(PauseReason.Incident, story.State.Pause!.Reason);
    }

    [Fact]
    public void A_request_that_was_accepted_waits_again_and_lapses_at_its_time()
    {
        var story = Unconfirmed(out var request);
        story.Do(new AcceptHold(story.Now, request.Id, OverrideReason.NowhereElse));
        Assert.Equal(HoldStatus.Placed, story.StatusOf(request));

        story.At(4).Undo();
        Assert.Equal((HoldStatus.Requested, Minute(5)), (story.StatusOf(request), story.State.FindHold(request.Id)!.ExpiresAt));
        Assert.Equal(Freshness.Unconfirmed, story.Availability.Freshness);
        Assert.Equal(HoldStatus.Lapsed, story.At(5).StatusOf(request));
    }

    [Theory]
    [InlineData(HoldStatus.Arrived)]
    [InlineData(HoldStatus.Released)]
    [InlineData(HoldStatus.Declined)]
    public void A_hold_that_a_crew_ended_after_it_was_accepted_does_not_come_back(HoldStatus end)
    {
        var story = Unconfirmed(out var request);
        story.Do(new AcceptHold(story.Now, request.Id, OverrideReason.NowhereElse));
        var accepted = story.LastId;
        story.Do(end switch
        {
            HoldStatus.Arrived => new RecordArrival(story.Now, request.Id, null, null, ByStaff: false),
            HoldStatus.Released => new ReleaseHold(story.Now, request.Id),
            _ => new ReportRefused(story.Now, request.Id, null, RefusalReason.Other, null),
        });

        Assert.IsType<Recorded>(story.Do(new UndoAct(story.Now, accepted)));

        Assert.Equal(end, story.StatusOf(request));
        story.Arrive(request, byStaff: false);
        Assert.Equal(1, story.State.Occupied);
    }

    [Fact]
    public void An_arrival_stated_later_by_the_crew_outlives_the_acceptance()
    {
        var story = Unconfirmed(out var request);
        story.Staff(2);
        story.Do(new AcceptHold(story.Now, request.Id));
        var accepted = story.LastId;
        story.Do(new ExtendHold(story.Now, request.Id, Minute(40)));

        story.Do(new UndoAct(story.Now, accepted));

        var hold = story.State.FindHold(request.Id)!;
        Assert.Equal((HoldStatus.Requested, Minute(40), Minute(5)), (hold.Status, hold.Eta, hold.ExpiresAt));
    }

    [Fact]
    public void A_declined_hold_comes_back_unless_its_place_was_taken_since()
    {
        // Two can support six: five here and the hold.
        var story = new Story().Staff(2).Count(5);
        var hold = story.Held(20);
        story.Do(new DeclineHold(story.Now, hold.Id, RefusalReason.Other));
        Assert.IsType<Recorded>(story.Undo());
        Assert.Equal(HoldStatus.Placed, story.StatusOf(hold));

        story.Do(new DeclineHold(story.Now, hold.Id, RefusalReason.Other));
        var declined = story.LastId;
        story.Held(20);

        Refused(story.Do(new UndoAct(story.Now, declined)), RejectionCode.NoSafeCapacity);
        Assert.Equal(HoldStatus.Declined, story.StatusOf(hold));
    }

    [Fact]
    public void A_declined_hold_does_not_come_back_beside_another_of_the_same_need()
    {
        var story = new Story().Staff(2);
        var hold = story.Held(20);
        story.Do(new DeclineHold(story.Now, hold.Id, RefusalReason.Other));
        var declined = story.LastId;
        story.Hold(30, need: hold.NeedId);

        Refused(story.Do(new UndoAct(story.Now, declined)), RejectionCode.AlreadyHeld);
    }

    [Fact]
    public void A_declined_request_comes_back_though_nobody_is_known_to_be_on_duty()
    {
        var story = Unconfirmed(out var request);
        story.Do(new DeclineHold(story.Now, request.Id, RefusalReason.Other));
        Assert.IsType<Recorded>(story.Undo());
        Assert.Equal(HoldStatus.Requested, story.StatusOf(request));
    }

    [Fact]
    public void A_declined_request_does_not_come_back_where_the_rooms_are_spoken_for()
    {
        // One room. Having declined, staff are known to be there, and say that there are two of them: another crew gets a place.
        var story = new Story(Cafe(places: 1));
        var request = story.Held(20);
        var line = new RotaLine(story.NewId(), StaffRole.TeamLead, [IsoDayOfWeek.Monday], new LocalTime(18, 0), new LocalTime(6, 0));
        story.Do(new PlanRota(story.Now, new Rota([line, line with { Id = story.NewId() }], [])));
        story.Do(new DeclineHold(story.Now, request.Id, RefusalReason.Other));
        var declined = story.LastId;
        story.Held(20);

        Refused(story.Do(new UndoAct(story.Now, declined)), RejectionCode.TooManyRequests);
    }

    [Fact]
    public void An_arrival_that_was_in_the_count_already_gives_no_hold_back_whose_place_was_taken_since()
    {
        // Two can support six. Five here and the hold; then six are counted, who is on the hold among them: over by one until it is known that they came.
        var story = new Story().Staff(2).Count(5);
        var hold = story.Held(20);
        story.At(10).Count(5);
        story.Arrive(hold, seen: 9);
        var arrived = story.LastId;
        Assert.Equal((5, 0), (story.State.Occupied, story.Availability.Held));
        story.Held(20);

        Refused(story.Do(new UndoAct(story.Now, arrived)), RejectionCode.NoSafeCapacity);
    }

    private static Story Unconfirmed(out Hold request)
    {
        var story = new Story();
        request = story.Held(20);
        Assert.Equal(HoldStatus.Requested, request.Status);
        return story;
    }
}
