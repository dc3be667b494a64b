using SafeSpaceCapacity.Forecasting.Distributions;

namespace SafeSpaceCapacity.Forecasting.Evaluation;

/// <summary>Scores of one series in one band of horizons, as sums over its forecasts. Formulas: docs/forecasting.md.</summary>
internal sealed class SeriesScore
{
    /// <summary>Probabilities of pinball loss and of predictions.csv: 0.05, 0.10, …, 0.95.</summary>
    public static readonly double[] Levels = [.. Enumerable.Range(1, 19).Select(k => k / 20.0)];

    /// <summary>Central intervals whose coverage is counted, in per cent.</summary>
    public static readonly int[] Intervals = [50, 80, 95];

    private double _absolute;
    private double _squares;
    private double _crps;
    private double _pinball;
    private readonly double[] _covered = new double[Intervals.Length];
    private readonly double[] _pitCovered = new double[Intervals.Length];

    public int Count { get; private set; }

    public double Crps => _crps / Count;

    /// <summary>Adds one forecast.</summary>
    /// <param name="forecast">The predictive distribution.</param>
    /// <param name="count">What came.</param>
    /// <param name="uniform">The random number of the randomised PIT.</param>
    public void Add(CountDistribution forecast, int count, double uniform)
    {
        Count++;
        var error = count - forecast.Mean;
        _absolute += Math.Abs(error);
        _squares += error * error;
        _crps += forecast.Crps(count);
        double pinball = 0;
        foreach (var level in Levels)
        {
            var below = count - (double)forecast.Quantile(level);
            pinball += below >= 0 ? level * below : (level - 1) * below;
        }

        _pinball += pinball / Levels.Length;
        var pit = forecast.RandomisedPit(count, uniform);
        for (var k = 0; k < Intervals.Length; k++)
        {
            var tail = (1 - (Intervals[k] / 100.0)) / 2;
            if (count >= forecast.Quantile(tail) && count <= forecast.Quantile(1 - tail))
                _covered[k]++;
            if (pit >= tail && pit <= 1 - tail)
                _pitCovered[k]++;
        }
    }

    /// <summary>The averages.</summary>
    /// <param name="absoluteScale">The mean absolute error of the seasonal naïve forecast in the history; 0 where it never erred.</param>
    /// <param name="squareScale">Its mean squared error there.</param>
    public ScoreRow Average(double absoluteScale, double squareScale) => new(
        1,
        Count,
        _absolute / Count,
        Math.Sqrt(_squares / Count),
        absoluteScale > 0 ? _absolute / Count / absoluteScale : double.NaN,
        squareScale > 0 ? Math.Sqrt(_squares / Count / squareScale) : double.NaN,
        _crps / Count,
        _pinball / Count,
        [.. _covered.Select(covered => covered / Count)],
        [.. _pitCovered.Select(covered => covered / Count)]);
}

/// <summary>Scores of a series, or their means over several.</summary>
/// <param name="Series">How many series.</param>
/// <param name="Forecasts">How many forecasts.</param>
/// <param name="Mae">Mean absolute error of the predictive mean.</param>
/// <param name="Rmse">Root mean squared error of the predictive mean.</param>
/// <param name="Mase">MAE over that of the seasonal naïve forecast in the history; NaN where that never erred.</param>
/// <param name="Rmsse">The same of RMSE.</param>
/// <param name="Crps">Continuous ranked probability score.</param>
/// <param name="Pinball">Mean pinball loss of the quantiles .05, .10, … .95.</param>
/// <param name="Coverage">Of the 50, 80 and 95 % intervals.</param>
/// <param name="PitCoverage">The same by randomised PIT.</param>
public sealed record ScoreRow(
    int Series,
    int Forecasts,
    double Mae,
    double Rmse,
    double Mase,
    double Rmsse,
    double Crps,
    double Pinball,
    double[] Coverage,
    double[] PitCoverage)
{
    /// <summary>Means over series, each series counting once; those without a MASE are left out of its mean.</summary>
    public static ScoreRow Mean(IReadOnlyList<ScoreRow> rows) => new(
        rows.Sum(row => row.Series),
        rows.Sum(row => row.Forecasts),
        rows.Average(row => row.Mae),
        rows.Average(row => row.Rmse),
        Known(rows.Select(row => row.Mase)),
        Known(rows.Select(row => row.Rmsse)),
        rows.Average(row => row.Crps),
        rows.Average(row => row.Pinball),
        [.. rows[0].Coverage.Select((_, k) => rows.Average(row => row.Coverage[k]))],
        [.. rows[0].PitCoverage.Select((_, k) => rows.Average(row => row.PitCoverage[k]))]);

    private static double Known(IEnumerable<double> values) => values.Where(value => !double.IsNaN(value)).DefaultIfEmpty(double.NaN).Average();
}
