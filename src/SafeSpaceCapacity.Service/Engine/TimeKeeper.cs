using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Service.ReadModel;

namespace SafeSpaceCapacity.Service.Engine;

/// <summary>
/// Writes down what time alone has done (holds that expire, shifts that end), and watches the clock for jumps. Nothing depends on it being
/// on time: every answer counts time in by itself.
/// </summary>
public sealed class TimeKeeper(ISpaceEngines engines, SpaceReadModel readModel, ServiceParts parts, ILogger<TimeKeeper> logger)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private readonly ConcurrentQueue<SpaceId> _due = new();

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        readModel.TimePassed = _due.Enqueue;
        using var timer = new PeriodicTimer(Period, parts.RegionTime);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    parts.Clock.Now();
                    while (_due.TryDequeue(out var space))
                        _ = engines.ExecuteAsync(new SpaceRequest(space, Guid.Empty, default, null, Caller.System, new Settle(default)), stoppingToken).ContinueWith(
                            done => logger.LogWarning("What time did at {Space} was not written down: {Reason}", space, done.Exception!.GetBaseException().Message),
                            CancellationToken.None,
                            TaskContinuationOptions.OnlyOnFaulted,
                            TaskScheduler.Default);
                }
                catch (ClockException failure)
                {
                    logger.LogCritical("{Reason}", failure.Message);
                }
#pragma warning disable CA1031 // A log that can't be written must not take down those who still read.
                catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
                {
                    logger.LogError(failure, "What time did was not written down: {Reason}", failure.Message);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }
}
