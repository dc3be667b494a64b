using SafeSpaceCapacity.Forecasting.Distributions;
using SafeSpaceCapacity.Forecasting.Evaluation;
using SafeSpaceCapacity.Forecasting.Models;
using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Forecasting.Tests;

/// <summary>Generated series, where the best possible forecast is known.</summary>
public sealed class KnownTruthTests
{
    private static readonly string[] Serious = ["regression", "level-profile", "smoothing", "ensemble"];

    [Fact]
    public void Poisson_counts_of_a_known_mean_score_and_cover_as_the_truth_would()
    {
        var panel = Generated.Panel(Frequency.Day, [.. Enumerable.Range(0, 6).Select(i => Generated.Counts(600, _ => 4, 0, i))]);
        var result = Generated.Evaluate(panel, 28, 6);

        // E CRPS of the true distribution = ½ E|X − X′|.
        var truth = HalfMeanDifference(CountDistribution.Poisson(4));
        foreach (var model in Serious.Append("mean"))
        {
            var score = result.Of(model);
            Assert.InRange(score.Crps, truth * 0.95, truth * 1.05);
            Assert.InRange(score.PitCoverage[1], 0.77, 0.83);
            Assert.InRange(score.PitCoverage[2], 0.93, 0.97);
        }
    }

    [Fact]
    public void The_dispersion_of_counts_is_found()
    {
        var panel = Generated.Panel(Frequency.Day, [.. Enumerable.Range(0, 6).Select(i => Generated.Counts(700, _ => 10, 0.4, 10 + i))]);
        foreach (var model in Serious[..3])
        {
            var forecast = Generated.Forecast(model, panel, 1);
            Assert.All(Enumerable.Range(0, 6), i => Assert.InRange((forecast.At(i, 1).Variance - forecast.Mean(i, 1)) / Math.Pow(forecast.Mean(i, 1), 2), 0.3, 0.52));
        }

        var covered = Generated.Evaluate(panel, 28, 6, "regression", "mean");
        Assert.InRange(covered.Of("regression").PitCoverage[1], 0.77, 0.83);
        Assert.True(covered.Of("mean").PitCoverage[1] < 0.6, "Poisson intervals are too narrow here, and the score must show it");
    }

    [Theory]
    [InlineData("regression")]
    [InlineData("level-profile")]
    [InlineData("smoothing")]
    public void The_shape_of_the_week_is_found_and_small_areas_borrow_it(string model)
    {
        double[] week = [2, 1, 1, 1, 1, 0.5, 0.5];
        int[][] areas = [Generated.Counts(730, t => 40 * week[t % 7], 0, 1), .. Enumerable.Range(2, 9).Select(i => Generated.Counts(730, t => 0.2 * week[t % 7], 0, i))];
        var forecast = Generated.Forecast(model, Generated.Panel(Frequency.Day, areas), 14);
        for (var step = 1; step <= 14; step++)
        {
            var expected = week[(730 + step - 1) % 7];
            Assert.InRange(forecast.Mean(0, step) / 40, 0.88 * expected, 1.12 * expected);
            if (model != "smoothing")
                Assert.InRange(Enumerable.Range(1, 9).Average(i => forecast.Mean(i, step)) / 0.2, 0.75 * expected, 1.3 * expected);
        }
    }

    [Theory]
    [InlineData("regression")]
    [InlineData("level-profile")]
    [InlineData("smoothing")]
    public void The_shape_of_the_day_is_found(string model)
    {
        double Rate(int t) => (t % 24 >= 18 ? 3 : 0.5) * (t % 168 >= 120 ? 2 : 1);
        var forecast = Generated.Forecast(model, Generated.Panel(Frequency.Hour, [.. Enumerable.Range(0, 4).Select(i => Generated.Counts(24 * 200, Rate, 0, i))]), 168);
        for (var step = 1; step <= 168; step++)
            Assert.InRange(forecast.Mean(1, step), 0.7 * Rate((24 * 200) + step - 1), 1.4 * Rate((24 * 200) + step - 1));
    }

