using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;
using SafeSpaceCapacity.Domain.Demand;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Service.ReadModel;

namespace SafeSpaceCapacity.Service.Demand;

/// <summary>
/// Writes down what is known of needs, every second and once more at the end, and counts those that are settled. What a crash loses is what searches
/// said within that second: what became of holds is told again by the log.
/// </summary>
internal sealed class NeedKeeper(ServiceParts parts, SpaceReadModel readModel, NeedLog searches, NeedFold held, ILogger<NeedKeeper> logger)
    : BackgroundService, IHostedLifecycleService
{
    /// <summary>How often needs are written: what a crash can lose.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>
    /// When a need is counted, and its id forgotten: then nothing more comes of it. A report may be a day late, and a hold lasts some hours. Whoever asks
    /// again with its id after that has another need.
    /// </summary>
    public static readonly Duration SettledAfter = Duration.FromHours(48);

    /// <summary>How long hourly counts are kept: two years to learn from, and those of before to compare (assumption).</summary>
    public static readonly Duration CountsKept = Duration.FromDays(5 * 365);

    /// <summary>The document that says since when needs are recorded.</summary>
    public const string Since = "needs/since";

    // Rows in one transaction, so that appends go on between.
    private const int WrittenAtOnce = 500;

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<Guid, Need> _searched = [];
    private bool _warned;

    /// <summary>The hour that an instant lies in, in hours since 1970.</summary>
    public static int HourOf(Instant at) => (int)Math.Floor(at.ToUnixTimeSeconds() / 3600.0);

    /// <summary>Before the log is read: what was counted is not to be told again, and what was before needs were recorded is not to be made up.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var counted = await parts.Log.Demand.CountedUntilAsync(cancellationToken);
        if (counted == 0)
        {
            await parts.Log.Demand.SaveDocumentAsync(Since, new DemandDocument(Now(), default), cancellationToken);
            await CountAsync(Now(), cancellationToken);
        }

        held.CountedUntil = Instant.FromUnixTimeSeconds(3600L * await parts.Log.Demand.CountedUntilAsync(cancellationToken));
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Writes what is known by now: all of it, or it stays where it is.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            while (_searched.Count < NeedLog.WaitingMost && searches.TryTake(out var need))
                _searched[need!.Id] = _searched.TryGetValue(need.Id, out var known) ? known.With(need) : need;
            foreach (var some in _searched.Values.Chunk(WrittenAtOnce))
            {
                await parts.Log.Demand.MergeNeedsAsync(some, cancellationToken);
                foreach (var need in some)
                    _searched.Remove(need.Id);
            }

            var taken = held.Take();
            try
            {
                foreach (var some in taken.Chunk(WrittenAtOnce))
                    await parts.Log.Demand.MergeNeedsAsync(some, cancellationToken);
                held.Written();
            }
            catch
            {
                held.PutBack();
                throw;
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await TryAsync(() => WriteAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            // No time is left. What became of holds is in the checkpoint; searches of the last second are lost.
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, parts.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await TryAsync(() => WriteAndCountAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private async Task WriteAndCountAsync(CancellationToken stoppingToken)
    {
        // The time first, then what is known: by then all is written that could still belong to an hour that is counted.
        var now = Now();
        var head = parts.Log.HeadPosition;
        await WriteAsync(stoppingToken);
        if (readModel.Root.Position >= head)
            await CountAsync(now, stoppingToken);
    }

    private async Task CountAsync(Instant now, CancellationToken cancellationToken)
    {
        var until = HourOf(now - SettledAfter);
        if (held.CountedUntil >= Instant.FromUnixTimeSeconds(3600L * until))
            return;
        await parts.Log.Demand.CountNeedsAsync(until, HourOf(now - CountsKept), cancellationToken);
        held.CountedUntil = Instant.FromUnixTimeSeconds(3600L * until);
    }

    private Instant Now() => Instant.FromDateTimeOffset(parts.RegionTime.GetUtcNow());

    private async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
            _warned = false;
        }
#pragma warning disable CA1031 // What could not be written now is written later; searches and commands go on.
        catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
        {
            if (!_warned)
                logger.LogError("Needs could not be written and wait: {Reason}", failure.Message);
            _warned = true;
        }
    }
}
