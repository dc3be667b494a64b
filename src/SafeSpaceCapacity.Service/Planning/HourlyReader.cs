using System.Collections.Immutable;
using NodaTime;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Privacy;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Service.ReadModel;

namespace SafeSpaceCapacity.Service.Planning;

/// <summary>An hour of an area or a space. Only what says so is suppressed.</summary>
/// <param name="Area">The code of the area.</param>
/// <param name="From">When it begins, in seconds since 1970.</param>
/// <param name="Cells">The numbers of its day.</param>
/// <param name="ShownOccupied">Whether people here may be shown.</param>
internal sealed record Hour(string Area, long From, ImmutableArray<int> Cells, bool ShownOccupied)
{
    public int this[Measure measure] => Cells[Measures.At((int)(From / Measures.SecondsOfHour % Measures.HoursOfDay), measure)];

    /// <summary>People here on average, rounded down; null where suppressed.</summary>
    public int? Occupied => ShownOccupied ? this[Measure.Occupied] / Measures.SecondsOfHour : null;

    /// <summary>A count of people; null where suppressed.</summary>
    public int? People(Measure measure) => SmallNumbers.Shows(this[measure]) ? this[measure] : null;

    /// <summary>Whether anything was there.</summary>
    public bool IsEmpty => this[Measure.Present] == 0 && Measures.OfPeople.All(measure => this[measure] == 0);
}

/// <summary>A local day of an area: the sums of its hours' counts of people, as far as they may be shown.</summary>
/// <param name="Area">The code of the area.</param>
/// <param name="Date">The date in Scotland.</param>
/// <param name="Sums">By measure; a suppressed one is not there.</param>
internal sealed record WholeDay(string Area, LocalDate Date, IReadOnlyDictionary<Measure, int> Sums);

/// <summary>Hours that are over, with the time since the last event of each space, for as long as nothing more is reported.</summary>
internal sealed class HourlyReader
{
    private static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["Europe/London"];

    private readonly HourlyView _hours;
    private readonly long _from;
    private readonly long _until;
    private (DayKey Key, List<ImmutableArray<int>> Cells)? _unpacked;

    /// <summary>Hours of areas.</summary>
    /// <param name="history">The hours that events made. Its view is taken after the root, and is never behind it.</param>
    /// <param name="root">All spaces.</param>
    /// <param name="areas">Codes of the areas.</param>
    /// <param name="from">The first of the hours that begin from then on.</param>
    /// <param name="until">The last of those that are over by then.</param>
    public HourlyReader(HourlyHistory history, ReadRoot root, IReadOnlySet<string> areas, Instant from, Instant until)
    {
        var view = history.View;
        var sheet = new HourSheet(view);
        _until = until.ToUnixTimeSeconds() / Measures.SecondsOfHour * Measures.SecondsOfHour;
        _from = Instant.Max(from, Instant.FromUnixTimeSeconds(0)).ToUnixTimeSeconds();
        _from = (_from + Measures.SecondsOfHour - 1) / Measures.SecondsOfHour * Measures.SecondsOfHour;
        foreach (var (space, mark) in view.Spaces)
        {
            if ((mark.State ?? root.Spaces.GetValueOrDefault(space)?.State) is { Details: { } details } state && mark.Until < _until && areas.Contains(history.AreaOf(details)))
                HourlyHistory.LetTimePass(sheet, history.AreaOf(details), state, mark, _until);
        }

        _hours = sheet.Frozen(view.FirstOfSpaces);
    }

    /// <summary>When the hours asked about begin.</summary>
    public IEnumerable<long> Hours()
    {
        for (var hour = _from; hour < _until; hour += Measures.SecondsOfHour)
            yield return hour;
    }

    /// <summary>An hour of an area; null where it had no space.</summary>
    public Hour? OfArea(string area, long hour)
    {
        if (!_hours.Days.TryGetValue(new DayKey(area, HourSheet.DayOf(hour)), out var day))
            return null;
        var cells = new Hour(area, hour, day, ShownOccupied: false);
        return cells.IsEmpty ? null : cells with { ShownOccupied = cells[Measure.Occupied] >= FewestSeconds };
    }

    /// <summary>
    /// An hour of a space in an area; null where it was not there. Who sees it can see the hour of the area too: people here are shown where that
    /// gives away nobody at the others.
    /// </summary>
    public Hour? OfSpace(string area, string space, long hour)
    {
        var day = new DayKey(area, HourSheet.DayOf(hour));
        if (_hours.OfSpace(area, space, day.Day) is not { } own)
            return null;
        var cells = new Hour(area, hour, own.Cells, ShownOccupied: false);
        if (cells[Measure.Present] == 0)
            return null;
        var all = new List<int>();
        foreach (var others in UnpackedOf(day))
        {
            var theirs = cells with { Cells = others };
            if (theirs[Measure.Present] > 0)
                all.Add(theirs[Measure.Occupied]);
        }

        return cells with { ShownOccupied = cells[Measure.Occupied] >= FewestSeconds && SmallNumbers.KeepsParts(all, FewestSeconds) };
    }

    // Hours of one day are asked about one after the other.
    private List<ImmutableArray<int>> UnpackedOf(DayKey day)
    {
        if (_unpacked?.Key != day)
            _unpacked = (day, [.. _hours.Areas[day.Area].Values.Select(space => space.Of(day.Day)).OfType<SpaceDay>().Select(space => space.Cells)]);
        return _unpacked.Value.Cells;
    }

    /// <summary>What happened to a space in an area within an hour, in order.</summary>
    public IEnumerable<Happening> Happenings(string area, string space, long hour) =>
        _hours.OfSpace(area, space, HourSheet.DayOf(hour))?.Happenings
            .Where(happening => happening.At >= hour && happening.At < hour + Measures.SecondsOfHour) ?? [];

    /// <summary>The local day that an hour is the last of, if all of it was asked about; null otherwise.</summary>
    public WholeDay? DayEndingWith(string area, long hour)
    {
        var date = Local(hour).Date;
        var next = hour + Measures.SecondsOfHour;
        var begins = Zone.AtStartOfDay(date).ToInstant().ToUnixTimeSeconds();
        if (Local(next).Date == date || begins < _from)
            return null;
        var hours = new List<Hour>();
        var present = false;
        for (var at = begins; at < next; at += Measures.SecondsOfHour)
        {
            var cells = _hours.Days.GetValueOrDefault(new DayKey(area, HourSheet.DayOf(at)), HourSheet.NoCells);
            hours.Add(new Hour(area, at, cells, ShownOccupied: false));
            present |= !hours[^1].IsEmpty;
        }

        if (!present)
            return null;
        var sums = new Dictionary<Measure, int>();
        foreach (var measure in Measures.OfPeople)
        {
            var parts = hours.ConvertAll(one => one[measure]);
            if (SmallNumbers.ShowsSum(parts))
                sums.Add(measure, parts.Sum());
        }

        return new WholeDay(area, date, sums);
    }

    /// <summary>A moment in Scotland.</summary>
    public static ZonedDateTime Local(long second) => Instant.FromUnixTimeSeconds(second).InZone(Zone);

    // Five people for an hour.
    private const int FewestSeconds = SmallNumbers.Fewest * Measures.SecondsOfHour;
}
