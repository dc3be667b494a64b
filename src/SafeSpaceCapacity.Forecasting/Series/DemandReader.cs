using System.Globalization;
using NodaTime;
using NodaTime.Text;

namespace SafeSpaceCapacity.Forecasting.Series;

/// <summary>What was read, and what was done to it that the reader should know.</summary>
public sealed record DemandFile(DemandPanel Panel, IReadOnlyList<string> Notes);

/// <summary>
/// Reads counts (<c>area,timestamp,count</c>), hierarchies (<c>area,parent</c>) and calendars (<c>date</c>). The rules are in docs/forecasting.md:
/// what is doubtful is refused with its line, what is done is noted.
/// </summary>
public static class DemandReader
{
    private static readonly LocalDateTimePattern[] Patterns =
    [
        .. new[] { "uuuu'-'MM'-'dd'T'HH':'mm':'ss", "uuuu'-'MM'-'dd HH':'mm':'ss", "uuuu'-'MM'-'dd'T'HH':'mm", "uuuu'-'MM'-'dd HH':'mm", "uuuu'-'MM'-'dd'T'HH", "uuuu'-'MM'-'dd HH", "uuuu'-'MM'-'dd", "uuuu'-'MM" }
            .Select(LocalDateTimePattern.CreateWithInvariantCulture),
    ];

    /// <summary>Reads a hierarchy.</summary>
    /// <exception cref="FormatException">It is no such table, an area has two parents, or lies in itself.</exception>
    public static Hierarchy ReadHierarchy(TextReader text)
    {
        var parents = new Dictionary<string, string>(StringComparer.Ordinal);
        CsvTable.Read(text, ["area", "parent"], (row, line) =>
        {
            if (row[0].Length == 0)
                throw new FormatException($"line {line}: there is no area");
            if (row[1].Length > 0 && !parents.TryAdd(row[0], row[1]) && !string.Equals(parents[row[0]], row[1], StringComparison.Ordinal))
                throw new FormatException($"line {line}: {row[0]} already lies in {parents[row[0]]}");
        });
        return new Hierarchy(parents);
    }

    /// <summary>Reads the dates of holidays and events.</summary>
    /// <exception cref="FormatException">It is no such table, or a date cannot be read.</exception>
    public static EventCalendar ReadCalendar(TextReader text) => new(ReadDates(text));

    /// <summary>Reads the same as dates.</summary>
    /// <exception cref="FormatException">It is no such table, or a date cannot be read.</exception>
    public static IReadOnlySet<LocalDate> ReadDates(TextReader text)
    {
        var dates = new HashSet<LocalDate>();
        CsvTable.Read(text, ["date"], (row, line) =>
        {
            var date = LocalDatePattern.Iso.Parse(row[0]);
            if (!date.Success)
                throw new FormatException($"line {line}: '{row[0]}' is no date such as 2026-12-25");
            dates.Add(date.Value);
        });
        return dates;
    }

    /// <summary>Reads moments of the wall clock: a column <c>origin</c>.</summary>
    /// <exception cref="FormatException">It is no such table, or a moment cannot be read.</exception>
    public static IReadOnlyList<LocalDateTime> ReadOrigins(TextReader text)
    {
        var origins = new SortedSet<LocalDateTime>();
        CsvTable.Read(text, ["origin"], (row, line) => origins.Add(ParseTime(row[0]) ?? throw Unreadable(row[0], line)));
        return [.. origins];
    }

    /// <summary>A moment of the wall clock as this project's files have it, or nothing; an offset from UTC is read and left out.</summary>
    public static LocalDateTime? ParseTime(string text)
    {
        var wall = text;
        if (text.EndsWith('Z'))
            wall = text[..^1];
        else if (text.Length > 16 && text[^6] is '+' or '-' && text[^3] == ':')
            wall = text[..^6];
        if (wall.IndexOf('.', StringComparison.Ordinal) is var fraction and > 0 && wall.AsSpan(fraction + 1).TrimStart('0').IsEmpty)
            wall = wall[..fraction];
        foreach (var pattern in Patterns)
        {
            if (pattern.Parse(wall) is { Success: true } read)
                return read.Value;
        }

        return null;
    }

    /// <summary>Reads counts.</summary>
    /// <param name="text">The table.</param>
    /// <param name="frequency">The periods to count by; counts of finer ones are added up.</param>
    /// <param name="hierarchy">Which area lies in which.</param>
    /// <param name="calendar">Holidays and events.</param>
    /// <exception cref="FormatException">It is refused; the message says why and where.</exception>
    public static DemandFile ReadCounts(TextReader text, Frequency frequency, Hierarchy hierarchy, EventCalendar calendar)
    {
        var rows = new DemandRows(hierarchy);

        // Areas share their times: each is read, and its text kept, once.
        var times = new Dictionary<string, (string Written, LocalDateTime Time)>(StringComparer.Ordinal);
        CsvTable.Read(text, ["area", "timestamp", "count"], (row, line) =>
        {
            if (row[0].Length == 0)
                throw new FormatException($"line {line}: there is no area");
            if (!times.TryGetValue(row[1], out var time))
                times[row[1]] = time = (row[1], ParseTime(row[1]) ?? throw Unreadable(row[1], line));
            rows.Add(row[0], time.Time, time.Written, ParseCount(row[2], line), line);
        });
        return rows.ToFile(frequency, calendar);
    }

    private static FormatException Unreadable(string text, long line) => new($"line {line}: '{text}' is no time such as 2026-12-25, 2026-12-25T13:00 or 2026-12");

    private static int ParseCount(string text, long line)
    {
        if (text.Length == 0 || text is "NA" or "NaN" or "null")
            return DemandPanel.Missing;
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            throw new FormatException($"line {line}: '{text}' is no count");
        if (number < 0)
            throw new FormatException($"line {line}: the count {text} is negative");
        if (number != decimal.Truncate(number))
            throw new FormatException($"line {line}: the count {text} is a fraction; only whole people are forecast");
        return number <= int.MaxValue / 4 ? (int)number : throw new FormatException($"line {line}: the count {text} is too great");
    }
}
