using NodaTime;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;
using SafeSpaceCapacity.Domain.Tests.Spaces;
using static SafeSpaceCapacity.Domain.Tests.Spaces.Story;

namespace SafeSpaceCapacity.Domain.Tests.Holds;

/// <summary>A hold at a space that nobody confirmed is a request.</summary>
public sealed class HoldRequestTests
{
    [Fact]
    public void A_hold_at_an_unconfirmed_space_is_a_request_that_staff_answer_within_five_minutes()
    {
        var story = Unconfirmed();
        var hold = story.Held(330);

        Assert.Equal((HoldStatus.Requested, Minute(330), Minute(305)), (hold.Status, hold.Eta, hold.ExpiresAt));
        Assert.Null(story.Availability.Available);
    }

    [Fact]
    public void A_space_never_confirmed_takes_requests_only() => Assert.Equal(HoldStatus.Requested, new Story().Held(20).Status);

    [Fact]
    public void A_request_that_nobody_answers_lapses()
    {
        var story = Unconfirmed();
        var hold = story.Held(330);

        Assert.Equal(HoldStatus.Requested, story.At(304.9).StatusOf(hold));
        Assert.Equal(HoldStatus.Lapsed, story.At(305).StatusOf(hold));
        story.At(306).Do(new Settle(story.Now));
        Assert.Equal(Minute(305), Assert.Single(story.Events.OfType<HoldLapsed>()).ObservedAt);
        Assert.Equal(HoldStatus.Lapsed, Refused(story.Do(new AcceptHold(story.Now, hold.Id)), RejectionCode.HoldEnded).HoldStatus);
    }

    [Fact]
    public void Accepting_a_request_keeps_the_place_until_the_arrival_plus_grace_and_confirms_the_space()
    {
        var story = Unconfirmed();
        var hold = story.Held(330);

        var accepted = Assert.IsType<HoldChanged>(story.At(304).Do(new AcceptHold(story.Now, hold.Id))).Hold;

        Assert.Equal((HoldStatus.Placed, Minute(345)), (accepted.Status, accepted.ExpiresAt));
        Assert.Equal(Minute(304), story.State.ConfirmedAt);
        Assert.Equal((Freshness.Fresh, 1, 5), (story.Availability.Freshness, story.Availability.Held, story.Availability.Available));
        Refused(story.Do(new AcceptHold(story.Now, hold.Id)), RejectionCode.HoldNotRequested);
    }

    [Fact]
    public void Accepting_after_the_stated_arrival_keeps_the_place_for_the_grace_from_then()
    {
        var story = Unconfirmed();
        var hold = story.Held(301);

        Assert.Equal(Minute(319), Assert.IsType<HoldChanged>(story.At(304).Do(new AcceptHold(story.Now, hold.Id))).Hold.ExpiresAt);
    }

    [Fact]
    public void Staff_accept_only_within_safe_capacity_and_start_a_shift_first_where_it_does_not_suffice()
    {
        // Those who were on duty have gone home.
        var story = new Story().Staff(2, until: 200).At(300);
        var hold = story.Held(320);
        Assert.Equal(HoldStatus.Requested, hold.Status);

        Refused(story.Do(new AcceptHold(story.Now, hold.Id)), RejectionCode.NoSafeCapacity);
        story.Staff(2);
        Assert.Equal(HoldStatus.Placed, Assert.IsType<HoldChanged>(story.Do(new AcceptHold(story.Now, hold.Id))).Hold.Status);
    }

    [Fact]
    public void Of_two_requests_for_one_place_one_is_accepted()
    {
        var story = new Story().Staff(2, until: 1200).Count(5).At(300);
        var first = story.Held(320);
        var second = story.Held(320);
        Refused(story.Do(new AcceptHold(story.Now, first.Id)), RejectionCode.NoSafeCapacity);

        story.Do(new DeclineHold(story.Now, second.Id, RefusalReason.NoCapacity));

        Assert.IsType<HoldChanged>(story.Do(new AcceptHold(story.Now, first.Id)));
    }

    [Fact]
    public void A_request_counts_as_held_once_the_space_is_confirmed()
    {
        var story = Unconfirmed().Count(5).At(600);
        var request = story.Held(620);
        Assert.Equal(HoldStatus.Requested, request.Status);
        story.Do(new ConfirmSpace(story.Now));

        Assert.Equal(Minute(605), Refused(story.Hold(620), RejectionCode.NoSafeCapacity).Earliest);
        Assert.Equal(HoldStatus.Placed, story.At(605).Held(620).Status);
    }

    [Fact]
    public void Requests_are_as_many_as_the_rooms_have_places()
    {
        var story = new Story(Cafe(places: 2));
        story.Held(20);
        story.At(1).Held(20);

        Assert.Equal(Minute(5), Refused(story.At(2).Hold(20), RejectionCode.TooManyRequests).Earliest);
        Assert.Equal(HoldStatus.Requested, story.At(5).Held(20).Status);
    }

    [Fact]
    public void A_request_is_declined_with_a_reason()
    {
        var story = Unconfirmed();
        var hold = story.Held(330);

        story.Do(new DeclineHold(story.Now, hold.Id, RefusalReason.Age));

        Assert.Equal(HoldStatus.Declined, story.StatusOf(hold));
        Assert.Equal(RefusalReason.Age, story.State.FindHold(hold.Id)!.DeclinedReason);
        Assert.Equal(Freshness.Fresh, story.Availability.Freshness);
    }

    [Fact]
    public void Another_arrival_for_a_request_gives_staff_no_longer_to_answer()
    {
        var story = Unconfirmed();
        var hold = story.Held(330);

        var extended = Assert.IsType<HoldChanged>(story.At(302).Do(new ExtendHold(story.Now, hold.Id, Minute(350)))).Hold;

        Assert.Equal((HoldStatus.Requested, Minute(350), Minute(305)), (extended.Status, extended.Eta, extended.ExpiresAt));
    }

    [Fact]
    public void A_request_is_not_made_of_a_paused_or_closed_space()
    {
        var paused = new Story();
        paused.Do(new PauseSpace(paused.Now, PauseReason.Building, Minute(600)));
        Refused(paused.At(300).Hold(330), RejectionCode.Paused);

        var closed = new Story(Cafe(hours: Daily(new LocalTime(9, 0), new LocalTime(12, 0))));
        Refused(closed.Hold(20), RejectionCode.OutsideHours);
    }

    // Two on duty, and five hours later nobody has confirmed anything.
    private static Story Unconfirmed() => new Story().Staff(2, until: 1200).At(300);
}
