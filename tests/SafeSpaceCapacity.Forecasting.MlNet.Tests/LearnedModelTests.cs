using NodaTime;
using SafeSpaceCapacity.Forecasting.Distributions;
using SafeSpaceCapacity.Forecasting.Evaluation;
using SafeSpaceCapacity.Forecasting.Models;
using SafeSpaceCapacity.Forecasting.Series;
using SafeSpaceCapacity.Forecasting.Tests;

namespace SafeSpaceCapacity.Forecasting.MlNet.Tests;

/// <summary>Generated series, where the best possible forecast is known.</summary>
public sealed class LearnedModelTests
{
    private const string Poisson = "mlnet-poisson";
    private const string Trees = "mlnet-fasttree";

    [Fact]
    public void The_catalogue_finds_the_models_where_they_were_built()
    {
        Assert.Equal([Poisson, Trees], LearnedModels.All.Select(model => model.Name));
        Assert.Superset(LearnedModels.All.Select(model => model.Name).ToHashSet(), ModelCatalogue.Names.ToHashSet());
    }

    [Fact]
    public void Poisson_counts_of_a_known_mean_score_and_cover_as_the_truth_would()
    {
        var panel = Generated.Panel(Frequency.Day, [.. Enumerable.Range(0, 6).Select(i => Generated.Counts(600, _ => 4, 0, i))]);
        var result = Generated.Evaluate(panel, 28, 6, Poisson, Trees);

        // E CRPS of the true distribution = ½ E|X − X′| = Σ F (1 − F).
        var truth = Enumerable.Range(0, 40).Sum(count => CountDistribution.Poisson(4).Cdf(count) * (1 - CountDistribution.Poisson(4).Cdf(count)));
        foreach (var model in new[] { Poisson, Trees })
        {
            Assert.InRange(result.Of(model).Crps, truth * 0.95, truth * 1.05);
            Assert.InRange(result.Of(model).PitCoverage[1], 0.76, 0.84);
        }
    }

    [Theory]
    [InlineData(Poisson)]
    [InlineData(Trees)]
    public void The_dispersion_of_counts_is_found(string model)
    {
        var panel = Generated.Panel(Frequency.Day, [.. Enumerable.Range(0, 6).Select(i => Generated.Counts(700, _ => 10, 0.4, 10 + i))]);
        var forecast = Generated.Forecast(model, panel, 1);
        var found = Enumerable.Range(0, 6).Average(i => (forecast.At(i, 1).Variance - forecast.Mean(i, 1)) / Math.Pow(forecast.Mean(i, 1), 2));
        Assert.InRange(found, 0.3, 0.52);
    }

    [Theory]
    [InlineData(Poisson)]
    [InlineData(Trees)]
    public void The_shape_of_the_week_is_found_and_small_areas_borrow_it(string model)
    {
        double[] week = [2, 1, 1, 1, 1, 0.5, 0.5];
        int[][] areas = [Generated.Counts(730, t => 40 * week[t % 7], 0, 1), .. Enumerable.Range(2, 9).Select(i => Generated.Counts(730, t => 0.2 * week[t % 7], 0, i))];
        var forecast = Generated.Forecast(model, Generated.Panel(Frequency.Day, areas), 14);
        for (var step = 1; step <= 14; step++)
        {
            var expected = week[(730 + step - 1) % 7];
            Assert.InRange(forecast.Mean(0, step) / 40, 0.85 * expected, 1.15 * expected);
            Assert.InRange(Enumerable.Range(1, 9).Average(i => forecast.Mean(i, step)) / 0.2, 0.7 * expected, 1.35 * expected);
        }
    }

    [Theory]
    [InlineData(Poisson)]
    [InlineData(Trees)]
    public void The_effect_of_holidays_is_found(string model)
    {
        // Each nineteenth day is one, and twice as busy.
        var holidays = Enumerable.Range(0, 60).Select(k => Generated.Start.Date.PlusDays(19 * k)).ToHashSet();
        var areas = Enumerable.Range(0, 3).Select(i => ($"A{i}", Generated.Counts(700, t => t % 19 == 0 ? 40 : 20, 0, i))).ToList();
        var panel = DemandPanel.Create(new TimeAxis(Frequency.Day, Generated.Start), areas, Hierarchy.None, new EventCalendar(holidays));
        var forecast = Generated.Forecast(model, panel, 28);
        var (ordinary, busy) = (new List<double>(), new List<double>());
        for (var step = 1; step <= 28; step++)
            ((700 + step - 1) % 19 == 0 ? busy : ordinary).Add(forecast.Mean(0, step));
        Assert.InRange(busy.Average(), 33, 47);
        Assert.InRange(ordinary.Average(), 18, 22);
    }

    [Theory]
    [InlineData(Poisson)]
    [InlineData(Trees)]
    public void A_level_shift_is_followed(string model)
    {
        // One area after the other becomes busier, the last two some weeks ago: what was so in the others is learnt.
        var panel = Generated.Panel(Frequency.Day, [.. Enumerable.Range(0, 10).Select(i => Generated.Counts(750, t => t < 150 + (60 * i) ? 5 : 12, 0, i))]);
        var forecast = Generated.Forecast(model, panel, 7);
        Assert.InRange(forecast.Mean(9, 7), 9, 14.5);
        Assert.InRange(forecast.Mean(8, 7), 9, 14.5);
    }

