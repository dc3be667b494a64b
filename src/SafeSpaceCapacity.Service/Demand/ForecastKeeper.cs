using System.Collections.Immutable;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;
using SafeSpaceCapacity.Domain.Opening;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Forecasting.Series;
using SafeSpaceCapacity.Service.ReadModel;
using SafeSpaceCapacity.Service.Region;

namespace SafeSpaceCapacity.Service.Demand;

/// <summary>How far training is.</summary>
/// <param name="Source">What is learnt from; empty: the needs that this service saw.</param>
/// <param name="Period">What is forecast.</param>
/// <param name="Done">Moments of the past that were forecast, and the present at the end.</param>
/// <param name="Of">How many there are.</param>
/// <param name="Failure">Why this forecast was not made; null while it is being made, and where it was.</param>
/// <param name="Trained">The forecast that was made.</param>
public sealed record TrainingProgress(string Source, DemandPeriod Period, int Done, int Of, string? Failure = null, KeptForecast? Trained = null);

/// <summary>A forecast as planners are told it, with what went wrong since.</summary>
/// <param name="Forecast">The last good one; null: there never was one.</param>
/// <param name="Failure">Why the last training failed, if that was later.</param>
/// <param name="FailedAt">When.</param>
public sealed record StandingForecast(KeptForecast? Forecast, string? Failure, Instant? FailedAt);

