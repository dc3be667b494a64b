using MathNet.Numerics;

namespace SafeSpaceCapacity.Forecasting.Models;

/// <summary>
/// How a level moves: Poisson counts whose rate, relative to an expected shape, is gamma distributed; evidence is discounted by <paramref name="Discount"/>
/// a bucket (Harvey and Fernandes 1989), and the rate returns to its long-run value, from which it strays by the coefficient of variation <paramref name="Stray"/>.
/// </summary>
/// <param name="Discount">Between 0 and 1; 1 never forgets.</param>
/// <param name="Stray">Greater than 0.</param>
/// <param name="InverseSize">What single buckets vary beyond that: variance = mean + inverse size · mean².</param>
internal sealed record LevelFilter(double Discount, double Stray, double InverseSize)
{
    private static readonly double[] Discounts = [0.9, 0.95, 0.97, 0.98, 0.985, 0.99, 0.993, 0.996, 0.998, 1];
    private static readonly double[] Strays = [0.01, 0.025, 0.05, 0.08, 0.12, 0.18, 0.3, 0.6, 1.5];
    private static readonly double[] Sizes = [0, 0.001, 0.0025, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2, 0.3, 0.5, 0.8, 1.2, 2, 4];

    /// <summary>Where a level is at the end of its history.</summary>
    /// <param name="LongRun">Its long-run rate.</param>
    /// <param name="Count">Discounted counts.</param>
    /// <param name="Expected">Discounted expected counts at rate 1.</param>
    public readonly record struct State(double LongRun, double Count, double Expected);

    /// <summary>The rate some buckets ahead, and its inverse gamma shape.</summary>
    public (double Rate, double InverseShape) Ahead(State state, double buckets) => Kept(state, Math.Pow(Discount, buckets));

    /// <summary>Mean and inverse size of a bucket's count.</summary>
    /// <param name="state">Where the level is.</param>
    /// <param name="buckets">How far ahead.</param>
    /// <param name="expected">The bucket's expected count at rate 1.</param>
    /// <param name="inverseSize">What the series' buckets vary beyond the level.</param>
    public (double Mean, double InverseSize) Predict(State state, double buckets, double expected, double inverseSize)
    {
        var (rate, inverseShape) = Ahead(state, buckets);
        return (rate * expected, inverseShape + (inverseSize * (1 + inverseShape)));
    }

    private (double Rate, double InverseShape) Kept(State state, double kept)
    {
        var own = 1 / (Stray * Stray);
        var shape = own + (kept * state.Count);
        return (shape / ((own / state.LongRun) + (kept * state.Expected)), 1 / shape);
    }

    /// <summary>Runs to the end.</summary>
    /// <param name="counts">By bucket.</param>
    /// <param name="expected">By bucket, at rate 1; 0 where nothing is known.</param>
    /// <param name="longRun">The long-run rate.</param>
    public State Run(ReadOnlySpan<double> counts, ReadOnlySpan<double> expected, double longRun)
    {
        double count = 0, exposed = 0;
        for (var b = 0; b < counts.Length; b++)
        {
            count = (Discount * count) + counts[b];
            exposed = (Discount * exposed) + expected[b];
        }

        return new State(longRun, count, exposed);
    }

    /// <summary>The mean rate over a history, drawn a little towards that of the group.</summary>
    /// <param name="counts">By bucket.</param>
    /// <param name="expected">By bucket, at rate 1.</param>
    /// <param name="typical">The group's rate: it counts as half a person.</param>
    public static double LongRun(ReadOnlySpan<double> counts, ReadOnlySpan<double> expected, double typical)
    {
        double count = 0.5, exposed = 0.5 / typical;
        for (var b = 0; b < counts.Length; b++)
        {
            count += counts[b];
            exposed += expected[b];
        }

        return count / exposed;
    }

    /// <summary>The filter under which the counts of a group were most likely, each foreseen some buckets before.</summary>
    /// <param name="series">By series: counts and expected counts at rate 1, by bucket.</param>
    /// <param name="lag">Buckets ahead.</param>
    /// <param name="moving">Whether the level moves at all; else only the dispersion is chosen.</param>
    public static LevelFilter Choose(IReadOnlyList<(double[] Counts, double[] Expected)> series, int lag, bool moving)
    {
        var best = new LevelFilter(1, 0.3, 0.02);
        var (discounts, strays) = moving ? (Discounts, Strays) : ([1.0], [1.5]);
        for (var round = 0; round < 2; round++)
        {
            var inverseSize = best.InverseSize;
            best = discounts.SelectMany(_ => strays, (discount, stray) => new LevelFilter(discount, stray, inverseSize)).MaxBy(candidate => LogLikelihood(candidate, series, lag))!;
            best = Sizes.Select(candidate => best with { InverseSize = candidate }).MaxBy(candidate => LogLikelihood(candidate, series, lag))!;
        }

        return best;
    }

    /// <summary>By series: the inverse size of its buckets, drawn towards the group's.</summary>
    public double[] SizesOf(IReadOnlyList<(double[] Counts, double[] Expected)> series, int lag) =>
        Dispersion.Shrunk([.. series.Select(one =>
        {
            var dispersion = new Dispersion();
            _ = LogLikelihood(this, [one], lag, dispersion);
            return dispersion;
        })]);

    private static double LogLikelihood(LevelFilter filter, IReadOnlyList<(double[] Counts, double[] Expected)> series, int lag, Dispersion? dispersion = null)
    {
        double sum = 0;
        foreach (var (counts, expected) in series)
        {
            double count = 0, exposed = 0, allCount = 0.5, allExposed = 0.5;
            var (burnIn, kept) = (Math.Max(lag, counts.Length / 4), Math.Pow(filter.Discount, lag));
            for (var b = 0; b < counts.Length - lag; b++)
            {
                count = (filter.Discount * count) + counts[b];
                exposed = (filter.Discount * exposed) + expected[b];
                allCount += counts[b];
                allExposed += expected[b];
                var ahead = b + lag;
                if (ahead < burnIn || expected[ahead] <= 0)
                    continue;
                var (rate, inverseShape) = filter.Kept(new State(allCount / allExposed, count, exposed), kept);
                var mean = rate * expected[ahead];
                if (dispersion is null)
                    sum += LogMass(counts[ahead], mean, inverseShape + (filter.InverseSize * (1 + inverseShape)));
                else
                    dispersion.Add(counts[ahead], mean);
            }
        }

        return sum;
    }

    // Without the term that depends on the count alone.
    private static double LogMass(double count, double mean, double inverseSize)
    {
        if (inverseSize < 1e-9)
            return (count * Math.Log(mean)) - mean;
        var size = 1 / inverseSize;
        var rising = count < 30 ? RisingLog(size, (int)count) : SpecialFunctions.GammaLn(count + size) - SpecialFunctions.GammaLn(size);
        return rising + (count * Math.Log(mean / (size + mean))) - (size * Math.Log(1 + (mean / size)));
    }

    // log Γ(size + count) − log Γ(size), for small counts as a product.
    private static double RisingLog(double size, int count)
    {
        double product = 1, sum = 0;
        for (var k = 0; k < count; k++)
        {
            product *= size + k;
            if (product > 1e200)
                (sum, product) = (sum + Math.Log(product), 1);
        }

        return sum + Math.Log(product);
    }
}
