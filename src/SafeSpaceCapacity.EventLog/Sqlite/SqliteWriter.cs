using Microsoft.Data.Sqlite;
using NodaTime;
using SQLitePCL;
using static Microsoft.Data.Sqlite.SqliteType;

namespace SafeSpaceCapacity.EventLog.Sqlite;

/// <summary>The one connection that writes, with its statements. Only the writer thread uses it, one transaction at a time.</summary>
internal sealed class SqliteWriter : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly SqliteLogSettings settings;
    private readonly RowChecksum checksum = new();
    private readonly Rows rows = new();
    private readonly List<Statement> statements = [];
    private readonly Statement begin;
    private readonly Statement commit;
    private readonly Statement rollback;
    private readonly Statement findCommand;
    private readonly Statement findHead;
    private readonly Statement insertEvent;
    private readonly Statement insertCommand;
    private readonly Statement setHead;

    public SqliteWriter(LogFiles files, SqliteLogSettings settings, long nowNanoseconds)
    {
        this.settings = settings;
        connection = LogFiles.OpenWriter(files.Database);
        Migrations.Apply(connection, nowNanoseconds);
        begin = Prepare("begin immediate");
        commit = Prepare("commit");
        rollback = Prepare("rollback");
        findCommand = Prepare("select 1 from commands where command_id = ?1", Blob);
        findHead = Prepare("select version from heads where stream = ?1", Text);
        insertEvent = Prepare(
            $"insert into events ({Rows.EventColumns}) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
            Integer, Blob, Text, Integer, Text, Integer, Blob, Blob, Text, Text, Text, Text, Blob, Integer, Integer, Integer, Blob, Blob);
        insertCommand = Prepare(
            $"insert into commands ({Rows.CommandColumns}) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            Blob, Text, Blob, Blob, Text, Text, Text, Text, Integer, Blob);
        setHead = Prepare("insert into heads (stream, version) values (?1, ?2) on conflict (stream) do update set version = excluded.version", Text, Integer);
        using (var row = Prepare("select epoch, created_at_ns, checksum from meta").Read())
        {
            row.Read();
            Epoch = rows.TryEpoch(row)!.Value.Epoch;
        }
        ReadHead();
    }

    public Guid Epoch { get; }

    /// <summary>The last position, what the open transaction wrote included.</summary>
    public long Head { get; private set; }

    /// <summary>The latest time the log put on anything.</summary>
    public Instant LastRecordedAt { get; private set; } = Instant.MinValue;

    /// <summary>Rows written since the write-ahead log was last moved into the database.</summary>
    public int RowsSinceCheckpoint { get; private set; }

    /// <summary>Makes an empty log under its final name, whole or not at all.</summary>
    public static void Create(LogFiles files, Guid epoch, long nowNanoseconds)
    {
        LogFiles.Remove(files.NewDatabase);
        Make(files.NewDatabase, epoch, nowNanoseconds);
        File.Move(files.NewDatabase, files.Database, overwrite: true);
    }

    /// <summary>Makes an empty log in a file that is not there or empty.</summary>
    public static void Make(string database, Guid epoch, long createdAtNanoseconds)
    {
        using var made = LogFiles.OpenWriter(database);
        Migrations.Apply(made, createdAtNanoseconds);
        using var insert = new Statement(made, "insert into meta values (1, ?1, ?2, ?3)", Blob, Integer, Blob);
        insert.Execute(Bytes(epoch), createdAtNanoseconds, new RowChecksum().Of(epoch, createdAtNanoseconds));
        // One file, so that one rename is enough.
        LogFiles.Execute(made, "pragma wal_checkpoint(truncate)");
    }

    public void Begin() => begin.Execute();

    /// <summary>Commits and syncs. If that fails on the disk, nobody can say what is there: the process ends.</summary>
    public void Commit() => OrEndProcess(() =>
    {
        settings.BeforeCommit?.Invoke();
        commit.Execute();
    });

    /// <summary>Undoes the open transaction, if there is one, and learns again where the log ends.</summary>
    public void Rollback()
    {
        if (raw.sqlite3_get_autocommit(connection.Handle!) == 0)
            rollback.Execute();
        ReadHead();
    }

    /// <summary>Moves the write-ahead log into the database as far as readers let it.</summary>
    public void Checkpoint(bool truncate)
    {
        OrEndProcess(() => LogFiles.Execute(connection, truncate ? "pragma wal_checkpoint(truncate)" : "pragma wal_checkpoint(passive)"));
        RowsSinceCheckpoint = 0;
    }

    /// <summary>Writes the requests in the open transaction, without those that drop out, and notes how each will end.</summary>
    /// <returns>Whether any is to be committed.</returns>
    public bool Append(IReadOnlyList<AppendWork> batch, Instant now)
    {
        LastRecordedAt = Instant.Max(LastRecordedAt, now);
        var plan = new AppendPlan(
            Epoch, Head, LastRecordedAt, stream => (long?)findHead.Scalar(stream) ?? 0, id => findCommand.Scalar(Bytes(id)) is not null);
        foreach (var work in batch)
            work.Tentative = plan.Add(work.Request);
        foreach (var command in plan.Commands)
            Insert(command);
        foreach (var entry in plan.Events)
            Insert(entry);
        foreach (var (stream, move) in plan.Heads)
            SetHead(stream, move.To);
        Head = plan.Head;
        RowsSinceCheckpoint += plan.Commands.Count + plan.Events.Count;
        return batch.Any(work => work.Tentative is AppendResult.Committed);
    }

    /// <summary>Writes a row in the open transaction, as it is.</summary>
    public void Insert(CommandRecord command) => insertCommand.Execute(
        Bytes(command.CommandId), command.Stream, command.RequestHash.ToArray(), command.Outcome.ToArray(), command.Actor, command.Role,
        command.Client, command.Correlation, command.DecidedAt.ToNanoseconds(), checksum.Of(command));

    /// <inheritdoc cref="Insert(CommandRecord)"/>
    public void Insert(RecordedEvent entry) => insertEvent.Execute(
        entry.Position, Bytes(entry.Epoch), entry.Stream, entry.Version, entry.Type, entry.Schema, Bytes(entry.CommandId),
        entry.RequestHash.ToArray(), entry.Actor, entry.Role, entry.Client, entry.Correlation,
        entry.NeedId is { } need ? Bytes(need) : null, entry.ObservedAt.ToNanoseconds(), entry.DecidedAt.ToNanoseconds(),
        entry.RecordedAt.ToNanoseconds(), entry.Payload.ToArray(), checksum.Of(entry));

    /// <summary>Writes in the open transaction at which version a stream is.</summary>
    public void SetHead(string stream, long version) => setHead.Execute(stream, version);

    public long LoadCheckpoints(Func<Checkpoint, bool> take)
    {
        var versions = new Dictionary<string, long>(StringComparer.Ordinal);
        var unusable = new List<string>();

        // In the order in which they lie on the disk.
        using (var load = new Statement(connection, $"select {Rows.CheckpointColumns}, (select version from heads where heads.stream = checkpoints.stream) from checkpoints"))
        using (var row = load.Read())
        {
            while (row.Read())
            {
                var newest = row.IsDBNull(7) ? 0 : row.GetInt64(7);
                if (rows.TryCheckpoint(row) is { } kept && kept.Epoch == Epoch && kept.Position <= Head && kept.Version <= newest && take(kept))
                    versions.Add(kept.Stream, kept.Version);
                else
                    unusable.Add(row.GetString(1));
            }
        }

        // Removed, lest one that is ahead of the log seem right when the log has grown past it with something else.
        using var remove = new Statement(connection, "delete from checkpoints where stream = ?1", Text);
        foreach (var stream in unusable)
            remove.Execute(stream);
        using var cover = new Statement(connection, "select epoch, position, checksum from checkpoint_cover");
        using var covered = cover.Read();
        var position = covered.Read() && rows.TryEpoch(covered) is { } found && found.Epoch == Epoch && found.Number <= Head && unusable.Count == 0 ? found.Number : 0;
        covered.Dispose();
        if (position > 0 && LeavesOut(position, versions))
            position = 0;
        if (position == 0)
            LogFiles.Execute(connection, "delete from checkpoint_cover");
        return position;
    }

    /// <summary>Whether an event up to here is in no checkpoint: then the position was saved wrongly, and tailing after it would miss the event.</summary>
    private bool LeavesOut(long position, Dictionary<string, long> versions)
    {
        using var heads = new Statement(connection, "select stream, version from heads");
        using var next = new Statement(connection, "select position from events where stream = ?1 and version = ?2", Text, Integer);
        using var row = heads.Read();
        while (row.Read())
        {
            var (stream, included) = (row.GetString(0), versions.GetValueOrDefault(row.GetString(0)));
            if (row.GetInt64(1) > included && next.Scalar(stream, included + 1) is long left && left <= position)
                return true;
        }

        return false;
    }

    public int SaveCheckpoints(IReadOnlyList<Checkpoint> checkpoints, long coveredPosition)
    {
        using var save = new Statement(
            connection,
            $"""
            insert into checkpoints ({Rows.CheckpointColumns}) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            on conflict (stream) do update set epoch = excluded.epoch, version = excluded.version, position = excluded.position,
                schema = excluded.schema, body = excluded.body, checksum = excluded.checksum
            where excluded.epoch <> checkpoints.epoch or excluded.version >= checkpoints.version
            """,
            Blob, Text, Integer, Integer, Integer, Blob, Blob);
        foreach (var item in checkpoints)
            save.Execute(Bytes(item.Epoch), item.Stream, item.Version, item.Position, item.Schema, item.Body.ToArray(), checksum.Of(item));
        using var cover = new Statement(
            connection,
            """
            insert into checkpoint_cover values (1, ?1, ?2, ?3)
            on conflict (id) do update set epoch = excluded.epoch, position = excluded.position, checksum = excluded.checksum
            where excluded.epoch <> checkpoint_cover.epoch or excluded.position > checkpoint_cover.position
            """,
            Blob, Integer, Blob);
        cover.Execute(Bytes(Epoch), coveredPosition, checksum.Of(Epoch, coveredPosition));
        RowsSinceCheckpoint += checkpoints.Count;
        return checkpoints.Count;
    }

    public int ForgetCommands(Instant decidedBefore, int most)
    {
        using var forget = new Statement(
            connection,
            "delete from commands where command_id in (select command_id from commands where decided_at_ns < ?1 order by decided_at_ns limit ?2)",
            Integer, Integer);
        var forgotten = forget.Execute(decidedBefore.ToNanoseconds(), most);
        RowsSinceCheckpoint += forgotten;
        return forgotten;
    }

    /// <summary>Writes demand in the open transaction; says how many rows.</summary>
    public int Write(Func<SqliteConnection, int> write)
    {
        var written = write(connection);
        RowsSinceCheckpoint += written;
        return written;
    }

    public void Dispose()
    {
        foreach (var statement in statements)
            statement.Dispose();
        connection.Dispose();
    }

    private static byte[] Bytes(Guid id) => id.ToByteArray(bigEndian: true);

    private Statement Prepare(string sql, params ReadOnlySpan<SqliteType> parameters)
    {
        var statement = new Statement(connection, sql, parameters);
        statements.Add(statement);
        return statement;
    }

    private void ReadHead()
    {
        using var lastEntry = new Statement(connection, "select position, recorded_at_ns from events order by position desc limit 1");
        using var row = lastEntry.Read();
        var any = row.Read();
        Head = any ? row.GetInt64(0) : 0;
        if (any)
            LastRecordedAt = Instant.Max(LastRecordedAt, row.GetInt64(1).ToInstant());
    }

    private void OrEndProcess(Action write)
    {
        try
        {
            write();
        }
        catch (SqliteException e) when (e.SqliteErrorCode == raw.SQLITE_IOERR)
        {
            settings.EndProcess($"The log could not be written to disk (SQLite error {e.SqliteExtendedErrorCode}): {e.Message} What was acknowledged is safe; the process ends so that the log is read again from the disk.", e);
            throw;
        }
    }
}
