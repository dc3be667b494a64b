using System.Globalization;
using NodaTime;
using SafeSpaceCapacity.Contract.V1;
using Spectre.Console;

namespace SafeSpaceCapacity.Cli.Output;

/// <summary>A forecast as a plot of characters: one line for each period, from the least to the most that is likely.</summary>
internal static class ForecastPlot
{
    private const int BarLeast = 20;
    private const int NumbersWidth = 44;

    /// <summary>Writes how far to trust it, and the plot of each area.</summary>
    public static void Write(IAnsiConsole console, GetForecastResponse.Types.Header header, IReadOnlyList<GetForecastResponse.Types.Row> rows, DemandPeriod period)
    {
        var age = header.HasAgeMinutes ? Age(header.AgeMinutes) : "at a time that is not known";
        console.WriteLine(Words.Clean(string.Create(
            CultureInfo.InvariantCulture, $"Trained {age}, on {header.Periods} {Name(period, header.Periods)} from {Short(header.LearntFrom, period)} until {Short(header.LearntUntil, period)}.")));
        foreach (var record in header.Record.Where(record => record.Champion))
        {
            console.WriteLine(Words.Clean(string.Create(
                CultureInfo.InvariantCulture,
                $"{(record.Level is "area" ? "Areas" : record.Level)}: {record.Model}, the best of {header.Record.Count(other => string.Equals(other.Level, record.Level, StringComparison.Ordinal))} over {header.Windows} windows of {header.WindowPeriods} {Name(period, header.WindowPeriods)}: CRPS {record.Crps:0.000}, mean error {record.Mae:0.00} people, {record.Pit80:P0} within the 80 % interval.")));
        }

        if (header.Failure.Length > 0)
            console.WriteLine(Words.Clean($"The last training failed, so this is the one before: {header.Failure}."));
        var middle = Index(header, 0.5);
        var (low, high, least, most) = (Index(header, 0.1), Index(header, 0.9), Index(header, 0.025), Index(header, 0.975));
        if (middle < 0 || low < 0 || high < 0 || least < 0 || most < 0 || rows.Any(row => row.Quantiles.Count != header.Probabilities.Count))
        {
            console.WriteLine("The service sent quantiles that this program does not know how to draw; --json shows them.");
            return;
        }

        foreach (var area in rows.GroupBy(row => row.AreaCode, StringComparer.Ordinal))
        {
            console.Heading(Words.Clean(area.Key));
            var top = Math.Max(1, area.Max(row => row.Quantiles[most]));
            var width = Math.Max(BarLeast, console.Profile.Width - NumbersWidth);
            foreach (var row in area)
            {
                var bar = Bar(width, top, row.Quantiles[least], row.Quantiles[low], row.Quantiles[middle], row.Quantiles[high], row.Quantiles[most]);
                console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{Words.Clean(Short(row.LocalTime, period)),-16} {bar} {row.Quantiles[middle],4} (80 %: {row.Quantiles[low]} to {row.Quantiles[high]})"));
            }
        }

        console.WriteLine();
        console.WriteLine("● median   ━ 80 % interval   · 95 % interval. People who will need a place, met or not.");
    }

    private static string Bar(int width, int top, int least, int low, int middle, int high, int most)
    {
        var cells = new char[width];
        for (var i = 0; i < width; i++)
            cells[i] = i == At(middle) ? '●' : i >= At(low) && i <= At(high) ? '━' : i >= At(least) && i <= At(most) ? '·' : ' ';
        return new string(cells);

        int At(int people) => (int)Math.Round((double)people / top * (width - 1));
    }

    private static int Index(GetForecastResponse.Types.Header header, double probability) => header.Probabilities.ToList().FindIndex(one => Math.Abs(one - probability) < 1e-9);

    private static string Age(int minutes) => minutes switch
    {
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{minutes} min ago"),
        < 48 * 60 => string.Create(CultureInfo.InvariantCulture, $"{minutes / 60} h ago"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{minutes / 1440} days ago"),
    };

    private static string Name(DemandPeriod period, int count) => (period, count) switch
    {
        (DemandPeriod.Hour, 1) => "hour",
        (DemandPeriod.Hour, _) => "hours",
        (_, 1) => "day",
        _ => "days",
    };

    private static string Short(string at, DemandPeriod period) =>
        NodaTime.Text.LocalDateTimePattern.GeneralIso.Parse(at) is { Success: true, Value: var local } ? local.ToString(period == DemandPeriod.Hour ? "ddd d MMM HH:mm" : "ddd d MMM uuuu", CultureInfo.InvariantCulture) : at;
}
