using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using SafeSpaceCapacity.Domain.Opening;

namespace SafeSpaceCapacity.Domain.Tests.Opening;

public sealed class OpeningHoursProperties
{
    // Around clock changes in London, Lord Howe (half an hour) and Havana (at midnight), bank holidays, and an ordinary week.
    private static readonly ImmutableArray<LocalDate> Anchors =
    [
        new(2026, 3, 29), new(2026, 10, 25), new(2026, 4, 5), new(2026, 3, 8), new(2026, 11, 1),
        new(2026, 12, 26), new(2027, 1, 2), new(2026, 5, 25), new(2026, 7, 15),
    ];

    private static Gen<LocalTime> Times { get; } =
        from hour in Gen.Choose(0, 23)
        from minute in Gen.Elements(0, 0, 0, 1, 30, 45)
        select new LocalTime(hour, minute);

    // Small hours come up often: that is where the clocks change.
    private static Gen<LocalTime> TimesOften { get; } = Gen.OneOf(
        Times,
        Gen.Choose(0, 180).Select(minute => new LocalTime(minute / 60, minute % 60)),
        Gen.Constant(LocalTime.Midnight));

    private static Gen<Case> Cases { get; } =
        from zone in Gen.Elements("Europe/London", "Europe/London", "Australia/Lord_Howe", "America/Havana")
        from anchor in Gen.Elements(Anchors.AsEnumerable())
        from week in (from day in Gen.Choose(1, 7)
                      from opens in TimesOften
                      from closes in TimesOften
                      select new WeeklyOpening((IsoDayOfWeek)day, opens, closes)).ListOf()
        from holiday in Gen.OneOf(
            Gen.Constant<BankHolidayOpening?>(null),
            Gen.Constant<BankHolidayOpening?>(new(null, null)),
            from opens in TimesOften
            from closes in TimesOften
            select (BankHolidayOpening?)new BankHolidayOpening(opens, closes))
        from special in (from offset in Gen.Choose(-3, 3)
                         from closed in Gen.Elements(false, false, true)
                         from opens in TimesOften
                         from closes in TimesOften
                         select closed ? new SpecialDay(anchor.PlusDays(offset), null, null) : new SpecialDay(anchor.PlusDays(offset), opens, closes))
            .ListOf().Resize(3)
        from start in Gen.Choose(-3 * 1440, 0)
        from minutes in Gen.Choose(0, 3 * 1440)
        select new Case(new OpeningHours(zone, [.. week], holiday, [.. special]), anchor, start, minutes);

    [Fact]
    public void The_stretches_are_the_minutes_that_a_clock_watcher_would_find_open() => Check(test =>
    {
        var stretches = test.Hours.Between(test.From, test.Until);
        foreach (var (at, open) in Watch(test))
        {
            if (stretches.Any(stretch => stretch.Contains(at)) != open)
                return false;
        }

        return true;
    });

    [Fact]
    public void Stretches_are_sorted_apart_and_within_the_question() => Check(test =>
    {
        var end = default(Instant?);
        foreach (var stretch in test.Hours.Between(test.From, test.Until))
        {
            if (stretch.Start >= stretch.End || stretch.Start < test.From || stretch.End > test.Until || stretch.Start <= end)
                return false;
            end = stretch.End;
        }

        return true;
    });

    private static void Check(Func<Case, bool> property) =>
        Prop.ForAll(Cases.ToArbitrary(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    /// <summary>
    /// Goes through the minutes with a watch on the wall. A stretch has begun once the watch has reached its opening and won't show it, or an
    /// earlier time, again; it has ended once the watch has shown its closing at all: so a time that comes twice opens late and closes early,
    /// without any rule about clock changes.
    /// </summary>
    private static IEnumerable<(Instant At, bool Open)> Watch(Case test)
    {
        var zone = DateTimeZoneProviders.Tzdb[test.Hours.Zone];
        const int margin = 300;
        var local = new long[test.Minutes + (2 * margin)];
        for (var i = 0; i < local.Length; i++)
        {
            var at = test.From + Duration.FromMinutes(i - margin);
            local[i] = (at.ToUnixTimeSeconds() + zone.GetUtcOffset(at).Seconds) / 60;
        }

        var shown = new long[local.Length];
        var after = new long[local.Length];
        for (var i = 0; i < local.Length; i++)
            shown[i] = i == 0 ? local[i] : Math.Max(shown[i - 1], local[i]);
        for (var i = local.Length - 1; i >= 0; i--)
            after[i] = i == local.Length - 1 ? long.MaxValue : Math.Min(after[i + 1], local[i + 1]);

        var stretches = new Dictionary<int, List<(int Opens, int Closes)>>();
        for (var minute = 0; minute < test.Minutes; minute++)
        {
            var i = minute + margin;
            var today = (int)(local[i] / 1440);
            var open = false;
            for (var day = today - 2; day <= today && !open; day++)
            {
                if (!stretches.TryGetValue(day, out var ofDay))
                    stretches[day] = ofDay = [.. StretchesOf(test.Hours, new LocalDate(1970, 1, 1).PlusDays(day))];
                foreach (var (opens, closes) in ofDay)
                {
                    var opening = (day * 1440) + opens;
                    open |= local[i] >= opening && after[i] > opening && shown[i] < (day * 1440) + closes;
                }
            }

            yield return (test.From + Duration.FromMinutes(minute), open);
        }
    }

    private static IEnumerable<(int Opens, int Closes)> StretchesOf(OpeningHours hours, LocalDate date)
    {
        var special = hours.SpecialDays.Where(day => day.Date == date).ToList();
        IEnumerable<(LocalTime? Opens, LocalTime? Closes)> chosen =
            special.Count > 0 ? special.Select(day => (day.Opens, day.Closes))
            : hours.BankHoliday is { } holiday && ScottishBankHolidays.Contains(date) ? [(holiday.Opens, holiday.Closes)]
            : hours.Week.Where(opening => opening.Day == date.DayOfWeek).Select(opening => ((LocalTime?)opening.Opens, (LocalTime?)opening.Closes));
        return chosen
            .Where(stretch => stretch.Opens is not null)
            .Select(stretch => (Minute(stretch.Opens!.Value), Minute(stretch.Closes!.Value) + (stretch.Closes <= stretch.Opens ? 1440 : 0)));

        static int Minute(LocalTime time) => (time.Hour * 60) + time.Minute;
    }

    private sealed record Case(OpeningHours Hours, LocalDate Anchor, int Start, int Minutes)
    {
        public Instant From => Anchor.AtStartOfDayInZone(DateTimeZoneProviders.Tzdb[Hours.Zone]).ToInstant() + Duration.FromMinutes(Start);

        public Instant Until => From + Duration.FromMinutes(Minutes);

        public override string ToString() =>
            $"{Hours.Zone} week [{string.Join(", ", Hours.Week)}] bank holiday {Hours.BankHoliday} special [{string.Join(", ", Hours.SpecialDays)}] from {From} until {Until}";
    }
}
