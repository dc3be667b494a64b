namespace SafeSpaceCapacity.Forecasting.Distributions;

/// <summary>
/// A distribution of a count, as a table of P(X ≤ x) at the points First, First + Step, … . Step is 1 (every count) unless the distribution is
/// wide: then about 20 points go to a standard deviation, and each stands for the Step counts around it.
/// </summary>
public sealed class CountDistribution
{
    // Mass beyond the ends of a table, relative to its greatest.
    private const double Negligible = 1e-12;

    // From this standard deviation on, points are further apart than 1. CRPS changes by less than one part in a thousand.
    private const double WideSd = 40;

    // No forecast is greater: counts are ints, and so are the ends of tables.
    private const double GreatestMean = 1e8;

    private readonly double[] _cumulative;

    private CountDistribution(int first, int step, double[] cumulative, double mean)
    {
        (First, Step, _cumulative, Mean) = (first, step, cumulative, mean);
    }

    /// <summary>The least point of the table.</summary>
    public int First { get; }

    /// <summary>The distance of its points, in counts.</summary>
    public int Step { get; }

    /// <summary>The greatest point of the table.</summary>
    public int Last => First + ((_cumulative.Length - 1) * Step);

    /// <summary>The expected count.</summary>
    public double Mean { get; }

    /// <summary>The variance of the table.</summary>
    public double Variance
    {
        get
        {
            double sum = 0, previous = 0;
            for (var i = 0; i < _cumulative.Length; i++)
            {
                var from = First + ((double)i * Step) - Mean;
                sum += (_cumulative[i] - previous) * from * from;
                previous = _cumulative[i];
            }

            return sum;
        }
    }

    /// <summary>Poisson counts.</summary>
    /// <param name="mean">At least 0.</param>
    public static CountDistribution Poisson(double mean) => NegativeBinomial(mean, 0);

    /// <summary>Negative binomial counts with variance mean + inverseSize · mean², Poisson where <paramref name="inverseSize"/> is 0.</summary>
    /// <param name="mean">At least 0.</param>
    /// <param name="inverseSize">At least 0; taken as 4 where it is greater.</param>
    public static CountDistribution NegativeBinomial(double mean, double inverseSize)
    {
        if (!double.IsFinite(mean) || !double.IsFinite(inverseSize) || mean < 0 || inverseSize < 0)
            throw new ArgumentOutOfRangeException(nameof(mean), $"mean {mean} and inverse size {inverseSize} are finite and at least 0");
        (mean, inverseSize) = (Math.Min(mean, GreatestMean), Math.Min(inverseSize, 4));
        if (mean < 1e-12)
            return new CountDistribution(0, 1, [1.0], 0);
        var sd = Math.Sqrt(mean + (inverseSize * mean * mean));
        var mode = Math.Max(0, Math.Floor(inverseSize >= 1 ? 0 : mean * (1 - inverseSize)));
        var step = sd < WideSd ? 1 : (int)(sd / 20);
        return step == 1 ? EveryCount(mean, inverseSize, (int)mode) : Lattice(mean, inverseSize, (int)mode, step);
    }

    /// <summary>Each sample with the same probability.</summary>
    /// <param name="samples">At least one; none below 0.</param>
    public static CountDistribution Empirical(ReadOnlySpan<int> samples)
    {
        ArgumentOutOfRangeException.ThrowIfZero(samples.Length, nameof(samples));
        var sorted = samples.ToArray();
        Array.Sort(sorted);
        var range = sorted[^1] - sorted[0];
        var step = range < 4096 ? 1 : range / 2048;
        var masses = new double[(range / step) + 2];
        double sum = 0;
        foreach (var sample in sorted)
        {
            masses[(sample - sorted[0] + (step / 2)) / step]++;
            sum += sample;
        }

        return FromMasses(sorted[0], step, masses, sum / sorted.Length);
    }