    [Theory]
    [InlineData(Poisson)]
    [InlineData(Trees)]
    public void The_shape_of_the_day_is_found(string model)
    {
        double Rate(int t) => (t % 24 >= 18 ? 3 : 0.5) * (t % 168 >= 120 ? 2 : 1);
        var forecast = Generated.Forecast(model, Generated.Panel(Frequency.Hour, [.. Enumerable.Range(0, 4).Select(i => Generated.Counts(24 * 200, Rate, 0, i))]), 168);
        for (var step = 1; step <= 168; step++)
            Assert.InRange(forecast.Mean(1, step), 0.65 * Rate((24 * 200) + step - 1), 1.5 * Rate((24 * 200) + step - 1));
    }

    [Theory]
    [InlineData(Frequency.Hour, (24 * 15) + 5, 40)]
    [InlineData(Frequency.Day, 21, 7)]
    [InlineData(Frequency.Month, 30, 6)]
    public void A_short_history_or_none_but_zeros_leads_to_no_wild_forecast(Frequency frequency, int length, int horizon)
    {
        var panel = Generated.Panel(frequency, Generated.AllIn("all", 3), Generated.Counts(length, _ => 3, 0.2, 7), Generated.Counts(length, _ => 30_000, 0.01, 8), new int[length]);
        foreach (var model in new[] { Poisson, Trees })
        {
            var forecast = Generated.Forecast(model, panel, horizon);
            for (var step = 1; step <= horizon; step++)
            {
                Assert.InRange(forecast.Mean(0, step), 0, 15);
                Assert.InRange(forecast.Mean(1, step), 15_000, 60_000);
                Assert.InRange(forecast.Mean(2, step), 0, 0.1);
            }
        }

        Assert.All(Generated.Evaluate(panel, horizon / 2, 1, Poisson, Trees).Scores, row => Assert.True(double.IsFinite(row.Score.Crps)));
    }

    [Theory]
    [InlineData(Frequency.Hour, 24 * 80, 48)]
    [InlineData(Frequency.Day, 400, 14)]
    [InlineData(Frequency.Month, 60, 6)]
    public void No_forecast_depends_on_what_comes_later_and_the_same_history_gives_the_same_numbers(Frequency frequency, int length, int horizon)
    {
        var hierarchy = Generated.AllIn("all", 3);
        int[][] areas = [.. Enumerable.Range(0, 3).Select(i => Generated.Counts(length, t => 3 + i + Math.Sin(t), 0.1, i))];
        var last = length - horizon;
        int[][] others = [.. areas.Select(counts => counts.Select((count, t) => t < last ? count : 50 + t).ToArray())];
        var one = Run(areas);
        Assert.NotEmpty(one);
        Assert.Equal(one, Run(others));

        List<string> Run(int[][] counts)
        {
            var panel = Generated.Panel(frequency, hierarchy, counts);
            var seen = new List<string>();
            var origins = RollingOrigins.Every(panel.Axis, length, horizon, 2, null);
            _ = Evaluator.Run(panel, new EvaluationPlan(origins with { Past = [] }, horizon, 1, 1, [Poisson, Trees]), (origin, model, forecast, series, steps) =>
                seen.AddRange(series.Select(i => $"{origin} {model} {i} {string.Join(' ', Enumerable.Range(1, steps).Select(step => $"{forecast.Mean(i, step):R} {forecast.At(i, step).Quantile(0.9)}"))}")));
            return seen;
        }
    }

    [Fact]
    public void Lags_are_sums_over_what_came_before_the_origin_only()
    {
        // Two a day for a year, four in the four weeks before the origin, and then what nobody may know yet.
        var counts = Enumerable.Range(0, 500).Select(t => t < 372 ? 2 : t < 400 ? 4 : 1000).ToArray();
        var panel = Generated.Panel(Frequency.Day, counts);
        var design = new CalendarDesign(panel, trend: false);
        var lags = new Lags(BucketTotals.Of(panel.Series[0], design, [1, 1, 1, 1, 1, 1, 1]), design);
        var rate = ((336 * 2) + (28 * 4) + 0.5) / 365;
        Assert.Equal(rate, lags.RateAt(400), 1e-9);
        var found = new float[lags.Count];
        lags.Write(found, 400, 410);
        Assert.Equal(Ratio(28, 7), found[0], 1e-5);
        Assert.Equal(Ratio(112, 28), found[1], 1e-5);
        Assert.Equal(Ratio(112 + (63 * 2), 91), found[2], 1e-5);
        Assert.Equal(Ratio((4 * 4) + (4 * 2), 8), found[3], 1e-5);
        Assert.Equal(Ratio((4 * 4) + (48 * 2), 52), found[4], 1e-5);

        // A year before, days 32 to 60, against half a year to both sides of it.
        Assert.Equal(Math.Log(((29 * 2) + 10) / ((29 * ((228 * 2) + 0.5) / 229) + 10)), found[5], 1e-5);

        double Ratio(double count, double days) => Math.Log((count + 10) / ((rate * days) + 10));
    }
}
