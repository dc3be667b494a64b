using System.Reflection;

namespace SafeSpaceCapacity.Forecasting.Models;

/// <summary>The models by name.</summary>
public static class ModelCatalogue
{
    // The assembly of the models that need ML.NET, where a program was built with it (ADR 30).
    private const string Learned = "SafeSpaceCapacity.Forecasting.MlNet";

    private static readonly IForecastModel[] Simple = [new MeanModel(), new SameSeasonMeanModel(), new SameSeasonModel(), new SeasonalNaiveModel(), PoissonRegressionBaseline.Own, PoissonRegressionBaseline.ShareOfTotal];

    private static readonly IForecastModel[] Others = [PooledModel.Regression, PooledModel.LevelProfile, new SmoothingModel(), .. FindLearned()];

    /// <summary>What every evaluation shows, whatever is asked for.</summary>
    public static IReadOnlyList<string> Baselines { get; } = [.. Simple.Select(model => model.Name)];

    /// <summary>All, in the order in which they are shown.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Baselines, .. Others.Select(model => model.Name), Ensemble.Name, CoherentForecast.Name];

    internal static bool IsCombination(string name) => name is Ensemble.Name or CoherentForecast.Name;

    internal static IForecastModel Create(string name) => Simple.Concat(Others).Single(model => string.Equals(model.Name, name, StringComparison.Ordinal));

    private static IReadOnlyList<IForecastModel> FindLearned()
    {
        try
        {
            return (IReadOnlyList<IForecastModel>)Assembly.Load(Learned).GetType(Learned + ".LearnedModels", throwOnError: true)!.GetProperty("All")!.GetValue(null)!;
        }
        catch (FileNotFoundException)
        {
            return [];
        }
    }
}