    /// <summary>The linear pool: Σ weight · part.</summary>
    /// <param name="weights">At least 0, together 1.</param>
    /// <param name="parts">As many.</param>
    public static CountDistribution Mixture(ReadOnlySpan<double> weights, IReadOnlyList<CountDistribution> parts)
    {
        int first = int.MaxValue, last = 0, step = 1;
        for (var k = 0; k < parts.Count; k++)
        {
            if (weights[k] <= 0)
                continue;
            first = Math.Min(first, parts[k].First);
            last = Math.Max(last, parts[k].Last);
        }

        if (last - first > 4096)
            step = (last - first) / 1024;
        var cumulative = new double[((last - first + step - 1) / step) + 1];
        double mean = 0;
        for (var k = 0; k < parts.Count; k++)
        {
            if (weights[k] <= 0)
                continue;
            mean += weights[k] * parts[k].Mean;
            for (var i = 0; i < cumulative.Length; i++)
                cumulative[i] += weights[k] * parts[k].Cdf(first + ((long)i * step) + (step / 2));
        }

        cumulative[^1] = 1;
        return new CountDistribution(first, step, cumulative, mean);
    }

    /// <summary>
    /// The same shape with another mean: masses times θ^x (exponential tilting), which leaves Poisson counts Poisson and negative binomial ones negative binomial
    /// with the same size.
    /// </summary>
    /// <param name="mean">The wanted mean; kept within what the table can give.</param>
    public CountDistribution WithMean(double mean)
    {
        var (low, high) = (First + (1e-3 * Step), Last - (1e-3 * Step));
        if (_cumulative.Length == 1 || Math.Abs(mean - Mean) < 1e-9 || high <= low)
            return this;
        mean = Math.Clamp(mean, low, high);
        var masses = new double[_cumulative.Length];
        double slope = 0;
        for (var iteration = 0; iteration < 50; iteration++)
        {
            double total = 0, sum = 0, squares = 0, previous = 0;
            for (var i = 0; i < masses.Length; i++)
            {
                var x = First + ((double)i * Step);
                masses[i] = (_cumulative[i] - previous) * Math.Exp(slope * (x - Mean));
                previous = _cumulative[i];
                total += masses[i];
                sum += masses[i] * x;
                squares += masses[i] * x * x;
            }

            var (now, variance) = (sum / total, (squares / total) - (sum / total * (sum / total)));
            if (Math.Abs(now - mean) < 1e-9 * (1 + mean) || variance <= 0)
                break;

            // Far from the solution Newton's step may overshoot: never more than a factor e for a count, or for a standard deviation.
            var most = Math.Min(1, 2 / Math.Sqrt(variance));
            slope += Math.Clamp((mean - now) / variance, -most, most);
        }

        return FromMasses(First, Step, masses, mean);
    }

    /// <summary>P(X ≤ <paramref name="count"/>).</summary>
    public double Cdf(long count)
    {
        if (Step == 1)
            return count < First ? 0 : count >= Last ? 1 : _cumulative[count - First];

        // A point's mass lies evenly on the Step counts around it.
        var position = (count - First + 0.5) / Step + 0.5;
        if (position <= 0)
            return 0;
        var whole = (int)Math.Min(position, int.MaxValue / 2);
        if (whole >= _cumulative.Length)
            return 1;
        var below = whole == 0 ? 0 : _cumulative[whole - 1];
        return below + ((position - whole) * (_cumulative[whole] - below));
    }

    /// <summary>The least point x with P(X ≤ x) ≥ <paramref name="probability"/>.</summary>
    /// <param name="probability">Between 0 and 1.</param>
    public int Quantile(double probability)
    {
        // A sum of many small masses may end a rounding error below a probability that it equals.
        var found = Array.BinarySearch(_cumulative, probability - 1e-12);
        return First + (Math.Min(found < 0 ? ~found : found, _cumulative.Length - 1) * Step);
    }

