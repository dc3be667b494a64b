using SafeSpaceCapacity.Forecasting.Distributions;
using SafeSpaceCapacity.Forecasting.Models;
using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Forecasting.Evaluation;

/// <summary>What is evaluated and how.</summary>
/// <param name="Origins">Where forecasts begin.</param>
/// <param name="Horizon">Periods ahead.</param>
/// <param name="ScoreFrom">The first step that is scored, from 1.</param>
/// <param name="RefitEvery">Parameters are estimated again at every so manieth origin; between them levels follow the data.</param>
/// <param name="Models">The models, those of <see cref="ModelCatalogue"/>.</param>
public sealed record EvaluationPlan(RollingOrigins Origins, int Horizon, int ScoreFrom, int RefitEvery, IReadOnlyList<string> Models);

/// <summary>Scores of one model on one level, in one band of horizons.</summary>
public sealed record LevelScore(string Model, string Level, HorizonBand Band, ScoreRow Score, double Seconds);

/// <summary>Which model was the champion of a level at an origin, and why: mean CRPS of each on the windows that were over by then.</summary>
public sealed record ChampionRecord(int Origin, string Level, string Champion, int WindowsBefore, IReadOnlyDictionary<string, double> PastCrps);

/// <summary>Receives each forecast of the test.</summary>
public delegate void ForecastSink(int origin, string model, PanelForecast forecast, IReadOnlyList<int> series, int steps);

/// <summary>Runs rolling origins. No model sees a panel that holds anything from its origin on.</summary>
public sealed class Evaluator
{
    /// <summary>Names in scores beside those of the models: the champion of the past.</summary>
    public const string Champion = "champion";

    private readonly DemandPanel _panel;
    private readonly EvaluationPlan _plan;
    private readonly ForecastSink _sink;
    private readonly IReadOnlyList<HorizonBand> _bands;
    private readonly Dictionary<string, SeriesScore?[][]> _scores = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> _seconds = new(StringComparer.Ordinal);
    private readonly List<ChampionRecord> _champions = [];
    private readonly PastForecasts _past;

    private Evaluator(DemandPanel panel, EvaluationPlan plan, ForecastSink sink)
    {
        (_panel, _plan, _sink) = (panel, plan, sink);
        _bands = HorizonBand.Of(panel.Axis.Frequency, plan.ScoreFrom, plan.Horizon);
        _past = new PastForecasts(panel, plan.ScoreFrom);
    }

    /// <summary>Runs an evaluation.</summary>
    /// <param name="panel">All data.</param>
    /// <param name="plan">What to do.</param>
    /// <param name="sink">Receives each forecast of the test.</param>
    public static EvaluationResult Run(DemandPanel panel, EvaluationPlan plan, ForecastSink sink) => new Evaluator(panel, plan, sink).Run();

    private EvaluationResult Run()
    {
        var models = _plan.Models.Where(name => !ModelCatalogue.IsCombination(name)).Select(ModelCatalogue.Create).ToList();
        var trained = new ITrainedModel[models.Count];
        var origins = _plan.Origins.Past.Select(origin => (origin, isTest: false)).Concat(_plan.Origins.Test.Select(origin => (origin, isTest: true))).ToList();
        for (var k = 0; k < origins.Count; k++)
        {
            var (origin, isTest) = origins[k];
            var history = _panel.Before(origin);
            var steps = Math.Min(_plan.Horizon, _panel.Length - origin);
            var series = Enumerable.Range(0, _panel.Series.Count).Where(i => origin - _panel.Series[i].First >= RollingOrigins.SeasonsAtLeast * _panel.Axis.Season).ToList();
            var forecasts = new Dictionary<string, PanelForecast>(StringComparer.Ordinal);
            for (var m = 0; m < models.Count; m++)
            {
                forecasts[models[m].Name] = Timed(models[m].Name, () =>
                {
                    if (k % _plan.RefitEvery == 0 || trained[m] is null)
                        trained[m] = models[m].Train(history);
                    return trained[m].Forecast(history, _plan.Horizon);
                });
            }

            Combine(origin, history, forecasts);
            if (isTest)
            {
                foreach (var (name, forecast) in forecasts)
                {
                    _sink(origin, name, forecast, series, steps);
                    Score(origin, name, forecast, series, steps);
                }
            }

            _past.Add(origin, steps, forecasts, series);
        }

        return new EvaluationResult(Rows(), _champions);
    }

