namespace SafeSpaceCapacity.Forecasting.Models;

/// <summary>The models by name.</summary>
public static class ModelCatalogue
{
    private static readonly IForecastModel[] Simple = [new MeanModel(), new SameSeasonMeanModel(), new SameSeasonModel(), new SeasonalNaiveModel(), PoissonRegressionBaseline.Own, PoissonRegressionBaseline.ShareOfTotal];

    private static readonly IForecastModel[] Others = [PooledModel.Regression, PooledModel.LevelProfile, new SmoothingModel()];

    /// <summary>What every evaluation shows, whatever is asked for.</summary>
    public static IReadOnlyList<string> Baselines { get; } = [.. Simple.Select(model => model.Name)];

    /// <summary>All, in the order in which they are shown.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Baselines, .. Others.Select(model => model.Name), Ensemble.Name, CoherentForecast.Name];

    internal static bool IsCombination(string name) => name is Ensemble.Name or CoherentForecast.Name;

    internal static IForecastModel Create(string name) => Simple.Concat(Others).Single(model => string.Equals(model.Name, name, StringComparison.Ordinal));
}
