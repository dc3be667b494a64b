using System.Data;
using Npgsql;

namespace SafeSpaceCapacity.EventLog.Postgres;

/// <summary>An empty database that is being filled in one transaction: nothing is there before the commit.</summary>
internal sealed class PostgresTarget : ILogTarget, IAsyncDisposable
{
    private readonly NpgsqlDataSource source;
    private readonly NpgsqlTransaction transaction;

    private PostgresTarget(NpgsqlDataSource source, NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (this.source, Connection, this.transaction) = (source, connection, transaction);

    /// <summary>Reads what was written, in its transaction.</summary>
    public NpgsqlConnection Connection { get; }

    /// <summary>Makes the tables, with the months of the events that will come, and begins.</summary>
    /// <exception cref="LogRefusedException">The database holds a log already, or would lose what it commits.</exception>
    public static async Task<PostgresTarget> OpenAsync(PostgresAddress address, LogReport of, CancellationToken cancellationToken)
    {
        var opened = address.Open();
        NpgsqlConnection? connection = null;
        try
        {
            connection = await opened.OpenConnectionAsync(cancellationToken);
            await PostgresServer.RequireDurableAsync(connection, address.ToString(), cancellationToken);
            await PostgresMigrations.ApplyAsync(connection, address.ToString(), cancellationToken);
            await RequireEmptyAsync(connection, address, cancellationToken);
            for (var month = of.FirstRecordedAt; month <= of.LastRecordedAt; month = await PostgresMonths.MakeAsync(connection, month!.Value, cancellationToken))
            {
                // Each returns the beginning of the next.
            }

            var begun = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
            await connection.RunAsync("select 1 from log_head for update", cancellationToken);

            // It may idle while what was written is proven, and nobody else is there.
            await connection.RunAsync("set local idle_in_transaction_session_timeout = 0", cancellationToken);
            await RequireEmptyAsync(connection, address, cancellationToken);
            await connection.RunAsync(
                "update log_head set position = $1, recorded_at_ns = $2", cancellationToken, of.LastPosition, of.LastRecordedAt?.ToNanoseconds() ?? 0);
            return new PostgresTarget(opened, connection, begun);
        }
        catch
        {
            if (connection is not null)
                await connection.DisposeAsync();
            await opened.DisposeAsync();
            throw;
        }
    }

    /// <summary>Names the epoch of the log; it began then, in nanoseconds.</summary>
    public Task SetEpochAsync(Guid epoch, long createdAtNanoseconds, CancellationToken cancellationToken) => Connection.RunAsync(
        "update meta set epoch = $1, created_at_ns = $2, checksum = $3", cancellationToken, epoch, createdAtNanoseconds, new RowChecksum().Of(epoch, createdAtNanoseconds));

    /// <inheritdoc/>
    public async Task AddEventsAsync(IAsyncEnumerable<RecordedEvent> events, CancellationToken cancellationToken)
    {
        var checksum = new RowChecksum();
        await using var import = await BeginAsync($"copy events ({Rows.EventColumns}) from stdin (format binary)", cancellationToken);
        await foreach (var item in events.WithCancellation(cancellationToken))
        {
            await import.WriteRowAsync(
                cancellationToken, item.Position, item.Epoch, item.Stream, item.Version, item.Type, item.Schema, item.CommandId, item.RequestHash.ToArray(),
                item.Actor, item.Role, item.Client, item.Correlation, item.NeedId, item.ObservedAt.ToNanoseconds(), item.DecidedAt.ToNanoseconds(),
                item.RecordedAt.ToNanoseconds(), item.Payload.ToArray(), checksum.Of(item));
        }
        await import.CompleteAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task AddCommandsAsync(IAsyncEnumerable<CommandRecord> commands, CancellationToken cancellationToken)
    {
        var checksum = new RowChecksum();
        await using var import = await BeginAsync($"copy commands ({Rows.CommandColumns}) from stdin (format binary)", cancellationToken);
        await foreach (var item in commands.WithCancellation(cancellationToken))
        {
            await import.WriteRowAsync(
                cancellationToken, item.CommandId, item.Stream, item.RequestHash.ToArray(), item.Outcome.ToArray(), item.Actor, item.Role, item.Client,
                item.Correlation, item.DecidedAt.ToNanoseconds(), checksum.Of(item));
        }
        await import.CompleteAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task AddHeadsAsync(IAsyncEnumerable<(string Stream, long Version)> heads, CancellationToken cancellationToken)
    {
        await using var import = await BeginAsync("copy heads (stream, version) from stdin (format binary)", cancellationToken);
        await foreach (var (stream, version) in heads.WithCancellation(cancellationToken))
            await import.WriteRowAsync(cancellationToken, stream, version);
        await import.CompleteAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task AddDemandAsync(DemandTable table, IAsyncEnumerable<object[]> rows, CancellationToken cancellationToken)
    {
        await Connection.RunAsync($"delete from {table.Name}", cancellationToken);
        await using var import = await BeginAsync($"copy {table.Name} ({string.Join(", ", table.Columns)}) from stdin (format binary)", cancellationToken);
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            await import.StartRowAsync(cancellationToken);
            for (var i = 0; i < row.Length; i++)
            {
                object value = table.Types[i] switch { "integer" => checked((int)(long)row[i]), "smallint" => checked((short)(long)row[i]), _ => row[i] };
                await import.WriteAsync(value, table.Types[i], cancellationToken);
            }
        }
        await import.CompleteAsync(cancellationToken);
    }

    public Task CommitAsync(CancellationToken cancellationToken) => transaction.CommitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await Connection.DisposeAsync();
        await source.DisposeAsync();
    }

    private static async Task RequireEmptyAsync(NpgsqlConnection to, PostgresAddress address, CancellationToken cancellationToken)
    {
        var isEmpty = await to.ScalarAsync<bool>(
            "select position = 0 and not exists (select 1 from commands) and not exists (select 1 from nodes where seen_at > clock_timestamp() - make_interval(secs => $1)) from log_head",
            cancellationToken,
            (double)PostgresNodes.GoneAfterSeconds);
        if (!isEmpty)
            throw new LogRefusedException($"The {address} is in use or holds a log already: a log is copied to an empty database only.");
    }

    private async Task<NpgsqlBinaryImporter> BeginAsync(string copy, CancellationToken cancellationToken)
    {
        var import = await Connection.BeginBinaryImportAsync(copy, cancellationToken);
        import.Timeout = TimeSpan.FromMinutes(10);
        return import;
    }
}
