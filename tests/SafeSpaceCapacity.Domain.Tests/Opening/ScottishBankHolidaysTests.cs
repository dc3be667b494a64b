using NodaTime;
using SafeSpaceCapacity.Domain.Opening;

namespace SafeSpaceCapacity.Domain.Tests.Opening;

/// <summary>Against the list that gov.uk publishes for Scotland, written out by hand.</summary>
public sealed class ScottishBankHolidaysTests
{
    [Theory]
    [InlineData(2023, "01-02 01-03 04-07 05-01 05-29 08-07 11-30 12-25 12-26")]
    [InlineData(2024, "01-01 01-02 03-29 05-06 05-27 08-05 12-02 12-25 12-26")]
    [InlineData(2025, "01-01 01-02 04-18 05-05 05-26 08-04 12-01 12-25 12-26")]
    [InlineData(2026, "01-01 01-02 04-03 05-04 05-25 08-03 11-30 12-25 12-28")]
    [InlineData(2027, "01-01 01-04 03-26 05-03 05-31 08-02 11-30 12-27 12-28")]
    [InlineData(2028, "01-03 01-04 04-14 05-01 05-29 08-07 11-30 12-25 12-26")]
    public void The_days_of_a_year_are_those_published(int year, string published)
    {
        var days = new List<string>();
        for (var date = new LocalDate(year, 1, 1); date.Year == year; date = date.PlusDays(1))
        {
            if (ScottishBankHolidays.Contains(date))
                days.Add(date.ToString("MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        }

        Assert.Equal(published, string.Join(' ', days));
    }

    [Theory]
    [InlineData(2023, 5, 8)] // the coronation
    [InlineData(2026, 6, 15)] // the men's football world cup
    public void A_day_proclaimed_for_one_year_is_entered_as_a_special_day_and_not_computed(int year, int month, int day) =>
        Assert.False(ScottishBankHolidays.Contains(new LocalDate(year, month, day)));
}
