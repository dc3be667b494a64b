using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Forecasting.Models;

/// <summary>
/// Exponential smoothing of each series by itself: a level and seasonal indices (days of the week, months) as ratios of discounted counts and discounted
/// expectations, so that small counts and zeros do no harm, with or without a damped trend (Brown's double smoothing). The constants are those of the level
/// under which counts were most likely. Hours follow the profile of the level.
/// </summary>
internal sealed class SmoothingModel : IForecastModel
{
    private const int SampleAtMost = 200;

    // A seasonal index is drawn towards 1 by so many expected counts.
    private const double Pull = 10;

    // By how much the quickest level must have foreseen better than one that stays (in log likelihood) to be believed.
    private const double Reluctance = 3;

    // A month of chance looks like a trend.
    private const int TrendDaysAtLeast = 91;

    private static readonly double[] Levels = [0.8, 0.9, 0.95, 0.97, 0.985, 0.993, 0.997];
    private static readonly double[] Seasons = [0.9, 0.97, 0.99, 1];
    private static readonly double[] Dampings = [0, 0.9, 0.98];

    public string Name => "smoothing";

    public ITrainedModel Train(DemandPanel history)
    {
        var design = new CalendarDesign(history, trend: false);
        return new Trained([.. history.Groups.Select(group => Choose(history, design, group))]);
    }

    private static Group Choose(DemandPanel history, CalendarDesign design, SeriesGroup group)
    {
        var profiles = HourProfiles.Of(history, design, group);
        var totals = group.Members.Select((i, k) => BucketTotals.Of(history.Series[i], design, profiles[k])).ToArray();
        var buckets = design.BucketsBefore(history.Length);
        var lag = design.Lag(buckets);
        var stride = (totals.Length + SampleAtMost - 1) / SampleAtMost;
        var sample = totals.Where((_, k) => k % stride == 0).ToArray();
        var constants =
            from level in Levels
            from season in Seasons
            from damping in design.IsMonthly || buckets >= TrendDaysAtLeast ? Dampings : [0]
            select new Constants(level, season, damping);
        var best = constants.MinBy(candidate => candidate.Doubt + sample.Sum(total => new Smoother(candidate, design).Deviance(total, lag)))!;
        var inverseSizes = Dispersion.Shrunk([.. totals.Select(total =>
        {
            var dispersion = new Dispersion();
            _ = new Smoother(best, design).Deviance(total, lag, dispersion);
            return dispersion;
        })]);
        return new Group(group, profiles, best, inverseSizes);
    }

    private sealed record Constants(double Level, double Season, double Damping)
    {
        /// <summary>Of a short history the counts alone do not tell a quick level from a lucky one.</summary>
        public double Doubt => Reluctance * (1 - Level) / (1 - Levels[0]);
    }

    private sealed record Group(SeriesGroup Series, double[][] Profiles, Constants Constants, double[] InverseSizes);

    private sealed class Trained(Group[] groups) : ITrainedModel
    {
        public PanelForecast Forecast(DemandPanel history, int horizon)
        {
            var design = new CalendarDesign(history, trend: false);
            var (mean, inverseSize) = (new float[history.Series.Count][], new float[history.Series.Count][]);
            var now = design.BucketsBefore(history.Length);
            foreach (var group in groups)
            {
                for (var k = 0; k < group.Series.Members.Length; k++)
                {
                    var i = group.Series.Members[k];
                    var smoother = new Smoother(group.Constants, design);
                    smoother.Run(BucketTotals.Of(history.Series[i], design, group.Profiles[k]));
                    mean[i] = new float[horizon];
                    inverseSize[i] = [.. Enumerable.Repeat((float)group.InverseSizes[k], horizon)];
                    for (var step = 0; step < horizon; step++)
                    {
                        var bucket = design.BucketOf(history.Length + step);
                        mean[i][step] = (float)(smoother.Ahead(bucket, Math.Max(0, bucket - now + 1))
                            * group.Profiles[k][(design.ClassOf(bucket) * design.Slots) + design.SlotOf(history.Length + step)]);
                    }
                }
            }

            return new NegativeBinomialForecast(mean, inverseSize);
        }
    }

    private sealed class Smoother(Constants constants, CalendarDesign design)
    {
        private readonly double[] _counts = new double[design.Classes];
        private readonly double[] _expected = new double[design.Classes];
        private double _count;
        private double _exposure;
        private double _level;
        private double _slow;
        private bool _begun;

        public void Run(BucketTotals total)
        {
            for (var b = 0; b < total.Count.Length; b++)
                Update(b, total.Count[b], total.Share[b]);
        }

        /// <summary>The Poisson deviance of counts foreseen some buckets before, without the term of the count alone.</summary>
        public double Deviance(BucketTotals total, int lag, Dispersion? dispersion = null)
        {
            double sum = 0;
            var burnIn = Math.Max(2 * design.Classes, total.Count.Length / 4);
            for (var b = 0; b < total.Count.Length - lag; b++)
            {
                Update(b, total.Count[b], total.Share[b]);
                if (b < burnIn || total.Share[b + lag] <= 0)
                    continue;
                var mean = Math.Max(Ahead(b + lag, lag) * total.Share[b + lag], 1e-6);
                sum += mean - (total.Count[b + lag] * Math.Log(mean));
                dispersion?.Add(total.Count[b + lag], mean);
            }

            return sum;
        }

        public double Ahead(int bucket, int buckets)
        {
            // Brown: the level lags by what a second smoothing lags behind the first; the slope is that over its age.
            var rate = _level;
            if (constants.Damping > 0)
            {
                var slope = (_level - _slow) * (1 - constants.Level) / constants.Level;
                var steps = constants.Damping * (1 - Math.Pow(constants.Damping, buckets)) / (1 - constants.Damping);
                rate = Math.Clamp(_level + (_level - _slow) + (slope * steps), 0.5 * _level, 2 * _level);
            }

            return rate * Index(bucket) * design.LengthOf(bucket);
        }

        private double Index(int bucket)
        {
            var season = design.ClassOf(bucket);
            return (_counts[season] + Pull) / (_expected[season] + Pull);
        }

        private void Update(int bucket, double count, double share)
        {
            if (share <= 0)
                return;
            var season = design.ClassOf(bucket);
            var exposure = Index(bucket) * share * design.LengthOf(bucket);
            _count = (constants.Level * _count) + count;
            _exposure = (constants.Level * _exposure) + exposure;
            var level = (_count + 0.05) / (_exposure + 0.1);
            _slow = _begun ? (constants.Level * _slow) + ((1 - constants.Level) * level) : level;
            (_level, _begun) = (level, true);
            _counts[season] = (constants.Season * _counts[season]) + count;
            _expected[season] = (constants.Season * _expected[season]) + (_level * share * design.LengthOf(bucket));
        }
    }
}
