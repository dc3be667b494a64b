using System.Data;
using Npgsql;

namespace SafeSpaceCapacity.EventLog.Postgres;

/// <summary>
/// One verification of a log in a database: the rows as they were written, their order, and what the database says of them elsewhere. Its own
/// pages are the database's affair.
/// </summary>
internal static class PostgresVerification
{
    /// <summary>Verifies everything, in one picture of the database.</summary>
    public static async Task<LogReport> RunAsync(PostgresAddress address, CancellationToken cancellationToken)
    {
        LogPass? pass = null;
        try
        {
            await using var source = address.Open();
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            await using var picture = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            await PostgresMigrations.RequireAsync(connection, address.ToString(), cancellationToken);
            var (position, detached) = await HeadAsync(connection, cancellationToken);
            pass = new LogPass(address.ToString(), detached) { Acknowledged = position };
            await ReadAsync(connection, "select epoch, created_at_ns, checksum from meta", pass.ReadEpoch, cancellationToken);
            await EventsAsync(connection, pass, cancellationToken);
            await ReadAsync(connection, "select stream, version from heads", pass.ReadHeads, cancellationToken);
            await ReadAsync(connection, $"select {Rows.CommandColumns} from commands", row => pass.ReadCommands(row, cancellationToken), cancellationToken);
            pass.RequireAcknowledged();
            if (pass.Next - 1 > position)
                pass.Add(position + 1, pass.Next - 1, $"entries are there behind position {position}, where the log is said to end");
            return pass.Report();
        }
        catch (PostgresException e) when (pass is not null && PostgresFailure.Of(e, "") is LogCorruptException)
        {
            pass.Add(pass.Next, null, $"the database cannot read its pages ({e.Message})");
            return pass.Report();
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            throw PostgresFailure.Of(e, $"The {address}");
        }
    }

    private static async Task<(long Position, long Detached)> HeadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.Command("select position, detached_position from log_head");
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? (row.GetInt64(0), row.GetInt64(1)) : throw new LogCorruptException("The log is damaged: the row that says where it ends is missing.");
    }

    private static async Task EventsAsync(NpgsqlConnection connection, LogPass pass, CancellationToken cancellationToken)
    {
        await using var command = connection.Command($"select {Rows.EventColumns} from events order by position");
        command.CommandTimeout = 0;
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            pass.ReadNext(row);
    }

    private static async Task ReadAsync(NpgsqlConnection connection, string sql, Action<NpgsqlDataReader> read, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(sql);
        command.CommandTimeout = 0;
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        read(row);
    }
}
