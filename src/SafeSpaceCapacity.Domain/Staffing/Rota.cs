using System.Collections.Immutable;
using NodaTime;
using NodaTime.TimeZones;

namespace SafeSpaceCapacity.Domain.Staffing;

/// <summary>A break by the local clock.</summary>
/// <param name="From">Begins; a time before the line's beginning is on the day after.</param>
/// <param name="Until">Ends; at or before <paramref name="From"/> is on the day after.</param>
public sealed record RotaBreak(LocalTime From, LocalTime Until);

/// <summary>Somebody who works the same hours on the same days every week, by role only.</summary>
/// <param name="Id">Its id, made by who plans.</param>
/// <param name="Role">What they are there as.</param>
/// <param name="Days">The days on which it begins.</param>
/// <param name="From">Local time of beginning.</param>
/// <param name="Until">Local time of ending; at or before <paramref name="From"/> is on the day after.</param>
public sealed record RotaLine(Guid Id, StaffRole Role, ImmutableArray<IsoDayOfWeek> Days, LocalTime From, LocalTime Until)
{
    /// <summary>From an agency.</summary>
    public bool Agency { get; init; }

    /// <summary>Supervises from elsewhere and can be called.</summary>
    public bool OnCall { get; init; }

    /// <summary>What they are trained in.</summary>
    public ImmutableArray<HeldTraining> Trained { get; init; } = [];

    /// <summary>When they are away from the floor.</summary>
    public ImmutableArray<RotaBreak> Breaks { get; init; } = [];

    /// <summary>The first date on which it may begin; null: any.</summary>
    public LocalDate? FirstDay { get; init; }

    /// <summary>The last date on which it may begin; null: any.</summary>
    public LocalDate? LastDay { get; init; }
}

/// <summary>A date on which nobody comes for a line. Who comes instead is a shift of its own.</summary>
/// <param name="LineId">The line.</param>
/// <param name="Date">The local date on which it would begin.</param>
public sealed record RotaAbsence(Guid LineId, LocalDate Date);

/// <summary>Who is planned to work, week by week.</summary>
/// <param name="Lines">Who works the same hours every week.</param>
/// <param name="Absences">Dates on which one of them does not come.</param>
public sealed record Rota(ImmutableArray<RotaLine> Lines, ImmutableArray<RotaAbsence> Absences)
{
    /// <summary>Nobody.</summary>
    public static Rota None { get; } = new([], []);

    /// <summary>
    /// The shifts that overlap a stretch of time, in order of their lines and dates. Where the clocks change, a time that comes twice is the first of
    /// the two, for beginnings and endings alike, so that who hands over at that time leaves neither a gap nor an hour counted double; one that does
    /// not exist is the moment of the change.
    /// </summary>
    public IEnumerable<Shift> Between(string zoneId, Instant from, Instant until) => Occurrences(zoneId, from, until).Select(found => found.Shift);

    /// <summary>The line and date whose shift has that id and overlaps a stretch of time, or null.</summary>
    public (RotaAbsence Absence, Shift Shift)? Find(Guid shiftId, string zoneId, Instant from, Instant until)
    {
        foreach (var (absence, shift) in Occurrences(zoneId, from, until))
        {
            if (shift.Id == shiftId)
                return (absence, shift);
        }

        return null;
    }

    private IEnumerable<(RotaAbsence Absence, Shift Shift)> Occurrences(string zoneId, Instant from, Instant until)
    {
        if (Lines.IsEmpty || until <= from)
            yield break;
        var clock = new WallClock(DateTimeZoneProviders.Tzdb[zoneId], from, until);

        // A shift lasts at most a day, so one that began two dates earlier is over.
        var first = clock.DateAt(from).PlusDays(-2);
        var last = clock.DateAt(until);
        foreach (var line in Lines)
        {
            for (var date = first; date <= last; date = date.PlusDays(1))
            {
                if (!line.Days.Contains(date.DayOfWeek) || date < line.FirstDay || date > line.LastDay)
                    continue;
                var begins = clock.At(date, line.From);
                var ends = clock.At(line.Until <= line.From ? date.PlusDays(1) : date, line.Until);
                if (begins >= until || ends <= from || begins >= ends)
                    continue;
                var absence = new RotaAbsence(line.Id, date);
                if (!Absences.Contains(absence))
                    yield return (absence, ShiftOf(line, date, begins, ends, clock));
            }
        }
    }

    private static Shift ShiftOf(RotaLine line, LocalDate date, Instant begins, Instant ends, WallClock clock)
    {
        return new Shift(IdOf(line.Id, date), line.Role, begins, ends)
        {
            Agency = line.Agency,
            OnCall = line.OnCall,
            Trained = line.Trained,
            Breaks = line.Breaks.IsEmpty ? [] : [.. line.Breaks.Select(BreakOf)],
        };

        Break BreakOf(RotaBreak pause)
        {
            var day = pause.From < line.From ? date.PlusDays(1) : date;
            return new Break(clock.At(day, pause.From), clock.At(pause.Until <= pause.From ? day.PlusDays(1) : day, pause.Until));
        }
    }

    /// <summary>Turns local times near a stretch of time into instants. To ask the zone for each is slow, and seldom needed: its offset seldom changes.</summary>
    private sealed class WallClock
    {
        private static readonly ZoneLocalMappingResolver Twice = Resolvers.CreateMappingResolver(Resolvers.ReturnEarlier, Resolvers.ReturnStartOfIntervalAfter);
        private static readonly Duration Margin = Duration.FromDays(4);
        private readonly DateTimeZone _zone;
        private readonly Offset? _offset;

        public WallClock(DateTimeZone zone, Instant from, Instant until)
        {
            _zone = zone;
            var interval = zone.GetZoneInterval(from);
            if ((!interval.HasStart || interval.Start + Margin < from) && (!interval.HasEnd || until + Margin < interval.End))
                _offset = interval.WallOffset;
        }

        public LocalDate DateAt(Instant at) => _offset is { } offset ? at.WithOffset(offset).Date : at.InZone(_zone).Date;

        public Instant At(LocalDate day, LocalTime time) =>
            _offset is { } offset ? new OffsetDateTime(day + time, offset).ToInstant() : _zone.ResolveLocal(day + time, Twice).ToInstant();
    }

    private static Guid IdOf(Guid line, LocalDate date)
    {
        Span<byte> bytes = stackalloc byte[16];
        line.TryWriteBytes(bytes, bigEndian: true, out _);
        var day = Period.DaysBetween(new LocalDate(2000, 1, 1), date);
        for (var i = 0; i < 4; i++)
            bytes[12 + i] ^= unchecked((byte)(day >> (8 * (3 - i))));
        return new Guid(bytes, bigEndian: true);
    }
}
