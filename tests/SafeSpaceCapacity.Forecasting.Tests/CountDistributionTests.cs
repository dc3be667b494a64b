using MathNet.Numerics.Distributions;
using SafeSpaceCapacity.Forecasting.Distributions;

namespace SafeSpaceCapacity.Forecasting.Tests;

public sealed class CountDistributionTests
{
    [Theory]
    [InlineData(0.05)]
    [InlineData(1.4)]
    [InlineData(26)]
    [InlineData(900)]
    public void Poisson_probabilities_are_those_of_MathNet(double mean)
    {
        var (ours, theirs) = (CountDistribution.Poisson(mean), new Poisson(mean));
        for (var count = 0; count < mean + 5; count++)
            Assert.Equal(theirs.CumulativeDistribution(count), ours.Cdf(count), 9);
        Assert.Equal(mean, ours.Variance, 6 * mean * 1e-3);
    }

    [Theory]
    [InlineData(3, 0.5)]
    [InlineData(3, 4)]
    [InlineData(40, 0.1)]
    public void Negative_binomial_probabilities_are_those_of_MathNet(double mean, double inverseSize)
    {
        var ours = CountDistribution.NegativeBinomial(mean, inverseSize);
        var theirs = new NegativeBinomial(1 / inverseSize, 1 / (1 + (mean * inverseSize)));
        for (var count = 0; count < 3 * mean; count++)
            Assert.Equal(theirs.CumulativeDistribution(count), ours.Cdf(count), 8);
        Assert.Equal(mean + (inverseSize * mean * mean), ours.Variance, 1e-6 * mean * mean);
    }

    [Fact]
    public void A_wide_distribution_keeps_its_quantiles_and_its_score()
    {
        var wide = CountDistribution.NegativeBinomial(50_000, 0.0001);
        var sd = Math.Sqrt(50_000 + (0.0001 * 50_000.0 * 50_000));
        Assert.True(wide.Step > 1);
        foreach (var p in new[] { 0.025, 0.1, 0.5, 0.9, 0.975 })
            Assert.Equal(Normal.InvCDF(50_000, sd, p), wide.Quantile(p), 0.05 * sd);

        // The score of a normal distribution (Gneiting and Raftery 2007): σ (z (2Φ(z) − 1) + 2φ(z) − 1/√π).
        foreach (var z in new[] { -2.0, 0, 0.7 })
        {
            var expected = sd * ((z * ((2 * Normal.CDF(0, 1, z)) - 1)) + (2 * Normal.PDF(0, 1, z)) - (1 / Math.Sqrt(Math.PI)));
            Assert.Equal(expected, wide.Crps((int)(50_000 + (z * sd))), 0.01 * sd);
        }
    }

    // Two samples, 0 and 2: F is ½ on [0, 2) and 1 from 2 on.
    [Theory]
    [InlineData(0, 0.5)] // ∫₀² (½ − 1)² = ½
    [InlineData(1, 0.5)] // ∫₀¹ ½² + ∫₁² ½² = ½
    [InlineData(2, 0.5)]
    [InlineData(5, 3.5)] // ½ + 3
    public void The_score_is_what_is_worked_out_by_hand(int count, double score) =>
        Assert.Equal(score, CountDistribution.Empirical([0, 2]).Crps(count), 12);

    [Fact]
    public void A_certain_forecast_scores_its_absolute_error()
    {
        Assert.Equal(4, CountDistribution.Empirical([3]).Crps(7), 12);
        Assert.Equal(3, CountDistribution.Empirical([3]).Crps(0), 12);
    }

    [Fact]
    public void Quantiles_are_the_least_counts_that_reach_the_probability()
    {
        var four = CountDistribution.Empirical([1, 2, 3, 10]);
        Assert.Equal([1, 1, 2, 3, 10, 10], new[] { 0.01, 0.25, 0.26, 0.75, 0.76, 0.99 }.Select(four.Quantile));
    }

    [Fact]
    public void The_randomised_transform_lies_between_the_probabilities_below_and_at_the_count()
    {
        var two = CountDistribution.Empirical([0, 2]);
        Assert.Equal(0.25, two.RandomisedPit(0, 0.5), 12);
        Assert.Equal(0.5, two.RandomisedPit(1, 0.9), 12);
        Assert.Equal(0.6, two.RandomisedPit(2, 0.2), 12);
    }

    [Fact]
    public void A_pool_has_the_weighted_probabilities()
    {
        var pool = CountDistribution.Mixture([0.25, 0.75], [CountDistribution.Empirical([0]), CountDistribution.Poisson(3)]);
        Assert.Equal(0.25 + (0.75 * new Poisson(3).CumulativeDistribution(2)), pool.Cdf(2), 9);
        Assert.Equal(2.25, pool.Mean, 9);
    }

    [Fact]
    public void A_negative_binomial_with_another_mean_keeps_its_size()
    {
        var tilted = CountDistribution.NegativeBinomial(4, 0.3).WithMean(5);
        var wanted = CountDistribution.NegativeBinomial(5, 0.3);
        for (var count = 0; count < 30; count++)
            Assert.Equal(wanted.Cdf(count), tilted.Cdf(count), 6);
    }

    [Fact]
    public void What_is_no_distribution_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => CountDistribution.Poisson(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => CountDistribution.Poisson(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => CountDistribution.Empirical([]));
    }
}
