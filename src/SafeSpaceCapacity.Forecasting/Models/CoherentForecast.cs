using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Forecasting.Models;

internal static class CoherentForecast
{
    public const string Name = "coherent";

    public static PanelForecast Of(DemandPanel history, PanelForecast forecast, int horizon) => forecast;
}
