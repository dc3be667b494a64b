using SafeSpaceCapacity.Forecasting.Models;
using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Forecasting.MlNet;

/// <summary>
/// A learner of ML.NET over calendar, lags, area and how far ahead, one for all areas of a level: it learns by what multiple a count differs from the area's mean rate of the year
/// before. Its means get negative binomial intervals from outside, by the errors that it made in the last quarter of the history when it had learnt from what came before. Hours follow the
/// profile of the level.
/// </summary>
internal sealed class LearnedModel(string name, Learner learner) : IForecastModel
{
    public string Name => name;

    public ITrainedModel Train(DemandPanel history)
    {
        var design = new CalendarDesign(history, trend: false);
        return new Trained([.. history.Groups.Select(group => LearnedGroup.Train(history, design, group, learner))]);
    }

    private sealed class Trained(LearnedGroup[] groups) : ITrainedModel
    {
        public PanelForecast Forecast(DemandPanel history, int horizon)
        {
            var design = new CalendarDesign(history, trend: false);
            var (mean, inverseSize) = (new float[history.Series.Count][], new float[history.Series.Count][]);
            foreach (var group in groups)
                group.Forecast(history, design, horizon, mean, inverseSize);
            return new NegativeBinomialForecast(mean, inverseSize);
        }
    }
}
