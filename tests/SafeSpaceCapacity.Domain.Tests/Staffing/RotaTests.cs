using System.Collections.Immutable;
using NodaTime;
using NodaTime.Text;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;
using SafeSpaceCapacity.Domain.Tests.Spaces;
using static SafeSpaceCapacity.Domain.Tests.Spaces.Story;

namespace SafeSpaceCapacity.Domain.Tests.Staffing;

/// <summary>Safe capacity by a rota, quarter-hour by quarter-hour, with figures worked out by hand: one to three, at least two on duty, eight places.</summary>
public sealed class RotaTests
{
    private static readonly StaffingRule Rule = new(VisitorsPerStaff: 3, MinimumOnDuty: 2, PeerWeight: 0.5m, VolunteerWeight: 0.5m);
    private static readonly IsoDayOfWeek[] Daily = [.. Enumerable.Range(1, 7).Select(day => (IsoDayOfWeek)day)];

    // A leads every evening with half an hour's break, an agency's B works every night, C is a peer and D a volunteer.
    private static readonly Rota Week = new(
        [
            Line(1, StaffRole.TeamLead, "18:00", "02:00") with { Breaks = [new(Time("22:00"), Time("22:30"))] },
            Line(2, StaffRole.SupportWorker, "20:00", "04:00") with { Agency = true },
            Line(3, StaffRole.PeerWorker, "18:00", "00:00", IsoDayOfWeek.Saturday, IsoDayOfWeek.Sunday),
            Line(4, StaffRole.Volunteer, "19:00", "23:00", IsoDayOfWeek.Saturday),
        ],
        []);

    [Fact]
    public void The_week_in_which_the_clocks_go_forward() => HasSafeCapacity(
        Week,
        "2026-03-23T12:00",
        [
            .. Weekdays("2026-03-23", hoursBehind: 0),

            // Saturday: A and C are 1.5, so 4; with D 2, so 6; with B 3, so the 8 places; without A 2, so 6; without D 2.5, so 7; without C 2, so 6.
            ("2026-03-28T18:00", 4), ("2026-03-28T19:00", 6), ("2026-03-28T20:00", 8), ("2026-03-28T22:00", 6), ("2026-03-28T22:30", 8), ("2026-03-28T23:00", 7),

            // 02:00, when A goes, is an hour after midnight; B alone is not enough.
            ("2026-03-29T00:00", 6), ("2026-03-29T01:00", 0),

            // Sunday, an hour earlier by UTC: A and C 4, with B 2.5, so 7, without A 1.5, so 4.
            ("2026-03-29T17:00", 4), ("2026-03-29T19:00", 7), ("2026-03-29T21:00", 4), ("2026-03-29T21:30", 7), ("2026-03-29T23:00", 6), ("2026-03-30T01:00", 0),
        ],
        "2026-03-30T12:00");

    [Fact]
    public void The_week_in_which_the_clocks_go_back() => HasSafeCapacity(
        Week,
        "2026-10-19T12:00",
        [
            .. Weekdays("2026-10-19", hoursBehind: 1),
            ("2026-10-24T17:00", 4), ("2026-10-24T18:00", 6), ("2026-10-24T19:00", 8), ("2026-10-24T21:00", 6), ("2026-10-24T21:30", 8), ("2026-10-24T22:00", 7),

            // 02:00, when A goes, is three hours after midnight: the hour before it comes twice.
            ("2026-10-24T23:00", 6), ("2026-10-25T02:00", 0),
            ("2026-10-25T18:00", 4), ("2026-10-25T20:00", 7), ("2026-10-25T22:00", 4), ("2026-10-25T22:30", 7), ("2026-10-26T00:00", 6), ("2026-10-26T02:00", 0),
        ],
        "2026-10-26T12:00");

