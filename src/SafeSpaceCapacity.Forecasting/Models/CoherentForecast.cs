using MathNet.Numerics.Distributions;
using SafeSpaceCapacity.Forecasting.Distributions;
using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Forecasting.Models;

/// <summary>
/// A forecast whose samples add up. Means: minimum trace reconciliation with the forecasts' own variances (Wickramasuriya, Athanasopoulos and Hyndman 2019), which on a tree is a
/// pass up and a pass down; or else the areas' own. Each area's distribution is tilted to its mean. Sums: samples of the parts, reordered by a one-factor Gaussian copula at every sum
/// (Ben Taieb, Taylor and Hyndman 2017) whose correlation gives the sum the variance that was forecast for it.
/// </summary>
public sealed class CoherentForecast : PanelForecast
{
    /// <summary>Its name in tables and files.</summary>
    public const string Name = "coherent";

    // Numbers drawn for one step over all series, about.
    private const int DrawsPerStep = 200_000;

    private readonly PanelForecast _base;
    private readonly bool _reconciled;
    private readonly int _samples;
    private readonly int[][] _children;
    private readonly Dictionary<int, CountDistribution[]> _distributions = [];

    /// <summary>Makes a forecast coherent.</summary>
    /// <param name="panel">Gives the tree.</param>
    /// <param name="forecast">Of all series.</param>
    /// <param name="horizon">Steps that are made at once; others when they are asked for.</param>
    /// <param name="reconciled">Whether the areas' means are changed to agree with those above; else only the sums are.</param>
    public CoherentForecast(DemandPanel panel, PanelForecast forecast, int horizon, bool reconciled)
    {
        (_base, _reconciled) = (forecast, reconciled);
        _samples = Math.Clamp(DrawsPerStep / panel.Series.Count, 100, 1000);
        var children = panel.Series.Select(_ => new List<int>()).ToArray();
        for (var i = 0; i < children.Length; i++)
        {
            if (panel.Series[i].Parent >= 0)
                children[panel.Series[i].Parent].Add(i);
        }

        _children = [.. children.Select(list => list.ToArray())];
        for (var step = 1; step <= horizon; step++)
            _distributions.Add(step, Step(step).Distributions);
    }

    /// <inheritdoc/>
    public override CountDistribution At(int series, int step)
    {
        if (!_distributions.TryGetValue(step, out var made))
            _distributions.Add(step, made = Step(step).Distributions);
        return made[series];
    }

    /// <summary>Samples of one step by series: the k-th of a sum is the sum of the k-th of its parts.</summary>
    public IReadOnlyList<int[]> Samples(int step) => Step(step).Samples;

    private (CountDistribution[] Distributions, int[][] Samples) Step(int step)
    {
        var forecasts = Enumerable.Range(0, _children.Length).Select(i => _base.At(i, step)).ToArray();
        var variances = forecasts.Select(forecast => Math.Max(forecast.Variance, 1e-6)).ToArray();
        var means = _reconciled ? Reconciled([.. forecasts.Select(forecast => forecast.Mean)], variances) : null;
        var samples = new int[_children.Length][];
        var random = new Random(step);
        for (var i = 0; i < _children.Length; i++)
        {
            if (means is not null)
                forecasts[i] = forecasts[i].WithMean(means[i]);
            if (_children[i].Length == 0)
            {
                samples[i] = [.. Enumerable.Range(0, _samples).Select(k => forecasts[i].Quantile((k + 0.5) / _samples))];
                continue;
            }

            samples[i] = Sum(i, samples, variances[i], random);
            forecasts[i] = CountDistribution.Empirical(samples[i]);
        }

        return (forecasts, samples);
    }