    [Fact]
    public void A_yearly_wave_is_foreseen()
    {
        double Rate(int t) => 50 * Math.Exp(0.3 * Math.Sin(2 * Math.PI * t / 365.25));
        var forecast = Generated.Forecast("regression", Generated.Panel(Frequency.Day, Generated.Counts(1200, Rate, 0, 5)), 56);
        for (var step = 1; step <= 56; step++)
            Assert.InRange(forecast.Mean(0, step), 0.92 * Rate(1200 + step - 1), 1.08 * Rate(1200 + step - 1));
    }

    [Theory]
    [InlineData("level-profile")]
    [InlineData("smoothing")]
    public void A_level_shift_is_followed(string model)
    {
        var panel = Generated.Panel(Frequency.Day, [.. Enumerable.Range(0, 5).Select(i => Generated.Counts(600, t => t < 540 ? 5 : 12, 0, i))]);
        var forecast = Generated.Forecast(model, panel, 7);
        Assert.InRange(Enumerable.Range(0, 5).Average(i => forecast.Mean(i, 7)), 9, 14.5);
    }

    [Theory]
    [InlineData("regression")]
    [InlineData("level-profile")]
    public void The_effect_of_holidays_is_found(string model)
    {
        // Each nineteenth day is one: half as many again, and the day after a quarter fewer.
        double Rate(int t) => 30 * (t % 19 == 0 ? 1.5 : t % 19 == 1 ? 0.75 : 1);
        var holidays = new EventCalendar(Enumerable.Range(0, 60).Select(k => Generated.Start.Date.PlusDays(19 * k)).ToHashSet());
        var areas = Enumerable.Range(0, 3).Select(i => ($"A{i}", Generated.Counts(800, Rate, 0, i))).ToList();
        var forecast = Generated.Forecast(model, DemandPanel.Create(new TimeAxis(Frequency.Day, Generated.Start), areas, Hierarchy.None, holidays), 28);
        for (var step = 1; step <= 28; step++)
            Assert.InRange(Enumerable.Range(0, 3).Average(i => forecast.Mean(i, step)), 0.92 * Rate(800 + step - 1), 1.08 * Rate(800 + step - 1));
    }

    [Theory]
    [InlineData("regression")]
    [InlineData("level-profile")]
    [InlineData("smoothing")]
    public void A_flat_month_stays_flat_for_eight_weeks(string model)
    {
        // A month's mean of such counts is 24 ± 0.9 by chance alone.
        var errors = Enumerable.Range(0, 20).Select(seed =>
        {
            var forecast = Generated.Forecast(model, Generated.Panel(Frequency.Day, Generated.Counts(30, _ => 24, 0, seed)), 56);
            return Enumerable.Range(1, 56).Average(step => forecast.Mean(0, step)) - 24;
        }).ToList();
        Assert.True(Math.Sqrt(errors.Average(error => error * error)) < 1.8, string.Join(' ', errors));
        Assert.All(errors, error => Assert.InRange(error, -4, 4));
    }

    [Fact]
    public void A_trend_goes_on_and_fades()
    {
        var forecast = Generated.Forecast("regression", Generated.Panel(Frequency.Month, Generated.Counts(96, t => 100 * Math.Exp(0.01 * t), 0, 4)), 12);
        var truth = Enumerable.Range(96, 12).Average(t => 100 * Math.Exp(0.01 * t));
        Assert.InRange(Enumerable.Range(1, 12).Average(step => forecast.Mean(0, step)), 0.93 * truth, 1.05 * truth);
    }

    [Fact]
    public void Between_two_estimations_a_trend_goes_on_to_the_origin_before_it_fades()
    {
        var panel = Generated.Panel(Frequency.Month, Generated.Counts(120, t => 1000 * Math.Exp(0.02 * t), 0, 4));
        var forecast = ModelCatalogue.Create("regression").Train(panel.Before(84)).Forecast(panel.Before(108), 3);
        Assert.InRange(forecast.Mean(0, 1) / (1000 * Math.Exp(0.02 * 108)), 0.93, 1.04);
    }

