using NodaTime;

namespace SafeSpaceCapacity.Forecasting.Series;

/// <summary>Holidays and events known in advance, by date.</summary>
public sealed class EventCalendar(IReadOnlySet<LocalDate> dates)
{
    /// <summary>No such days.</summary>
    public static EventCalendar None { get; } = new(new HashSet<LocalDate>());

    /// <summary>Whether there are no such days.</summary>
    public bool IsEmpty => dates.Count == 0;

    /// <summary>Whether a date is one of them.</summary>
    public bool Contains(LocalDate date) => dates.Contains(date);

    /// <summary>How many fall into the month that begins on a date, weekends left out: they differ from other Saturdays and Sundays little.</summary>
    public int WorkdaysLost(LocalDate month) =>
        dates.Count(date => date.Year == month.Year && date.Month == month.Month && date.DayOfWeek < IsoDayOfWeek.Saturday);
}
