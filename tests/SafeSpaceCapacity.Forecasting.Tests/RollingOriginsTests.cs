using SafeSpaceCapacity.Forecasting.Evaluation;
using SafeSpaceCapacity.Forecasting.Models;
using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Forecasting.Tests;

public sealed class RollingOriginsTests
{
    private static readonly TimeAxis Days = new(Frequency.Day, Generated.Start);

    [Fact]
    public void Origins_are_a_horizon_apart_from_the_start_of_the_test_and_the_last_window_is_cut_short()
    {
        var origins = RollingOrigins.Every(Days, 120, 28, 20, 50);
        Assert.Equal([50, 78, 106], origins.Test);
        Assert.Equal([22], origins.Past);
    }

    [Fact]
    public void Without_a_test_they_end_with_the_data() => Assert.Equal([36, 64, 92], RollingOrigins.Every(Days, 120, 28, 3, null).Test);

    [Fact]
    public void More_origins_than_the_data_hold_are_not_made_up() => Assert.Equal([36, 64, 92], RollingOrigins.Every(Days, 120, 28, 99, null).Test);

    [Fact]
    public void Given_origins_before_the_test_are_learnt_from()
    {
        var origins = RollingOrigins.At(Days, 120, 28, [20, 40, 60, 80], 60);
        Assert.Equal([20, 40], origins.Past);
        Assert.Equal([60, 80], origins.Test);
    }

    [Theory]
    [InlineData(20, 7, 13)]
    [InlineData(13, 7, null)]
    [InlineData(200, 7, 200)]
    public void Too_little_history_is_refused(int length, int horizon, int? testFrom) =>
        Assert.Throws<FormatException>(() => RollingOrigins.Every(Days, length, horizon, 1, testFrom));

    [Theory]
    [InlineData(Frequency.Hour, 24 * 80, 48)]
    [InlineData(Frequency.Day, 400, 14)]
    [InlineData(Frequency.Month, 60, 6)]
    public void No_forecast_depends_on_what_comes_later(Frequency frequency, int length, int horizon)
    {
        // Two worlds that are the same until the last origin: all forecasts up to it are the same, weights and champions among them.
        var hierarchy = Generated.AllIn("all", 3);
        int[][] areas = [.. Enumerable.Range(0, 3).Select(i => Generated.Counts(length, t => 3 + i + Math.Sin(t), 0.1, i))];
        var last = length - horizon;
        int[][] others = [.. areas.Select(counts => counts.Select((count, t) => t < last ? count : 50 + t).ToArray())];
        var (one, other) = (Run(areas), Run(others));
        Assert.NotEmpty(one);
        Assert.Equal(one, other);

        List<string> Run(int[][] counts)
        {
            var panel = Generated.Panel(frequency, hierarchy, counts);
            var seen = new List<string>();
            _ = Evaluator.Run(panel, new EvaluationPlan(RollingOrigins.Every(panel.Axis, length, horizon, 2, null), horizon, 1, 1, ModelCatalogue.Names), (origin, model, forecast, series, steps) =>
                seen.AddRange(series.Select(i => $"{origin} {model} {i} {string.Join(' ', Enumerable.Range(1, steps).Select(step => $"{forecast.Mean(i, step):R} {forecast.At(i, step).Quantile(0.9)}"))}")));
            return seen;
        }
    }

    [Fact]
    public void Weights_go_to_the_model_that_was_better_before()
    {
        var panel = Generated.Panel(Frequency.Day, Generated.Counts(400, t => t % 7 == 0 ? 20 : 2, 0, 1));
        var result = Generated.Evaluate(panel, 14, 2, "mean", "same-season-mean", "ensemble");
        Assert.All(result.Champions.Where(record => record.WindowsBefore > 0), record => Assert.NotEqual("mean", record.Champion));
        Assert.Equal(result.Of("same-season-mean").Crps, result.Of("ensemble").Crps, 0.1);
        Assert.True(result.Of("mean").Crps > 2 * result.Of("ensemble").Crps);
    }
}