    [Theory]
    [InlineData("2026-03-28T18:00", "2026-03-29T05:00")] // the time of the change does not exist
    [InlineData("2026-10-24T17:00", "2026-10-25T06:00")] // it comes twice
    public void Who_hands_over_at_a_time_that_the_change_touches_leaves_no_gap_and_no_hour_counted_double(string from, string until)
    {
        var rota = new Rota(
            [
                Line(1, StaffRole.TeamLead, "18:00", "01:30"), Line(2, StaffRole.SupportWorker, "18:00", "01:30"),
                Line(3, StaffRole.TeamLead, "01:30", "06:00"), Line(4, StaffRole.SupportWorker, "01:30", "06:00"),
            ],
            []);
        HasSafeCapacity(rota, from, [(from, 6)], until);
    }

    [Theory]
    [InlineData("2026-10-24T12:00", "2026-10-25T00:30", "2026-10-25T06:00")] // it comes twice: the first of the two
    [InlineData("2026-03-28T12:00", "2026-03-29T01:00", "2026-03-29T05:00")] // it does not exist: the moment of the change
    public void Who_begins_at_a_time_that_the_change_touches_is_there_from_its_first_moment(string from, string begins, string ends)
    {
        var rota = new Rota([Line(1, StaffRole.TeamLead, "01:30", "06:00", IsoDayOfWeek.Sunday), Line(2, StaffRole.SupportWorker, "01:30", "06:00", IsoDayOfWeek.Sunday)], []);
        HasSafeCapacity(rota, from, [(begins, 6), (ends, 0)], ends);
    }

    [Fact]
    public void A_break_after_midnight_is_on_the_day_after_the_shift_began()
    {
        var rota = new Rota([Line(1, StaffRole.TeamLead, "22:00", "06:00") with { Breaks = [new(Time("23:45"), Time("00:15")), new(Time("03:00"), Time("03:30"))] }, Line(2, StaffRole.TeamLead, "22:00", "06:00"), Line(3, StaffRole.Volunteer, "22:00", "06:00")], []);

        // Three are 2.5, so 7; without the one 1.5, so 4. Summer: an hour behind.
        HasSafeCapacity(rota, "2026-06-01T21:00", [("2026-06-01T21:00", 7), ("2026-06-01T22:45", 4), ("2026-06-01T23:15", 7), ("2026-06-02T02:00", 4), ("2026-06-02T02:30", 7), ("2026-06-02T05:00", 0)], "2026-06-02T08:00");
    }

    [Fact]
    public void A_line_begins_on_its_first_day_and_ends_with_its_last_and_not_on_days_of_absence()
    {
        var line = Line(1, StaffRole.TeamLead, "22:00", "02:00") with { FirstDay = new(2026, 6, 2), LastDay = new(2026, 6, 4) };
        var rota = new Rota([line, line with { Id = Id(2) }], [new RotaAbsence(Id(1), new(2026, 6, 3))]);
        HasSafeCapacity(rota, "2026-06-01T12:00", [("2026-06-02T21:00", 6), ("2026-06-03T01:00", 0), ("2026-06-04T21:00", 6), ("2026-06-05T01:00", 0)], "2026-06-08T12:00");
    }

    [Fact]
    public void Every_shift_of_a_rota_has_an_id_of_its_own_the_same_whenever_it_is_asked_for()
    {
        var from = Start - Duration.FromDays(30);
        var all = Week.Between("Europe/London", from, from + Duration.FromDays(60)).ToDictionary(shift => shift.Id);
        foreach (var shift in Week.Between("Europe/London", Start, Start + Duration.FromDays(3)))
            Assert.Equal((shift.From, shift.Role), (all[shift.Id].From, all[shift.Id].Role));
    }

    [Fact]
    public void Who_does_not_come_today_is_missed_today_alone()
    {
        var story = new Story(Cafe(staffing: Rule));
        var line = Line(1, StaffRole.TeamLead, "18:00", "02:00");
        story.Do(new PlanRota(story.Now, new Rota([line, line with { Id = Id(2) }], [])));
        Assert.Equal(6, story.Availability.SafeCapacity);
        var shift = story.State.ShiftsBetween(story.Now, story.Now + Duration.Epsilon).First();

        Assert.Equal(story.Now, Assert.IsType<ShiftChanged>(story.Do(new EndShift(story.Now, shift.Id))).Shift.Until);

        Assert.Equal(0, story.Availability.SafeCapacity);
        Assert.Equal(6, CapacityTimeline.Of(story.State, story.Now).At(Minute(1440)).SafeCapacity);
        Refused(story.Do(new EndShift(story.Now, shift.Id)), RejectionCode.ShiftNotFound);
    }