    private void Combine(int origin, DemandPanel history, Dictionary<string, PanelForecast> forecasts)
    {
        var basic = forecasts.Keys.ToList();
        if (_plan.Models.Contains(Ensemble.Name, StringComparer.Ordinal) && basic.Count > 0)
            forecasts[Ensemble.Name] = Timed(Ensemble.Name, () => Ensemble.Combine(_panel, [.. basic.Select(name => forecasts[name])], _past.Weights(origin, basic)));
        if (_plan.Models.Contains(CoherentForecast.Name, StringComparer.Ordinal) && forecasts.TryGetValue(Ensemble.Name, out var ensemble) && history.Groups.Count > 1)
            forecasts[CoherentForecast.Name] = Timed(CoherentForecast.Name, () => new CoherentForecast(history, ensemble, _plan.Horizon, _past.MayReconcile(origin)));
        var byLevel = new Dictionary<string, PanelForecast>(StringComparer.Ordinal);
        foreach (var group in _panel.Groups)
        {
            var record = _past.Champion(origin, group.Level, [.. forecasts.Keys]);
            _champions.Add(record);
            byLevel[group.Level] = forecasts[record.Champion];
        }

        forecasts[Champion] = new ByLevelForecast([.. _panel.Series.Select(one => byLevel[one.Level])]);
    }

    private PanelForecast Timed(string name, Func<PanelForecast> make)
    {
        // Processor time, not the clock's: others may be busy too.
        var before = Environment.CpuUsage.TotalTime;
        var made = make();
        _seconds[name] = _seconds.GetValueOrDefault(name) + (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        return made;
    }

    private void Score(int origin, string name, PanelForecast forecast, IReadOnlyList<int> series, int steps)
    {
        if (!_scores.TryGetValue(name, out var bands))
            _scores[name] = bands = [.. _bands.Select(_ => new SeriesScore?[_panel.Series.Count])];
        foreach (var i in series)
        {
            for (var step = _plan.ScoreFrom; step <= steps; step++)
            {
                var count = _panel.Series[i].Counts[origin + step - 1];
                if (count == DemandPanel.Missing)
                    continue;
                var distribution = forecast.At(i, step);
                var uniform = UniformHash.Of(i, origin + step - 1);
                for (var b = 0; b < _bands.Count; b++)
                {
                    if (step >= _bands[b].From && step <= _bands[b].To)
                        (bands[b][i] ??= new SeriesScore()).Add(distribution, count, uniform);
                }
            }
        }
    }

    private List<LevelScore> Rows()
    {
        var scales = _panel.Series.Select(one => NaiveScale.Of(one.Counts.AsSpan(0, _plan.Origins.Test[0]), _panel.Axis.Season)).ToArray();
        var rows = new List<LevelScore>();
        foreach (var (name, bands) in _scores)
        {
            foreach (var group in _panel.Groups)
            {
                for (var b = 0; b < _bands.Count; b++)
                {
                    var scored = group.Members.Where(i => bands[b][i] is not null).Select(i => bands[b][i]!.Average(scales[i].Absolute, scales[i].Square)).ToList();
                    if (scored.Count > 0)
                        rows.Add(new LevelScore(name, group.Level, _bands[b], ScoreRow.Mean(scored), _seconds.GetValueOrDefault(name)));
                }
            }
        }

        return rows;
    }
}

/// <summary>What an evaluation found.</summary>
/// <param name="Scores">By model, level and band.</param>
/// <param name="Champions">By origin (those before the test too) and level.</param>
public sealed record EvaluationResult(IReadOnlyList<LevelScore> Scores, IReadOnlyList<ChampionRecord> Champions);

/// <summary>The forecast of another model for each series.</summary>
internal sealed class ByLevelForecast(PanelForecast[] bySeries) : PanelForecast
{
    public override CountDistribution At(int series, int step) => bySeries[series].At(series, step);
}
