using NodaTime;
using SafeSpaceCapacity.Forecasting.Distributions;
using SafeSpaceCapacity.Forecasting.Evaluation;
using SafeSpaceCapacity.Forecasting.Models;
using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Forecasting.Tests;

/// <summary>Series whose truth is known.</summary>
internal static class Generated
{
    public static readonly LocalDateTime Start = new(2023, 1, 2, 0, 0);

    /// <summary>Negative binomial counts (Poisson for inverse size 0), independent.</summary>
    public static int[] Counts(int length, Func<int, double> mean, double inverseSize, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(t => CountDistribution.NegativeBinomial(mean(t), inverseSize).Quantile(random.NextDouble()))];
    }

    public static DemandPanel Panel(Frequency frequency, params int[][] areas) => Panel(frequency, Hierarchy.None, areas);

    public static DemandPanel Panel(Frequency frequency, Hierarchy hierarchy, params int[][] areas) =>
        DemandPanel.Create(new TimeAxis(frequency, Start), [.. areas.Select((counts, i) => ($"A{i:000}", counts))], hierarchy, EventCalendar.None);

    public static Hierarchy AllIn(string parent, int areas) =>
        new(Enumerable.Range(0, areas).ToDictionary(i => $"A{i:000}", _ => parent, StringComparer.Ordinal));

    public static EvaluationResult Evaluate(DemandPanel panel, int horizon, int origins, params string[] models) =>
        Evaluator.Run(panel, new EvaluationPlan(RollingOrigins.Every(panel.Axis, panel.Length, horizon, origins, null), horizon, 1, 4, models.Length == 0 ? ModelCatalogue.Names : models), (_, _, _, _, _) => { });

    public static ScoreRow Of(this EvaluationResult result, string model, string level = DemandPanel.AreaLevel) =>
        result.Scores.First(row => row.Model == model && row.Level == level).Score;

    public static PanelForecast Forecast(string model, DemandPanel history, int horizon) => ModelCatalogue.Create(model).Train(history).Forecast(history, horizon);
}
