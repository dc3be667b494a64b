using System.Globalization;
using NodaTime;
using SafeSpaceCapacity.Tests.Postgres;

namespace SafeSpaceCapacity.EventLog.Tests;

[Collection(PostgresTests.Name)]
public sealed class PostgresEventLogTests(PrivatePostgres server) : EventLogContract
{
    private string? database;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected override async Task<IEventLog> OpenAsync() => await OpenNodeAsync("a");

    protected override async Task<IEventLog> OpenFreshAsync() => await OpenNodeAsync("a", await NewDatabaseAsync());

    protected override async Task SetTimeAsync(Instant now)
    {
        await base.SetTimeAsync(now);
        await SetClockAsync(await DatabaseAsync(), now);
    }

    private static Task<object?> SetClockAsync(string connection, Instant now) => PrivatePostgres.RunSqlAsync(
        connection,
        string.Create(
            CultureInfo.InvariantCulture,
            $"create or replace function log_now_ns() returns bigint volatile language sql as 'select {now.ToNanoseconds()}::bigint'"));

    private async Task<PostgresEventLog> OpenNodeAsync(string name, string? connection = null, HostKind host = HostKind.Embedded) =>
        await PostgresEventLog.OpenAsync(PostgresAddress.Parse(connection ?? await DatabaseAsync()), new LogNode(name, host), Token);

    private async Task<string> DatabaseAsync() => database ??= await NewDatabaseAsync();

    /// <summary>A database with an empty log whose clock stands at the time of the tests.</summary>
    private async Task<string> NewDatabaseAsync()
    {
        var made = await server.NewDatabaseAsync();
        await using (await OpenNodeAsync("first", made))
        {
            // Makes the tables.
        }
        await SetClockAsync(made, ManualTime.Start);
        return made;
    }
}
