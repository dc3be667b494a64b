using System.Globalization;
using System.Text;

namespace SafeSpaceCapacity.Cli.Tests;

/// <summary>forecast evaluate on a small file that was made for it.</summary>
public sealed class ForecastEvaluateTests : CliTest
{
    [Fact]
    public async Task A_table_is_forecast_from_its_past_scored_and_written_down()
    {
        using var directory = new TemporaryDirectory();
        var input = Path.Combine(directory.Path, "counts.csv");
        var counts = new StringBuilder("area,timestamp,count\n");
        for (var day = 0; day < 42; day++)
        {
            // Seven on Sundays, else two: without any chance, so that the same weekday foresees it exactly.
            var date = new DateTime(2026, 1, 5, 0, 0, 0, DateTimeKind.Unspecified).AddDays(day);
            counts.Append(CultureInfo.InvariantCulture, $"east,{date:yyyy-MM-dd},{(date.DayOfWeek == DayOfWeek.Sunday ? 7 : 2)}\nwest,{date:yyyy-MM-dd},{(date.DayOfWeek == DayOfWeek.Sunday ? 4 : 1)}\n");
        }

        await File.WriteAllTextAsync(input, counts.ToString(), TestContext.Current.CancellationToken);
        var scores = Path.Combine(directory.Path, "scores");

        var run = await RunAsync("forecast", "evaluate", "--input", input, "--freq", "day", "--horizon", "7", "--origins", "2", "--models", "regression,ensemble", "--out", scores);

        Assert.Equal((ExitCodes.Done, ""), (run.Code, run.Error));
        Assert.Contains("area: 2 series, 28 forecasts by each model, horizon 1-7, season of MASE 7", run.Out, StringComparison.Ordinal);
        Assert.Contains("Champion of the past: ", run.Out, StringComparison.Ordinal);
        var naive = (await File.ReadAllLinesAsync(Path.Combine(scores, "scores.csv"), TestContext.Current.CancellationToken)).Single(line => line.StartsWith("seasonal-naive,area,1-7,", StringComparison.Ordinal)).Split(',');
        Assert.Equal(["2", "28", "0"], naive[3..6].Select(cell => double.Parse(cell, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)));
        var predictions = await File.ReadAllLinesAsync(Path.Combine(scores, "predictions.csv"), TestContext.Current.CancellationToken);
        Assert.Equal(28, predictions.Count(line => line.Contains(",ensemble,", StringComparison.Ordinal)));
        Assert.True(File.Exists(Path.Combine(scores, "champions.csv")));
        Assert.Empty(Server.Received);
    }

    [Fact]
    public async Task A_table_that_is_refused_says_why_and_where()
    {
        using var directory = new TemporaryDirectory();
        var input = Path.Combine(directory.Path, "counts.csv");
        await File.WriteAllTextAsync(input, "area,timestamp,count\neast,2026-01-05,2\neast,2026-01-06,-1\n", TestContext.Current.CancellationToken);

        var run = await RunAsync("forecast", "evaluate", "--input", input, "--freq", "day", "--horizon", "7", "--origins", "2", "--out", Path.Combine(directory.Path, "scores"));

        Assert.Equal(ExitCodes.BadInput, run.Code);
        Assert.Contains("line 3: the count -1 is negative", run.Error, StringComparison.Ordinal);
    }
}
