using SafeSpaceCapacity.Forecasting.Models;

namespace SafeSpaceCapacity.Forecasting.MlNet;

/// <summary>The models of this assembly; <see cref="ModelCatalogue"/> looks for them here.</summary>
public static class LearnedModels
{
    /// <summary>All, in the order in which they are shown.</summary>
    public static IReadOnlyList<IForecastModel> All { get; } = [new LearnedModel("mlnet-poisson", Learner.Poisson), new LearnedModel("mlnet-fasttree", Learner.FastTree)];
}