/// <summary>
/// Trains forecasts each night and when asked, one after the other on a thread that gets what nobody else wants, and keeps the last good ones in the
/// database: every node tells the same. Of several nodes one trains.
/// </summary>
internal sealed class ForecastKeeper(
    ServiceParts parts, RegionData region, DemandHistory history, DemandSources sources, SpaceReadModel readModel, ILogger<ForecastKeeper> logger) : BackgroundService
{
    /// <summary>The code of all council areas together.</summary>
    public const string Scotland = "S92000003";

    /// <summary>When forecasts are trained, in Scotland: few search then (assumption).</summary>
    public static readonly LocalTime Nightly = new(3, 0);

    private const string ForecastPrefix = "forecast/";
    private const string FailurePrefix = "forecast-failed/";
    private const string Turn = "turn/forecast";
    private const int FailureWordsMost = 500;

    private static readonly TimeSpan LooksEvery = TimeSpan.FromMinutes(1);

    // What there is to learn from grows; what is learnt from does not.
    private static readonly Duration HoursLearnt = Duration.FromDays(2 * 365);
    private static readonly Duration DaysLearnt = Duration.FromDays(3 * 365);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private ImmutableList<Channel<TrainingProgress>> _watchers = [];
    private Task? _training;
    private TrainingProgress? _newest;

    /// <summary>The last good forecast, and what happened since.</summary>
    public async Task<StandingForecast> FindAsync(string source, DemandPeriod period, CancellationToken cancellationToken)
    {
        var name = NameOf(source, period);
        var forecast = (await parts.Log.Demand.ReadDocumentsAsync(ForecastPrefix + name, cancellationToken)).GetValueOrDefault(ForecastPrefix + name);
        var failure = (await parts.Log.Demand.ReadDocumentsAsync(FailurePrefix + name, cancellationToken)).GetValueOrDefault(FailurePrefix + name);
        var isLater = failure is not null && (forecast is null || failure.MadeAt > forecast.MadeAt);
        return new StandingForecast(
            forecast is null ? null : KeptForecast.Of(forecast), isLater ? Encoding.UTF8.GetString(failure!.Body.Span) : null, isLater ? failure!.MadeAt : null);
    }

    /// <summary>The areas of a forecast that lie in some council areas; with all of them the sums above, since else two sums could be subtracted.</summary>
    public async Task<IReadOnlyList<AreaForecast>> ShownAsync(string source, KeptForecast forecast, IReadOnlyList<string> councilAreas, CancellationToken cancellationToken)
    {
        var found = source.Length == 0 ? null : await sources.FindAsync(source, cancellationToken);
        var granted = councilAreas.ToHashSet(StringComparer.Ordinal);
        var whole = granted.Count == region.CouncilAreas.Length;
        return [.. forecast.Areas.Where(area => granted.Contains(found?.CouncilAreaOf(area.Area) ?? area.Area) || (whole && area.IsSum)).OrderBy(area => area.Area, StringComparer.Ordinal)];
    }

    /// <summary>When forecasts are trained next.</summary>
    public static Instant NextNight(Instant now)
    {
        var local = now.InZone(DemandHistory.Zone);
        var date = local.TimeOfDay < Nightly ? local.Date : local.Date.PlusDays(1);
        return DemandHistory.Zone.AtLeniently(date + Nightly).ToInstant();
    }

    /// <summary>Trains all forecasts with what is known by now, one training for all who wait for it, and tells how far it is.</summary>
    public async IAsyncEnumerable<TrainingProgress> TrainAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A training under way may have read what it learns from before what this one is asked for came.
        Task? before;
        lock (_gate)
            before = _training;
        if (before is not null)
            await before.WaitAsync(cancellationToken);
        var watcher = Channel.CreateUnbounded<TrainingProgress>();
        lock (_gate)
        {
            _watchers = _watchers.Add(watcher);
            if (_newest is { } newest)
                watcher.Writer.TryWrite(newest);
            _training ??= Task.Run(() => TrainAllAsync(_stopping.Token), CancellationToken.None);
        }

        try
        {
            await foreach (var progress in watcher.Reader.ReadAllAsync(cancellationToken))
                yield return progress;
        }
        finally
        {
            lock (_gate)
                _watchers = _watchers.Remove(watcher);
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // Training is not waited for: on a busy machine it may take long to come to where it looks whether to stop, and nothing is lost with it.
        await _stopping.CancelAsync();
        await base.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _stopping.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LooksEvery, parts.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    var now = readModel.Now();
                    if (await parts.Log.Demand.TakeTurnAsync(Turn, now, NextNight(now) - Duration.FromDays(1), stoppingToken))
                        await TrainAsync(stoppingToken).LastAsync(stoppingToken);
                }
#pragma warning disable CA1031 // What can't be had now is tried again; the last good forecast stays.
                catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
                {
                    logger.LogError("Forecasts could not be trained: {Reason}", failure.Message);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private async Task TrainAllAsync(CancellationToken stopping)
    {
        Exception? ended = null;
        try
        {
            foreach (var source in (IEnumerable<DemandSource?>)[null, .. await sources.ListAsync(stopping)])
            {
                foreach (var period in Enum.GetValues<DemandPeriod>().Where(period => source is not { IsDaily: true } || period == DemandPeriod.Day))
                    await TrainAsync(source, period, stopping);
            }
        }
#pragma warning disable CA1031 // Whoever watches is told.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            ended = failure;
        }

        lock (_gate)
        {
            foreach (var watcher in _watchers)
                watcher.Writer.TryComplete(ended);
            (_training, _newest) = (null, null);
        }
    }

    private async Task TrainAsync(DemandSource? source, DemandPeriod period, CancellationToken stopping)
    {
        var name = source?.Name ?? string.Empty;
        var now = readModel.Now();
        Tell(new TrainingProgress(name, period, 0, 1));
        try
        {
            var panel = source is null ? await RecordedAsync(period, now, stopping) : await ImportedAsync(source, period, stopping);
            var trained = await LowPriority.RunAsync(
                "Forecast training", () => ForecastTraining.Run(panel, now.ToDateTimeOffset(), (done, of) => Tell(new TrainingProgress(name, period, done, of)), stopping));
            await parts.Log.Demand.SaveDocumentAsync(ForecastPrefix + NameOf(name, period), trained.ToDocument(), stopping);
            Tell(new TrainingProgress(name, period, 1, 1, Trained: trained));
        }
#pragma warning disable CA1031 // Whatever it is, it is kept beside the last good forecast, and the next one is trained.
        catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
        {
            if (failure is not TooLittleHistoryException)
                logger.LogError(failure, "A forecast could not be trained: {Reason}", failure.Message);
            var words = failure.Message.Length > FailureWordsMost ? failure.Message[..FailureWordsMost] : failure.Message;
            await parts.Log.Demand.SaveDocumentAsync(FailurePrefix + NameOf(name, period), new DemandDocument(now, Encoding.UTF8.GetBytes(words)), stopping);
            Tell(new TrainingProgress(name, period, 1, 1, words));
        }
    }

    private async Task<DemandPanel> RecordedAsync(DemandPeriod period, Instant now, CancellationToken stopping)
    {
        var since = Instant.Max(await history.RecordedSinceAsync(stopping), now - (period == DemandPeriod.Hour ? HoursLearnt : DaysLearnt));
        var (from, until) = (DemandHistory.FirstHour(since), NeedKeeper.HourOf(now));
        var counts = await history.TotalsAsync(string.Empty, from, until, stopping);
        var areas = region.CouncilAreas.Select(area => area.Code).Order(StringComparer.Ordinal).ToList();
        var series = new HourlySeries(
            counts, areas, new Hierarchy(areas.ToDictionary(area => area, _ => Scotland, StringComparer.Ordinal)), Calendar(since, now), absent: 0);
        return period == DemandPeriod.Hour ? series.Hours(from, until) : series.Days(from, until);
    }

    private async Task<DemandPanel> ImportedAsync(DemandSource source, DemandPeriod period, CancellationToken stopping)
    {
        var from = Math.Max(source.FirstHour, source.UntilHour - (int)(period == DemandPeriod.Hour ? HoursLearnt : DaysLearnt).TotalHours);
        var counts = await history.TotalsAsync(source.Name, from, source.UntilHour, stopping);
        var parents = source.Parents.ToDictionary(pair => pair.Key, pair => pair.Value.Length > 0 ? pair.Value : Scotland, StringComparer.Ordinal);
        var hierarchy = new Hierarchy(parents);
        var calendar = new EventCalendar(source.Holidays.Select(day => LocalDate.FromDateTime(DateTime.UnixEpoch).PlusDays(day)).ToHashSet());
        var series = new HourlySeries(counts, [.. source.Counted], hierarchy, calendar, DemandPanel.Missing);
        return period == DemandPeriod.Hour ? series.Hours(from, source.UntilHour) : series.Days(from, source.UntilHour, source.IsDaily);
    }

    // What is learnt from and what is forecast.
    private static EventCalendar Calendar(Instant from, Instant now)
    {
        var days = new HashSet<LocalDate>();
        var last = now.InZone(DemandHistory.Zone).Date.PlusDays(60);
        for (var day = from.InZone(DemandHistory.Zone).Date; day <= last; day = day.PlusDays(1))
        {
            if (ScottishBankHolidays.Contains(day))
                days.Add(day);
        }

        return new EventCalendar(days);
    }

    private void Tell(TrainingProgress progress)
    {
        lock (_gate)
        {
            _newest = progress;
            foreach (var watcher in _watchers)
                watcher.Writer.TryWrite(progress);
        }
    }

    // A source of no name is what this service saw.
    private static string NameOf(string source, DemandPeriod period) => $"{(period == DemandPeriod.Hour ? "hour" : "day")}/{source}";
}
