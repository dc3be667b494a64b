using System.Collections.Immutable;
using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.Service.Planning;

/// <summary>An area and a day, as days since 1970 in UTC. Hours there are hours in Scotland too: its offset is always of whole hours.</summary>
internal readonly record struct DayKey(string Area, int Day);

/// <summary>Adds to hours that never change, and makes new ones of both.</summary>
/// <param name="kept">What there was.</param>
internal sealed class HourSheet(HourlyView kept)
{
    private const int SecondsOfDay = Measures.HoursOfDay * Measures.SecondsOfHour;

    private readonly Dictionary<DayKey, int[]> _days = [];
    private readonly Dictionary<(string Area, string Space), Dictionary<int, SpacePage>> _spaces = [];

    public static ImmutableArray<int> NoCells { get; } = [.. new int[Measures.HoursOfDay * Measures.Count]];

    /// <summary>The days of areas that were added to.</summary>
    public IEnumerable<DayKey> ChangedDays => _days.Keys;

    /// <summary>The spaces that were added to, each in its area.</summary>
    public IEnumerable<(string Area, string Space)> ChangedSpaces => _spaces.Keys;

    public static int DayOf(long second) => (int)Math.DivRem(second, SecondsOfDay).Quotient;

    /// <summary>A stretch of one space in which nothing changed.</summary>
    public void Spread(string area, string space, long from, long until, Standing standing, int occupied)
    {
        while (from < until)
        {
            var next = Math.Min(until, ((from / Measures.SecondsOfHour) + 1) * Measures.SecondsOfHour);
            var seconds = (int)(next - from);
            Add(area, space, from, Measure.Present, seconds);
            Add(area, space, from, Measure.Occupied, occupied * seconds);
            if (standing is { Open: true, Unconfirmed: true })
                Add(area, space, from, Measure.Unconfirmed, seconds);
            if (standing is { Open: true, Unconfirmed: false })
            {
                Add(area, space, from, Measure.Open, seconds);
                Add(area, space, from, Measure.SafeCapacity, standing.SafeCapacity * seconds);
                if (standing.Pause is { } pause)
                    Add(area, space, from, Measures.Paused(pause.Reason), seconds);
                if (standing.SafeCapacity == 0)
                    Add(area, space, from, Measure.BelowSafeStaffing, seconds);
            }

            from = next;
        }
    }

    /// <summary>Adds to the hour that a second is in.</summary>
    public void Add(string area, string space, long second, Measure measure, int amount)
    {
        if (amount == 0)
            return;
        var key = new DayKey(area, DayOf(second));
        if (!_days.TryGetValue(key, out var cells))
            _days[key] = cells = [.. kept.Days.GetValueOrDefault(key, NoCells)];
        var cell = Measures.At((int)(second / Measures.SecondsOfHour % Measures.HoursOfDay), measure);

        // What is taken back was added before; what it was added to may no longer be kept.
        var own = PageOf(area, space, key.Day).Cells;
        var change = Math.Max(amount, -own[cell]);
        own[cell] += change;
        cells[cell] += change;
    }

    public void Tell(string area, string space, Happening happening) => PageOf(area, space, DayOf(happening.At)).Happenings.Add(happening);

    /// <summary>All there was with what was added; days of spaces from a day on.</summary>
    public HourlyView Frozen(int firstOfSpaces)
    {
        var areas = kept.Areas.ToBuilder();
        foreach (var area in _spaces.GroupBy(page => page.Key.Area, StringComparer.Ordinal))
        {
            var spaces = areas.GetValueOrDefault(area.Key, HourlyView.NoSpaces).ToBuilder();
            foreach (var ((_, space), days) in area)
                spaces[space] = spaces.GetValueOrDefault(space, SpaceDays.None).With(days.ToDictionary(day => day.Key, day => day.Value.Frozen()), firstOfSpaces);
            areas[area.Key] = spaces.ToImmutable();
        }

        return kept with
        {
            Days = kept.Days.SetItems(_days.Select(day => KeyValuePair.Create(day.Key, ImmutableArray.Create(day.Value)))),
            Areas = areas.ToImmutable(),
            FirstOfSpaces = firstOfSpaces,
        };
    }

    private SpacePage PageOf(string area, string space, int day)
    {
        if (!_spaces.TryGetValue((area, space), out var days))
            _spaces[(area, space)] = days = [];
        if (!days.TryGetValue(day, out var page))
            days[day] = page = new SpacePage(kept.OfSpace(area, space, day) ?? SpaceDay.None);
        return page;
    }

    private sealed class SpacePage(SpaceDay before)
    {
        public int[] Cells { get; } = [.. before.Cells];

        public List<Happening> Happenings { get; } = [.. before.Happenings];

        public SpaceDay Frozen() => new(Cells, Happenings);
    }
}
