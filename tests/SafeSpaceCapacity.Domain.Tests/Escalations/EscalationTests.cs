using NodaTime;
using SafeSpaceCapacity.Domain.Escalations;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;
using SafeSpaceCapacity.Domain.Tests.Spaces;
using static SafeSpaceCapacity.Domain.Tests.Spaces.Story;

namespace SafeSpaceCapacity.Domain.Tests.Escalations;

/// <summary>Who is told when, by the default order: the team lead after 5 minutes, the manager on call after 15, the area's after 30, then every 15.</summary>
public sealed class EscalationTests
{
    private const EscalationCause Unsafe = EscalationCause.UnsafeStaffing;

    [Fact]
    public void They_are_told_in_order_and_the_last_is_chased()
    {
        var story = new Story().Staff(2, until: 30);

        // Unsafe from 30; 30 + 5, 30 + 15, 30 + 30, then 15 and 15 more.
        Assert.Equal(
            [(35, EscalationContact.TeamLead, false), (45, EscalationContact.OnCallManager, false), (60, EscalationContact.AreaDutyManager, false), (75, EscalationContact.AreaDutyManager, true), (90, EscalationContact.AreaDutyManager, true)],
            ToldEveryMinute(story, 1, 104));
    }

    [Fact]
    public void Who_should_have_been_told_while_nobody_looked_is_told_now_and_chased_from_then()
    {
        var story = new Story().Staff(2, until: 30);
        story.At(30).Do(new Settle(story.Now));
        story.At(65).Do(new Settle(story.Now));

        Assert.Equal([EscalationContact.TeamLead, EscalationContact.OnCallManager, EscalationContact.AreaDutyManager], story.Last.Events.Cast<EscalationTold>().Select(e => e.Who));
        Assert.Equal([(80, EscalationContact.AreaDutyManager, true)], ToldEveryMinute(story, 66, 94));
    }

    [Fact]
    public void Nobody_is_told_once_somebody_takes_it_up()
    {
        var story = new Story().Staff(2, until: 30);
        ToldEveryMinute(story, 30, 45);

        Assert.IsType<Recorded>(story.Do(new AcknowledgeEscalation(story.Now, Unsafe, EscalationContact.OnCallManager)));

        Assert.Empty(ToldEveryMinute(story, 46, 230));
        var known = story.State.FindEscalation(Unsafe)!;
        Assert.Equal((Minute(30), Minute(45), EscalationContact.OnCallManager, 2), (known.Since, known.AcknowledgedAt, known.AcknowledgedBy, known.Told.Length));
        Refused(story.Do(new AcknowledgeEscalation(story.Now, Unsafe, EscalationContact.TeamLead)), RejectionCode.NoEscalation);
    }

    [Fact]
    public void There_is_nothing_to_acknowledge_where_nothing_is_wrong() =>
        Refused(new Story().Staff(2).Do(new AcknowledgeEscalation(Start, Unsafe, EscalationContact.TeamLead)), RejectionCode.NoEscalation);

    [Theory]
    [InlineData(7200, true)] // the fifth day: the third time within seven
    [InlineData(14405, true)] // the tenth: the second telling, on the third day at 4325, is exactly seven days ago
    [InlineData(14406, false)]
    public void The_third_time_in_seven_days_it_is_recurrent(int third, bool recurrent)
    {
        var story = new Story(Cafe(staffing: new StaffingRule(MinimumOnDuty: 1)));
        Assert.False(BecomesUnsafe(10).Recurrent);
        Assert.False(BecomesUnsafe(4320).Recurrent);
        if (third > 10 + 10080)
            Assert.True(BecomesUnsafe(7200).Recurrent);

        // Without the first, which is too long ago, it takes the second and the one before this.
        Assert.Equal(recurrent, BecomesUnsafe(third).Recurrent);
        Assert.Equal(recurrent, story.State.FindEscalation(Unsafe)!.Recurrent);

        StaffingBecameUnsafe BecomesUnsafe(int minute)
        {
            story.Staff(1, until: minute);
            Assert.Null(story.State.FindEscalation(Unsafe));
            story.At(minute - 1).Do(new ConfirmSpace(story.Now));
            story.At(minute).Do(new Settle(story.Now));
            var unsafely = story.Last.Events.OfType<StaffingBecameUnsafe>().Single();

            // Only what came to telling counts.
            story.At(minute + 5).Do(new Settle(story.Now));
            return unsafely;
        }
    }

