using System.Globalization;
using Npgsql;
using NodaTime;
using SafeSpaceCapacity.Tests.Postgres;

namespace SafeSpaceCapacity.EventLog.Tests;

/// <summary>A database of one test, with an empty log whose clock stands at the time of the tests.</summary>
internal sealed class PostgresDatabase
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private PostgresDatabase(string connection) => Connection = connection;

    public string Connection { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Makes one; the tables come from a template, which the first call makes.</summary>
    public static async Task<PostgresDatabase> MakeAsync(PrivatePostgres server)
    {
        const string Template = "with_empty_log";
        if (!await server.ExistsAsync(Template))
        {
            var made = new PostgresDatabase(await server.NewDatabaseAsync(named: Template));
            await (await made.OpenAsync("first")).DisposeAsync();
            await made.SetClockAsync(ManualTime.Start);
        }
        return new PostgresDatabase(await server.NewDatabaseAsync(Template));
    }

    /// <summary>Opens the log in it as a node.</summary>
    public Task<PostgresEventLog> OpenAsync(string node, HostKind host = HostKind.Embedded) =>
        PostgresEventLog.OpenAsync(PostgresAddress.Parse(Connection), new LogNode(node, host), Token);

    /// <summary>Sets the clock that the log lives by.</summary>
    public Task SetClockAsync(Instant now) => SqlAsync(string.Create(
        CultureInfo.InvariantCulture,
        $"create or replace function log_now_ns() returns bigint volatile language sql as 'select {now.ToNanoseconds()}::bigint'"));

    /// <summary>Runs statements as an administrator would.</summary>
    public Task<object?> SqlAsync(string sql) => PrivatePostgres.RunSqlAsync(Connection, sql);

    /// <summary>Another's transaction that has the head of the log; rolled back unless it is committed.</summary>
    public async Task<Held> HoldHeadAsync()
    {
        var connection = new NpgsqlConnection(Connection + ";Search Path=safespace");
        await connection.OpenAsync(Token);
        var transaction = await connection.BeginTransactionAsync(Token);
        await using var command = new NpgsqlCommand("select position from log_head for update", connection);
        await command.ExecuteScalarAsync(Token);
        return new Held(connection, transaction);
    }

    /// <summary>Completes once somebody waits for that.</summary>
    public Task SomebodyWaitsAsync() =>
        UntilAsync("select exists (select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')");

    /// <summary>Completes once a query says yes.</summary>
    public async Task UntilAsync(string sql)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (await SqlAsync(sql) is not true)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Patience, "It never came: " + sql);
            await Task.Delay(5, Token);
        }
    }

    /// <summary>A transaction under way; rolled back unless it is committed.</summary>
    public sealed class Held(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
    {
        public NpgsqlConnection Connection => connection;

        public Task CommitAsync(CancellationToken cancellationToken) => transaction.CommitAsync(cancellationToken);

        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
