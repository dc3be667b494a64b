using System.Collections.Immutable;
using NodaTime;
using NodaTime.Text;
using SafeSpaceCapacity.Domain.Opening;

namespace SafeSpaceCapacity.Domain.Tests.Opening;

public sealed class OpeningHoursTests
{
    private static readonly LocalTime Midnight = LocalTime.Midnight;

    [Fact]
    public void Hours_across_midnight_belong_to_the_day_on_which_they_began()
    {
        // Dial House: Friday to Monday, 18:00 to 02:00.
        var hours = Hours([.. Days(5, 6, 7, 1).Select(day => new WeeklyOpening(day, At(18), At(2)))]);

        // From Monday 5 January 2026 to the Saturday after.
        Assert.Equal(
            "2026-01-05T00:00:00Z/2026-01-05T02:00:00Z, 2026-01-05T18:00:00Z/2026-01-06T02:00:00Z, 2026-01-09T18:00:00Z/2026-01-10T00:00:00Z",
            Stretches(hours, "2026-01-05T00:00:00Z", "2026-01-10T00:00:00Z"));
    }

    [Fact]
    public void Closing_at_midnight_is_the_end_of_the_day() =>
        Assert.Equal(
            "2026-01-05T18:00:00Z/2026-01-06T00:00:00Z",
            Stretches(Hours([new(IsoDayOfWeek.Monday, At(18), Midnight)]), "2026-01-05T00:00:00Z", "2026-01-07T00:00:00Z"));

    [Theory]
    [InlineData("2026-03-27T12:34:00Z", "2026-03-31T00:00:00Z")]
    [InlineData("2026-10-23T12:34:00Z", "2026-10-27T00:00:00Z")]
    public void Open_round_the_clock_is_one_unbroken_stretch_over_a_clock_change(string from, string until) =>
        Assert.Equal($"{from}/{until}", Stretches(RoundTheClock, from, until));

    [Theory]
    [InlineData("2026-03-28T12:00:00Z", "2026-03-28T22:00:00Z/2026-03-29T07:00:00Z")] // nine hours
    [InlineData("2026-10-24T12:00:00Z", "2026-10-24T21:00:00Z/2026-10-25T08:00:00Z")] // eleven hours
    public void A_night_over_a_clock_change_keeps_its_local_times(string from, string expected) =>
        Assert.Equal(expected, Stretches(Hours([new(IsoDayOfWeek.Saturday, At(22), At(8))]), from, Later(from, 24)));

    [Fact]
    public void An_opening_time_that_does_not_exist_is_the_moment_the_clocks_change() =>
        Assert.Equal(
            "2026-03-29T01:00:00Z/2026-03-29T04:00:00Z",
            Stretches(Hours([new(IsoDayOfWeek.Sunday, At(1, 30), At(5))]), "2026-03-29T00:00:00Z", "2026-03-30T00:00:00Z"));

    [Fact]
    public void A_closing_time_that_does_not_exist_is_the_moment_the_clocks_change() =>
        Assert.Equal(
            "2026-03-28T20:00:00Z/2026-03-29T01:00:00Z",
            Stretches(Hours([new(IsoDayOfWeek.Saturday, At(20), At(1, 30))]), "2026-03-28T12:00:00Z", "2026-03-30T00:00:00Z"));

    [Fact]
    public void An_opening_time_that_comes_twice_is_the_later_one() =>
        Assert.Equal(
            "2026-10-25T01:30:00Z/2026-10-25T05:00:00Z",
            Stretches(Hours([new(IsoDayOfWeek.Sunday, At(1, 30), At(5))]), "2026-10-25T00:00:00Z", "2026-10-26T00:00:00Z"));

    [Fact]
    public void A_closing_time_that_comes_twice_is_the_earlier_one() =>
        Assert.Equal(
            "2026-10-24T19:00:00Z/2026-10-25T00:30:00Z",
            Stretches(Hours([new(IsoDayOfWeek.Saturday, At(20), At(1, 30))]), "2026-10-24T12:00:00Z", "2026-10-26T00:00:00Z"));

    [Fact]
    public void A_stretch_that_the_clock_change_swallows_is_no_stretch() =>
        Assert.Empty(Stretches(Hours([new(IsoDayOfWeek.Sunday, At(1, 10), At(1, 50))]), "2026-03-28T00:00:00Z", "2026-03-30T00:00:00Z"));

    [Fact]
    public void Bank_holidays_have_hours_of_their_own()
    {
        // Aldershot: from 18:00, on bank holidays from 12:30. Monday 25 May 2026 is one; the clocks are an hour ahead.
        var hours = Hours([new(IsoDayOfWeek.Monday, At(18), At(23)), new(IsoDayOfWeek.Tuesday, At(18), At(23))])
            with { BankHoliday = new(At(12, 30), At(23)) };

        Assert.Equal(
            "2026-05-25T11:30:00Z/2026-05-25T22:00:00Z, 2026-05-26T17:00:00Z/2026-05-26T22:00:00Z",
            Stretches(hours, "2026-05-25T00:00:00Z", "2026-05-27T00:00:00Z"));
    }