    [Theory]
    [InlineData(Frequency.Hour, 24 * 40, 48)]
    [InlineData(Frequency.Day, 120, 28)]
    [InlineData(Frequency.Month, 48, 6)]
    public void Nothing_but_zeros_is_forecast_as_next_to_nothing_and_scores_stay_numbers(Frequency frequency, int length, int horizon)
    {
        var panel = Generated.Panel(frequency, Generated.AllIn("all", 2), new int[length], new int[length]);
        var result = Generated.Evaluate(panel, horizon, 2);
        Assert.NotEmpty(result.Scores);
        foreach (var row in result.Scores)
        {
            Assert.True(row.Score.Crps is >= 0 and < 0.02, row.Model + row.Score.Crps);
            Assert.InRange(row.Score.Mae, 0, 0.08);
            Assert.True(double.IsNaN(row.Score.Mase));
            Assert.Equal([1, 1, 1], row.Score.Coverage);
        }
    }

    [Fact]
    public void An_area_that_appears_half_way_is_forecast_once_it_has_history()
    {
        var late = Generated.Counts(300, _ => 6, 0, 2);
        late.AsSpan(0, 250).Fill(DemandPanel.Missing);
        var panel = Generated.Panel(Frequency.Day, Generated.Counts(300, _ => 6, 0, 1), late);
        var forecasts = new Dictionary<int, int>();
        _ = Evaluator.Run(panel, new EvaluationPlan(RollingOrigins.Every(panel.Axis, 300, 14, 4, null), 14, 1, 1, Serious), (origin, model, forecast, series, _) =>
        {
            forecasts[origin] = series.Count;
            if (model == "regression" && series.Count == 2)
                Assert.InRange(forecast.Mean(1, 7), 3.5, 8.5);
        });
        Assert.Equal([1, 1, 2, 2], forecasts.OrderBy(pair => pair.Key).Select(pair => pair.Value));
    }

    [Theory]
    [InlineData(Frequency.Hour, (24 * 15) + 5, 40)]
    [InlineData(Frequency.Day, 21, 7)]
    [InlineData(Frequency.Month, 30, 6)]
    public void A_short_history_leads_to_no_wild_forecast(Frequency frequency, int length, int horizon)
    {
        var panel = Generated.Panel(frequency, Generated.AllIn("all", 2), Generated.Counts(length, _ => 3, 0.2, 7), Generated.Counts(length, _ => 30_000, 0.01, 8));
        foreach (var model in ModelCatalogue.Names.Where(name => !ModelCatalogue.IsCombination(name)))
        {
            var forecast = Generated.Forecast(model, panel, horizon);
            for (var step = 1; step <= horizon; step++)
            {
                Assert.InRange(forecast.Mean(0, step), 0, 15);
                Assert.True(forecast.Mean(1, step) is > 15_000 and < 60_000, $"{model} {step} {forecast.Mean(1, step)}");
            }
        }

        Assert.All(Generated.Evaluate(panel, horizon / 2, 1).Scores, row => Assert.True(double.IsFinite(row.Score.Crps)));
    }

    [Fact]
    public void Gaps_are_neither_fitted_as_zero_nor_scored()
    {
        var counts = Generated.Counts(400, _ => 9, 0, 3);
        for (var t = 0; t < 400; t += 3)
            counts[t] = DemandPanel.Missing;
        var panel = Generated.Panel(Frequency.Day, counts);
        var result = Generated.Evaluate(panel, 30, 2);
        Assert.All(Serious, model => Assert.InRange(result.Of(model).Mae, 1.5, 3.5));
        Assert.Equal(40, result.Of("regression").Forecasts);
    }

    private static double HalfMeanDifference(CountDistribution distribution)
    {
        // ½ E|X − X′| = Σ F(1 − F).
        double sum = 0;
        for (var count = 0; count <= distribution.Last; count++)
            sum += distribution.Cdf(count) * (1 - distribution.Cdf(count));
        return sum;
    }
}
