using SafeSpaceCapacity.Forecasting.Models;
using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Forecasting.Evaluation;

/// <summary>How forecasts did on windows; asked at an origin, it counts only windows that were over by then.</summary>
internal sealed class PastForecasts(DemandPanel panel, int scoreFrom)
{
    // So many counts of a level and window are kept, spread over its series and steps.
    private const int KeptAtMost = 20_000;

    // Each model's share of prior weight, in counts: with little past the weights stay near equal.
    private const double PriorCounts = 1;
    private const int EmIterations = 200;

    private readonly List<Window> _windows = [];

    private sealed record Window(string Level, int End, Dictionary<string, double[]> Masses, Dictionary<string, double> Crps, int Count);

    public void Add(int origin, int steps, IReadOnlyDictionary<string, PanelForecast> forecasts, IReadOnlyList<int> series)
    {
        var known = series.ToHashSet();
        foreach (var group in panel.Groups)
        {
            var cells = new List<(int Series, int Step, int Count)>();
            foreach (var i in group.Members.Where(known.Contains))
            {
                for (var step = scoreFrom; step <= steps; step++)
                {
                    if (panel.Series[i].Counts[origin + step - 1] is var count && count != DemandPanel.Missing)
                        cells.Add((i, step, count));
                }
            }

            var stride = (cells.Count + KeptAtMost - 1) / KeptAtMost;
            if (stride > 1)
                cells = [.. cells.Where((_, k) => k % stride == 0)];
            if (cells.Count == 0)
                continue;
            var masses = forecasts.ToDictionary(pair => pair.Key, _ => new double[cells.Count], StringComparer.Ordinal);
            var crps = forecasts.ToDictionary(pair => pair.Key, _ => 0.0, StringComparer.Ordinal);
            foreach (var (name, forecast) in forecasts)
            {
                for (var k = 0; k < cells.Count; k++)
                {
                    var distribution = forecast.At(cells[k].Series, cells[k].Step);
                    masses[name][k] = Math.Max(distribution.Cdf(cells[k].Count) - distribution.Cdf(cells[k].Count - 1L), 1e-12);
                    crps[name] += distribution.Crps(cells[k].Count);
                }
            }

            _windows.Add(new Window(group.Level, origin + steps, masses, crps, cells.Count));
        }
    }

    /// <summary>Whether areas were no worse for reconciliation on windows that are over, as far as chance lets one say: less than 0.2 % in CRPS.</summary>
    public bool MayReconcile(int origin)
    {
        var areas = _windows.Where(window => window.End <= origin && string.Equals(window.Level, DemandPanel.AreaLevel, StringComparison.Ordinal) && window.Crps.ContainsKey(CoherentForecast.Name)).ToList();
        return areas.Sum(window => window.Crps[CoherentForecast.Name]) <= 1.002 * areas.Sum(window => window.Crps[Ensemble.Name]);
    }

    /// <summary>Weights by level that maximise the log score of the linear pool on windows that are over (expectation–maximisation, a Dirichlet prior around equal weights).</summary>
    public Dictionary<string, double[]> Weights(int origin, IReadOnlyList<string> models) =>
        panel.Groups.ToDictionary(group => group.Level, group => Weights([.. _windows.Where(window => window.End <= origin && string.Equals(window.Level, group.Level, StringComparison.Ordinal))], models), StringComparer.Ordinal);

    /// <summary>The model with the least mean CRPS on windows that are over; the ensemble, else the last, where there are none.</summary>
    public ChampionRecord Champion(int origin, string level, IReadOnlyList<string> models)
    {
        var windows = _windows.Where(window => window.End <= origin && string.Equals(window.Level, level, StringComparison.Ordinal)).ToList();
        if (windows.Count == 0)
            return new ChampionRecord(origin, level, models.Contains(Ensemble.Name, StringComparer.Ordinal) ? Ensemble.Name : models[^1], 0, new Dictionary<string, double>(StringComparer.Ordinal));
        var crps = models.ToDictionary(model => model, model => windows.Sum(window => window.Crps[model]) / windows.Sum(window => window.Count), StringComparer.Ordinal);
        return new ChampionRecord(origin, level, crps.MinBy(pair => pair.Value).Key, windows.Count, crps);
    }

    private static double[] Weights(List<Window> windows, IReadOnlyList<string> models)
    {
        var weights = Enumerable.Repeat(1.0 / models.Count, models.Count).ToArray();
        var masses = models.Select(model => windows.SelectMany(window => window.Masses[model]).ToArray()).ToArray();
        var n = masses.Length == 0 ? 0 : masses[0].Length;
        for (var iteration = 0; iteration < EmIterations && n > 0; iteration++)
        {
            var next = Enumerable.Repeat(PriorCounts, models.Count).ToArray();
            for (var t = 0; t < n; t++)
            {
                double pool = 0;
                for (var k = 0; k < weights.Length; k++)
                    pool += weights[k] * masses[k][t];
                for (var k = 0; k < weights.Length; k++)
                    next[k] += weights[k] * masses[k][t] / pool;
            }

            var total = n + (PriorCounts * models.Count);
            for (var k = 0; k < weights.Length; k++)
                weights[k] = next[k] / total;
        }

        return weights;
    }
}
