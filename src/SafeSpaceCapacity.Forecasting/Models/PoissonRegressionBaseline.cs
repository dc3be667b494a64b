using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Forecasting.Models;

/// <summary>
/// A baseline: Poisson regression of each series by itself on a trend, the day of the week and one yearly wave (months: the month), all history counting the same; hours by
/// their share of each day of the week. Or, as <c>share-of-total</c>, that of the topmost area times the share of each area in its counts of the last 365 days (12 months).
/// </summary>
internal sealed class PoissonRegressionBaseline : IForecastModel
{
    private readonly bool _ofTotal;

    private PoissonRegressionBaseline(string name, bool ofTotal) => (Name, _ofTotal) = (name, ofTotal);

    public static PoissonRegressionBaseline Own { get; } = new("poisson-regression", ofTotal: false);

    public static PoissonRegressionBaseline ShareOfTotal { get; } = new("share-of-total", ofTotal: true);

    public string Name { get; }

    public ITrainedModel Train(DemandPanel history)
    {
        var design = new CalendarDesign(history, trend: true);
        var buckets = design.BucketsBefore(history.Length);
        var columns = Enumerable.Range(0, buckets).Select(b => Row(design, b, buckets)).ToArray();
        var group = Enumerable.Repeat(-1, columns[0].Length).ToArray();
        var fitted = history.Series.Select(one =>
        {
            var profile = Profile(one, design);
            var totals = BucketTotals.Of(one, design, profile);
            var whole = _ofTotal && one.Parent >= 0 ? null : LogLinearRegression.Fit(columns, group, [(totals.Count, totals.Share)], [], estimate: false, overdispersed: false);

            // A trend of a short history may lead anywhere: no further than twice the greatest count.
            return (Regression: whole, Profile: profile, Most: (2 * totals.Count.Max()) + 10, Sum: totals.Count[^Math.Min(buckets, design.IsMonthly ? 12 : 365)..].Sum());
        }).ToArray();
        return new Untrained((known, horizon) => Baseline.Poisson(known, horizon, (series, step) =>
        {
            var period = known.Length + step - 1;
            var bucket = design.BucketOf(period);
            var own = fitted[series];
            var top = series;
            while (_ofTotal && known.Series[top].Parent >= 0)
                top = known.Series[top].Parent;
            var share = top == series ? 1 : own.Sum / Math.Max(fitted[top].Sum, 1);
            return share * Math.Min(fitted[top].Most, fitted[top].Regression!.Mean(0, Row(design, bucket, buckets))) * own.Profile[(design.ClassOf(bucket) * design.Slots) + design.SlotOf(period)];
        }));
    }

    private static double[] Row(CalendarDesign design, int bucket, int known)
    {
        var (year, season) = (design.DateOf(bucket).DayOfYear * 2 * Math.PI / 365.25, design.ClassOf(bucket));
        double[] seasons = [.. Enumerable.Range(1, design.Classes - 1).Select(k => k == season ? 1.0 : 0)];
        return [1, (bucket - known) / 365.25, .. design.IsMonthly || known < 365 ? Array.Empty<double>() : [Math.Sin(year), Math.Cos(year)], .. seasons];
    }

    private static double[] Profile(DemandSeries series, CalendarDesign design)
    {
        if (design.Slots == 1)
            return [.. Enumerable.Repeat(1.0, design.Classes)];
        var counts = HourProfiles.Count(series, design);
        for (var from = 0; from < counts.Length; from += design.Slots)
        {
            var day = counts.AsSpan(from, design.Slots);
            double sum = 0;
            foreach (var count in day)
                sum += count;
            for (var h = 0; h < day.Length; h++)
                day[h] = sum > 0 ? day[h] / sum : 1.0 / design.Slots;
        }

        return counts;
    }
}
