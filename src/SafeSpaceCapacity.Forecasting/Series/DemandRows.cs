using NodaTime;

namespace SafeSpaceCapacity.Forecasting.Series;

/// <summary>Rows of a file of counts on their way to a panel.</summary>
internal sealed class DemandRows(Hierarchy hierarchy)
{
    // Of what a list of events does not mention: an area whose first event is later than chance would have it (once in a million) is new.
    private const double NewAreaChance = 1e-6;

    private readonly Dictionary<string, List<(LocalDateTime Time, string Written, int Count, long Line)>> _rows = new(StringComparer.Ordinal);
    private readonly List<string> _notes = [];
    private bool _isListOfEvents;

    public void Add(string area, LocalDateTime time, string written, int count, long line)
    {
        if (!_rows.TryGetValue(area, out var rows))
            _rows[area] = rows = [];
        rows.Add((time, written, count, line));
    }

    public DemandFile ToFile(Frequency frequency, EventCalendar calendar)
    {
        if (_rows.Count == 0)
            throw new FormatException("there is no count in it");
        foreach (var area in _rows.Keys.Where(hierarchy.IsInner).Order(StringComparer.Ordinal).ToList())
        {
            _rows.Remove(area);
            _notes.Add($"{area}: its own counts were left out; it is the sum of the areas in it");
        }

        if (_rows.Count == 0)
            throw new FormatException("it has counts only of areas that others lie in");
        var resolution = Resolution();
        if (resolution > frequency)
            throw new FormatException($"it counts by {Name(resolution)} and cannot be forecast by {Name(frequency)}");
        foreach (var rows in _rows.Values)
            rows.Sort((a, b) => a.Time != b.Time ? a.Time.CompareTo(b.Time) : a.Line.CompareTo(b.Line));
        var start = TimeAxis.Floor(resolution, _rows.Values.Min(rows => rows[0].Time));
        var fine = new TimeAxis(resolution, start);
        var length = fine.IndexOf(_rows.Values.Max(rows => rows[^1].Time)) + 1;
        var repeated = RepeatedHours(resolution);
        var areas = _rows.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, Counts: Place(pair.Key, pair.Value, fine, length, repeated))).ToList();
        var skipped = FillGaps(areas, fine, repeated, addedUp: resolution != frequency);
        if (repeated.Count + skipped > 0 && resolution == frequency)
            _notes.Add($"daylight saving: {repeated.Count} hour(s) that came twice and {skipped} that never came are left out of fitting and scoring");
        var (axis, whole) = resolution == frequency ? (fine, areas) : AddUp(areas, fine, frequency);
        return new DemandFile(DemandPanel.Create(axis, whole, hierarchy, calendar), _notes);
    }

    private static string Name(Frequency frequency) => frequency switch { Frequency.Hour => "hour", Frequency.Day => "day", _ => "month" };

    private Frequency Resolution()
    {
        var times = _rows.Values.SelectMany(rows => rows).Select(row => row.Time);
        var (months, days) = (true, true);
        foreach (var time in times)
        {
            days &= time.TimeOfDay == LocalTime.Midnight;
            months &= days && time.Day == 1;
            if (!days)
                return Frequency.Hour;
        }

        var dates = _rows.Values.SelectMany(rows => rows).Select(row => row.Time.Date).Distinct().Order().ToList();
        if (months && dates.Count > 1)
            return Frequency.Month;
        if (dates.Count > 2 && dates.Select(date => date.DayOfWeek).Distinct().Count() == 1)
            throw new FormatException("its dates are whole weeks apart; hours, days and months are forecast, weeks are not");
        return Frequency.Day;
    }

    /// <summary>Hours of the wall clock that an area has twice: with two offsets from UTC, or when clocks may have been put back.</summary>
    private HashSet<LocalDateTime> RepeatedHours(Frequency resolution)
    {
        var repeated = new HashSet<LocalDateTime>();
        if (resolution != Frequency.Hour)
            return repeated;
        foreach (var rows in _rows.Values)
        {
            for (var i = 1; i < rows.Count; i++)
            {
                if (rows[i].Time == rows[i - 1].Time && (!string.Equals(rows[i].Written, rows[i - 1].Written, StringComparison.Ordinal) || MayRepeat(rows[i].Time)))
                    repeated.Add(rows[i].Time);
            }
        }

        return repeated;
    }

    /// <summary>Clocks are put back in the small hours of a Sunday of spring or autumn.</summary>
    private static bool MayRepeat(LocalDateTime time) => time.DayOfWeek == IsoDayOfWeek.Sunday && time.Hour <= 3 && time.Month is 3 or 4 or 9 or 10 or 11;

    private static int[] Place(string area, List<(LocalDateTime Time, string Written, int Count, long Line)> rows, TimeAxis axis, int length, HashSet<LocalDateTime> repeated)
    {
        const int Absent = -2;
        var counts = new int[length];
        Array.Fill(counts, Absent);
        var previous = rows[0].Time.PlusYears(-1);
        foreach (var (time, _, count, line) in rows)
        {
            if (time == previous && !repeated.Contains(time))
                throw new FormatException($"line {line}: {area} already has a count for {time:uuuu'-'MM'-'dd' 'HH':'mm}");
            previous = time;
            ref var cell = ref counts[axis.IndexOf(time)];
            cell = count == DemandPanel.Missing || cell == DemandPanel.Missing ? DemandPanel.Missing : Math.Max(cell, 0) + count;
        }

        return counts;
    }

    /// <summary>Decides what a period that no row mentions is: zero in a list of events, else not known. Gives the hours that no area has.</summary>
    private int FillGaps(List<(string Area, int[] Counts)> areas, TimeAxis axis, HashSet<LocalDateTime> repeated, bool addedUp)
    {
        var writesZeros = areas.Any(area => area.Counts.Contains(0));
        var skipped = new HashSet<int>();
        if (axis.Frequency == Frequency.Hour)
        {
            for (var t = 0; t < areas[0].Counts.Length; t++)
            {
                if (MayRepeat(axis.At(t)) && areas.TrueForAll(area => area.Counts[t] < 0) && (writesZeros || areas.Average(area => area.Counts.Count(count => count >= 0)) > 0.9 * areas[0].Counts.Length))
                    skipped.Add(t);
            }
        }

        var (zeros, gaps, gapAreas, late) = (0L, 0L, 0, new List<string>());
        foreach (var (area, counts) in areas)
        {
            var events = !writesZeros && counts.Where(count => count > 0).DefaultIfEmpty(0).Min() == 1;
            _isListOfEvents |= events;
            var first = Array.FindIndex(counts, count => count >= 0);
            if (first < 0)
                first = counts.Length;
            if (events)
            {
                var share = counts.Count(count => count > 0) / (double)(counts.Length - first);
                if (Math.Pow(1 - share, first) > NewAreaChance)
                    first = 0;
            }

            if (first > 0)
                late.Add($"{area} from {axis.At(first):uuuu'-'MM'-'dd}");
            var missing = 0;
            for (var t = 0; t < counts.Length; t++)
            {
                if (t < first || (!addedUp && (skipped.Contains(t) || repeated.Contains(axis.At(t)))))
                    counts[t] = DemandPanel.Missing;
                else if (skipped.Contains(t))
                    counts[t] = 0;
                else if (counts[t] == DemandPanel.Missing || (counts[t] < 0 && !events))
                    (counts[t], missing) = (DemandPanel.Missing, missing + 1);
                else if (counts[t] < 0)
                    (counts[t], zeros) = (0, zeros + 1);
            }

            gaps += missing;
            gapAreas += missing > 0 ? 1 : 0;
        }

        if (zeros > 0)
            _notes.Add($"no zero is written in the file, and ones are: it is taken as a list of events, and {zeros} periods that it does not mention are zero");
        if (gaps > 0)
            _notes.Add($"gaps: {gaps} periods of {gapAreas} area(s) have no count; they are neither fitted nor scored, and not taken as zero");
        if (late.Count > 0)
            _notes.Add($"{late.Count} area(s) appear after the start, and are forecast once they have enough history: {string.Join(", ", late.Take(5))}{(late.Count > 5 ? ", …" : "")}");
        return skipped.Count;
    }

    /// <summary>Adds finer periods up; one that is not whole at either end is left out, one with a gap is a gap.</summary>
    private (TimeAxis Axis, List<(string Area, int[] Counts)> Areas) AddUp(List<(string Area, int[] Counts)> areas, TimeAxis fine, Frequency frequency)
    {
        var length = areas[0].Counts.Length;
        var axis = new TimeAxis(frequency, TimeAxis.Floor(frequency, fine.Start));
        var numbers = Enumerable.Range(0, length).Select(t => axis.IndexOf(fine.At(t))).ToArray();

        // A list of events may well have none in the first and last hours of its first and last day.
        var endsAreWhole = _isListOfEvents && fine.Frequency == Frequency.Hour && frequency == Frequency.Day;
        var from = endsAreWhole || axis.At(0) == fine.Start ? 0 : 1;
        var until = endsAreWhole || axis.IndexOf(fine.At(length)) > numbers[^1] ? numbers[^1] + 1 : numbers[^1];
        if (until <= from)
            throw new FormatException($"it has no whole {Name(frequency)}");
        if (from > 0 || until <= numbers[^1])
            _notes.Add($"counts were added up by {Name(frequency)}; the first or last {Name(frequency)} was not whole and is left out");
        var sums = new List<(string, int[])>();
        foreach (var (area, counts) in areas)
        {
            var sum = new int[until - from];
            for (var t = 0; t < length; t++)
            {
                if (numbers[t] < from || numbers[t] >= until)
                    continue;
                ref var cell = ref sum[numbers[t] - from];
                cell = counts[t] == DemandPanel.Missing || cell == DemandPanel.Missing ? DemandPanel.Missing : cell + counts[t];
            }

            sums.Add((area, sum));
        }

        return (new TimeAxis(frequency, axis.At(from)), sums);
    }
}
