namespace SafeSpaceCapacity.LoadTests.Report;

/// <summary>The middle of some samples, and where the true middle lies with at least 95 %.</summary>
/// <param name="Median">The median.</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end of the interval.</param>
internal readonly record struct Middle(double Median, double Low, double High);

internal static class Statistics
{
    /// <summary>Fewer samples than this give no such interval.</summary>
    public const int SamplesMin = 7;

    /// <summary>The median with the interval between two order statistics, which assumes nothing of how the samples are spread.</summary>
    public static Middle MiddleOf(IEnumerable<double> samples)
    {
        var sorted = samples.Order().ToArray();
        var median = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;

        // The true median is below the k-th smallest as often as n throws of a coin give fewer than k heads.
        var outside = 0;
        while (TailUpTo(sorted.Length, outside) <= 0.025)
            outside++;
        outside = Math.Max(0, outside - 1);
        return new Middle(median, sorted[outside], sorted[^(outside + 1)]);
    }

    /// <summary>The smallest value that so large a share of the sorted samples does not exceed.</summary>
    public static double Quantile(IReadOnlyList<double> sorted, double share) =>
        sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)];

    // At most so many heads in so many throws.
    private static double TailUpTo(int throws, int heads)
    {
        var (term, sum) = (Math.Pow(0.5, throws), 0.0);
        for (var k = 0; k <= heads; k++)
        {
            sum += term;
            term = term * (throws - k) / (k + 1);
        }

        return sum;
    }
}
