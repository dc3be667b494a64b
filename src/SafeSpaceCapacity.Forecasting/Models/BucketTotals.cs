using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Forecasting.Models;

/// <summary>A series added up by bucket.</summary>
/// <param name="Count">By bucket: what is known of it.</param>
/// <param name="Share">By bucket: the share of its expected count that is known; 1 where all is, 0 where nothing is.</param>
internal sealed record BucketTotals(double[] Count, double[] Share)
{
    /// <summary>Adds up.</summary>
    /// <param name="series">What is known.</param>
    /// <param name="design">Gives the buckets.</param>
    /// <param name="profile">The share of each slot by class and slot; used where a bucket is not whole.</param>
    public static BucketTotals Of(DemandSeries series, CalendarDesign design, ReadOnlySpan<double> profile)
    {
        var buckets = design.BucketsBefore(series.Counts.Length);
        var count = new double[buckets];
        var share = new double[buckets];
        var known = new int[buckets];
        for (var t = series.First; t < series.Counts.Length; t++)
        {
            if (series.Counts[t] == DemandPanel.Missing)
                continue;
            var bucket = design.BucketOf(t);
            count[bucket] += series.Counts[t];
            share[bucket] += design.Slots == 1 ? 1 : profile[(design.ClassOf(bucket) * design.Slots) + design.SlotOf(t)];
            known[bucket]++;
        }

        for (var b = 0; b < buckets; b++)
        {
            if (known[b] == design.Slots)
                share[b] = 1;
        }

        return new BucketTotals(count, share);
    }
}
