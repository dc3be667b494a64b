using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using NodaTime.Text;
using SafeSpaceCapacity.Domain.Opening;

namespace SafeSpaceCapacity.Service.Region;

/// <summary>
/// Opening hours as tables write them: <c>Mon-Thu 18:00-02:00; Fri Sat 18:00-03:00</c>, or <c>daily 00:00-00:00</c> for always. Closing at
/// or before opening is the day after; equal is 24 hours.
/// </summary>
internal static class HoursText
{
    private const StringSplitOptions Clean = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
    private static readonly LocalTimePattern Clock = LocalTimePattern.CreateWithInvariantCulture("HH:mm");
    private static readonly ImmutableArray<string> Days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    /// <summary>The week, or null and what is wrong.</summary>
    public static ImmutableArray<WeeklyOpening>? Week(string text, out string fault)
    {
        var week = ImmutableArray.CreateBuilder<WeeklyOpening>();
        foreach (var stretch in text.Split(';', Clean))
        {
            var words = stretch.Split(' ', Clean);
            if (Stretch(words[^1]) is not var (opens, closes))
            {
                fault = $"'{words[^1]}' is no stretch such as 18:00-02:00";
                return null;
            }

            if (words.Length == 1)
            {
                fault = $"'{stretch}' names no day";
                return null;
            }

            foreach (var word in words[..^1])
            {
                if (DaysOf(word) is not { } days)
                {
                    fault = $"'{word}' is neither daily nor days such as Mon or Mon-Fri";
                    return null;
                }

                week.AddRange(days.Select(day => new WeeklyOpening(day, opens, closes)));
            }
        }

        fault = week.Count == 0 ? "no day is named" : string.Empty;
        return week.Count == 0 ? null : week.ToImmutable();
    }

    /// <summary>What holds on bank holidays: <c>as any day</c> (null), <c>closed</c> or a stretch.</summary>
    public static BankHolidayOpening? BankHoliday(string text, out string fault)
    {
        fault = string.Empty;
        switch (text)
        {
            case "as any day":
                return null;
            case "closed":
                return new BankHolidayOpening(null, null);
        }

        if (Stretch(text) is var (opens, closes))
            return new BankHolidayOpening(opens, closes);
        fault = $"'{text}' is neither 'as any day' nor 'closed' nor a stretch";
        return null;
    }

    /// <summary>Special days, such as <c>2026-12-25 closed; 2027-01-01 14:00-22:00</c>.</summary>
    public static ImmutableArray<SpecialDay> SpecialDays(string text, out string fault)
    {
        fault = string.Empty;
        var days = ImmutableArray.CreateBuilder<SpecialDay>();
        foreach (var entry in text.Split(';', Clean))
        {
            var words = entry.Split(' ', Clean);
            var date = LocalDatePattern.Iso.Parse(words[0]);
            if (words.Length == 2 && date.Success && words[1] is "closed")
            {
                days.Add(new SpecialDay(date.Value, null, null));
            }
            else if (words.Length == 2 && date.Success && Stretch(words[1]) is var (opens, closes))
            {
                days.Add(new SpecialDay(date.Value, opens, closes));
            }
            else
            {
                fault = $"'{entry}' is no day such as 2026-12-25 closed";
            }
        }

        return days.ToImmutable();
    }

    /// <summary>The text that <see cref="Week"/> reads as this week, in this order.</summary>
    public static string Format(ImmutableArray<WeeklyOpening> week)
    {
        var stretches = new List<string>();
        for (var from = 0; from < week.Length;)
        {
            var to = from + 1;
            while (to < week.Length && (week[to].Opens, week[to].Closes) == (week[from].Opens, week[from].Closes))
                to++;
            stretches.Add($"{DaysText([.. week[from..to].Select(opening => (int)opening.Day)])} {Format(week[from].Opens, week[from].Closes)}");
            from = to;
        }

        return string.Join("; ", stretches);
    }

    /// <summary>The text that <see cref="BankHoliday"/> reads so.</summary>
    public static string Format(BankHolidayOpening? opening) => opening is null ? "as any day" : Format(opening.Opens, opening.Closes);

    /// <summary>The text that <see cref="SpecialDays"/> reads as these days.</summary>
    public static string Format(ImmutableArray<SpecialDay> days) =>
        string.Join("; ", days.Select(day => $"{LocalDatePattern.Iso.Format(day.Date)} {Format(day.Opens, day.Closes)}"));

    private static string Format(LocalTime? opens, LocalTime? closes) =>
        opens is { } from && closes is { } until ? $"{Clock.Format(from)}-{Clock.Format(until)}" : "closed";

    // Three days or more that follow each other are written as a range.
    private static string DaysText(ImmutableArray<int> days)
    {
        if (days.SequenceEqual(Enumerable.Range(1, 7)))
            return "daily";
        var words = new List<string>();
        for (var from = 0; from < days.Length;)
        {
            var to = from + 1;
            while (to < days.Length && to - from < 7 && days[to] == (days[to - 1] % 7) + 1)
                to++;
            if (to - from >= 3)
                words.Add($"{Days[days[from] - 1]}-{Days[days[to - 1] - 1]}");
            else
                words.AddRange(days[from..to].Select(day => Days[day - 1]));
            from = to;
        }

        return string.Join(' ', words);
    }

    private static (LocalTime Opens, LocalTime Closes)? Stretch(string text)
    {
        var parts = text.Split('-');
        if (parts.Length != 2)
            return null;
        var opens = Clock.Parse(parts[0]);
        var closes = Clock.Parse(parts[1]);
        return opens.Success && closes.Success ? (opens.Value, closes.Value) : null;
    }

    private static List<IsoDayOfWeek>? DaysOf(string word)
    {
        if (string.Equals(word, "daily", StringComparison.Ordinal))
            return [.. Enumerable.Range(1, 7).Select(day => (IsoDayOfWeek)day)];
        var ends = word.Split('-');
        var first = Days.IndexOf(ends[0]);
        var last = Days.IndexOf(ends[^1]);
        if (ends.Length > 2 || first < 0 || last < 0)
            return null;
        var count = ((last - first + 7) % 7) + 1;
        return [.. Enumerable.Range(first, count).Select(day => (IsoDayOfWeek)((day % 7) + 1))];
    }
}
