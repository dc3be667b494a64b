using NodaTime;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Service.Demand;
using SafeSpaceCapacity.Service.ReadModel;

namespace SafeSpaceCapacity.Service;

/// <summary>How a forecast stands.</summary>
/// <param name="Source">What it was learnt from; empty: the needs that this service saw.</param>
/// <param name="IsDaily">By the day; else by the hour.</param>
/// <param name="TrainedAt">When the last good one was trained; null: there is none.</param>
/// <param name="Failure">Why a later training failed.</param>
public sealed record ForecastReport(string Source, bool IsDaily, Instant? TrainedAt, string? Failure);

/// <summary>How this node stands.</summary>
/// <param name="At">When: of the time that spaces live by.</param>
/// <param name="Fault">Why the node can't do its work; null while it can.</param>
/// <param name="LogFault">Why commands can't be decided; null while they can.</param>
/// <param name="AuditFault">Why nothing can be written to the audit trail; null while it can.</param>
/// <param name="Lag">How far what it knows is behind the log.</param>
/// <param name="LostSearches">Searches since its start that were too many at once to be counted as demand.</param>
/// <param name="Forecasts">Each forecast there is or was tried.</param>
public sealed record NodeReport(Instant At, string? Fault, string? LogFault, string? AuditFault, ReadLag Lag, long LostSearches, IReadOnlyList<ForecastReport> Forecasts);

/// <summary>Tells administrators how the service is, out of what each part says of itself.</summary>
public sealed class SystemReport
{
    private readonly ServiceHealth _health;
    private readonly ServiceParts _parts;
    private readonly SpaceReadModel _readModel;
    private readonly DemandSources _sources;
    private readonly ForecastKeeper _forecasts;
    private readonly NeedLog _searches;

    internal SystemReport(ServiceHealth health, ServiceParts parts, SpaceReadModel readModel, DemandSources sources, ForecastKeeper forecasts, NeedLog searches) =>
        (_health, _parts, _readModel, _sources, _forecasts, _searches) = (health, parts, readModel, sources, forecasts, searches);

    /// <summary>How this node stands now.</summary>
    public async Task<NodeReport> ReadAsync(CancellationToken cancellationToken)
    {
        var forecasts = await ForecastsAsync(cancellationToken);
        return new NodeReport(_readModel.Now(), _health.Fault(), _health.LogFault(), _parts.Audit.Failure?.Message, _readModel.LagOf(_readModel.Root), _searches.Lost, forecasts);
    }

    // Where the database is away, the rest is told all the same.
    private async Task<IReadOnlyList<ForecastReport>> ForecastsAsync(CancellationToken cancellationToken)
    {
        if (_health.LogFault() is not null)
            return [];
        try
        {
            return await ReadForecastsAsync(cancellationToken);
        }
        catch (LogUnavailableException)
        {
            return [];
        }
    }

    private async Task<IReadOnlyList<ForecastReport>> ReadForecastsAsync(CancellationToken cancellationToken)
    {
        var reports = new List<ForecastReport>();
        foreach (var source in (IEnumerable<DemandSource?>)[null, .. await _sources.ListAsync(cancellationToken)])
        {
            foreach (var period in Enum.GetValues<DemandPeriod>().Where(period => source is not { IsDaily: true } || period == DemandPeriod.Day))
            {
                var name = source?.Name ?? string.Empty;
                var standing = await _forecasts.FindAsync(name, period, cancellationToken);
                reports.Add(new ForecastReport(
                    name, period == DemandPeriod.Day, standing.Forecast is { } forecast ? Instant.FromDateTimeOffset(forecast.TrainedAt) : null, standing.Failure));
            }
        }

        return reports;
    }
}
