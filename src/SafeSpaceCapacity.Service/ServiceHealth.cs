using Microsoft.Extensions.Hosting;
using SafeSpaceCapacity.Audit;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Service.Engine;
using SafeSpaceCapacity.Service.ReadModel;

namespace SafeSpaceCapacity.Service;

/// <summary>Whether the service can do its work: only while the log can be written, the clock is steady and the read model keeps up.</summary>
public sealed class ServiceHealth(IEventLog log, DecisionClock clock, SpaceReadModel readModel, AuditTrail audit, IHostApplicationLifetime lifetime)
{
    /// <summary>Cancelled once the service stops.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;

    /// <summary>Why commands can't be decided; null while they can.</summary>
    public string? LogFault() =>
        !log.CanAppend ? "the log cannot be written"
        : log.LastFailure is LogUnavailableException ? "the log cannot be reached"
        : clock.Fault;

    /// <summary>What is wrong, in words that anybody may read; null while all is well.</summary>
    public string? Fault()
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            return "the service is stopping";
        if (LogFault() is { } fault)
            return fault;
        if (audit.Failure is not null)
            return "the audit trail cannot be written";
        if (readModel.Failure is not null)
            return "the read model stopped; the service's own log says why";
        var lag = readModel.LagOf(readModel.Root);
        return lag.IsDegraded ? $"the read model is {lag.Behind} entries and {lag.BehindFor.TotalSeconds:F1} s behind the log" : null;
    }
}
