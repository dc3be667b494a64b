using System.Globalization;
using SafeSpaceCapacity.Forecasting.Evaluation;
using SafeSpaceCapacity.Forecasting.Models;
using SafeSpaceCapacity.Forecasting.Series;

namespace SafeSpaceCapacity.Forecasting.Tests;

public sealed class EvaluationRunTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("forecast-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private EvaluationRequest Request(Frequency frequency, int horizon, int origins, int areas, int length)
    {
        var axis = new TimeAxis(frequency, Generated.Start.Date.With(NodaTime.DateAdjusters.StartOfMonth).AtMidnight());
        var rows = Enumerable.Range(0, areas).SelectMany(i => Generated.Counts(length, t => 3 + (t % 7), 0.1, i).Select((count, t) => $"area {i},{axis.At(t):uuuu'-'MM'-'dd'T'HH':'mm},{count}"));
        return new EvaluationRequest
        {
            Input = Write("counts.csv", "area,timestamp,count\n" + string.Join('\n', rows)),
            Hierarchy = Write("hierarchy.csv", "area,parent\n" + string.Join('\n', Enumerable.Range(0, areas).Select(i => $"area {i},all"))),
            Frequency = frequency,
            Horizon = horizon,
            Origins = origins,
            Out = Path.Combine(_folder.FullName, "out"),
        };
    }

    [Theory]
    [InlineData(Frequency.Hour, 30, 24 * 60)]
    [InlineData(Frequency.Day, 10, 150)]
    [InlineData(Frequency.Month, 4, 60)]
    public void The_files_are_as_documented(Frequency frequency, int horizon, int length)
    {
        var request = Request(frequency, horizon, 2, 2, length);
        var report = EvaluationRun.Run(request);
        Assert.Empty(report.Notes);
        var scores = File.ReadAllLines(Path.Combine(request.Out, "scores.csv"));
        Assert.Equal("model,level,horizon,series,forecasts,mae,rmse,mase,season,rmsse,crps,pinball,coverage50,coverage80,coverage95,pit50,pit80,pit95,seconds", scores[0]);
        Assert.Equal(ModelCatalogue.Names.Append(Evaluator.Champion).Order(StringComparer.Ordinal), scores.Skip(1).Select(row => row.Split(',')[0]).Distinct().Order(StringComparer.Ordinal));
        Assert.All(scores.Skip(1), row => Assert.Equal(19, row.Split(',').Length));

        var predictions = File.ReadAllLines(Path.Combine(request.Out, "predictions.csv"));
        Assert.StartsWith("origin,area,timestamp,horizon,model,mean,q0.05,q0.10,q0.15,", predictions[0], StringComparison.Ordinal);
        Assert.EndsWith(",q0.90,q0.95", predictions[0], StringComparison.Ordinal);
        Assert.Equal(2 * 3 * horizon * (ModelCatalogue.Names.Count + 1), predictions.Length - 1);
        foreach (var row in predictions.Skip(1).Select(line => line.Split(',')))
        {
            var quantiles = row[6..].Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToArray();
            Assert.Equal(19, quantiles.Length);
            Assert.Equal(quantiles.Order(), quantiles);
            Assert.True(quantiles[0] >= 0);
        }

        Assert.StartsWith("origin,level,champion,windows,model,crps", File.ReadLines(Path.Combine(request.Out, "champions.csv")).First(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_run_gives_the_same_numbers()
    {
        var request = Request(Frequency.Day, 7, 2, 3, 100);
        _ = EvaluationRun.Run(request);
        var first = File.ReadAllText(Path.Combine(request.Out, "predictions.csv"));
        _ = EvaluationRun.Run(request);
        Assert.Equal(first, File.ReadAllText(Path.Combine(request.Out, "predictions.csv")));
    }

    [Fact]
    public void Only_the_models_asked_for_and_the_baselines_are_run()
    {
        var report = EvaluationRun.Run(Request(Frequency.Day, 7, 1, 2, 100) with { Models = ["smoothing"] });
        Assert.Equal([.. ModelCatalogue.Baselines, "smoothing"], report.Plan.Models);
    }

    [Fact]
    public void Steps_before_the_first_that_is_scored_are_not_scored()
    {
        var report = EvaluationRun.Run(Request(Frequency.Day, 10, 2, 1, 100) with { ScoreFrom = 8, Models = ["smoothing"] });
        Assert.All(report.Result.Scores, row => Assert.Equal(6, row.Score.Forecasts));
    }

    [Fact]
    public void Requests_that_cannot_be_done_are_refused_in_words()
    {
        var request = Request(Frequency.Day, 7, 1, 1, 100);
        Assert.Contains("there is no model magic", Message(request with { Models = ["magic"] }), StringComparison.Ordinal);
        Assert.Contains("the test begins after the data", Message(request with { TestFrom = Generated.Start.PlusYears(9) }), StringComparison.Ordinal);
        Assert.Contains("score-from is at most the horizon", Message(request with { ScoreFrom = 8 }), StringComparison.Ordinal);
        Assert.Contains("too little data", Message(request with { TestFrom = Generated.Start }), StringComparison.Ordinal);
        Assert.Contains("counts.csv: line 2", Message(request with { Input = Write("counts.csv", "area,timestamp,count\na,2024-01-01,-1\n") }), StringComparison.Ordinal);

        static string Message(EvaluationRequest request) => Assert.Throws<FormatException>(() => EvaluationRun.Run(request)).Message;
    }

    [Fact]
    public void Origins_of_a_file_are_kept_to()
    {
        var request = Request(Frequency.Day, 7, 1, 1, 100);
        var report = EvaluationRun.Run(request with { OriginsFile = Write("origins.csv", "origin\n2023-03-01\n2023-03-20T00:00\n2023-04-01\n"), TestFrom = new(2023, 3, 15, 0, 0) });
        Assert.Equal([59], report.Plan.Origins.Past);
        Assert.Equal([78, 90], report.Plan.Origins.Test);
    }
}
