using System.Globalization;
using Npgsql;
using NodaTime;

namespace SafeSpaceCapacity.EventLog.Postgres;

/// <summary>The partitions of the events, one for each month (UTC) in which they were recorded.</summary>
internal static class PostgresMonths
{
    private const int NamedMost = 5;

    // The oldest first.
    private const string Tables = "from pg_partition_tree('events') where isleaf and level = 1 order by relid::text";

    // One of its own: the months may be large, and nodes must be able to say meanwhile that they are there.
    private const string DetachLock = "select pg_advisory_xact_lock(5462901144)";

    /// <summary>Makes the partitions of the month of an instant and of the next, where they are not there.</summary>
    /// <returns>The beginning of the later one: from there on this must be asked again.</returns>
    public static async Task<Instant> MakeAsync(NpgsqlConnection connection, Instant now, CancellationToken cancellationToken)
    {
        var month = MonthOf(now);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.RunAsync(PostgresMigrations.Lock, cancellationToken);
        foreach (var made in new[] { month, month.PlusMonths(1) })
        {
            if (await connection.ScalarAsync<bool>("select to_regclass($1) is not null", cancellationToken, TableOf(made)))
                continue;

            // Made apart and then attached, which lets others read and write meanwhile. A uniqueness over all months would need the month
            // in its key; over months, log_head and heads give each position and version once.
            await connection.RunAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"""
                    create table {TableOf(made)} (like events including all, primary key (position), unique (stream, version));
                    alter table events attach partition {TableOf(made)} for values from ({StartOf(made).ToNanoseconds()}) to ({StartOf(made.PlusMonths(1)).ToNanoseconds()})
                    """),
                cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
        return StartOf(month.PlusMonths(1));
    }

    /// <summary>The months that are in the log, the oldest first.</summary>
    public static async Task<IReadOnlyList<LogMonth>> ListAsync(NpgsqlConnection connection, Guid epoch, CancellationToken cancellationToken)
    {
        var tables = new List<(string Table, long Bytes)>();
        await using (var command = connection.Command($"select relid::text, pg_total_relation_size(relid) {Tables}"))
        await using (var row = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await row.ReadAsync(cancellationToken))
                tables.Add((row.GetString(0), row.GetInt64(1)));
        }
        var months = new List<LogMonth>();
        foreach (var (table, bytes) in tables)
        {
            var month = MonthOf(table);
            var positions = await connection.ScalarAsync<long[]>($"select array[coalesce(min(position), 0), coalesce(max(position), 0)] from {table}", cancellationToken);
            var obstacle = months.Count == 0
                ? await ObstacleAsync(connection, month, epoch, cancellationToken)
                : $"Months leave the log in order: {months[0].Table} is the oldest.";
            months.Add(new LogMonth(month, table, positions[0], positions[1], bytes, obstacle));
        }
        return months;
    }

    /// <summary>Takes the oldest month out of the log; its events stay in a table of their own, from which they can be kept elsewhere.</summary>
    /// <returns>The table, and the last position in it.</returns>
    /// <exception cref="LogRefusedException">It is not the oldest, or not over, or a stream has no checkpoint after it.</exception>
    public static async Task<LogDetached> DetachAsync(NpgsqlConnection connection, YearMonth month, Guid epoch, CancellationToken cancellationToken)
    {
        var table = TableOf(month);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.RunAsync(DetachLock, cancellationToken);
        var oldest = await connection.Command($"select relid::text {Tables} limit 1").ExecuteScalarAsync(cancellationToken);
        if (!Equals(oldest, table))
            throw new LogRefusedException($"Months leave the log in order: {oldest ?? "none"} is the oldest, and {table} was asked for.");

        // While it is looked at, nobody may take a checkpoint away.
        await connection.RunAsync("lock table checkpoints, checkpoint_cover in share mode", cancellationToken);
        if (await ObstacleAsync(connection, month, epoch, cancellationToken) is { } obstacle)
            throw new LogRefusedException(obstacle);
        var position = await LastPositionAsync(connection, table, cancellationToken);
        await connection.RunAsync($"alter table events detach partition {table}", cancellationToken);
        await connection.RunAsync("update log_head set detached_position = $1", cancellationToken, position);
        await transaction.CommitAsync(cancellationToken);
        return new LogDetached(table, position);
    }

    /// <summary>Why the oldest month can't leave the log; null where it can.</summary>
    private static async Task<string?> ObstacleAsync(NpgsqlConnection connection, YearMonth month, Guid epoch, CancellationToken cancellationToken)
    {
        var table = TableOf(month);
        if (await connection.ScalarAsync<long>("select recorded_at_ns from log_head", cancellationToken) is var last && MonthOf(last.ToInstant()) <= month)
            return $"The month of {table} is not over for the log, which has recorded nothing after it.";
        var without = await WithoutCheckpointAsync(connection, table, epoch, cancellationToken);
        if (without.Count > 0)
            return $"{table} can't leave the log: {Some(without)} no checkpoint after it. A node writes them when it stops.";
        var position = await LastPositionAsync(connection, table, cancellationToken);
        return await PostgresCheckpoints.CoveredAsync(connection, epoch, cancellationToken) < position
            ? $"{table} can't leave the log: the checkpoints do not cover it up to position {position.ToString(CultureInfo.InvariantCulture)}. A node writes them when it stops."
            : null;
    }

    // Of a month without events: what left before it.
    private static Task<long> LastPositionAsync(NpgsqlConnection connection, string table, CancellationToken cancellationToken) =>
        connection.ScalarAsync<long>($"select greatest((select coalesce(max(position), 0) from {table}), (select detached_position from log_head))", cancellationToken);

    // A checkpoint that is damaged is none.
    private static async Task<List<string>> WithoutCheckpointAsync(NpgsqlConnection connection, string table, Guid epoch, CancellationToken cancellationToken)
    {
        var without = new List<string>();
        var rows = new Rows();
        await using var command = connection.Command(
            $"""
            select {PostgresCheckpoints.Columns}, needed.stream, needed.version
            from (select stream, max(version) as version from {table} group by stream) as needed left join checkpoints c on c.stream = needed.stream
            order by needed.stream
            """);
        command.CommandTimeout = 0;
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            if (rows.TryCheckpoint(row) is not { } kept || kept.Epoch != epoch || kept.Version < row.GetInt64(8))
                without.Add(row.GetString(7));
        }
        return without;
    }

    private static string Some(List<string> streams) => streams.Count switch
    {
        1 => $"{streams[0]} has",
        <= NamedMost => $"{string.Join(", ", streams)} have",
        var count => string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", streams.Take(NamedMost))} and {count - NamedMost} more have"),
    };

    private static YearMonth MonthOf(Instant instant) => instant.InUtc().Date.ToYearMonth();

    private static YearMonth MonthOf(string table) =>
        new(int.Parse(table.AsSpan(^7..^3), NumberStyles.None, CultureInfo.InvariantCulture), int.Parse(table.AsSpan(^2..), NumberStyles.None, CultureInfo.InvariantCulture));

    private static Instant StartOf(YearMonth month) => month.OnDayOfMonth(1).AtStartOfDayInZone(DateTimeZone.Utc).ToInstant();

    private static string TableOf(YearMonth month) => string.Create(CultureInfo.InvariantCulture, $"events_{month.Year:0000}_{month.Month:00}");
}
