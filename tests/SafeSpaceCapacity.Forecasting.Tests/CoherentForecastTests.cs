using SafeSpaceCapacity.Forecasting.Distributions;
using SafeSpaceCapacity.Forecasting.Models;
using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Forecasting.Tests;

public sealed class CoherentForecastTests
{
    private sealed class Given(params CountDistribution[] distributions) : PanelForecast
    {
        public override CountDistribution At(int series, int step) => distributions[series];
    }

    private static DemandPanel Tree()
    {
        // A000, A001 in north; A002 in south; both in nation. Series: A000, A001, A002, north, south, nation.
        var parents = new Dictionary<string, string>(StringComparer.Ordinal) { ["A000"] = "north", ["A001"] = "north", ["A002"] = "south", ["north"] = "nation", ["south"] = "nation" };
        return Generated.Panel(Frequency.Day, new Hierarchy(parents), [1], [2], [3]);
    }

    private static Given Base(double nation, double spread) => new(
        CountDistribution.Poisson(2), CountDistribution.Poisson(3), CountDistribution.Poisson(5), CountDistribution.Poisson(5), CountDistribution.Poisson(5), CountDistribution.NegativeBinomial(nation, spread));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Samples_of_sums_are_sums_of_samples(bool reconciled)
    {
        var samples = new CoherentForecast(Tree(), Base(13, 0.1), 2, reconciled).Samples(2);
        for (var k = 0; k < samples[0].Length; k++)
        {
            Assert.Equal(samples[0][k] + samples[1][k], samples[3][k]);
            Assert.Equal(samples[2][k], samples[4][k]);
            Assert.Equal(samples[3][k] + samples[4][k], samples[5][k]);
        }
    }

    [Fact]
    public void Left_alone_the_areas_keep_their_distributions_and_the_sum_gets_the_variance_that_was_forecast_for_it()
    {
        var forecast = new CoherentForecast(Tree(), Base(10, 0.07), 1, reconciled: false);
        Assert.Equal(3, forecast.Mean(1, 1), 12);
        Assert.Equal(CountDistribution.Poisson(3).Cdf(4), forecast.At(1, 1).Cdf(4), 12);
        Assert.Equal(10, forecast.Mean(5, 1), 0.2);
        Assert.InRange(forecast.At(5, 1).Variance, 15.5, 18.5);
    }

    [Fact]
    public void Reconciled_means_are_those_of_weighted_least_squares()
    {
        // One area above two: 2 and 3 by variance 2 and 3, the sum forecast as 8 by variance 8. By hand: up (8·5 + 5·8)/13 = 80/13;
        // the difference 80/13 − 5 = 15/13 goes 2 : 3.
        var panel = Generated.Panel(Frequency.Day, Generated.AllIn("all", 2), [1], [2]);
        var forecast = new CoherentForecast(panel, new Given(CountDistribution.Poisson(2), CountDistribution.Poisson(3), CountDistribution.Poisson(8)), 1, reconciled: true);
        Assert.Equal(2 + (0.4 * 15 / 13.0), forecast.Mean(0, 1), 1e-3);
        Assert.Equal(3 + (0.6 * 15 / 13.0), forecast.Mean(1, 1), 1e-3);
        Assert.Equal(80 / 13.0, forecast.Mean(2, 1), 0.1);
    }

    [Fact]
    public void A_coherent_forecast_is_not_worse_for_small_areas_nor_for_their_sum()
    {
        // A year's wave that all share, which the sum shows and the small areas hide.
        var areas = Enumerable.Range(0, 8).Select(i => Generated.Counts(800, t => (0.4 + (0.1 * i)) * Math.Exp(0.4 * Math.Sin(2 * Math.PI * t / 365.25)), 0.05, i)).ToArray();
        var result = Generated.Evaluate(Generated.Panel(Frequency.Day, Generated.AllIn("all", 8), areas), 28, 4, "regression", "mean", "ensemble", "coherent");
        Assert.True(result.Of("coherent").Crps <= 1.003 * result.Of("ensemble").Crps, $"{result.Of("coherent").Crps} {result.Of("ensemble").Crps}");
        Assert.True(result.Of("coherent", "total").Crps <= 1.03 * result.Of("ensemble", "total").Crps, $"{result.Of("coherent", "total").Crps} {result.Of("ensemble", "total").Crps}");
    }
}
