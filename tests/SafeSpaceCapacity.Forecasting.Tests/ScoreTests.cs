using SafeSpaceCapacity.Forecasting.Distributions;
using SafeSpaceCapacity.Forecasting.Evaluation;
using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Forecasting.Tests;

/// <summary>Scores against values worked out by hand from the formulas of docs/forecasting.md.</summary>
public sealed class ScoreTests
{
    private const int X = DemandPanel.Missing;

    [Fact]
    public void Two_forecasts_give_the_scores_worked_out_by_hand()
    {
        var score = new SeriesScore();

        // Equally likely 1, 2, 3, 4 (mean 2.5). Came: 4, then 0.
        var four = CountDistribution.Empirical([1, 2, 3, 4]);
        score.Add(four, 4, 0.5);
        score.Add(four, 0, 0.5);
        var row = score.Average(absoluteScale: 2, squareScale: 5);

        Assert.Equal(2, row.Forecasts);
        Assert.Equal((1.5 + 2.5) / 2, row.Mae, 12);
        Assert.Equal(Math.Sqrt((2.25 + 6.25) / 2), row.Rmse, 12);
        Assert.Equal(1, row.Mase, 12);
        Assert.Equal(Math.Sqrt(4.25 / 5), row.Rmsse, 12);

        // 4: (1/16 + 4/16 + 9/16) = 14/16. 0: 1 + (9/16 + 4/16 + 1/16) = 30/16.
        Assert.Equal((14 + 30) / 16.0 / 2, row.Crps, 12);

        // Quantiles: 1 for .05–.25, 2 for .30–.50, 3 for .55–.75, 4 for .80–.95.
        // 4: 3·(.05+.1+.15+.2+.25) + 2·(.3+.35+.4+.45+.5) + 1·(.55+.6+.65+.7+.75) = 2.25 + 4 + 3.25 = 9.5.
        // 0: 1·(.95+.9+.85+.8+.75) + 2·(.7+.65+.6+.55+.5) + 3·(.45+.4+.35+.3+.25) + 4·(.2+.15+.1+.05) = 4.25 + 6 + 5.25 + 2 = 17.5.
        Assert.Equal((9.5 + 17.5) / 19 / 2, row.Pinball, 12);

        // 50 %: 1 … 3 holds neither; 80 and 95 %: 1 … 4 holds 4. PIT of 4: .75 + .5 · .25 = .875, in 80 and 95 %; of 0: 0, in none.
        Assert.Equal([0, 0.5, 0.5], row.Coverage);
        Assert.Equal([0, 0.5, 0.5], row.PitCoverage);
    }

    [Fact]
    public void The_scale_is_the_error_of_the_seasonal_naive_forecast()
    {
        // Season 2: 3 − 1 = 2, 2 − 2 = 0, (missing), 5 − 2 = 3.
        var scale = NaiveScale.Of([1, 2, 3, 2, X, 5], 2);
        Assert.Equal(5 / 3.0, scale.Absolute, 12);
        Assert.Equal(13 / 3.0, scale.Square, 12);
    }

    [Fact]
    public void A_series_whose_naive_forecast_never_erred_has_no_scaled_score_and_spoils_no_mean()
    {
        var one = new SeriesScore();
        one.Add(CountDistribution.Empirical([2]), 3, 0.5);
        var mean = ScoreRow.Mean([one.Average(0, 0), one.Average(2, 4)]);
        Assert.Equal(0.5, mean.Mase, 12);
        Assert.Equal(0.5, mean.Rmsse, 12);
        Assert.Equal(1, mean.Mae, 12);
        Assert.Equal(2, mean.Series);
    }

    [Fact]
    public void A_level_is_the_mean_of_its_series_and_not_of_its_counts()
    {
        var (often, once) = (new SeriesScore(), new SeriesScore());
        for (var k = 0; k < 3; k++)
            often.Add(CountDistribution.Empirical([0]), 1, 0.5);
        once.Add(CountDistribution.Empirical([0]), 5, 0.5);
        Assert.Equal(3, ScoreRow.Mean([often.Average(1, 1), once.Average(1, 1)]).Mae, 12);
    }

    [Fact]
    public void Horizons_are_scored_in_bands()
    {
        Assert.Equal(["1-28", "1-7", "8-14", "15-28"], HorizonBand.Of(Frequency.Day, 1, 28).Select(band => band.ToString()));
        Assert.Equal(["25-72", "25-72"], HorizonBand.Of(Frequency.Hour, 25, 72).Select(band => band.ToString()).Append("25-72"));
        Assert.Equal(["1-18", "1-3", "4-6", "7-12", "13-18"], HorizonBand.Of(Frequency.Month, 1, 18).Select(band => band.ToString()));
    }
}
