namespace SafeSpaceCapacity.EventLog.Sqlite;

/// <summary>A log that is being filled in a new file. Until that has its name, nobody takes it for a log; so it may be written in several transactions.</summary>
internal sealed class SqliteTarget : ILogTarget, IDisposable
{
    private const int RowsPerTransaction = 16_384;

    private readonly SqliteWriter writer;

    /// <summary>Makes the file, for nobody but its owner.</summary>
    /// <param name="database">The file, which must not be there.</param>
    /// <param name="epoch">The epoch of the log in it.</param>
    /// <param name="createdAtNanoseconds">When that began.</param>
    public SqliteTarget(string database, Guid epoch, long createdAtNanoseconds)
    {
        new FileStream(database, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }).Dispose();
        SqliteWriter.Make(database, epoch, createdAtNanoseconds);

        // Whoever copies is told of a disk that fails, and nothing of this is kept.
        writer = new SqliteWriter(LogFiles.Of(database), new SqliteLogSettings { EndProcess = static (_, _) => { } }, createdAtNanoseconds);
    }

    /// <inheritdoc/>
    public Task AddEventsAsync(IAsyncEnumerable<RecordedEvent> events, CancellationToken cancellationToken) => AddAsync(events, writer.Insert, cancellationToken);

    /// <inheritdoc/>
    public Task AddCommandsAsync(IAsyncEnumerable<CommandRecord> commands, CancellationToken cancellationToken) => AddAsync(commands, writer.Insert, cancellationToken);

    /// <inheritdoc/>
    public Task AddHeadsAsync(IAsyncEnumerable<(string Stream, long Version)> heads, CancellationToken cancellationToken) =>
        AddAsync(heads, head => writer.SetHead(head.Stream, head.Version), cancellationToken);

    /// <inheritdoc/>
    public Task AddDemandAsync(DemandTable table, IAsyncEnumerable<object[]> rows, CancellationToken cancellationToken)
    {
        writer.Begin();
        writer.Write(connection =>
        {
            LogFiles.Execute(connection, $"delete from {table.Name}");
            return 0;
        });
        Commit();
        return AddAsync(
            rows,
            row => writer.Write(connection =>
            {
                using var insert = connection.CreateCommand();
                insert.CommandText = $"insert into {table.Name} ({string.Join(", ", table.Columns)}) values ({string.Join(", ", table.Columns.Select((_, i) => $"${i}"))})";
                for (var i = 0; i < row.Length; i++)
                    insert.Parameters.AddWithValue($"${i}", row[i] is Guid id ? id.ToByteArray(bigEndian: true) : row[i]);
                return insert.ExecuteNonQuery();
            }),
            cancellationToken);
    }

    public void Dispose() => writer.Dispose();

    private async Task AddAsync<T>(IAsyncEnumerable<T> items, Action<T> add, CancellationToken cancellationToken)
    {
        var count = 0;
        writer.Begin();
        await foreach (var item in items.WithCancellation(cancellationToken))
        {
            if (++count % RowsPerTransaction == 0)
            {
                Commit();
                writer.Begin();
            }
            add(item);
        }
        Commit();
    }

    // Into the file itself each time: nobody reads it, and a write-ahead log of everything would take the room twice.
    private void Commit()
    {
        writer.Commit();
        writer.Checkpoint(truncate: true);
    }
}
