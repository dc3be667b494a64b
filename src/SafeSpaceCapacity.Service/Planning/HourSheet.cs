using System.Collections.Immutable;
using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.Service.Planning;

/// <summary>An area and a day, as days since 1970 in UTC. Hours there are hours in Scotland too: its offset is always of whole hours.</summary>
internal readonly record struct DayKey(string Area, int Day);

/// <summary>The hours of an area on a day. Never changes.</summary>
/// <param name="Cells">The numbers of each hour: see <see cref="Measures.At"/>.</param>
/// <param name="Spaces">The same of each space; empty once that is no longer kept.</param>
internal sealed record AreaDay(ImmutableArray<int> Cells, ImmutableDictionary<string, SpaceDay> Spaces)
{
    public static AreaDay None { get; } = new(HourSheet.NoCells, ImmutableDictionary.Create<string, SpaceDay>(StringComparer.Ordinal));
}

/// <summary>Adds to the hours of days that never change, and makes new such days of both.</summary>
/// <param name="kept">What there was.</param>
internal sealed class HourSheet(ImmutableDictionary<DayKey, AreaDay> kept)
{
    private const int SecondsOfDay = Measures.HoursOfDay * Measures.SecondsOfHour;

    private readonly Dictionary<DayKey, AreaPage> _pages = [];

    public static ImmutableArray<int> NoCells { get; } = [.. new int[Measures.HoursOfDay * Measures.Count]];

    /// <summary>The spaces of days that were added to.</summary>
    public IEnumerable<(DayKey Key, IEnumerable<string> Spaces)> Changed => _pages.Select(page => (page.Key, page.Value.Spaces.Keys.AsEnumerable()));

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
        var page = PageOf(new DayKey(area, DayOf(second)));
        var cell = Measures.At((int)(second / Measures.SecondsOfHour % Measures.HoursOfDay), measure);

        // What is taken back was added before; what it was added to may no longer be kept.
        var own = page.SpaceOf(space).Cells;
        var change = Math.Max(amount, -own[cell]);
        own[cell] += change;
        page.Cells[cell] += change;
    }

    public void Tell(string area, string space, Happening happening) =>
        PageOf(new DayKey(area, DayOf(happening.At))).SpaceOf(space).Happenings.Add(happening);

    /// <summary>All days with what was added.</summary>
    public ImmutableDictionary<DayKey, AreaDay> Frozen() => kept.SetItems(_pages.Select(page => KeyValuePair.Create(page.Key, page.Value.Frozen())));

    private AreaPage PageOf(DayKey key)
    {
        if (!_pages.TryGetValue(key, out var page))
            _pages[key] = page = new AreaPage(kept.GetValueOrDefault(key, AreaDay.None));
        return page;
    }

    private sealed class AreaPage(AreaDay before)
    {
        public int[] Cells { get; } = [.. before.Cells];

        public Dictionary<string, SpacePage> Spaces { get; } = new(StringComparer.Ordinal);

        public SpacePage SpaceOf(string space)
        {
            if (!Spaces.TryGetValue(space, out var page))
                Spaces[space] = page = new SpacePage(before.Spaces.GetValueOrDefault(space, SpaceDay.None));
            return page;
        }

        public AreaDay Frozen() => new([.. Cells], before.Spaces.SetItems(Spaces.Select(space => KeyValuePair.Create(space.Key, space.Value.Frozen()))));
    }

    private sealed class SpacePage(SpaceDay before)
    {
        public int[] Cells { get; } = [.. before.Cells];

        public List<Happening> Happenings { get; } = [.. before.Happenings];

        public SpaceDay Frozen() => new(Cells, Happenings);
    }
}
