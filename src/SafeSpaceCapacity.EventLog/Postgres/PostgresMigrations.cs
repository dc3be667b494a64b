using Npgsql;
using NodaTime;

namespace SafeSpaceCapacity.EventLog.Postgres;

/// <summary>The schema in the database: forward only, each step once, in one transaction with the note that it was done.</summary>
internal static class PostgresMigrations
{
    /// <summary>Held while the schema, the months or the nodes are changed, so that of several nodes one does it. Any fixed number will do.</summary>
    public const string Lock = "select pg_advisory_xact_lock(5462901143)";

    /// <summary>Step n makes schema n + 1 from schema n. Never change a step that was released; add one.</summary>
    private static readonly string[] Steps =
    [
        """
        create table meta (id smallint primary key check (id = 1), epoch uuid not null, created_at_ns bigint not null, checksum bytea not null);
        create table nodes (
            name text collate "C" primary key, host text not null, seen_at timestamptz not null);
        create table log_head (
            id smallint primary key check (id = 1), position bigint not null, recorded_at_ns bigint not null, detached_position bigint not null)
            with (fillfactor = 10);
        insert into log_head values (1, 0, 0, 0);
        create table heads (stream text collate "C" primary key, version bigint not null) with (fillfactor = 80);
        create table events (
            position bigint not null, epoch uuid not null, stream text collate "C" not null, version bigint not null,
            type text not null, schema integer not null, command_id uuid not null, request_hash bytea not null,
            actor text not null, role text not null, client text not null, correlation text not null, need_id uuid,
            observed_at_ns bigint not null, decided_at_ns bigint not null, recorded_at_ns bigint not null,
            payload bytea not null, checksum bytea not null) partition by range (recorded_at_ns);
        create table commands (
            command_id uuid primary key, stream text collate "C" not null, request_hash bytea not null, outcome bytea not null,
            actor text not null, role text not null, client text not null, correlation text not null,
            decided_at_ns bigint not null, checksum bytea not null);
        create index commands_by_decided_at on commands (decided_at_ns);
        create table checkpoints (
            stream text collate "C" primary key, epoch uuid not null, version bigint not null, position bigint not null,
            schema integer not null, body bytea not null, checksum bytea not null);
        create table checkpoint_cover (
            id smallint primary key check (id = 1), epoch uuid not null, position bigint not null, checksum bytea not null);
        -- The clock that the log lives by. Unlike now() it goes on within a transaction.
        create function log_now_ns() returns bigint volatile language sql as 'select (extract(epoch from clock_timestamp()) * 1000000)::bigint * 1000';
        """,
        """
        create table needs (
            need_id uuid primary key, area text not null, asked_at_ns bigint not null, asked bigint not null,
            search integer not null, search_at_ns bigint not null, step integer not null, step_at_ns bigint not null, minutes_away integer not null);
        create index needs_by_asked_at on needs (asked_at_ns);
        create table needs_counted (id smallint primary key check (id = 1), until_hour integer not null);
        insert into needs_counted values (1, 0);
        create table demand_counts (
            source text collate "C" not null, hour integer not null, area text collate "C" not null, outcome integer not null, code integer not null,
            people integer not null, minutes_away integer not null, primary key (source, hour, area, outcome, code));
        create table demand_documents (name text collate "C" primary key, made_at_ns bigint not null, body bytea not null);
        """,
    ];

    public static int Known => Steps.Length;

    /// <summary>Brings the database to the newest schema, and gives a new log its epoch.</summary>
    /// <exception cref="LogSchemaException">A newer program was there. Nothing was changed.</exception>
    public static async Task ApplyAsync(NpgsqlConnection connection, string where, CancellationToken cancellationToken)
    {
        await InTransactionAsync(
            connection,
            $"""
            do $$ begin
                if to_regnamespace('{PostgresAddress.Schema}') is null then create schema {PostgresAddress.Schema}; end if;
            end $$;
            create table if not exists schema_versions (version integer primary key, applied_at timestamptz not null)
            """,
            cancellationToken);
        while (true)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.RunAsync(Lock, cancellationToken);
            var found = await connection.ScalarAsync<int>("select coalesce(max(version), 0) from schema_versions", cancellationToken);
            if (found > Known)
                throw new LogSchemaException(where, found, Known);
            if (found == Known)
                return;
            await connection.RunAsync(Steps[found], cancellationToken);
            await connection.RunAsync("insert into schema_versions values ($1, clock_timestamp())", cancellationToken, found + 1);
            if (found == 0)
                await BeginEpochAsync(connection, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
    }

    /// <summary>Looks whether the database holds a log of this program's schema, and changes nothing.</summary>
    /// <exception cref="LogRefusedException">It holds none, or one of an older schema.</exception>
    /// <exception cref="LogSchemaException">A newer program wrote it.</exception>
    public static async Task RequireAsync(NpgsqlConnection connection, string where, CancellationToken cancellationToken)
    {
        if (await connection.ScalarAsync<bool>("select to_regclass('schema_versions') is null", cancellationToken))
            throw new LogRefusedException($"The {where} holds no log.");
        var found = await connection.ScalarAsync<int>("select coalesce(max(version), 0) from schema_versions", cancellationToken);
        if (found > Known)
            throw new LogSchemaException(where, found, Known);
        if (found < Known)
            throw new LogRefusedException($"The {where} holds a log of an older version of this program: start the service of this version on it first.");
    }

    private static async Task BeginEpochAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var now = await connection.ScalarAsync<long>("select log_now_ns()", cancellationToken);
        var epoch = Guid.CreateVersion7(now.ToInstant().ToDateTimeOffset());
        await connection.RunAsync("insert into meta values (1, $1, $2, $3)", cancellationToken, epoch, now, new RowChecksum().Of(epoch, now));
    }

    private static async Task InTransactionAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.RunAsync(Lock, cancellationToken);
        await connection.RunAsync(sql, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
