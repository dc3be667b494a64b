using System.Collections.Immutable;
using NodaTime;
using SafeSpaceCapacity.Domain.Privacy;

namespace SafeSpaceCapacity.Domain.Opening;

/// <summary>A stretch of opening that begins on a day; closing at or before opening means the day after.</summary>
/// <param name="Day">The day on which it opens.</param>
/// <param name="Opens">Local time of opening.</param>
/// <param name="Closes">Local time of closing; equal to <paramref name="Opens"/> is 24 hours, earlier is on the next day.</param>
public sealed record WeeklyOpening(IsoDayOfWeek Day, LocalTime Opens, LocalTime Closes);

/// <summary>What holds on one date instead of the week's hours: other stretches, or none (closed).</summary>
/// <param name="Date">The local date.</param>
/// <param name="Opens">Local time of opening, or null for closed all day.</param>
/// <param name="Closes">Local time of closing, as in <see cref="WeeklyOpening"/>; null exactly when <paramref name="Opens"/> is.</param>
public sealed record SpecialDay(LocalDate Date, LocalTime? Opens, LocalTime? Closes);

/// <summary>What happens on a Scottish bank holiday that no special day speaks of.</summary>
/// <param name="Opens">Local time of opening, or null for closed.</param>
/// <param name="Closes">Local time of closing, null exactly when <paramref name="Opens"/> is.</param>
public sealed record BankHolidayOpening(LocalTime? Opens, LocalTime? Closes);

/// <summary>When a space is open, in the local time of its zone.</summary>
/// <param name="Zone">IANA time zone, such as <c>Europe/London</c>.</param>
/// <param name="Week">Stretches by weekday; may overlap or touch, the union counts. Empty is never open.</param>
/// <param name="BankHoliday">What holds on bank holidays; null means as any day.</param>
/// <param name="SpecialDays">Dates with hours of their own; they win over bank holidays and the week.</param>
public sealed record OpeningHours(
    [property: Whose(Words.Space)] string Zone,
    ImmutableArray<WeeklyOpening> Week,
    BankHolidayOpening? BankHoliday,
    ImmutableArray<SpecialDay> SpecialDays);
