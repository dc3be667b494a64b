namespace SafeSpaceCapacity.Forecasting.Models;

/// <summary>The models by name.</summary>
public static class ModelCatalogue
{
    private static readonly IForecastModel[] Basic = [new MeanModel(), new SameSeasonMeanModel(), new SameSeasonModel(), new SeasonalNaiveModel(), PooledModel.Regression, PooledModel.LevelProfile, new SmoothingModel()];

    /// <summary>All, in the order in which they are shown.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Basic.Select(model => model.Name), Ensemble.Name, CoherentForecast.Name];

    internal static bool IsCombination(string name) => name is Ensemble.Name or CoherentForecast.Name;

    internal static IForecastModel Create(string name) => Basic.Single(model => string.Equals(model.Name, name, StringComparison.Ordinal));
}
