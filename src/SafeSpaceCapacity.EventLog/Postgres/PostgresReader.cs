using Npgsql;

namespace SafeSpaceCapacity.EventLog.Postgres;

/// <summary>
/// Reads over pooled connections. It never waits for who writes. What is missing is noticed: what was said to be there before the events were
/// read must be among them.
/// </summary>
internal static class PostgresReader
{
    public static async Task<CommandRecord?> CommandAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await using var command = connection.Command($"select {Rows.CommandColumns} from commands where command_id = $1", id);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken))
            return null;
        return new Rows().TryCommand(row, out var found) ?? throw new LogCorruptException($"The outcome of command {id} is damaged: {found}.");
    }

    public static Task<long> VersionAsync(NpgsqlConnection connection, string stream, CancellationToken cancellationToken) =>
        connection.ScalarAsync<long>("select coalesce((select version from heads where stream = $1), 0)", cancellationToken, stream);

    public static async Task<IReadOnlyList<RecordedEvent>> StreamAsync(NpgsqlConnection connection, string stream, long afterVersion, int limit, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
            .Then("select coalesce((select version from heads where stream = $1), 0), detached_position from log_head", stream)
            .Then($"select {Rows.EventColumns} from events where stream = $1 and version > $2 order by version limit $3", stream, afterVersion, limit);
        return await ContiguousAsync(batch, afterVersion, limit, static item => item.Version, $"stream {stream}, version", cancellationToken);
    }

    public static async Task<IReadOnlyList<RecordedEvent>> AllAsync(NpgsqlConnection connection, long afterPosition, int limit, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
            .Then("select position, detached_position from log_head")
            .Then($"select {Rows.EventColumns} from events where position > $1 order by position limit $2", afterPosition, limit);
        return await ContiguousAsync(batch, afterPosition, limit, static item => item.Position, "position", cancellationToken);
    }

    private static async Task<List<RecordedEvent>> ContiguousAsync(
        NpgsqlBatch batch, long after, int limit, Func<RecordedEvent, long> number, string what, CancellationToken cancellationToken)
    {
        var events = new List<RecordedEvent>();
        var rows = new Rows();
        await using var row = await batch.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        var (last, detached) = (row.GetInt64(0), row.GetInt64(1));
        await row.NextResultAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            var item = rows.Event(row);
            if (number(item) != ++after)
                throw Missing($"{what} {after} should follow, {number(item)} was found at position {item.Position}");
            events.Add(item);
        }
        return events.Count == limit || after >= last ? events : throw Missing($"{what} {after + 1} should follow, nothing was found");

        // Months leave from the beginning, so only the first that was asked for can be among what left.
        Exception Missing(string found) =>
            detached > 0 && events.Count == 0 ? new LogDetachedException(detached) : new LogCorruptException($"The log is damaged: {found}.");
    }
}
