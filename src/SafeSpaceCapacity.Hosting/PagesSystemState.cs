using System.Diagnostics;
using System.Reflection;
using SafeSpaceCapacity.Service;
using SafeSpaceCapacity.Web;

namespace SafeSpaceCapacity.Hosting;

/// <summary>The nodes of a cluster, where the host is part of one.</summary>
public interface IClusterNodes
{
    /// <summary>All that the cluster knows, those that left it lately too.</summary>
    Task<IReadOnlyList<ClusterNode>> ListAsync(CancellationToken cancellationToken);
}

/// <summary>How the service is for the pages, which do not know the service.</summary>
internal sealed class PagesSystemState(SystemReport system, IEnumerable<IClusterNodes> cluster) : ISystemState
{
    private static readonly DateTimeOffset StartedAt = Started();

    public async Task<SystemState> ReadAsync(CancellationToken cancellationToken)
    {
        var report = await system.ReadAsync(cancellationToken);
        return new SystemState(
            report.At.ToDateTimeOffset(),
            Environment.MachineName,
            typeof(PagesSystemState).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
            StartedAt,
            report.Fault,
            report.LogFault,
            report.AuditFault,
            report.Lag.Position,
            report.Lag.Behind,
            report.Lag.BehindFor,
            report.LostSearches,
            [.. report.Forecasts.Select(forecast => new ForecastState(forecast.Source, forecast.IsDaily, forecast.TrainedAt?.ToDateTimeOffset(), forecast.Failure))],
            cluster.FirstOrDefault() is { } nodes ? await nodes.ListAsync(cancellationToken) : null);
    }

    private static DateTimeOffset Started()
    {
        using var process = Process.GetCurrentProcess();
        return new DateTimeOffset(process.StartTime.ToUniversalTime(), TimeSpan.Zero);
    }
}
