using SafeSpaceCapacity.Forecasting.Distributions;
using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Forecasting.Models;

/// <summary>Poisson counts with the mean of the last year (365 days, 8,760 hours, 12 months).</summary>
internal sealed class MeanModel : IForecastModel
{
    public string Name => "mean";

    public ITrainedModel Train(DemandPanel history) => new Untrained((known, horizon) =>
    {
        var periods = known.Axis.Frequency switch { Frequency.Hour => 8760, Frequency.Day => 365, _ => 12 };
        var means = known.Series.Select(one => Baseline.MeanOf(one.Counts, known.Length - 1, periods, 1)).ToArray();
        return Baseline.Poisson(known, horizon, (i, _) => means[i]);
    });
}

/// <summary>Poisson counts with the mean of the same season of the last year: the same hour of the week, day of the week, month.</summary>
internal sealed class SameSeasonMeanModel : IForecastModel
{
    public string Name => "same-season-mean";

    public ITrainedModel Train(DemandPanel history) => new Untrained((known, horizon) =>
    {
        var axis = known.Axis;

        // A month comes once a year: the mean of three.
        var seasons = axis.Frequency == Frequency.Month ? 3 : 52;
        return Baseline.Poisson(known, horizon, (i, step) => Baseline.MeanOf(known.Series[i].Counts, Baseline.SameSeason(known, step), seasons * axis.Season, axis.Season));
    });
}

/// <summary>The counts of the same season of the last year, each equally likely (months: of the last five).</summary>
internal sealed class SameSeasonModel : IForecastModel
{
    public string Name => "same-season";

    public ITrainedModel Train(DemandPanel history) => new Untrained((known, horizon) =>
        new EmpiricalForecast((series, step) => Baseline.Take(known.Series[series].Counts, Baseline.SameSeason(known, step), known.Axis.Frequency == Frequency.Month ? 5 : 52, known.Axis.Season)));
}

/// <summary>The count one season ago (a week, a year of months), with the errors that this made before, each equally likely; none below 0.</summary>
internal sealed class SeasonalNaiveModel : IForecastModel
{
    private const int ErrorsAtMost = 200;

    public string Name => "seasonal-naive";

    public ITrainedModel Train(DemandPanel history) => new Untrained((known, horizon) =>
    {
        var errors = new int[known.Series.Count][];
        for (var i = 0; i < errors.Length; i++)
            errors[i] = Errors(known.Series[i].Counts, known.Axis.Season);
        return new EmpiricalForecast((series, step) =>
        {
            var last = Baseline.Take(known.Series[series].Counts, Baseline.SameSeason(known, step), 1, known.Axis.Season);
            return [.. errors[series].Select(error => Math.Max(0, last[0] + error))];
        });
    });

    // Evenly spaced order statistics of all errors.
    private static int[] Errors(int[] counts, int season)
    {
        var all = new List<int>();
        for (var t = season; t < counts.Length; t++)
        {
            if (counts[t] != DemandPanel.Missing && counts[t - season] != DemandPanel.Missing)
                all.Add(counts[t] - counts[t - season]);
        }

        if (all.Count == 0)
            return [0];
        all.Sort();
        var kept = Math.Min(all.Count, ErrorsAtMost);
        return [.. Enumerable.Range(0, kept).Select(k => all[(int)((k + 0.5) * all.Count / kept)])];
    }
}

/// <summary>Equally likely counts, by series and step.</summary>
internal sealed class EmpiricalForecast(Func<int, int, int[]> samples) : PanelForecast
{
    public override CountDistribution At(int series, int step) => CountDistribution.Empirical(samples(series, step));
}

internal static class Baseline
{
    public static PanelForecast Poisson(DemandPanel known, int horizon, Func<int, int, double> mean)
    {
        var means = new float[known.Series.Count][];
        for (var i = 0; i < means.Length; i++)
        {
            means[i] = new float[horizon];
            for (var step = 1; step <= horizon; step++)
                means[i][step - 1] = (float)mean(i, step);
        }

        var none = new float[horizon];
        return new NegativeBinomialForecast(means, [.. means.Select(_ => none)]);
    }

    /// <summary>The last known period in the season of a step.</summary>
    public static int SameSeason(DemandPanel known, int step)
    {
        var season = known.Axis.Season;
        return known.Length - 1 + step - (season * ((step + season - 1) / season));
    }

    /// <summary>The mean of the known counts at <paramref name="last"/> and every <paramref name="stride"/> periods before it, over so many periods.</summary>
    public static double MeanOf(int[] counts, int last, int periods, int stride)
    {
        long sum = 0;
        var n = 0;
        for (var t = last; t >= 0 && t > last - periods; t -= stride)
        {
            if (counts[t] == DemandPanel.Missing)
                continue;
            sum += counts[t];
            n++;
        }

        return n == 0 ? 0 : (double)sum / n;
    }

    /// <summary>At most so many known counts at <paramref name="last"/> and every season before it; 0 where none is known.</summary>
    public static int[] Take(int[] counts, int last, int atMost, int season)
    {
        var taken = new List<int>(atMost);
        for (var t = last; t >= 0 && taken.Count < atMost; t -= season)
        {
            if (counts[t] != DemandPanel.Missing)
                taken.Add(counts[t]);
        }

        return taken.Count == 0 ? [0] : [.. taken];
    }
}
