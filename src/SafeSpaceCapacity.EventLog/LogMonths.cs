using System.Data;
using NodaTime;
using Npgsql;
using SafeSpaceCapacity.EventLog.Postgres;

namespace SafeSpaceCapacity.EventLog;

/// <summary>A month of a log in a database.</summary>
/// <param name="Month">The month (UTC) in which its events were recorded.</param>
/// <param name="Table">The table that holds them.</param>
/// <param name="FirstPosition">The first position in it; 0 for none.</param>
/// <param name="LastPosition">The last position in it; 0 for none.</param>
/// <param name="Bytes">What it takes on disk, with its indexes.</param>
/// <param name="Obstacle">Why it can't leave the log, in a sentence; null where it can.</param>
public sealed record LogMonth(YearMonth Month, string Table, long FirstPosition, long LastPosition, long Bytes, string? Obstacle);

/// <summary>A month that left the log.</summary>
/// <param name="Table">The table that holds its events, now one by itself.</param>
/// <param name="Position">Events up to this one are no longer in the log.</param>
public sealed record LogDetached(string Table, long Position);

/// <summary>The months of a log in a database, and how they leave it. Nodes may be running.</summary>
public static class LogMonths
{
    /// <summary>The months that are in the log, the oldest first.</summary>
    /// <exception cref="LogRefusedException">The database holds no log.</exception>
    /// <exception cref="LogSchemaException">A newer program wrote the log.</exception>
    /// <exception cref="LogCorruptException">The log is damaged.</exception>
    /// <exception cref="LogUnavailableException">The database can't be reached.</exception>
    public static Task<IReadOnlyList<LogMonth>> ListAsync(PostgresAddress address, CancellationToken cancellationToken = default) => OnAsync(
        address,
        async connection =>
        {
            await using var picture = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            return await PostgresMonths.ListAsync(connection, (await connection.EpochAsync(cancellationToken)).Epoch, cancellationToken);
        },
        cancellationToken);

    /// <summary>
    /// Takes the oldest month out of the log, so that its table can be kept elsewhere. Every stream needs a checkpoint after it, for nothing before
    /// can be read from then on.
    /// </summary>
    /// <param name="address">The database.</param>
    /// <param name="month">The month (UTC) in which the events were recorded.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LogRefusedException">It is not the oldest, or not over, or streams, which are named, have no checkpoint after it.</exception>
    /// <exception cref="LogSchemaException">A newer program wrote the log.</exception>
    /// <exception cref="LogCorruptException">The log is damaged.</exception>
    /// <exception cref="LogUnavailableException">The database can't be reached.</exception>
    public static Task<LogDetached> DetachAsync(PostgresAddress address, YearMonth month, CancellationToken cancellationToken = default) => OnAsync(
        address,
        async connection => await PostgresMonths.DetachAsync(connection, month, (await connection.EpochAsync(cancellationToken)).Epoch, cancellationToken),
        cancellationToken);

    private static async Task<T> OnAsync<T>(PostgresAddress address, Func<NpgsqlConnection, Task<T>> act, CancellationToken cancellationToken)
    {
        try
        {
            await using var source = address.Open();
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            await PostgresMigrations.RequireAsync(connection, address.ToString(), cancellationToken);
            return await act(connection);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            throw PostgresFailure.Of(e, $"The {address}");
        }
    }
}
