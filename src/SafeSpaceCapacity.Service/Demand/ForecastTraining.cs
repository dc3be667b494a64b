using System.Diagnostics;
using System.Globalization;
using NodaTime;
using NodaTime.Text;
using SafeSpaceCapacity.Forecasting.Evaluation;
using SafeSpaceCapacity.Forecasting.Models;
using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Service.Demand;

/// <summary>There is not enough to learn from.</summary>
/// <param name="message">What there is, and what is needed.</param>
internal sealed class TooLittleHistoryException(string message) : Exception(message);

/// <summary>Tests the models on the past of a panel and forecasts what comes. Pure but for the time it takes.</summary>
internal static class ForecastTraining
{
    // A seasonal naïve forecast is the count of a week ago, and the same-season one holds the counts of five weeks: who may see a forecast may not see those.
    private static readonly string[] TellCounts = ["seasonal-naive", "same-season"];

    private const int WindowsTested = 4;
    private const int RefitEvery = 4;

    /// <summary>The models that compete.</summary>
    public static IReadOnlyList<string> Models { get; } = [.. ModelCatalogue.Names.Except(TellCounts, StringComparer.Ordinal)];

    /// <summary>How far is forecast: eight weeks.</summary>
    public const int DaysAhead = 56;

    // How far by the hour models are tested on the past.
    private const int HoursTested = 7 * 24;

    // Of many areas hours are forecast in whole weeks up to so many in all, for whoever asks reads them all (assumption); a week at least.
    private const int HoursMost = 200_000;

    /// <summary>How far is forecast, in periods.</summary>
    /// <param name="frequency">Hours or days.</param>
    /// <param name="series">Areas and their sums.</param>
    public static int HorizonOf(Frequency frequency, int series) =>
        frequency == Frequency.Hour ? 7 * 24 * Math.Clamp(HoursMost / (7 * 24 * series), 1, DaysAhead / 7) : DaysAhead;

    /// <summary>Trains.</summary>
    /// <exception cref="TooLittleHistoryException">There is too little history.</exception>
    public static KeptForecast Run(DemandPanel panel, DateTimeOffset now, Action<int, int> progress, CancellationToken cancellationToken)
    {
        var since = Stopwatch.GetTimestamp();
        var horizon = HorizonOf(panel.Axis.Frequency, panel.Series.Count);
        var day = panel.Axis.Frequency == Frequency.Hour ? 24 : 1;
        var least = RollingOrigins.SeasonsAtLeast * panel.Axis.Season;
        var (shortest, longest) = panel.Axis.Frequency == Frequency.Hour ? (24, HoursTested) : (7, 28);
        if (panel.Length - least < shortest)
        {
            throw new TooLittleHistoryException(string.Create(
                CultureInfo.InvariantCulture, $"at least {(least + shortest) / day} whole days of history are needed, and there are {panel.Length / day}"));
        }

        if (panel.Series.All(series => series.Counts.All(count => count <= 0)))
            throw new TooLittleHistoryException("nobody was counted yet");
        var window = Math.Clamp((panel.Length - least) / WindowsTested, shortest, longest);
        var origins = RollingOrigins.Every(panel.Axis, panel.Length, window, WindowsTested, testFrom: null);
        var latest = Evaluator.Latest(panel, new EvaluationPlan(origins, window, 1, RefitEvery, Models), horizon, progress, cancellationToken);
        var champions = latest.Champions.ToDictionary(record => record.Level, record => record.Champion, StringComparer.Ordinal);
        var areas = panel.Series
            .Select((series, i) => (series, i))
            .Where(pair => panel.Length - pair.series.First >= least)
            .Select(pair => Area(pair.series, pair.i, champions[pair.series.Level], latest.Forecast, horizon));
        return new KeptForecast(
            now,
            Text(panel.Axis.At(0)),
            Text(panel.Axis.At(panel.Length)),
            panel.Length,
            panel.Series.Where(series => IsArea(series)).Sum(series => series.Counts.Where(count => count > 0).Sum(count => (long)count)),
            origins.Test.Count,
            window,
            [.. areas],
            [.. Records(latest, champions)],
            Stopwatch.GetElapsedTime(since).TotalSeconds);
    }

    private static AreaForecast Area(DemandSeries series, int i, string champion, PanelForecast forecast, int horizon)
    {
        var mean = new float[horizon];
        var quantiles = new int[horizon][];
        for (var step = 1; step <= horizon; step++)
        {
            var distribution = forecast.At(i, step);
            mean[step - 1] = (float)forecast.Mean(i, step);
            quantiles[step - 1] = [.. KeptForecast.Probabilities.Select(distribution.Quantile)];
        }

        return new AreaForecast(series.Area, !IsArea(series), champion, mean, quantiles);
    }

    // The whole horizon comes first of a model and level.
    private static IEnumerable<BackTest> Records(LatestForecast latest, Dictionary<string, string> champions) =>
        latest.BackTest.Scores
            .Where(row => !string.Equals(row.Model, Evaluator.Champion, StringComparison.Ordinal))
            .GroupBy(row => (row.Model, row.Level))
            .Select(rows => rows.First())
            .Select(row => new BackTest(
                row.Model, row.Level, row.Score.Forecasts, row.Score.Mae, double.IsNaN(row.Score.Mase) ? null : row.Score.Mase, row.Score.Crps,
                row.Score.PitCoverage[1], string.Equals(champions[row.Level], row.Model, StringComparison.Ordinal)));

    private static bool IsArea(DemandSeries series) => string.Equals(series.Level, DemandPanel.AreaLevel, StringComparison.Ordinal);

    private static string Text(LocalDateTime at) => LocalDateTimePattern.GeneralIso.Format(at);
}
