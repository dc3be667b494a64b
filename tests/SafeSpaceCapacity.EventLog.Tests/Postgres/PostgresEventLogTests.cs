using NodaTime;
using SafeSpaceCapacity.Tests.Postgres;

namespace SafeSpaceCapacity.EventLog.Tests;

[Collection(PostgresTests.Name)]
public sealed class PostgresEventLogTests(PrivatePostgres server) : EventLogContract
{
    private PostgresDatabase? database;

    protected override async Task<IEventLog> OpenAsync() => await (await DatabaseAsync()).OpenAsync("a");

    protected override async Task<IEventLog> OpenFreshAsync() => await (await PostgresDatabase.MakeAsync(server)).OpenAsync("a");

    protected override async Task SetTimeAsync(Instant now)
    {
        await base.SetTimeAsync(now);
        await (await DatabaseAsync()).SetClockAsync(now);
    }

    private async Task<PostgresDatabase> DatabaseAsync() => database ??= await PostgresDatabase.MakeAsync(server);
}
