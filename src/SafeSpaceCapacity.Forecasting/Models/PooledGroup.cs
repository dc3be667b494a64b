using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Forecasting.Models;

/// <summary>The parameters of <see cref="PooledModel"/> for one level.</summary>
internal sealed class PooledGroup
{
    // Series from which one number for all is chosen, at most.
    private const int SampleAtMost = 200;

    private readonly SeriesGroup _group;
    private readonly double[][] _profiles;
    private readonly LogLinearRegression.Fitted _shape;
    private readonly LogLinearRegression.Fitted? _own;
    private readonly int _fitted;
    private readonly double _typical;
    private readonly LevelFilter _filter;
    private readonly double[] _inverseSizes;

    private PooledGroup(SeriesGroup group, double[][] profiles, LogLinearRegression.Fitted shape, LogLinearRegression.Fitted? own, int fitted, double typical, LevelFilter filter, double[] inverseSizes) =>
        (_group, _profiles, _shape, _own, _fitted, _typical, _filter, _inverseSizes) = (group, profiles, shape, own, fitted, typical, filter, inverseSizes);

    public static PooledGroup Train(DemandPanel history, CalendarDesign design, SeriesGroup group, bool moving)
    {
        var profiles = HourProfiles.Of(history, design, group);
        var totals = group.Members.Select((i, k) => BucketTotals.Of(history.Series[i], design, profiles[k])).ToArray();
        var buckets = design.BucketsBefore(history.Length);
        var shape = SharedShape(totals, design, buckets);
        var means = Shape(shape, design, buckets, buckets, buckets);
        var own = OwnEffects(totals, means, design, buckets);
        var expected = totals.Select((total, k) => Expected(total, means, own, k, design, buckets, buckets)).ToArray();
        var typical = (totals.Sum(total => total.Count.Sum()) + 0.5) / (expected.Sum(e => e.Sum()) + 0.5);
        var lag = design.Lag(buckets);
        var filter = LevelFilter.Choose([.. Sample(totals.Length).Select(k => (totals[k].Count, expected[k]))], lag, moving);
        var inverseSizes = filter.SizesOf([.. totals.Select((total, k) => (total.Count, expected[k]))], lag);
        return new PooledGroup(group, profiles, shape, own, buckets, typical, filter, inverseSizes);
    }

    public void Forecast(DemandPanel history, CalendarDesign design, int horizon, float[][] mean, float[][] inverseSize)
    {
        var now = design.BucketsBefore(history.Length);
        var shape = Shape(_shape, design, _fitted, now, design.BucketOf(history.Length + horizon - 1) + 1);
        for (var k = 0; k < _group.Members.Length; k++)
        {
            var totals = BucketTotals.Of(history.Series[_group.Members[k]], design, _profiles[k]);
            var expected = Expected(totals, shape, _own, k, design, _fitted, now);
            var state = _filter.Run(totals.Count, expected, LevelFilter.LongRun(totals.Count, expected, _typical));
            var (ownMean, ownInverse) = (new float[horizon], new float[horizon]);
            for (var step = 0; step < horizon; step++)
            {
                var bucket = design.BucketOf(history.Length + step);
                var (m, inverse) = _filter.Predict(state, Math.Max(0, bucket - now + 1), shape[bucket] * (_own?.Mean(k, design.OwnRow(bucket, _fitted, now)) ?? 1), _inverseSizes[k]);
                ownMean[step] = (float)(m * _profiles[k][(design.ClassOf(bucket) * design.Slots) + design.SlotOf(history.Length + step)]);
                ownInverse[step] = (float)inverse;
            }

            (mean[_group.Members[k]], inverseSize[_group.Members[k]]) = (ownMean, ownInverse);
        }
    }

    /// <summary>The regression on the sum of all areas; each counts as much as its mean rate while it is known.</summary>
    private static LogLinearRegression.Fitted SharedShape(BucketTotals[] totals, CalendarDesign design, int buckets)
    {
        var rates = totals.Select(total => (total.Count.Sum() + 0.5) / (total.Share.Sum() + 1)).ToArray();
        var (counts, exposure) = (new double[buckets], new double[buckets]);
        for (var b = 0; b < buckets; b++)
        {
            for (var k = 0; k < totals.Length; k++)
            {
                counts[b] += totals[k].Count[b];
                exposure[b] += rates[k] * totals[k].Share[b];
            }

            exposure[b] *= design.LengthOf(b);
        }

        return LogLinearRegression.Fit([.. Enumerable.Range(0, buckets).Select(b => design.Row(b, buckets, buckets))], design.Group, [(counts, exposure)], design.Variances, estimate: true);
    }

    /// <summary>What is each area's own, with variances that a sample of the areas chose; nothing where there is one area.</summary>
    private static LogLinearRegression.Fitted? OwnEffects(BucketTotals[] totals, double[] shape, CalendarDesign design, int buckets)
    {
        if (totals.Length == 1)
            return null;
        double[][] rows = [.. Enumerable.Range(0, buckets).Select(b => design.OwnRow(b, buckets, buckets))];
        var all = totals.Select(total => (total.Count, Exposure: total.Share.Zip(shape, (share, mean) => share * mean).ToArray())).ToList();
        var chosen = LogLinearRegression.Fit(rows, design.OwnGroup, [.. Sample(all.Count).Select(k => all[k])], [0.01, 0.01], estimate: true);
        return LogLinearRegression.Fit(rows, design.OwnGroup, all, chosen.Variances, estimate: false);
    }

    private static double[] Shape(LogLinearRegression.Fitted shape, CalendarDesign design, int fitted, int now, int until) =>
        [.. Enumerable.Range(0, until).Select(b => design.LengthOf(b) * shape.Mean(0, design.Row(b, fitted, now)))];

    private static double[] Expected(BucketTotals totals, double[] shape, LogLinearRegression.Fitted? own, int series, CalendarDesign design, int fitted, int now)
    {
        var expected = new double[totals.Count.Length];
        for (var b = 0; b < expected.Length; b++)
            expected[b] = totals.Share[b] <= 0 ? 0 : shape[b] * totals.Share[b] * (own?.Mean(series, design.OwnRow(b, fitted, now)) ?? 1);
        return expected;
    }

    private static IEnumerable<int> Sample(int series) => Enumerable.Range(0, series).Where(k => k % ((series + SampleAtMost - 1) / SampleAtMost) == 0);
}
