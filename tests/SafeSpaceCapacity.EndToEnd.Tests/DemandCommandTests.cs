using System.Globalization;
using System.Text;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;

namespace SafeSpaceCapacity.EndToEnd.Tests;

/// <summary>Demand and forecasts on the command line, against the real server.</summary>
public sealed class DemandCommandTests : IDisposable
{
    private readonly DataDirectory _directory = new();
    private readonly DataDirectory _files = new();

    public void Dispose()
    {
        _directory.Dispose();
        _files.Dispose();
    }

    [Fact]
    public async Task Counts_are_imported_shown_and_forecast()
    {
        // Two districts of Glasgow by the day: ten on weekends, five on other days.
        var lastDay = TimeProvider.System.GetUtcNow().UtcDateTime.Date;
        var counts = new StringBuilder("area,timestamp,count\n");
        for (var day = 1; day <= 60; day++)
        {
            var date = lastDay.AddDays(-day);
            foreach (var area in new[] { "east", "west" })
                counts.Append(CultureInfo.InvariantCulture, $"{area},{date:yyyy-MM-dd},{(date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 10 : 5)}\n");
        }

        var file = Write("police.csv", counts.ToString());
        var hierarchy = Write("areas.csv", "area,parent\neast,S12000049\nwest,S12000049\n");
        await using var server = await ServerProcess.StartAsync(_directory, empty: false);

        Assert.Equal(3, (await RunAsync(server, 3, "import", "demand", file, "--source", "police")).Code);
        var preview = await RunAsync(server, 0, "import", "demand", file, "--source", "police", "--hierarchy", hierarchy, "--preview");
        Assert.Contains("It could be imported: 120 counts of 2 areas by day", preview.Output, StringComparison.Ordinal);
        Assert.Contains("None was imported", (await RunAsync(server, 0, "demand", "sources")).Output, StringComparison.Ordinal);
        await RunAsync(server, 0, "import", "demand", file, "--source", "police", "--hierarchy", hierarchy);
        Assert.Contains("police: 120 counts by day", (await RunAsync(server, 0, "demand", "sources")).Output, StringComparison.Ordinal);

        // Each day stands for itself, and is at least five.
        var rows = (await RunAsync(server, 0, "demand", "history", "--area", "S12000049", "--source", "police", "--csv")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("area,starts_at,local_time,met,unmet,unknown,counted,away_minutes,hidden_estimate", rows[0]);

        // Of two areas, those that began in the last 28 days to this minute.
        Assert.InRange(rows.Length - 1, 2 * 27, 2 * 28);
        var table = (await RunAsync(server, 0, "demand", "history", "--area", "S12000049", "--source", "police")).Output;
        Assert.Contains("Counted", table, StringComparison.Ordinal);

        Assert.Contains("There is no forecast yet", (await RunAsync(server, 3, "forecast", "show", "--area", "S12000049", "--source", "police")).Output, StringComparison.Ordinal);
        var trained = await RunAsync(server, 3, "forecast", "train");
        Assert.Contains("needs by day: not trained, at least 21 whole days of history are needed", trained.Output, StringComparison.Ordinal);
        Assert.Contains("police by day: trained; the best for areas is", trained.Output, StringComparison.Ordinal);

        var plot = (await RunAsync(server, 0, "forecast", "show", "--area", "S12000049", "--source", "police")).Output;
        Assert.Equal(3 * 14, plot.Split('\n').Count(line => line.Contains("(80 %: ", StringComparison.Ordinal)));
        Assert.Contains("●", plot, StringComparison.Ordinal);
        Assert.Contains("windows of", plot, StringComparison.Ordinal);
        var csv = (await RunAsync(server, 0, "forecast", "show", "--area", "S12000049", "--source", "police", "--periods", "7", "--csv")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("area,timestamp,model,mean,q0.025,q0.05,q0.1,q0.25,q0.5,q0.75,q0.9,q0.95,q0.975", csv[0]);
        var east = csv.Where(line => line.StartsWith("east,", StringComparison.Ordinal)).Select(line => double.Parse(line.Split(',')[3], CultureInfo.InvariantCulture)).Order().ToList();
        Assert.Equal(7, east.Count);
        Assert.InRange(east[0], 4, 6);
        Assert.InRange(east[^1], 8.5, 11.5);

        // What this service saw itself: nobody asked.
        await RunAsync(server, 0, "demand", "history", "--area", "S12000049", "--by", "hour", "--from", "00:00");
        Assert.Contains("Needs are recorded since", (await RunAsync(server, 0, "demand", "unmet", "--area", "S12000049")).Output, StringComparison.Ordinal);
        await server.StopAsync();
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_files.Path, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static async Task<(int Code, string Output)> RunAsync(ServerProcess server, int expected, params string[] arguments)
    {
        var (code, output, error) = await Tool.TryAsync(Path.Combine(Here.Repository, "safespace"), [.. arguments, "--server", server.Address.ToString()], Here.Repository);
        Assert.True(code == expected, $"{string.Join(' ', arguments)} ended with {code}, not {expected}\n{output}\n{error}\n{server.Said}");
        return (code!.Value, output);
    }
}
