using Npgsql;

namespace SafeSpaceCapacity.EventLog.Postgres;

/// <summary>What a failure of the database means.</summary>
internal static class PostgresFailure
{
    /// <summary>Whether it may pass by itself: the connection was lost, the server is starting or stopping, or has no room just now.</summary>
    public static bool MayPass(Exception failure) => failure switch
    {
        // Classes of SQLSTATE: 08 connection, 25 (P03: idle in a transaction for too long), 40 rollback, 53 resources, 55 state, 57 operator.
        PostgresException told => told.SqlState[..2] is "08" or "25" or "40" or "53" or "55" or "57",
        NpgsqlException or TimeoutException => true,
        _ => false,
    };

    /// <summary>The same failure as the log's callers know it.</summary>
    public static Exception Of(Exception failure, string what) => failure switch
    {
        PostgresException { SqlState: "XX001" or "XX002" } => new LogCorruptException($"{what} is damaged: {failure.Message}", failure),
        _ => new LogUnavailableException($"{what} can't be used just now: {failure.Message}", failure),
    };
}
