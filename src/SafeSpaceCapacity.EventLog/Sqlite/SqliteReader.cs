using Microsoft.Data.Sqlite;

namespace SafeSpaceCapacity.EventLog.Sqlite;

/// <summary>A read-only connection with its statements. It sees what is committed and never waits for the writer. One caller at a time.</summary>
internal sealed class SqliteReader : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly Statement command;
    private readonly Statement version;
    private readonly Statement stream;
    private readonly Statement all;
    private readonly Rows rows = new();

    public SqliteReader(LogFiles files)
        : this(files.OpenReader())
    {
    }

    /// <summary>Reads over a connection, and closes it in the end.</summary>
    public SqliteReader(SqliteConnection connection)
    {
        this.connection = connection;
        command = new(connection, $"select {Rows.CommandColumns} from commands where command_id = ?1", SqliteType.Blob);
        version = new(connection, "select version from heads where stream = ?1", SqliteType.Text);
        stream = new(connection, $"select {Rows.EventColumns} from events where stream = ?1 and version > ?2 order by version limit ?3", SqliteType.Text, SqliteType.Integer, SqliteType.Integer);
        all = new(connection, $"select {Rows.EventColumns} from events where position > ?1 order by position limit ?2", SqliteType.Integer, SqliteType.Integer);
    }

    /// <summary>For what is asked seldom.</summary>
    public SqliteConnection Connection => connection;

    public CommandRecord? FindCommand(Guid commandId)
    {
        using var row = command.Read(commandId.ToByteArray(bigEndian: true));
        if (!row.Read())
            return null;
        return rows.TryCommand(row, out var found) ?? throw new LogCorruptException($"The outcome of command {commandId} is damaged: {found}.");
    }

    public long Version(string name) => (long?)version.Scalar(name) ?? 0;

    public List<RecordedEvent> Stream(string name, long afterVersion, int limit)
    {
        using var row = stream.Read(name, afterVersion, limit);
        return Contiguous(row, afterVersion, static item => item.Version, $"stream {name}, version");
    }

    public List<RecordedEvent> All(long afterPosition, int limit)
    {
        using var row = all.Read(afterPosition, limit);
        return Contiguous(row, afterPosition, static item => item.Position, "position");
    }

    public void Dispose()
    {
        command.Dispose();
        version.Dispose();
        stream.Dispose();
        all.Dispose();
        connection.Dispose();
    }

    private List<RecordedEvent> Contiguous(SqliteDataReader row, long after, Func<RecordedEvent, long> number, string what)
    {
        var events = new List<RecordedEvent>();
        while (row.Read())
        {
            var item = rows.Event(row);
            if (number(item) != ++after)
                throw new LogCorruptException($"The log is damaged at position {item.Position}: {what} {after} should follow, {number(item)} was found.");
            events.Add(item);
        }
        return events;
    }
}
