using Npgsql;

namespace SafeSpaceCapacity.EventLog.Postgres;

/// <summary>Which nodes have the log open, each a row with the kind of its host. They say every few seconds that they are there.</summary>
internal static class PostgresNodes
{
    /// <summary>How often a node says that it is there.</summary>
    public static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(5);

    /// <summary>A node that said nothing for so long is gone.</summary>
    public const int GoneAfterSeconds = 30;

    private const int ForgottenAfterDays = 7;

    /// <summary>Says that this node is there.</summary>
    /// <exception cref="LogRefusedException">A node of another kind is there.</exception>
    public static async Task BeatAsync(NpgsqlConnection connection, LogNode node, CancellationToken cancellationToken)
    {
        var host = NameOf(node.Host);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.RunAsync(PostgresMigrations.Lock, cancellationToken);
        var other = await connection.Command(
            "select name || ' (' || host || ')' from nodes where host <> $1 and seen_at > clock_timestamp() - make_interval(secs => $2) order by name limit 1",
            host,
            (double)GoneAfterSeconds).ExecuteScalarAsync(cancellationToken);
        if (other is not null)
            throw new LogRefusedException($"The log is in use by node {other}, and a node of kind {host} may not join it. Stop all nodes of the other kind first; one that was killed counts as gone after {GoneAfterSeconds} s.");
        await connection.RunAsync(
            """
            insert into nodes values ($1, $2, clock_timestamp())
            on conflict (name) do update set host = excluded.host, seen_at = excluded.seen_at
            """,
            cancellationToken,
            node.Name,
            host);
        await connection.RunAsync("delete from nodes where seen_at < clock_timestamp() - make_interval(days => $1)", cancellationToken, ForgottenAfterDays);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Says that this node is gone.</summary>
    public static Task LeaveAsync(NpgsqlConnection connection, LogNode node) =>
        connection.RunAsync("delete from nodes where name = $1 and host = $2", CancellationToken.None, node.Name, NameOf(node.Host));

    private static string NameOf(HostKind host) => host switch
    {
        HostKind.Embedded => "embedded",
        HostKind.Silo => "silo",
        _ => throw new ArgumentOutOfRangeException(nameof(host), host, "There are two kinds of host."),
    };
}
