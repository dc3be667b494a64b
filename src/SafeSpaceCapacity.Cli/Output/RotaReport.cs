using System.Globalization;
using NodaTime;
using SafeSpaceCapacity.Contract.V1;
using Spectre.Console;

namespace SafeSpaceCapacity.Cli.Output;

/// <summary>A rota, and the week that it makes.</summary>
internal static class RotaReport
{
    private const int DayWidth = 7;
    private const int HourWidth = 3;
    private const int HoursOfDay = 24;
    private const int MostShown = 99;

    private static readonly Duration Quarter = Duration.FromMinutes(15);

    public static void Write(IAnsiConsole console, GetRotaResponse rota)
    {
        var from = rota.QuartersFrom?.ToInstant() ?? Instant.FromUnixTimeSeconds(0);
        console.MarkupLine("[bold]Planned week by week[/]");
        if (rota.Lines.Count == 0)
            console.WriteLine("Nobody.");
        foreach (var (i, line) in rota.Lines.Index())
            console.Item($"{i + 1}", Of(line), $"line {line.LineId}");
        foreach (var absence in rota.Absences)
            console.Item("-", $"Nobody comes for {LineOf(rota, absence.LineId)} on {absence.Date}.");
        var beside = rota.Shifts.Where(shift => !shift.ByRota).ToList();
        if (beside.Count > 0)
        {
            console.Heading("Beside it in the coming week");
            foreach (var shift in beside)
                console.Item("-", BoardText.Of(shift, from));
        }

        console.Heading("How many people can be safely supported, hour by hour");
        WriteWeek(console, rota, from);
        console.WriteLine("The fewest of each hour. A dot: closed. 0!: open, but too few are planned.");
        console.Heading("Gaps: open, but too few are planned");
        if (rota.Gaps.Count == 0)
            console.WriteLine("None in the coming week.");
        foreach (var gap in rota.Gaps)
            console.Item("-", $"{London.Time(gap.StartsAt, from)} to {London.Time(gap.EndsAt, from)}{Why(gap)}");
        console.WriteLine(Words.Lag(rota.ReadModel));
    }

    private static string Of(RotaLine line) => string.Concat(
        (string[])
        [
            $"{Words.Of(line.Role)}, {string.Join(' ', line.Weekdays.Select(EntryReport.Day))}, {line.Starts} to {line.Ends}",
            string.CompareOrdinal(line.Ends, line.Starts) <= 0 ? " the day after" : "",
            line.Agency ? ", agency" : "",
            line.OnCall ? ", on call" : "",
            BoardText.Trained(line.Trained),
            .. line.Breaks.Select(pause => $", break {pause.Starts} to {pause.Ends}"),
            line.FirstDate.Length > 0 ? $", first on {line.FirstDate}" : "",
            line.LastDate.Length > 0 ? $", last on {line.LastDate}" : "",
        ]);

    private static string LineOf(GetRotaResponse rota, string id)
    {
        var at = rota.Lines.Select(line => line.LineId).ToList().IndexOf(id);
        return at < 0 ? $"line {id}" : string.Create(CultureInfo.InvariantCulture, $"{at + 1} ({Words.Of(rota.Lines[at].Role)})");
    }

    private static string Why(RotaGap gap)
    {
        var words = gap.LimitingFactors.Select(factor => factor.Words.Length > 0 ? factor.Words : Words.Of(factor.Code)).ToList();
        return words.Count == 0 ? "" : $": {string.Join("; ", words)}";
    }

    // Rows of one day each; in a narrow terminal the morning's and the evening's half after each other.
    private static void WriteWeek(IAnsiConsole console, GetRotaResponse rota, Instant from)
    {
        var hours = new SortedDictionary<(LocalDate Day, int Hour), Hour>();
        foreach (var (i, fewest) in rota.SafeCapacity.Index())
        {
            var key = Key(from + (Quarter * i));
            var hour = hours.GetValueOrDefault(key);
            hours[key] = i < rota.Open.Count && rota.Open[i] ? hour with { Fewest = Math.Min(hour.Fewest ?? fewest, fewest) } : hour;
        }

        foreach (var gap in rota.Gaps)
        {
            for (var at = gap.StartsAt.ToInstant(); at < gap.EndsAt.ToInstant(); at += Quarter)
            {
                if (hours.TryGetValue(Key(at), out var hour))
                    hours[Key(at)] = hour with { Gap = true };
            }
        }

        var half = console.Profile.Width < DayWidth + (HoursOfDay * HourWidth) ? HoursOfDay / 2 : HoursOfDay;
        for (var first = 0; first < HoursOfDay; first += half)
        {
            var shown = Enumerable.Range(first, half).ToList();
            console.MarkupLine($"[bold]{new string(' ', DayWidth)}{string.Concat(shown.Select(hour => hour.ToString("00", CultureInfo.InvariantCulture).PadRight(HourWidth))).TrimEnd()}[/]");
            foreach (var day in hours.Keys.Select(key => key.Day).Distinct())
            {
                var cells = shown.Select(hour => hours.TryGetValue((day, hour), out var known) ? Cell(known) : "").Select(cell => cell.PadRight(HourWidth));
                console.WriteLine($"{day.ToString("ddd d", CultureInfo.InvariantCulture),-DayWidth}{string.Concat(cells)}".TrimEnd());
            }
        }
    }

    private static string Cell(Hour hour) => hour switch
    {
        { Gap: true } => " 0!",
        { Fewest: null } => " .",
        { Fewest: > MostShown } => "++",
        _ => hour.Fewest!.Value.ToString(CultureInfo.InvariantCulture).PadLeft(2),
    };

    private static (LocalDate Day, int Hour) Key(Instant at)
    {
        var local = at.InZone(London.Zone);
        return (local.Date, local.Hour);
    }

    /// <summary>The fewest of the open quarters of an hour; null where none is open.</summary>
    private readonly record struct Hour(int? Fewest, bool Gap);
}
