using System.Globalization;
using NodaTime.Text;
using SafeSpaceCapacity.Forecasting.Distributions;
using SafeSpaceCapacity.Forecasting.Models;
using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Forecasting.Evaluation;

/// <summary>Writes what an evaluation found: <c>scores.csv</c>, <c>champions.csv</c> and, as it goes, <c>predictions.csv</c>.</summary>
internal static class EvaluationFiles
{
    private static readonly LocalDateTimePattern Time = LocalDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mm");

    public static void WriteScores(TextWriter to, EvaluationResult result, int season)
    {
        to.WriteLine("model,level,horizon,series,forecasts,mae,rmse,mase,season,rmsse,crps,pinball,coverage50,coverage80,coverage95,pit50,pit80,pit95,seconds");
        foreach (var row in result.Scores)
        {
            var score = row.Score;
            var numbers = new[] { score.Mae, score.Rmse, score.Mase }.Select(Number).Append(season.ToString(CultureInfo.InvariantCulture))
                .Concat(new[] { score.Rmsse, score.Crps, score.Pinball }.Concat(score.Coverage).Concat(score.PitCoverage).Append(row.Seconds).Select(Number));
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Model},{Text(row.Level)},{row.Band},{score.Series},{score.Forecasts},{string.Join(',', numbers)}"));
        }
    }

    public static void WriteChampions(TextWriter to, EvaluationResult result, TimeAxis axis)
    {
        to.WriteLine("origin,level,champion,windows,model,crps");
        foreach (var record in result.Champions)
        {
            foreach (var (model, crps) in record.PastCrps)
                to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Time.Format(axis.At(record.Origin))},{Text(record.Level)},{record.Champion},{record.WindowsBefore},{model},{Number(crps)}"));
        }
    }

    public static void WriteHeader(TextWriter to) =>
        to.WriteLine("origin,area,timestamp,horizon,model,mean," + string.Join(',', SeriesScore.Levels.Select(level => "q" + level.ToString("0.00", CultureInfo.InvariantCulture))));

    public static void WriteForecast(TextWriter to, DemandPanel panel, int origin, string model, PanelForecast forecast, IReadOnlyList<int> series, int steps)
    {
        var (from, times) = (Time.Format(panel.Axis.At(origin)), Enumerable.Range(0, steps).Select(step => Time.Format(panel.Axis.At(origin + step))).ToArray());
        foreach (var i in series)
        {
            var area = Text(panel.Series[i].Area);
            for (var step = 1; step <= steps; step++)
            {
                to.Write(string.Create(CultureInfo.InvariantCulture, $"{from},{area},{times[step - 1]},{step},{model},"));
                Write(to, forecast.At(i, step));
            }
        }
    }

    private static void Write(TextWriter to, CountDistribution distribution)
    {
        to.Write(Number(distribution.Mean));
        foreach (var level in SeriesScore.Levels)
        {
            to.Write(',');
            to.Write(distribution.Quantile(level).ToString(CultureInfo.InvariantCulture));
        }

        to.WriteLine();
    }

    private static string Number(double value) => double.IsNaN(value) ? "" : value.ToString("0.######", CultureInfo.InvariantCulture);

    // As RFC 4180 has it.
    private static string Text(string text) => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
