using System.Data;
using Npgsql;

namespace SafeSpaceCapacity.EventLog.Postgres;

/// <summary>The checkpoints in the database. All nodes share them: what one has saved, another starts from.</summary>
internal static class PostgresCheckpoints
{
    /// <summary>Those of <see cref="Rows.CheckpointColumns"/>, of the table c.</summary>
    public static readonly string Columns = string.Join(", ", Rows.CheckpointColumns.Split(", ").Select(column => "c." + column));

    private const int SavedAtOnce = 1000;

    /// <summary>Gives every usable checkpoint to <paramref name="take"/>, and removes the others and those that it has no use for.</summary>
    /// <returns>The position up to which they hold every event.</returns>
    public static async Task<long> LoadAsync(NpgsqlConnection connection, Guid epoch, Func<Checkpoint, bool> take, CancellationToken cancellationToken)
    {
        var unusable = new List<(string Stream, byte[] Checksum)>();
        long covered;

        // One picture of all tables: another node may be saving later checkpoints.
        await using (var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken))
        {
            var head = await connection.ScalarAsync<long>("select position from log_head", cancellationToken);
            await TakeAsync(connection, epoch, head, take, unusable, cancellationToken);
            covered = await CoveredAsync(connection, epoch, cancellationToken);
            if (unusable.Count > 0 || covered > head || (covered > 0 && await LeavesOutAsync(connection, covered, cancellationToken)))
                covered = 0;
        }
        if (covered > 0)
            return covered;

        // Of months that left, checkpoints are all that is known: none is removed, and whoever starts is told what to do.
        if (await connection.ScalarAsync<long>("select detached_position from log_head", cancellationToken) is var detached and > 0)
            throw new LogDetachedException(detached);

        // Removed, lest one that is ahead of the log seem right when the log has grown past it with something else.
        foreach (var (stream, checksum) in unusable)
            await connection.RunAsync("delete from checkpoints where stream = $1 and checksum = $2", cancellationToken, stream, checksum);
        await connection.RunAsync("delete from checkpoint_cover", cancellationToken);
        return 0;
    }

    /// <summary>Keeps checkpoints in one transaction; an older one never replaces a newer one of its epoch.</summary>
    public static async Task SaveAsync(NpgsqlConnection connection, Guid epoch, IReadOnlyList<Checkpoint> checkpoints, long coveredPosition, CancellationToken cancellationToken)
    {
        var checksum = new RowChecksum();
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);

        // One node after the other: they save much the same streams.
        await connection.RunAsync("lock table checkpoint_cover in exclusive mode", cancellationToken);
        foreach (var some in checkpoints.Chunk(SavedAtOnce))
        {
            await connection.RunAsync(
                $"""
                insert into checkpoints ({Rows.CheckpointColumns}) select * from unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::integer[], $6::bytea[], $7::bytea[])
                on conflict (stream) do update set epoch = excluded.epoch, version = excluded.version, position = excluded.position,
                    schema = excluded.schema, body = excluded.body, checksum = excluded.checksum
                where excluded.epoch <> checkpoints.epoch or (excluded.version, excluded.position) >= (checkpoints.version, checkpoints.position)
                """,
                cancellationToken,
                some.Select(item => item.Epoch).ToArray(),
                some.Select(item => item.Stream).ToArray(),
                some.Select(item => item.Version).ToArray(),
                some.Select(item => item.Position).ToArray(),
                some.Select(item => item.Schema).ToArray(),
                some.Select(item => item.Body.ToArray()).ToArray(),
                some.Select(checksum.Of).ToArray());
        }
        await connection.RunAsync(
            """
            insert into checkpoint_cover values (1, $1, $2, $3)
            on conflict (id) do update set epoch = excluded.epoch, position = excluded.position, checksum = excluded.checksum
            where excluded.epoch <> checkpoint_cover.epoch or excluded.position > checkpoint_cover.position
            """,
            cancellationToken,
            epoch,
            coveredPosition,
            checksum.Of(epoch, coveredPosition));
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task TakeAsync(
        NpgsqlConnection connection, Guid epoch, long head, Func<Checkpoint, bool> take, List<(string Stream, byte[] Checksum)> unusable, CancellationToken cancellationToken)
    {
        var rows = new Rows();
        await using var command = connection.Command(
            $"""
            select {Columns}, coalesce(h.version, 0)
            from checkpoints c left join heads h on h.stream = c.stream
            """);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            if (rows.TryCheckpoint(row) is { } kept && kept.Epoch == epoch && kept.Position <= head && kept.Version <= row.GetInt64(7) && take(kept))
                continue;
            unusable.Add((row.GetString(1), row.GetFieldValue<byte[]>(6)));
        }
    }

    /// <summary>The position up to which the checkpoints are said to hold every event; 0 where nothing is said, or of another epoch.</summary>
    public static async Task<long> CoveredAsync(NpgsqlConnection connection, Guid epoch, CancellationToken cancellationToken)
    {
        await using var command = connection.Command("select epoch, position, checksum from checkpoint_cover");
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) && new Rows().TryEpoch(row) is { } cover && cover.Epoch == epoch ? cover.Number : 0;
    }

    /// <summary>
    /// Whether an event up to here is in no checkpoint: then the position was saved wrongly, and tailing after it would miss the event. One that
    /// is not there left with its month, long ago.
    /// </summary>
    private static async Task<bool> LeavesOutAsync(NpgsqlConnection connection, long position, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(
            """
            select exists (
                select 1 from heads h left join checkpoints c on c.stream = h.stream
                left join events e on e.stream = h.stream and e.version = coalesce(c.version, 0) + 1
                where h.version > coalesce(c.version, 0) and (e.position is null or e.position <= $1))
            """,
            position);

        // As long as it takes: it looks at every stream.
        command.CommandTimeout = 0;
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}
