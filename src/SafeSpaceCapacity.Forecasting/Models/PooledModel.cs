using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Forecasting.Models;

/// <summary>
/// Counts of a level's areas as rate of the area × shape of the calendar, which all share × the area's own days of the week × its profile of hours:
/// the shape by a negative binomial regression on the sum of the areas (for Poisson counts the areas' sums are sufficient for what they share), what is
/// an area's own drawn towards 1 as much as the data say, the rate fixed or moving (<see cref="LevelFilter"/>).
/// </summary>
internal sealed class PooledModel : IForecastModel
{
    private readonly bool _trend;
    private readonly bool _moving;

    private PooledModel(string name, bool trend, bool moving) => (Name, _trend, _moving) = (name, trend, moving);

    public static PooledModel Regression { get; } = new("regression", trend: true, moving: false);

    public static PooledModel LevelProfile { get; } = new("level-profile", trend: false, moving: true);

    public string Name { get; }

    public ITrainedModel Train(DemandPanel history)
    {
        var design = new CalendarDesign(history, _trend);
        return new Trained([.. history.Groups.Select(group => PooledGroup.Train(history, design, group, _moving))], _trend);
    }

    private sealed class Trained(PooledGroup[] groups, bool trend) : ITrainedModel
    {
        public PanelForecast Forecast(DemandPanel history, int horizon)
        {
            var design = new CalendarDesign(history, trend);
            var (mean, inverseSize) = (new float[history.Series.Count][], new float[history.Series.Count][]);
            foreach (var group in groups)
                group.Forecast(history, design, horizon, mean, inverseSize);
            return new NegativeBinomialForecast(mean, inverseSize);
        }
    }
}
