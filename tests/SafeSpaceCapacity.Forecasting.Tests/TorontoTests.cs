using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using NodaTime;
using SafeSpaceCapacity.Forecasting.Evaluation;
using SafeSpaceCapacity.Forecasting.Models;
using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Forecasting.Tests;

/// <summary>Police apprehensions under the Mental Health Act in Toronto, beside the repository where it was put there.</summary>
public sealed class TorontoTests
{
    private static readonly Lazy<EvaluationResult> Result = new(Evaluate);

    // Documented with the data: daily, from 1 October 2016 on, the origin moved every 28 days, horizon 28 days, Poisson, NSA left out.
    [Theory]
    [InlineData("mean", "total", 5.083, 6.300, 3.610, 0.740)]
    [InlineData("mean", "area", 1.010, 1.266, 0.6815, 0.923)]
    [InlineData("same-season-mean", "total", 4.463, 5.589, 3.155, 0.770)]
    [InlineData("same-season-mean", "area", 0.997, 1.262, 0.6787, 0.922)]
    [InlineData("poisson-regression", "total", 4.360, 5.453, 3.077, 0.797)]
    [InlineData("poisson-regression", "area", 1.007, 1.261, 0.6775, 0.933)]
    [InlineData("share-of-total", "total", 4.360, 5.453, 3.077, 0.797)]
    [InlineData("share-of-total", "area", 1.002, 1.253, 0.6731, 0.932)]
    public void Baselines_are_the_documented_ones(string model, string level, double mae, double rmse, double crps, double coverage)
    {
        Assert.SkipUnless(File.Exists(Events), $"SKIPPED, NOT PASSED: the data of Toronto are not there ({Events})");
        var score = Result.Value.Of(model, level);
        Assert.Equal(mae, score.Mae, 0.00051);
        Assert.Equal(rmse, score.Rmse, 0.00051);
        Assert.Equal(crps, score.Crps, level == "total" ? 0.00051 : 0.000051);
        Assert.Equal(coverage, score.Coverage[1], 0.00051);
    }

    private static string Events { get; } = Path.Combine(Folder(), "mha_date_hour_division.csv");

    private static string Folder([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../shared/data/toronto-mha"));

    private static EvaluationResult Evaluate()
    {
        var (counts, parents) = (new StringBuilder("area,timestamp,count\n"), new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var row in File.ReadLines(Events).Skip(1).Select(line => line.Split(',')).Where(row => row[2] != "NSA"))
        {
            counts.Append(CultureInfo.InvariantCulture, $"{row[2]},{row[0]}T{row[1].PadLeft(2, '0')}:00,{row[3]}\n");
            parents[row[2]] = "Toronto";
        }

        using var text = new StringReader(counts.ToString());
        var panel = DemandReader.ReadCounts(text, Frequency.Day, new Hierarchy(parents), EventCalendar.None).Panel;
        var first = panel.Axis.IndexOf(new LocalDateTime(2016, 10, 1, 0, 0));
        return Evaluator.Run(panel, new EvaluationPlan(RollingOrigins.Every(panel.Axis, panel.Length, 28, 14, first), 28, 1, 1, ModelCatalogue.Baselines), (_, _, _, _, _) => { });
    }
}
