using System.Globalization;
using System.Text;
using System.Text.Json;
using SafeSpaceCapacity.Domain.Demand;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;
using SafeSpaceCapacity.EventLog;

namespace SafeSpaceCapacity.EndToEnd.Tests;

/// <summary>Demand that a simulation brought from a file, as a planner sees it: to the person as in the file.</summary>
public sealed class ReplayedDemandTests : IDisposable
{
    private const string Glasgow = "S12000049";
    private const string Edinburgh = "S12000036";
    private const int Days = 23;
    private const int AtOne = 30;
    private const int AtOtherTimes = 3;
    private const int West = AtOne + (4 * AtOtherTimes);
    private static readonly DateTime Monday = new(2026, 1, 5);

    private readonly DataDirectory _directory = new();
    private readonly DataDirectory _files = new();

    public void Dispose()
    {
        _directory.Dispose();
        _files.Dispose();
    }

    [Fact]
    public async Task Needs_of_a_replayed_file_are_counted_shown_and_forecast()
    {
        // More than the spaces of the one area can take at once; in the other twice as many on weekends.
        var file = new StringBuilder("date,hour,division,count\n");
        var inFile = new Dictionary<int, int>();
        for (var day = 0; day < Days; day++)
        {
            var date = Monday.AddDays(day);
            foreach (var (hour, division, count) in new[]
            {
                (13, "west", AtOne), (5, "west", AtOtherTimes), (9, "west", AtOtherTimes), (17, "west", AtOtherTimes), (22, "west", AtOtherTimes), (20, "east", East(date)),
            })
            {
                file.Append(CultureInfo.InvariantCulture, $"{date:yyyy-MM-dd},{hour},{division},{count}\n");
                inFile[Hour(date.AddHours(hour))] = count;
            }
        }

        var path = Path.Combine(_files.Path, "events.csv");
        await File.WriteAllTextAsync(path, file.ToString(), Stop);
        Dictionary<string, int> endings;
        await using (var server = await ServerProcess.StartSimulatedAsync(_directory, "2026-01-05", ServerProcess.FreePorts()))
        {
            var simulated = await RunAsync(server, "simulate", "--replay", path, "--step", "15", "--lost", "0", "--json");
            using var summary = JsonDocument.Parse(simulated);
            Assert.Equal(inFile.Values.Sum(), summary.RootElement.GetProperty("needs").GetInt32());
            endings = summary.RootElement.GetProperty("endings").EnumerateObject().ToDictionary(ending => ending.Name, ending => ending.Value.GetInt32(), StringComparer.OrdinalIgnoreCase);

            // The time is the service's, not the machine's; days that began in the 28 days before.
            var history = await TableAsync(server, "demand", "history", "--area", Glasgow, "--csv");
            Assert.Equal(Days, history.Count);
            Assert.Equal(["2026-01-05 00:00 GMT", "2026-01-27 00:00 GMT"], [history[0]["local_time"], history[^1]["local_time"]]);

            // A day is withheld where it would give an hour away, which chance decides here.
            var shown = history.Where(day => day["met"].Length > 0).Select(day => int.Parse(day["met"], CultureInfo.InvariantCulture)).ToList();
            Assert.InRange(shown.Count, Days / 3, Days);
            Assert.All(shown, met => Assert.InRange(met, 15, West));
            var unmet = await RunAsync(server, "demand", "unmet", "--area", Glasgow);
            Assert.Contains("Simulated time: 2026-01-2", unmet, StringComparison.Ordinal);

            var trained = await RunAsync(server, "forecast", "train");
            Assert.Contains("needs by hour: trained", trained, StringComparison.Ordinal);
            Assert.Contains("needs by day: trained", trained, StringComparison.Ordinal);
            foreach (var (area, expected) in new (string, Func<DateTime, double>)[] { (Glasgow, _ => West), (Edinburgh, date => East(date)) })
            {
                var days = await TableAsync(server, "forecast", "show", "--area", area, "--periods", "7", "--csv");
                Assert.Equal(7, days.Count);
                Assert.All(days, day => Assert.InRange(
                    double.Parse(day["mean"], CultureInfo.InvariantCulture) / expected(DateTime.Parse(day["timestamp"], CultureInfo.InvariantCulture)), 0.75, 1.25));
            }

            // Most of a day is asked in one hour.
            var hours = await TableAsync(server, "forecast", "show", "--area", Glasgow, "--by", "hour", "--periods", "48", "--csv");
            Assert.Equal(48, hours.Count);
            Assert.All(hours, hour => Assert.InRange(double.Parse(hour["mean"], CultureInfo.InvariantCulture), hour["timestamp"].Contains("T13:", StringComparison.Ordinal) ? 22 : 0, hour["timestamp"].Contains("T13:", StringComparison.Ordinal) ? 36 : 5));
            await server.StopAsync();
        }

        await RecordedAsync(inFile, endings);
    }

    // What is in the database is to the person what was in the file, and ended as it did for the crews; but for those who needed physical care first.
    private async Task RecordedAsync(Dictionary<int, int> inFile, Dictionary<string, int> endings)
    {
        await using var log = await SqliteEventLog.OpenAsync(_directory.Path, TimeProvider.System, Stop);
        var counts = (await log.Demand.ReadCountsAsync(string.Empty, 0, 1_000_000, withCodes: false, Stop)).Concat(DemandCount.Of((await log.Demand.ReadNeedsAsync(0, 1_000_000, Stop)).Needs).Where(count => count.Code == 0)).ToList();
        var byHour = counts.GroupBy(count => count.Hour).ToDictionary(hour => hour.Key, hour => hour.Sum(count => count.People));
        Assert.Equal(inFile.Keys.Order(), byHour.Keys.Order());
        Assert.All(byHour, hour => Assert.InRange(hour.Value, 1, inFile[hour.Key]));
        Assert.Equal(inFile.Values.Sum() - endings.GetValueOrDefault("physicalCareFirst"), byHour.Values.Sum());
        var byEnd = counts.GroupBy(count => Need.EndOf((NeedOutcome)count.Outcome)).ToDictionary(end => end.Key, end => end.Sum(count => count.People));
        Assert.Equal(endings.GetValueOrDefault("placed"), byEnd[NeedEnd.Met]);
        Assert.Equal(endings.GetValueOrDefault("nothingFound") + endings.GetValueOrDefault("declined") + endings.GetValueOrDefault("turnedAway"), byEnd[NeedEnd.Unmet]);
        Assert.Equal(endings.GetValueOrDefault("notNeeded"), byEnd[NeedEnd.Unknown]);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static int East(DateTime date) => date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 20 : 10;

    private static int Hour(DateTime at) => (int)(new DateTimeOffset(at, TimeSpan.Zero).ToUnixTimeSeconds() / 3600);

    private static async Task<List<Dictionary<string, string>>> TableAsync(ServerProcess server, params string[] arguments)
    {
        var rows = (await RunAsync(server, arguments)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(',')).ToList();
        return rows.Skip(1).Select(row => rows[0].Zip(row).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal)).ToList();
    }

    private static async Task<string> RunAsync(ServerProcess server, params string[] arguments)
    {
        var (code, output, error) = await Tool.TryAsync(Path.Combine(Here.Repository, "safespace"), [.. arguments, "--server", server.Address.ToString()], Here.Repository);
        Assert.True(code == 0, $"{string.Join(' ', arguments)} ended with {code}\n{output}\n{error}\n{server.Said}");
        return output;
    }
}