    [Fact]
    public void Who_comes_after_all_is_there_again()
    {
        var story = new Story(Cafe(staffing: Rule));
        story.Do(new PlanRota(story.Now, new Rota([Line(1, StaffRole.TeamLead, "18:00", "02:00"), Line(2, StaffRole.TeamLead, "18:00", "02:00")], [])));
        story.Do(new EndShift(story.Now, story.State.ShiftsBetween(story.Now, story.Now + Duration.Epsilon).First().Id));
        Assert.Contains(story.Last.Events, e => e is StaffingBecameUnsafe);

        Assert.IsType<Recorded>(story.At(5).Undo());

        Assert.Equal(6, story.Availability.SafeCapacity);
        Assert.Contains(story.Last.Events, e => e is StaffingBecameSafe);
        Assert.Empty(story.State.Rota.Absences);
    }

    [Fact]
    public void An_absence_that_a_newer_rota_states_is_not_undone_with_the_one_reported_before_it()
    {
        var story = new Story(Cafe(staffing: Rule));
        var rota = new Rota([Line(1, StaffRole.TeamLead, "18:00", "02:00")], []);
        story.Do(new PlanRota(story.Now, rota));
        story.Do(new EndShift(story.Now, story.State.ShiftsBetween(story.Now, story.Now + Duration.Epsilon).First().Id));
        var ended = story.LastId;
        story.Do(new PlanRota(story.Now, rota with { Absences = story.State.Rota.Absences }));

        Assert.IsType<Recorded>(story.Do(new UndoAct(story.Now, ended)));

        Assert.Equal([new RotaAbsence(Id(1), new(2026, 6, 1))], story.State.Rota.Absences);
    }

    // Monday to Friday: A alone is not enough; with B 2, so 6, but not during A's break.
    private static IEnumerable<(string From, int People)> Weekdays(string monday, int hoursBehind)
    {
        for (var day = 0; day < 5; day++)
        {
            var midnight = LocalDatePattern.Iso.Parse(monday).Value.PlusDays(day).AtMidnight().PlusHours(-hoursBehind);
            yield return (Text(midnight.PlusHours(20)), 6);
            yield return (Text(midnight.PlusHours(22)), 0);
            yield return (Text(midnight.PlusHours(22).PlusMinutes(30)), 6);
            yield return (Text(midnight.PlusHours(26)), 0);
        }

        static string Text(LocalDateTime time) => time.ToString("uuuu-MM-dd'T'HH:mm", null);
    }

    // In UTC, each until the next; before the first nobody can be supported.
    private static void HasSafeCapacity(Rota rota, string from, ImmutableArray<(string From, int People)> expected, string until)
    {
        var timeline = CapacityTimeline.Of(SpaceState.None with { Details = Cafe(staffing: Rule), Rota = rota }, Utc(from));
        for (var at = Utc(from); at < Utc(until); at += Duration.FromMinutes(15))
        {
            var people = expected.LastOrDefault(step => Utc(step.From) <= at).People;
            Assert.True(people == timeline.At(at).SafeCapacity, $"{people} expected at {at}, not {timeline.At(at).SafeCapacity}");
        }
    }

    private static RotaLine Line(int id, StaffRole role, string from, string until, params IsoDayOfWeek[] days) =>
        new(Id(id), role, [.. days.Length == 0 ? Daily : days], Time(from), Time(until));

    private static Guid Id(int number) => new(number, 0, 0, new byte[8]);

    private static LocalTime Time(string text) => LocalTimePattern.HourMinuteIso.Parse(text).Value;

    private static Instant Utc(string text) => LocalDateTimePattern.GeneralIso.Parse(text + ":00").Value.InUtc().ToInstant();
}
