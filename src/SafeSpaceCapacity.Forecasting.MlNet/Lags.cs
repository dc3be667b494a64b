using SafeSpaceCapacity.Forecasting.Models;

namespace SafeSpaceCapacity.Forecasting.MlNet;

/// <summary>What one series was by a bucket, as sums over stretches before it: a number each, however long they are.</summary>
internal sealed class Lags
{
    // A ratio of counts is drawn towards 1 by so many expected people.
    private const double Pull = 10;

    private readonly CalendarDesign _design;
    private readonly BucketTotals _totals;
    private readonly double[] _counts;
    private readonly double[] _exposures;
    private readonly double[] _classCounts;
    private readonly double[] _classExposures;
    private readonly int _year;

    public Lags(BucketTotals totals, CalendarDesign design)
    {
        (_design, _totals) = (design, totals);
        var buckets = totals.Count.Length;
        (_counts, _exposures, _classCounts, _classExposures) = (new double[buckets + 1], new double[buckets + 1], new double[buckets], new double[buckets]);
        for (var b = 0; b < buckets; b++)
        {
            var exposure = totals.Share[b] * design.LengthOf(b);
            (_counts[b + 1], _exposures[b + 1]) = (_counts[b] + totals.Count[b], _exposures[b] + exposure);
            var before = b - design.Classes;
            _classCounts[b] = totals.Count[b] + (before < 0 ? 0 : _classCounts[before]);
            _classExposures[b] = exposure + (before < 0 ? 0 : _classExposures[before]);
        }

        _year = design.IsMonthly ? 12 : 364;
        Stretches = design.IsMonthly ? [1, 3, 6] : [7, 28, 91];
    }

    /// <summary>How many ratios there are.</summary>
    public int Count => Stretches.Length + 3;

    private int[] Stretches { get; }

    /// <summary>The expected count of a bucket of usual length, by the year before an origin; above 0.</summary>
    /// <param name="origin">The first bucket that is not known.</param>
    public double RateAt(int origin) => Rate(origin - _year, origin);

    /// <summary>Whether a bucket's count is known, if only in part, and how much of it.</summary>
    public (double Count, double Share) At(int bucket) => (_totals.Count[bucket], _totals.Share[bucket]);

    /// <summary>Writes the logarithms of what stretches before an origin brought over what the year's rate makes expected.</summary>
    /// <param name="to">Length <see cref="Count"/>.</param>
    /// <param name="origin">The first bucket that is not known.</param>
    /// <param name="bucket">The one that is forecast.</param>
    public void Write(Span<float> to, int origin, int bucket)
    {
        var rate = RateAt(origin);
        var at = 0;
        foreach (var stretch in Stretches)
            to[at++] = Ratio(Sum(_counts, origin - stretch, origin), Sum(_exposures, origin - stretch, origin), rate);

        // The same day of the week or month of the year: of the last eight, and of a year or three.
        var last = origin - 1 - ((((origin - 1 - bucket) % _design.Classes) + _design.Classes) % _design.Classes);
        foreach (var seasons in _design.IsMonthly ? [1, 3] : (int[])[8, 52])
        {
            var before = last - (seasons * _design.Classes);
            var count = last < 0 ? 0 : _classCounts[last] - (before < 0 ? 0 : _classCounts[before]);
            var exposure = last < 0 ? 0 : _classExposures[last] - (before < 0 ? 0 : _classExposures[before]);
            to[at++] = Ratio(count, exposure, rate);
        }

        // The month around a year ago against the year around it, as far as they were known.
        var ago = bucket - _year;
        var (from, until) = _design.IsMonthly ? (ago, ago + 1) : (ago - 14, ago + 15);
        to[at] = from < 0 || until > origin ? 0 : Ratio(Sum(_counts, from, until), Sum(_exposures, from, until), Rate(ago - (_year / 2), Math.Min(origin, ago + (_year / 2))));
    }

    private double Rate(int from, int until) => (Sum(_counts, from, until) + 0.5) / (Sum(_exposures, from, until) + 1);

    private static float Ratio(double count, double exposure, double rate) => (float)Math.Log((count + Pull) / ((rate * exposure) + Pull));

    private static double Sum(double[] cumulative, int from, int until) => until <= 0 || until <= from ? 0 : cumulative[until] - cumulative[Math.Max(0, from)];
}
