namespace SafeSpaceCapacity.Forecasting.Models;

/// <summary>
/// How much more than Poisson counts a series varies, by moments of errors of forecasts: α = Σ ((y − μ)² − μ) / Σ μ², drawn towards that of the group with the weight
/// that its uncertainty gives. Variance = mean + α · mean².
/// </summary>
internal sealed class Dispersion
{
    private double _excess;
    private double _squares;
    private double _noise;

    /// <summary>Adds one count and what was foreseen for it.</summary>
    public void Add(double count, double mean)
    {
        var error = count - mean;
        _excess += (error * error) - mean;
        _squares += mean * mean;

        // The variance of (y − μ)² of Poisson counts is 2 μ² + μ.
        _noise += (2 * mean * mean) + mean;
    }

    /// <summary>By series: inverse sizes, at least 0.</summary>
    public static double[] Shrunk(IReadOnlyList<Dispersion> series)
    {
        var group = Math.Max(0, series.Sum(one => one._excess) / Math.Max(series.Sum(one => one._squares), 1e-9));
        return [.. series.Select(one =>
        {
            if (one._squares <= 0)
                return group;

            // The prior: as spread as the group's value is large.
            var information = one._squares * one._squares / (one._noise * Math.Pow(1 + (group * one._squares / Math.Max(Math.Sqrt(one._squares * one._noise), 1e-9)), 2));
            var prior = 1 / Math.Max(group * group, 1e-8);
            return Math.Max(0, ((information * one._excess / one._squares) + (prior * group)) / (information + prior));
        })];
    }
}