    [Fact]
    public void Without_hours_for_bank_holidays_they_are_days_as_any() =>
        Assert.Equal(
            "2026-05-25T17:00:00Z/2026-05-25T22:00:00Z",
            Stretches(Hours([new(IsoDayOfWeek.Monday, At(18), At(23))]), "2026-05-25T00:00:00Z", "2026-05-26T00:00:00Z"));

    [Fact]
    public void A_special_day_wins_over_a_bank_holiday_and_the_week()
    {
        var hours = Hours([new(IsoDayOfWeek.Monday, At(18), At(23))]) with
        {
            BankHoliday = new(null, null),
            SpecialDays = [new(new LocalDate(2026, 5, 25), At(9), At(10)), new(new LocalDate(2026, 5, 25), At(14), At(15))],
        };

        Assert.Equal(
            "2026-05-25T08:00:00Z/2026-05-25T09:00:00Z, 2026-05-25T13:00:00Z/2026-05-25T14:00:00Z",
            Stretches(hours, "2026-05-25T00:00:00Z", "2026-05-26T00:00:00Z"));
    }

    [Fact]
    public void A_closed_special_day_closes_the_day()
    {
        var hours = RoundTheClock with { SpecialDays = [new(new LocalDate(2026, 1, 7), null, null)] };

        Assert.Equal(
            "2026-01-06T00:00:00Z/2026-01-07T00:00:00Z, 2026-01-08T00:00:00Z/2026-01-09T00:00:00Z",
            Stretches(hours, "2026-01-06T00:00:00Z", "2026-01-09T00:00:00Z"));
    }

    [Fact]
    public void A_stretch_of_the_evening_before_runs_past_midnight_into_a_closed_bank_holiday()
    {
        // Sunday evening, before the bank holiday of Monday 25 May 2026.
        var hours = Hours([.. Days(1, 2, 3, 4, 5, 6, 7).Select(day => new WeeklyOpening(day, At(18), At(2)))])
            with { BankHoliday = new(null, null) };

        Assert.Equal(
            "2026-05-24T17:00:00Z/2026-05-25T01:00:00Z, 2026-05-26T17:00:00Z/2026-05-27T01:00:00Z",
            Stretches(hours, "2026-05-24T12:00:00Z", "2026-05-27T12:00:00Z"));
    }

    [Fact]
    public void Stretches_that_overlap_or_touch_are_one() =>
        Assert.Equal(
            "2026-01-05T09:00:00Z/2026-01-05T20:00:00Z",
            Stretches(
                Hours([new(IsoDayOfWeek.Monday, At(17), At(20)), new(IsoDayOfWeek.Monday, At(9), At(12)), new(IsoDayOfWeek.Monday, At(12), At(18))]),
                "2026-01-05T00:00:00Z",
                "2026-01-06T00:00:00Z"));

    [Fact]
    public void A_stretch_is_cut_where_the_question_begins_and_ends() =>
        Assert.Equal(
            "2026-01-05T10:00:00Z/2026-01-05T11:00:00Z",
            Stretches(Hours([new(IsoDayOfWeek.Monday, At(9), At(12))]), "2026-01-05T10:00:00Z", "2026-01-05T11:00:00Z"));

    [Theory]
    [InlineData("2026-01-05T12:00:00Z", "2026-01-05T13:00:00Z")] // from closing on
    [InlineData("2026-01-05T08:00:00Z", "2026-01-05T09:00:00Z")] // until opening
    [InlineData("2026-01-05T10:00:00Z", "2026-01-05T10:00:00Z")] // no time at all
    public void Nothing_is_open_outside_the_hours_or_in_no_time(string from, string until) =>
        Assert.Empty(Stretches(Hours([new(IsoDayOfWeek.Monday, At(9), At(12))]), from, until));

    [Fact]
    public void No_hours_is_never_open() =>
        Assert.Empty(Stretches(Hours([]), "2026-01-05T00:00:00Z", "2026-02-05T00:00:00Z"));

    private static OpeningHours RoundTheClock => Hours([.. Days(1, 2, 3, 4, 5, 6, 7).Select(day => new WeeklyOpening(day, Midnight, Midnight))]);

    private static IEnumerable<IsoDayOfWeek> Days(params int[] days) => days.Select(day => (IsoDayOfWeek)day);

    private static OpeningHours Hours(ImmutableArray<WeeklyOpening> week) => new("Europe/London", week, null, []);

    private static LocalTime At(int hour, int minute = 0) => new(hour, minute);

    private static string Later(string instant, int hours) =>
        InstantPattern.General.Format(InstantPattern.General.Parse(instant).Value + Duration.FromHours(hours));

    private static string Stretches(OpeningHours hours, string from, string until) =>
        string.Join(", ", hours.Between(InstantPattern.General.Parse(from).Value, InstantPattern.General.Parse(until).Value));
}
