using SafeSpaceCapacity.Forecasting.Distributions;
using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Forecasting.Models;

/// <summary>A way to forecast all series of a panel together.</summary>
public interface IForecastModel
{
    /// <summary>Its name in tables and files.</summary>
    string Name { get; }

    /// <summary>Estimates what is estimated seldom: seasons, dispersion, how quickly levels move.</summary>
    ITrainedModel Train(DemandPanel history);
}

/// <summary>A model with its parameters.</summary>
public interface ITrainedModel
{
    /// <summary>Forecasts from the end of a history that may be longer than the one it was trained on; levels follow, parameters stay.</summary>
    /// <param name="history">Everything known at the origin, and nothing later.</param>
    /// <param name="horizon">Periods ahead, at least 1.</param>
    PanelForecast Forecast(DemandPanel history, int horizon);
}

/// <summary>Predictive distributions of all series and steps from one origin.</summary>
public abstract class PanelForecast
{
    /// <summary>The distribution of one count.</summary>
    /// <param name="series">The number of the series in the panel.</param>
    /// <param name="step">Periods ahead, from 1.</param>
    public abstract CountDistribution At(int series, int step);

    /// <summary>The expected count.</summary>
    public virtual double Mean(int series, int step) => At(series, step).Mean;
}

/// <summary>Negative binomial counts (Poisson where the inverse size is 0).</summary>
/// <param name="mean">By series and step, from 0.</param>
/// <param name="inverseSize">By series and step, from 0: variance = mean + inverse size · mean².</param>
public sealed class NegativeBinomialForecast(float[][] mean, float[][] inverseSize) : PanelForecast
{
    /// <inheritdoc/>
    public override CountDistribution At(int series, int step) => CountDistribution.NegativeBinomial(mean[series][step - 1], inverseSize[series][step - 1]);

    /// <inheritdoc/>
    public override double Mean(int series, int step) => mean[series][step - 1];
}

/// <summary>A model without parameters.</summary>
internal sealed class Untrained(Func<DemandPanel, int, PanelForecast> forecast) : ITrainedModel
{
    public PanelForecast Forecast(DemandPanel history, int horizon) => forecast(history, horizon);
}
