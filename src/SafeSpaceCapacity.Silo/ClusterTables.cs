using Npgsql;
using SafeSpaceCapacity.EventLog;

namespace SafeSpaceCapacity.Silo;

/// <summary>
/// The tables in which silos find each other, in a schema beside the log's: forward only, each step once, in one transaction with the note that it was
/// done. The names, the columns and the questions in <c>OrleansQuery</c> are what Microsoft.Orleans.Clustering.AdoNet reads; it brings no tables itself.
/// </summary>
/// <param name="source">The database, as opened for <see cref="Schema"/>.</param>
/// <param name="where">The database, for people.</param>
internal sealed class ClusterTables(NpgsqlDataSource source, string where) : IHostedService
{
    /// <summary>All of them are in it.</summary>
    public const string Schema = "safespace_cluster";

    // Held while they are changed, so that of several silos one does it. Any fixed number will do that is not the log's.
    private const string Lock = "select pg_advisory_xact_lock(5462901144)";

    /// <summary>Step n makes schema n + 1 from schema n. Never change a step that was released; add one.</summary>
    private static readonly string[] Steps =
    [
        """
        -- One row for the cluster: its version is the condition of every change of a member.
        create table OrleansMembershipVersionTable (
            DeploymentId text collate "C" primary key, Timestamp timestamptz not null default now(), Version integer not null default 0);
        create table OrleansMembershipTable (
            DeploymentId text collate "C" not null references OrleansMembershipVersionTable, Address text collate "C" not null, Port integer not null,
            Generation integer not null, SiloName text not null, HostName text not null, Status integer not null, ProxyPort integer,
            SuspectTimes text, StartTime timestamptz not null, IAmAliveTime timestamptz not null,
            primary key (DeploymentId, Address, Port, Generation));
        create table OrleansQuery (QueryKey text collate "C" primary key, QueryText text not null);
        insert into OrleansQuery values
        ('InsertMembershipVersionKey', $q$
            with made as (insert into OrleansMembershipVersionTable (DeploymentId) values (@DeploymentId) on conflict do nothing returning 1)
            select count(*)::integer from made
        $q$),
        ('InsertMembershipKey', $q$
            with moved as (
                update OrleansMembershipVersionTable v set Version = Version + 1, Timestamp = now()
                where DeploymentId = @DeploymentId and Version = @Version and not exists (
                    select from OrleansMembershipTable m
                    where m.DeploymentId = v.DeploymentId and Address = @Address and Port = @Port and Generation = @Generation)
                returning DeploymentId),
            made as (
                insert into OrleansMembershipTable (
                    DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
                select DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime from moved
                returning 1)
            select count(*)::integer from made
        $q$),
        ('UpdateMembershipKey', $q$
            with moved as (
                update OrleansMembershipVersionTable v set Version = Version + 1, Timestamp = now()
                where DeploymentId = @DeploymentId and Version = @Version and exists (
                    select from OrleansMembershipTable m
                    where m.DeploymentId = v.DeploymentId and Address = @Address and Port = @Port and Generation = @Generation)
                returning DeploymentId),
            changed as (
                update OrleansMembershipTable m set Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime
                from moved
                where m.DeploymentId = moved.DeploymentId and Address = @Address and Port = @Port and Generation = @Generation
                returning 1)
            select count(*)::integer from changed
        $q$),
        ('UpdateIAmAlivetimeKey', $q$
            update OrleansMembershipTable set IAmAliveTime = @IAmAliveTime
            where DeploymentId = @DeploymentId and Address = @Address and Port = @Port and Generation = @Generation
        $q$),
        -- The version is answered also where there is no such member.
        ('MembershipReadRowKey', $q$
            select v.DeploymentId, v.Version, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime, m.IAmAliveTime
            from OrleansMembershipVersionTable v
            left join OrleansMembershipTable m on m.DeploymentId = v.DeploymentId and Address = @Address and Port = @Port and Generation = @Generation
            where v.DeploymentId = @DeploymentId
        $q$),
        ('MembershipReadAllKey', $q$
            select v.DeploymentId, v.Version, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime, m.IAmAliveTime
            from OrleansMembershipVersionTable v left join OrleansMembershipTable m on m.DeploymentId = v.DeploymentId
            where v.DeploymentId = @DeploymentId
        $q$),
        ('GatewaysQueryKey', $q$
            select Address, ProxyPort, Generation from OrleansMembershipTable where DeploymentId = @DeploymentId and Status = @Status and ProxyPort > 0
        $q$),
        ('DeleteMembershipTableEntriesKey', $q$
            with members as (delete from OrleansMembershipTable where DeploymentId = @DeploymentId)
            delete from OrleansMembershipVersionTable where DeploymentId = @DeploymentId
        $q$),
        -- 3 is an active member: it may have been unable to say that it is alive.
        ('CleanupDefunctSiloEntriesKey', $q$
            delete from OrleansMembershipTable where DeploymentId = @DeploymentId and IAmAliveTime < @IAmAliveTime and Status <> 3
        $q$);
        """,
    ];

    /// <summary>Brings the tables to the newest form; several silos may do so at once.</summary>
    /// <exception cref="LogSchemaException">A newer program was there. Nothing was changed.</exception>
    /// <exception cref="LogUnavailableException">The database can't be reached or used.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await RunAsync(connection, Lock, cancellationToken);
            await RunAsync(connection, $"do $$ begin if to_regnamespace('{Schema}') is null then create schema {Schema}; end if; end $$", cancellationToken);
            await RunAsync(connection, "create table if not exists schema_versions (version integer primary key, applied_at timestamptz not null)", cancellationToken);
            await using var version = new NpgsqlCommand("select coalesce(max(version), 0) from schema_versions", connection);
            var found = (int)(await version.ExecuteScalarAsync(cancellationToken))!;
            if (found > Steps.Length)
                throw new LogSchemaException(where, found, Steps.Length);
            for (; found < Steps.Length; found++)
            {
                await RunAsync(connection, Steps[found], cancellationToken);
                await RunAsync(connection, $"insert into schema_versions values ({found + 1}, clock_timestamp())", cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
        }
        catch (NpgsqlException failure)
        {
            throw new LogUnavailableException($"The tables of the cluster in the {where} can't be used: {failure.Message}", failure);
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