    /// <summary>The continuous ranked probability score, ∫ (F(x) − 1{x ≥ y})² dx: 0 is best, in counts.</summary>
    /// <param name="count">What came, y.</param>
    public double Crps(int count)
    {
        double score = Math.Max(0.0, First - (double)count);
        for (var i = 0; i < _cumulative.Length; i++)
        {
            var from = First + ((double)i * Step);
            var f = _cumulative[i];
            if (i == _cumulative.Length - 1)
                return score + Math.Max(0, count - from);
            var left = Math.Clamp(count - from, 0, Step);
            score += (left * f * f) + ((Step - left) * (1 - f) * (1 - f));
        }

        return score;
    }

    /// <summary>The randomised probability integral transform: F(y − 1) + v · P(X = y), uniform on (0, 1) where the distribution is the true one.</summary>
    /// <param name="count">What came, y.</param>
    /// <param name="uniform">v, drawn from (0, 1).</param>
    public double RandomisedPit(int count, double uniform)
    {
        var below = Cdf(count - 1L);
        return below + (uniform * (Cdf(count) - below));
    }

    private static CountDistribution EveryCount(double mean, double inverseSize, int mode)
    {
        // Ratios of neighbouring masses: p(k+1)/p(k) = mean (1 + k·a) / ((k+1)(1 + a·mean)), from the mode outwards.
        var scale = mean / (1 + (inverseSize * mean));
        var down = new List<double>();
        var mass = 1.0;
        for (var k = mode; k > 0 && mass > Negligible; k--)
        {
            mass *= k / (scale * (1 + ((k - 1) * inverseSize)));
            down.Add(mass);
        }

        var up = new List<double>();
        mass = 1.0;
        for (var k = mode; mass > Negligible; k++)
        {
            mass *= scale * (1 + (k * inverseSize)) / (k + 1);
            up.Add(mass);
        }

        var masses = new double[down.Count + 1 + up.Count];
        for (var i = 0; i < down.Count; i++)
            masses[down.Count - 1 - i] = down[i];
        masses[down.Count] = 1;
        up.CopyTo(masses, down.Count + 1);
        return FromMasses(mode - down.Count, 1, masses, mean);
    }

    private static CountDistribution Lattice(double mean, double inverseSize, int mode, int step)
    {
        var origin = mode % step;
        var peak = LogMass(mode, mean, inverseSize);
        var down = new List<double>();
        for (var k = mode - step; k >= origin; k -= step)
        {
            down.Add(Math.Exp(LogMass(k, mean, inverseSize) - peak));
            if (down[^1] < Negligible)
                break;
        }

        var up = new List<double>();
        for (long k = mode; k <= int.MaxValue / 2; k += step)
        {
            up.Add(Math.Exp(LogMass(k, mean, inverseSize) - peak));
            if (up[^1] < Negligible)
                break;
        }

        down.Reverse();
        down.AddRange(up);
        return FromMasses(mode - ((down.Count - up.Count) * step), step, [.. down], mean);
    }

    private static double LogMass(double k, double mean, double inverseSize)
    {
        if (inverseSize < 1e-10)
            return (k * Math.Log(mean)) - mean - MathNet.Numerics.SpecialFunctions.GammaLn(k + 1);
        var size = 1 / inverseSize;
        return MathNet.Numerics.SpecialFunctions.GammaLn(k + size) - MathNet.Numerics.SpecialFunctions.GammaLn(size) - MathNet.Numerics.SpecialFunctions.GammaLn(k + 1)
            - (size * Math.Log(1 + (mean * inverseSize))) + (k * Math.Log(mean * inverseSize / (1 + (mean * inverseSize))));
    }

    private static CountDistribution FromMasses(int first, int step, double[] masses, double mean)
    {
        double total = 0;
        foreach (var mass in masses)
            total += mass;
        double sum = 0;
        for (var i = 0; i < masses.Length; i++)
        {
            sum += masses[i];
            masses[i] = sum / total;
        }

        masses[^1] = 1;
        return new CountDistribution(first, step, masses, mean);
    }
}