    [Fact]
    public void None_begins_where_nobody_confirmed_the_space_but_what_began_goes_on()
    {
        var story = new Story().Staff(2, until: 300);
        story.At(300).Do(new Settle(story.Now));
        Assert.Null(story.State.FindEscalation(Unsafe));

        // It begins when somebody says that this is right, and does not end when nobody says so any more: 301 + 240.
        story.At(301).Do(new ConfirmSpace(story.Now));
        Assert.Equal([LimitingFactorCode.MinimumOnDuty], story.Last.Events.OfType<StaffingBecameUnsafe>().Single().Short);
        story.At(600).Do(new Settle(story.Now));
        Assert.Equal(Freshness.Unconfirmed, story.Availability.Freshness);
        Assert.NotNull(story.State.FindEscalation(Unsafe));
    }

    [Fact]
    public void It_ends_when_the_space_is_closed_and_empty()
    {
        // Closes at 21:00, two hours after the start; somebody is here until half past.
        var story = new Story(Cafe(hours: Daily(new LocalTime(18, 0), new LocalTime(21, 0)))).Staff(2, until: 60).Count(1);
        story.At(60).Do(new Settle(story.Now));
        Assert.NotNull(story.State.FindEscalation(Unsafe));
        story.At(120).Do(new Settle(story.Now));
        Assert.NotNull(story.State.FindEscalation(Unsafe));

        story.At(150).Do(new RecordDeparture(story.Now, null));

        Assert.Empty(story.State.Escalations);
        Assert.Contains(story.Last.Events, e => e is StaffingBecameSafe);
        Assert.Empty(ToldEveryMinute(story, 151, 300));
    }

    [Fact]
    public void More_people_than_are_safe_are_told_apart_from_too_few_on_duty()
    {
        // Seven are more than two can support; at 60 the two go home, which is another matter.
        var story = new Story().Staff(2, until: 60).Count(7);
        story.Do(new AcknowledgeEscalation(story.Now, EscalationCause.OverSafeCapacity, EscalationContact.TeamLead));
        story.At(60).Do(new Settle(story.Now));
        story.At(65).Do(new Settle(story.Now));

        Assert.Equal([Unsafe], story.Last.Events.OfType<EscalationTold>().Select(e => e.Cause));
        Assert.Equal([EscalationCause.OverSafeCapacity, Unsafe], story.State.Escalations.Select(known => known.Cause));
    }

    [Fact]
    public void A_plan_that_names_nobody_or_never_waits_does_not_stop_a_decision()
    {
        Assert.Empty(new Story(Cafe() with { Escalation = new([], 15) }).Staff(1).Last.Events.OfType<EscalationTold>());

        // Every minute at most.
        var story = new Story(Cafe() with { Escalation = new([new(EscalationContact.TeamLead, "", 0)], 0) }).Staff(1);
        Assert.Equal([1, 2], ToldEveryMinute(story, 1, 2).Select(told => told.Minute));
    }

    private static List<(int Minute, EscalationContact Who, bool Again)> ToldEveryMinute(Story story, int from, int until)
    {
        var told = new List<(int, EscalationContact, bool)>();
        for (var minute = from; minute <= until; minute++)
        {
            story.At(minute).Do(new Settle(story.Now));
            told.AddRange(story.Last.Events.OfType<EscalationTold>().Select(e => (minute, e.Who, e.Again)));
        }

        return told;
    }
}