    /// <summary>Generalised least squares on a tree: up, each sum is its own forecast and its parts' weighted by their precision; down, what is left over goes to the parts by variance.</summary>
    private double[] Reconciled(double[] means, double[] variances)
    {
        var (best, spread) = ((double[])means.Clone(), (double[])variances.Clone());
        for (var i = 0; i < means.Length; i++)
        {
            if (_children[i].Length == 0)
                continue;
            var (sum, variance) = (_children[i].Sum(child => best[child]), _children[i].Sum(child => spread[child]));
            (best[i], spread[i]) = (((means[i] * variance) + (sum * variances[i])) / (variance + variances[i]), variance * variances[i] / (variance + variances[i]));
        }

        for (var i = means.Length - 1; i >= 0; i--)
        {
            var (sum, variance) = (_children[i].Sum(child => best[child]), _children[i].Sum(child => spread[child]));
            foreach (var child in _children[i])
                best[child] += (best[i] - sum) * spread[child] / variance;
        }

        return [.. best.Select(mean => Math.Max(mean, 0))];
    }

    private int[] Sum(int parent, int[][] samples, double variance, Random random)
    {
        var parts = _children[parent];
        var own = parts.Select(part => Variance(samples[part])).ToArray();
        var (alone, together) = (own.Sum(), Math.Pow(own.Sum(Math.Sqrt), 2));
        var correlation = together > alone ? Math.Clamp((variance - alone) / (together - alone), 0, 0.99) : 0;

        // Discrete counts correlate less than the normal numbers behind them: one step of correction from what came out.
        var (common, noise) = (Normals(random), parts.Select(_ => Normals(random)).ToArray());
        var orders = parts.Select(part => Order(samples[part])).ToArray();
        var ranks = Ranks(correlation, common, noise);
        var excess = Variance(Added(parts, samples, orders, ranks)) - alone;
        if (correlation > 0 && excess > 0)
            ranks = Ranks(Math.Clamp(correlation * (variance - alone) / excess, 0, Math.Min(0.99, 2 * correlation)), common, noise);
        for (var p = 0; p < parts.Length; p++)
            Reorder(parts[p], samples, [.. ranks[p].Select(rank => orders[p][rank])]);
        return Added(parts, samples, null, null);
    }

    private int[] Added(int[] parts, int[][] samples, int[][]? orders, int[][]? ranks)
    {
        var sum = new int[_samples];
        for (var p = 0; p < parts.Length; p++)
        {
            var own = samples[parts[p]];
            for (var k = 0; k < sum.Length; k++)
                sum[k] += orders is null ? own[k] : own[orders[p][ranks![p][k]]];
        }

        return sum;
    }

    // With everything below it, so that sums stay sums.
    private void Reorder(int series, int[][] samples, int[] order)
    {
        samples[series] = [.. order.Select(k => samples[series][k])];
        foreach (var child in _children[series])
            Reorder(child, samples, order);
    }

    /// <summary>By part: where each of its samples comes in order of size, under the copula.</summary>
    private static int[][] Ranks(double correlation, double[] common, double[][] noise)
    {
        var (shared, own) = (Math.Sqrt(correlation), Math.Sqrt(1 - correlation));
        return [.. noise.Select(part =>
        {
            var keys = part.Select((value, k) => (shared * common[k]) + (own * value)).ToArray();
            var ranks = new int[keys.Length];
            var order = Enumerable.Range(0, keys.Length).ToArray();
            Array.Sort(keys, order);
            for (var k = 0; k < order.Length; k++)
                ranks[order[k]] = k;
            return ranks;
        })];
    }

    /// <summary>Normal quantiles at equal distances, shuffled: one in each stratum.</summary>
    private double[] Normals(Random random)
    {
        var values = Enumerable.Range(0, _samples).Select(k => Normal.InvCDF(0, 1, (k + 0.5) / _samples)).ToArray();
        random.Shuffle(values);
        return values;
    }

    private static int[] Order(int[] values)
    {
        var (keys, order) = ((int[])values.Clone(), Enumerable.Range(0, values.Length).ToArray());
        Array.Sort(keys, order);
        return order;
    }

    private static double Variance(int[] values)
    {
        var mean = values.Average();
        return values.Sum(value => (value - mean) * (value - mean)) / values.Length;
    }
}
