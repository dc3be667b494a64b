using SafeSpaceCapacity.Forecasting.Models;
using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Forecasting.MlNet;

/// <summary>What was learnt of one level.</summary>
internal sealed class LearnedGroup
{
    // How far ahead is learnt: eight weeks, a year of months. Beyond it a forecast is that of the last.
    private const int DaysAhead = 56;
    private const int MonthsAhead = 12;

    // Examples of one level, at most; of more areas and days every so manieth is taken.
    private const int ExamplesAtMost = 200_000;

    // Each count is foreseen from so many origins.
    private const int OriginsEach = 2;

    private readonly SeriesGroup _group;
    private readonly double[][] _profiles;
    private readonly int _fitted;
    private readonly Func<IReadOnlyList<Example>, float[]> _learnt;
    private readonly double[] _inverseSizes;

    private LearnedGroup(SeriesGroup group, double[][] profiles, int fitted, Func<IReadOnlyList<Example>, float[]> learnt, double[] inverseSizes) =>
        (_group, _profiles, _fitted, _learnt, _inverseSizes) = (group, profiles, fitted, learnt, inverseSizes);

    public static LearnedGroup Train(DemandPanel history, CalendarDesign design, SeriesGroup group, Learner learner)
    {
        var profiles = HourProfiles.Of(history, design, group);
        var lags = group.Members.Select((i, k) => new Lags(BucketTotals.Of(history.Series[i], design, profiles[k]), design)).ToArray();
        var buckets = design.BucketsBefore(history.Length);
        var examples = Examples(lags, design, buckets, group.Members.Select(i => design.BucketOf(history.Series[i].First)).ToArray());

        // Errors are those of what was not learnt from.
        var tested = buckets - (buckets / 4);
        var (before, after) = (examples.FindAll(example => example.Bucket < tested), examples.FindAll(example => example.Bucket >= tested));
        var dispersions = group.Members.Select(_ => new Dispersion()).ToArray();
        if (before.Count > 0 && after.Count > 0)
        {
            foreach (var (example, said) in after.Zip(learner.Fit(before)(after)))
                dispersions[example.Series].Add((double)example.Label * example.Exposure, Math.Max(said * example.Exposure, 1e-6));
        }

        return new LearnedGroup(group, profiles, buckets, examples.Count == 0 ? static asked => [.. asked.Select(_ => 1f)] : learner.Fit(examples), Dispersion.Shrunk(dispersions));
    }

    public void Forecast(DemandPanel history, CalendarDesign design, int horizon, float[][] mean, float[][] inverseSize)
    {
        var now = design.BucketsBefore(history.Length);
        var last = design.BucketOf(history.Length + horizon - 1);
        var first = design.BucketOf(history.Length);
        for (var k = 0; k < _group.Members.Length; k++)
        {
            var i = _group.Members[k];
            var lags = new Lags(BucketTotals.Of(history.Series[i], design, _profiles[k]), design);
            var asked = Enumerable.Range(first, last - first + 1).Select(bucket => Make(lags, design, k, Math.Min(now, bucket), bucket, 0, 1, _fitted)).ToList();
            var said = _learnt(asked);
            (mean[i], inverseSize[i]) = (new float[horizon], [.. Enumerable.Repeat((float)_inverseSizes[k], horizon)]);
            for (var step = 0; step < horizon; step++)
            {
                var bucket = design.BucketOf(history.Length + step);
                mean[i][step] = said[bucket - first] * asked[bucket - first].Exposure * (float)_profiles[k][(design.ClassOf(bucket) * design.Slots) + design.SlotOf(history.Length + step)];
            }
        }
    }

    // Of each known bucket of each area, from origins one bucket to the furthest before it, spread evenly.
    private static List<Example> Examples(Lags[] lags, CalendarDesign design, int buckets, int[] begins)
    {
        var examples = new List<Example>();
        var furthest = design.IsMonthly ? MonthsAhead : DaysAhead;
        var every = 1 + (int)((long)lags.Length * buckets * OriginsEach / ExamplesAtMost);
        var number = 0;
        for (var k = 0; k < lags.Length; k++)
        {
            for (var bucket = begins[k] + (2 * design.Classes); bucket < buckets; bucket++)
            {
                var (count, share) = lags[k].At(bucket);
                for (var origin = 0; origin < OriginsEach; origin++, number++)
                {
                    // The golden ratio goes through all distances evenly.
                    var ahead = 1 + (int)(furthest * (number * 0.6180339887498949 % 1));
                    if (share > 0 && number % every == 0 && bucket + 1 - ahead >= begins[k] + (2 * design.Classes))
                        examples.Add(Make(lags[k], design, k, bucket + 1 - ahead, bucket, count, share, buckets));
                }
            }
        }

        return examples;
    }

    private static Example Make(Lags lags, CalendarDesign design, int series, int origin, int bucket, double count, double share, int fitted)
    {
        var calendar = design.Row(bucket, fitted, fitted);
        var rate = lags.RateAt(origin);
        var exposure = rate * share * design.LengthOf(bucket);
        var features = new float[calendar.Length + lags.Count + 2];
        for (var c = 0; c < calendar.Length; c++)
            features[c] = (float)calendar[c];
        lags.Write(features.AsSpan(calendar.Length), origin, bucket);
        features[^2] = (float)Math.Log(rate);
        features[^1] = (float)Math.Min(1, (bucket + 1 - origin) / (double)(design.IsMonthly ? MonthsAhead : DaysAhead));
        return new Example { Label = (float)(count / exposure), Exposure = (float)exposure, Features = features, Series = series, Bucket = bucket };
    }
}
