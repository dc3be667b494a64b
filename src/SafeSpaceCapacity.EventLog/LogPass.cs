using System.Data.Common;
using System.Globalization;

namespace SafeSpaceCapacity.EventLog;

/// <summary>One verification under way: what it has read of a log, in whichever database that is, and what was wrong.</summary>
internal sealed class LogPass
{
    private const int ProblemsMost = 50;
    private readonly List<LogProblem> problems = [];
    private readonly Dictionary<string, long> versions = new(StringComparer.Ordinal);
    private readonly Rows rows = new();
    private readonly string where;
    private readonly long detached;
    private bool whole = true;
    private int problemsLeftOut;
    private long entries;
    private RecordedEvent? first;
    private RecordedEvent? last;

    /// <summary>Begins.</summary>
    /// <param name="where">The log, for people.</param>
    /// <param name="detached">The last position that left the log with its month; 0 for none.</param>
    public LogPass(string where, long detached = 0) => (this.where, this.detached, Next, ReadableTo) = (where, detached, detached + 1, detached);

    /// <summary>The epoch; null while it is not known.</summary>
    public Guid? Epoch { get; private set; }

    /// <summary>The last position known to have been acknowledged; null where that is not known.</summary>
    public long? Acknowledged { get; set; }

    /// <summary>The position that should come next.</summary>
    public long Next { get; private set; }

    /// <summary>Positions up to this one are whole.</summary>
    public long ReadableTo { get; private set; }

    public void Add(long? from, long? to, string what)
    {
        if (problems.Count < ProblemsMost)
            problems.Add(new LogProblem(from, to, what));
        else
            problemsLeftOut++;
    }

    /// <summary>Takes the row that names the epoch.</summary>
    public void ReadEpoch(DbDataReader row)
    {
        Epoch = row.Read() ? rows.TryEpoch(row)?.Epoch : null;
        if (Epoch is null)
            Add(null, null, "the row that names the epoch is damaged or missing");
    }

    /// <summary>Takes the row of the event that follows the one before.</summary>
    public void ReadNext(DbDataReader row)
    {
        var position = row.GetInt64(0);
        if (position > Next)
            Add(Next, position - 1, "entries are missing");
        else if (position < Next)
            Add(position, position, "this position is out of order");
        whole &= position == Next;
        Next = unchecked(position + 1);
        if (Read(row) is not { } entry)
        {
            whole = false;
            return;
        }

        // Where months left, a stream may begin with any version.
        var version = versions.TryGetValue(entry.Stream, out var before) || detached == 0 ? before + 1 : entry.Version;
        versions[entry.Stream] = entry.Version;

        // After damage before it, a gap in a stream says nothing new.
        if (version != entry.Version && whole)
        {
            whole = false;
            Add(position, position, $"stream {entry.Stream} goes from version {version - 1} to {entry.Version}");
        }
        if (whole)
            ReadableTo = position;
    }

    /// <summary>Takes the row of an event by itself; null where it is damaged, which is noted.</summary>
    public RecordedEvent? Read(DbDataReader row)
    {
        if (rows.TryEvent(row, out var found) is not { } entry)
        {
            Add(row.GetInt64(0), row.GetInt64(0), found);
            return null;
        }
        entries++;
        if (first is null || entry.Position < first.Position)
            first = entry;
        if (last is null || entry.Position > last.Position)
            last = entry;
        return entry;
    }

    /// <summary>Takes the row of the last event, all before it unread.</summary>
    public void ReadLast(DbDataReader row)
    {
        if (Read(row) is { } entry)
            entries = ReadableTo = entry.Position;
    }

    /// <summary>Takes the rows that say at which version each stream is, after all events.</summary>
    public void ReadHeads(DbDataReader row)
    {
        var seen = 0;
        while (row.Read())
        {
            var (stream, expected) = (row.GetString(0), row.GetInt64(1));
            if (versions.TryGetValue(stream, out var version))
                seen++;
            else if (detached > 0)
                continue; // All of it left with its months.
            if (version != expected)
                Add(null, null, $"stream {stream} should end at version {expected}; its entries end at {version}");
        }
        if (seen < versions.Count)
            Add(null, null, $"{versions.Count - seen} streams have entries but no head");
    }

    /// <summary>Takes the rows of the answered commands.</summary>
    public void ReadCommands(DbDataReader row, CancellationToken cancellationToken)
    {
        while (row.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (rows.TryCommand(row, out var found) is null)
                Add(null, null, $"the outcome of a command is damaged: {found}");
        }
    }

    /// <summary>Compares the end with what was acknowledged.</summary>
    public void RequireAcknowledged()
    {
        var end = last?.Position ?? detached;
        if (Acknowledged > end)
            Add(end + 1, Acknowledged, $"{Acknowledged - end} acknowledged entries are missing: the log ends at position {end}, but {Acknowledged} was acknowledged");
    }

    public LogReport Report()
    {
        if (problemsLeftOut > 0)
            problems.Add(new LogProblem(null, null, string.Create(CultureInfo.InvariantCulture, $"and {problemsLeftOut} more problems")));
        return new(where, Epoch, entries, versions.Count, first?.Position ?? 0, first?.RecordedAt, last?.Position ?? 0, last?.RecordedAt, ReadableTo, Acknowledged, problems);
    }
}
