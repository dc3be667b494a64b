using SafeSpaceCapacity.Forecasting.Distributions;
using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Forecasting.Models;

/// <summary>The linear pool of other models, with weights by level.</summary>
internal static class Ensemble
{
    public const string Name = "ensemble";

    // What matters this little is left out of a pool.
    private const double Negligible = 0.005;

    public static PanelForecast Combine(DemandPanel panel, PanelForecast[] parts, IReadOnlyDictionary<string, double[]> weights) =>
        new Pool(parts, [.. panel.Series.Select(one => Rounded(weights[one.Level]))]);

    private static double[] Rounded(double[] weights)
    {
        var kept = weights.Sum(weight => weight < Negligible ? 0 : weight);
        return [.. weights.Select(weight => weight < Negligible ? 0 : weight / kept)];
    }

    private sealed class Pool(PanelForecast[] parts, double[][] weights) : PanelForecast
    {
        public override CountDistribution At(int series, int step)
        {
            var own = weights[series];
            var used = Enumerable.Range(0, own.Length).Where(k => own[k] > 0).ToArray();
            return CountDistribution.Mixture([.. used.Select(k => own[k])], [.. used.Select(k => parts[k].At(series, step))]);
        }

        public override double Mean(int series, int step)
        {
            double mean = 0;
            for (var k = 0; k < parts.Length; k++)
                mean += weights[series][k] > 0 ? weights[series][k] * parts[k].Mean(series, step) : 0;
            return mean;
        }
    }
}
