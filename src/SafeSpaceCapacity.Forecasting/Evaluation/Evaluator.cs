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
    private readonly List<IForecastModel> _models;
    private readonly ITrainedModel[] _trained;

    private Evaluator(DemandPanel panel, EvaluationPlan plan, ForecastSink sink)
    {
        (_panel, _plan, _sink) = (panel, plan, sink);
        _bands = HorizonBand.Of(panel.Axis.Frequency, plan.ScoreFrom, plan.Horizon);
        _past = new PastForecasts(panel, plan.ScoreFrom);
        _models = [.. plan.Models.Where(name => !ModelCatalogue.IsCombination(name)).Select(ModelCatalogue.Create)];
        _trained = new ITrainedModel[_models.Count];
    }

    /// <summary>Runs an evaluation.</summary>
    /// <param name="panel">All data.</param>
    /// <param name="plan">What to do.</param>
    /// <param name="sink">Receives each forecast of the test.</param>
    public static EvaluationResult Run(DemandPanel panel, EvaluationPlan plan, ForecastSink sink) => new Evaluator(panel, plan, sink).Run();

    /// <summary>Runs an evaluation, then forecasts from the end of the data, where each level has the champion of the windows before.</summary>
    /// <param name="panel">All data.</param>
    /// <param name="plan">The back-test.</param>
    /// <param name="horizon">Periods ahead from the end.</param>
    /// <param name="progress">Told how many origins are done, and of how many.</param>
    /// <param name="cancellationToken">Gives up between two origins.</param>
    public static LatestForecast Latest(DemandPanel panel, EvaluationPlan plan, int horizon, Action<int, int> progress, CancellationToken cancellationToken)
    {
        var evaluator = new Evaluator(panel, plan, static (_, _, _, _, _) => { });
        var result = evaluator.Run((done, of) =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress(done, of + 1);
        });
        var forecast = evaluator.Forecasts(panel.Length, panel, horizon, refit: true)[Champion];
        progress(1, 1);
        return new LatestForecast(result, forecast, [.. evaluator._champions.TakeLast(panel.Groups.Count)]);
    }

    private EvaluationResult Run(Action<int, int>? progress = null)
    {
        var origins = _plan.Origins.Past.Select(origin => (origin, isTest: false)).Concat(_plan.Origins.Test.Select(origin => (origin, isTest: true))).ToList();
        for (var k = 0; k < origins.Count; k++)
        {
            var (origin, isTest) = origins[k];
            var steps = Math.Min(_plan.Horizon, _panel.Length - origin);
            var series = Enumerable.Range(0, _panel.Series.Count).Where(i => origin - _panel.Series[i].First >= RollingOrigins.SeasonsAtLeast * _panel.Axis.Season).ToList();
            var forecasts = Forecasts(origin, _panel.Before(origin), _plan.Horizon, refit: k % _plan.RefitEvery == 0);
            if (isTest)
            {
                foreach (var (name, forecast) in forecasts)
                {
                    _sink(origin, name, forecast, series, steps);
                    Score(origin, name, forecast, series, steps);
                }
            }

            _past.Add(origin, steps, forecasts, series);
            progress?.Invoke(k + 1, origins.Count);
        }

        return new EvaluationResult(Rows(), _champions);
    }

    /// <summary>What each model, combination and champion says from the end of a history.</summary>
    private Dictionary<string, PanelForecast> Forecasts(int origin, DemandPanel history, int horizon, bool refit)
    {
        var forecasts = new Dictionary<string, PanelForecast>(StringComparer.Ordinal);
        for (var m = 0; m < _models.Count; m++)
        {
            forecasts[_models[m].Name] = Timed(_models[m].Name, () =>
            {
                if (refit || _trained[m] is null)
                    _trained[m] = _models[m].Train(history);
                return _trained[m].Forecast(history, horizon);
            });
        }

        Combine(origin, history, horizon, forecasts);
        return forecasts;
    }

    private void Combine(int origin, DemandPanel history, int horizon, Dictionary<string, PanelForecast> forecasts)
    {
        var basic = forecasts.Keys.ToList();
        if (_plan.Models.Contains(Ensemble.Name, StringComparer.Ordinal) && basic.Count > 0)
            forecasts[Ensemble.Name] = Timed(Ensemble.Name, () => Ensemble.Combine(_panel, [.. basic.Select(name => forecasts[name])], _past.Weights(origin, basic)));
        if (_plan.Models.Contains(CoherentForecast.Name, StringComparer.Ordinal) && forecasts.TryGetValue(Ensemble.Name, out var ensemble) && history.Groups.Count > 1)
            forecasts[CoherentForecast.Name] = Timed(CoherentForecast.Name, () => new CoherentForecast(history, ensemble, Math.Min(horizon, _plan.Horizon), _past.MayReconcile(origin)));
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

/// <summary>A forecast from the end of the data.</summary>
/// <param name="BackTest">How models did before.</param>
/// <param name="Forecast">Of each series, by the champion of its level.</param>
/// <param name="Champions">By level, and why.</param>
public sealed record LatestForecast(EvaluationResult BackTest, PanelForecast Forecast, IReadOnlyList<ChampionRecord> Champions);

/// <summary>The forecast of another model for each series.</summary>
internal sealed class ByLevelForecast(PanelForecast[] bySeries) : PanelForecast
{
    public override CountDistribution At(int series, int step) => bySeries[series].At(series, step);
}
