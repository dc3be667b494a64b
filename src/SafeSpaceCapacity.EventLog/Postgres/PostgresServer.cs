using Npgsql;

namespace SafeSpaceCapacity.EventLog.Postgres;

/// <summary>What the log asks of the server.</summary>
internal static class PostgresServer
{
    /// <summary>Where an append tells the other nodes of the new head.</summary>
    public const string Channel = "safespace_log";

    /// <summary>Refuses a server that calls committed what a loss of power would take away.</summary>
    /// <exception cref="LogRefusedException">It is set up so.</exception>
    public static async Task RequireDurableAsync(NpgsqlConnection connection, string where, CancellationToken cancellationToken)
    {
        var off = await connection.ScalarAsync<string>(
            "select coalesce(string_agg(name, ', ' order by name), '') from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off'",
            cancellationToken);
        if (off.Length > 0)
            throw new LogRefusedException($"The {where} has {off} set to off: what is acknowledged would not survive a loss of power. Set it to on for the server, the database and the user.");
    }
}
