using NodaTime;
using SafeSpaceCapacity.Audit;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Service;
using SafeSpaceCapacity.Service.Engine;

namespace SafeSpaceCapacity.LoadTests.Host;

/// <summary>What the embedded host brings to the service, and in the same places of the data directory.</summary>
internal sealed class Parts : IAsyncDisposable
{
    private Parts(IEventLog log, SigningKeys keys, AuditTrail audit, ServiceParts service) => (Log, Keys, Audit, Service) = (log, keys, audit, service);

    public IEventLog Log { get; }

    public ServiceParts Service { get; }

    public static ServiceChoices Choices { get; } = new(Demo: false, Router: null, CallsPerSecond: 1_000_000);

    private SigningKeys Keys { get; }

    private AuditTrail Audit { get; }

    /// <summary>Opens what is in a data directory.</summary>
    /// <param name="data">The directory.</param>
    /// <param name="connection">File of the connection string of the database that holds the log; null: it is in the directory.</param>
    public static async Task<Parts> OpenAsync(string data, string? connection = null)
    {
        var log = connection is null
            ? (IEventLog)await SqliteEventLog.OpenAsync(data, TimeProvider.System)
            : await PostgresEventLog.OpenAsync(PostgresAddress.Parse(await File.ReadAllTextAsync(connection)), new LogNode("load-test", HostKind.Embedded));
        var time = log is PostgresEventLog shared ? shared.Time : TimeProvider.System;
        Instant? last = log.HeadPosition == 0 ? null : (await log.ReadAllAsync(log.HeadPosition - 1, 1))[0].RecordedAt;
        var keys = SigningKeys.Open(Path.Combine(data, "identity", "keys"), time);
        var trails = Path.Combine(data, "audit");
        var audit = await AuditTrail.OpenAsync(new AuditSettings(trails, "embedded", time), keys);
        return new Parts(log, keys, audit, new ServiceParts(log, new DecisionClock(time, last), time, keys, audit, trails));
    }

    public async ValueTask DisposeAsync()
    {
        await Audit.DisposeAsync();
        Keys.Dispose();
        await Log.DisposeAsync();
    }
}
