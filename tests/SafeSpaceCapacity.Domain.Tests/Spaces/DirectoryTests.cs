using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Spaces;
using static SafeSpaceCapacity.Domain.Tests.Spaces.Story;

namespace SafeSpaceCapacity.Domain.Tests.Spaces;

/// <summary>A space's entry in the directory changes and ends.</summary>
public sealed class DirectoryTests
{
    [Fact]
    public void An_entry_that_somebody_changed_meanwhile_is_not_overwritten()
    {
        var story = new Story();
        Assert.IsType<Recorded>(story.Do(new ChangeSpace(story.Now, Cafe(places: 5), 1)));
        Refused(story.Do(new ChangeSpace(story.Now, Cafe(places: 6), 1)), RejectionCode.ChangedMeanwhile);
        Assert.Equal(5, story.State.Details!.Places);
        Assert.IsType<Recorded>(story.Do(new ChangeSpace(story.Now, Cafe(places: 6), 2)));
        Assert.IsType<Recorded>(story.Do(new ChangeSpace(story.Now, Cafe(places: 7), null)));
        Assert.Equal([1L, 2L, 3L, 4L], story.State.DirectoryChanges);
    }

    [Fact]
    public void Fewer_places_than_people_escalates()
    {
        var story = new Story().Staff(2).Count(4);
        story.Do(new ChangeSpace(story.Now, Cafe(places: 3), null));
        Assert.Equal((4, 3), (story.Last.Events.OfType<OverSafeCapacity>().Single().Occupied, story.Availability.SafeCapacity));
    }

    [Fact]
    public void A_space_with_people_here_or_on_the_way_is_not_retired()
    {
        var story = new Story().Staff(2).Count(1);
        Refused(story.Do(new RetireSpace(story.Now, RetireReason.Closed)), RejectionCode.InUse);
        story.Count(0);
        story.Held(10);
        Refused(story.Do(new RetireSpace(story.Now, RetireReason.Closed)), RejectionCode.InUse);

        // Once the hold has run out, at 25, it can be.
        Assert.IsType<Recorded>(story.At(25).Do(new RetireSpace(story.Now, RetireReason.Closed)));
    }

    [Fact]
    public void A_retired_space_takes_no_decision_but_late_facts()
    {
        var story = new Story().Staff(1);
        var shift = story.LastId;
        Assert.NotEmpty(story.State.Escalations);
        story.Do(new RetireSpace(story.Now, RetireReason.Moved));
        Assert.Empty(story.State.Escalations);

        SpaceCommand[] refused =
        [
            new ConfirmSpace(story.Now), new PauseSpace(story.Now, PauseReason.Other, Minute(9)), new UndoAct(story.Now, shift),
            new ChangeSpace(story.Now, Cafe(), null), new RetireSpace(story.Now, RetireReason.Closed),
            new HoldPlace(story.Now, story.NewId(), story.NewId(), Minute(9), Needs.AgeAdult, null, "DD12"),
        ];
        foreach (var command in refused)
        {
            Refused(story.Do(command), RejectionCode.Retired);
            Assert.Empty(story.Last.Events);
        }

        Refused(story.Do(new RegisterSpace(story.Now, Cafe())), RejectionCode.AlreadyRegistered);
        story.Arrive(seen: -5, byStaff: false);
        Assert.Equal(1, story.State.Occupied);

        // Nobody is told of anything any more.
        Assert.IsType<ArrivalRecorded>(Assert.Single(story.Last.Events));
    }

    [Fact]
    public void An_onward_route_and_a_review_are_written_down()
    {
        var story = new Story().Staff(2).Count(1);
        story.Do(new RecordDeparture(story.Now, null, OnwardRoute.CrisisTeam));
        Assert.Equal(OnwardRoute.CrisisTeam, story.Last.Events.OfType<DepartureRecorded>().Single().Onward);
        story.Do(new PauseSpace(story.Now, PauseReason.Incident, Minute(60), Minute(30)));
        Assert.Equal(Minute(30), story.Availability.Pause!.ReviewAt);
    }
}
