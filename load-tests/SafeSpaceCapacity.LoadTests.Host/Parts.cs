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
    private Parts(SqliteEventLog log, SigningKeys keys, AuditTrail audit, ServiceParts service) => (Log, Keys, Audit, Service) = (log, keys, audit, service);

    public SqliteEventLog Log { get; }

    public ServiceParts Service { get; }

    public static ServiceChoices Choices { get; } = new(Demo: false, Router: null, CallsPerSecond: 1_000_000);

    private SigningKeys Keys { get; }

    private AuditTrail Audit { get; }

    public static async Task<Parts> OpenAsync(string data)
    {
        var time = TimeProvider.System;
        var log = await SqliteEventLog.OpenAsync(data, time);
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
