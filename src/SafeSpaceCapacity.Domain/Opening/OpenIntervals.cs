using System.Collections.Immutable;
using NodaTime;
using NodaTime.TimeZones;

namespace SafeSpaceCapacity.Domain.Opening;

/// <summary>Turns stated hours into instants.</summary>
public static class OpenIntervals
{
    /// <summary>
    /// The stretches, merged and in order, in which a space is open between two instants; those that reach over an end are cut there.
    /// Where the clocks change, an opening or closing time that does not exist is the moment of the change; of one that comes twice,
    /// opening is the later and closing the earlier: nobody is sent to a closed door.
    /// </summary>
    public static ImmutableArray<Interval> Between(this OpeningHours hours, Instant from, Instant until)
    {
        if (until <= from)
            return [];
        var zone = DateTimeZoneProviders.Tzdb[hours.Zone];
        // A stretch lasts at most a day, so one that began two dates earlier is over.
        var date = from.InZone(zone).Date.PlusDays(-2);
        var last = until.InZone(zone).Date;
        var stretches = new List<(Instant Start, Instant End)>();
        for (; date <= last; date = date.PlusDays(1))
            AddStretchesOf(date, hours, zone, stretches);
        stretches.Sort();

        var merged = ImmutableArray.CreateBuilder<Interval>();
        Instant? start = null;
        var end = Instant.MinValue;
        foreach (var stretch in stretches)
        {
            if (stretch.End <= from || stretch.Start >= until)
                continue;
            if (start is null || stretch.Start > end)
            {
                if (start is { } finished)
                    merged.Add(new Interval(Instant.Max(finished, from), Instant.Min(end, until)));
                start = stretch.Start;
                end = stretch.End;
            }
            else
            {
                end = Instant.Max(end, stretch.End);
            }
        }

        if (start is { } open)
            merged.Add(new Interval(Instant.Max(open, from), Instant.Min(end, until)));
        return merged.ToImmutable();
    }

    /// <summary>The day on which the stretch of opening at an instant began, the last where several do; of a closed space, on which the next one will; null if none within eight days.</summary>
    public static IsoDayOfWeek? DayAt(this OpeningHours hours, Instant at)
    {
        var zone = DateTimeZoneProviders.Tzdb[hours.Zone];
        var today = at.InZone(zone).Date;
        var stretches = new List<(Instant Start, Instant End)>();
        IsoDayOfWeek? open = null;
        for (var date = today.PlusDays(-2); date <= today.PlusDays(8); date = date.PlusDays(1))
        {
            stretches.Clear();
            AddStretchesOf(date, hours, zone, stretches);
            if (open is { } began && date > today)
                return began;
            if (stretches.Exists(stretch => stretch.Start <= at && at < stretch.End))
                open = date.DayOfWeek;
            else if (open is null && stretches.Exists(stretch => stretch.Start > at))
                return date.DayOfWeek;
        }

        return open;
    }

    private static void AddStretchesOf(LocalDate date, OpeningHours hours, DateTimeZone zone, List<(Instant Start, Instant End)> stretches)
    {
        var special = false;
        foreach (var day in hours.SpecialDays)
        {
            if (day.Date != date)
                continue;
            special = true;
            Add(day.Opens, day.Closes);
        }

        if (special)
            return;
        if (hours.BankHoliday is { } holiday && ScottishBankHolidays.Contains(date))
        {
            Add(holiday.Opens, holiday.Closes);
            return;
        }

        foreach (var opening in hours.Week)
        {
            if (opening.Day == date.DayOfWeek)
                Add(opening.Opens, opening.Closes);
        }

        void Add(LocalTime? opens, LocalTime? closes)
        {
            if (opens is not { } o || closes is not { } c)
                return;
            var start = zone.ResolveLocal(date + o, Opening);
            var end = zone.ResolveLocal((c <= o ? date.PlusDays(1) : date) + c, Closing);
            if (start.ToInstant() < end.ToInstant())
                stretches.Add((start.ToInstant(), end.ToInstant()));
        }
    }

    private static readonly ZoneLocalMappingResolver Opening =
        Resolvers.CreateMappingResolver(Resolvers.ReturnLater, Resolvers.ReturnStartOfIntervalAfter);

    private static readonly ZoneLocalMappingResolver Closing =
        Resolvers.CreateMappingResolver(Resolvers.ReturnEarlier, Resolvers.ReturnStartOfIntervalAfter);
}
