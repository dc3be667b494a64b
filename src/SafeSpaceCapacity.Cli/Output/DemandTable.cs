using System.Globalization;
using SafeSpaceCapacity.Cli.Input;
using SafeSpaceCapacity.Contract.V1;
using Spectre.Console;

namespace SafeSpaceCapacity.Cli.Output;

/// <summary>The demand of the past: what is withheld says so, an estimate says that it is one.</summary>
internal static class DemandTable
{
    public static void Write(IAnsiConsole console, GetDemandHistoryResponse.Types.Header? header, IReadOnlyList<GetDemandHistoryResponse.Types.Row> rows, bool unmet)
    {
        var names = header?.Areas.ToDictionary(area => area.AreaCode, area => area.Name, StringComparer.Ordinal) ?? [];
        if (rows.Count == 0)
            console.WriteLine("No period that is over, of which anything is known.");
        else if (unmet)
            console.Write(Unmet(rows, names));
        else
            console.Write(rows[0].Counted is null ? History(rows, names) : Counted(rows, names));
        if (header is null)
            return;
        if (header.RecordedSince is { } since)
            console.WriteLine($"Needs are recorded since {Time(since)}; what was first asked after {Time(header.SettledUntil)} may still change.");
        if (header is { HasLost: true, Lost: > 0 })
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{header.Lost} searches could not be recorded since the service started: too many came at once."));
        console.WriteLine("Needs are counted once, where and when they were first asked. Withheld: fewer than 5, or would give such a number away.");
        if (rows.Any(row => row.HasHiddenEstimate))
            console.WriteLine("Estimated: who would have asked had not everything been full or closed. It is no count, and in none.");
        console.WriteLine(Words.Lag(header.ReadModel));
    }

    public static void WriteCsv(TextWriter to, IEnumerable<GetDemandHistoryResponse.Types.Row> rows)
    {
        to.WriteLine("area,starts_at,local_time,met,unmet,unknown,counted,away_minutes,hidden_estimate");
        foreach (var row in rows)
        {
            to.WriteLine(string.Join(
                ',', row.AreaCode, row.StartsAt.ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture), row.LocalTime, Cell(row.Met), Cell(row.Unmet), Cell(row.Unknown),
                Cell(row.Counted), row.HasAwayMinutes ? Number(row.AwayMinutes) : "", row.HasHiddenEstimate ? Number(row.HiddenEstimate) : ""));
        }

        static string Cell(SuppressibleCount? count) => count is { HasCount: true } ? Number(count.Count) : string.Empty;
    }

    private static Table History(IEnumerable<GetDemandHistoryResponse.Types.Row> rows, Dictionary<string, string> names)
    {
        var table = Reports.Table("When", "Area", "Placed", "Found none", "Not known", "Minutes away", "Estimated");
        foreach (var row in rows)
            table.AddRow(Text(row.LocalTime), Area(row, names), Text(People(row.Met)), Text(People(row.Unmet)), Text(People(row.Unknown)), Text(row.HasAwayMinutes ? Number(row.AwayMinutes) : "–"), Text(Estimate(row)));
        return table;
    }

    private static Table Counted(IEnumerable<GetDemandHistoryResponse.Types.Row> rows, Dictionary<string, string> names)
    {
        var table = Reports.Table("When", "Area", "Counted");
        foreach (var row in rows)
            table.AddRow(Text(row.LocalTime), Area(row, names), Text(People(row.Counted)));
        return table;
    }

    private static Table Unmet(IEnumerable<GetDemandHistoryResponse.Types.Row> rows, Dictionary<string, string> names)
    {
        var table = Reports.Table("Day", "Area", "Found none", "Why", "Had asked for", "Estimated");
        foreach (var row in rows)
        {
            var why = row.Outcomes.Where(IsUnmet).Select(outcome => $"{Why(outcome)}: {Number(outcome.Count)}");
            var asked = row.Codes.Where(code => code.Among == NeedOutcome.NothingFound).Select(code => $"{Code(code)}: {Number(code.Count)}");
            table.AddRow(Text(row.LocalTime[..Math.Min(10, row.LocalTime.Length)]), Area(row, names), Text(People(row.Unmet)), Text(Lines(why)), Text(Lines(asked)), Text(Estimate(row)));
        }

        return table;
    }

    private static bool IsUnmet(GetDemandHistoryResponse.Types.OutcomeCount outcome) =>
        outcome.Outcome is NeedOutcome.NothingFound or NeedOutcome.HoldRejected or NeedOutcome.Lapsed or NeedOutcome.Declined;

    private static string Why(GetDemandHistoryResponse.Types.OutcomeCount outcome) => outcome.Outcome switch
    {
        NeedOutcome.NothingFound => "no space within reach",
        NeedOutcome.HoldRejected => "no place any more",
        NeedOutcome.Lapsed => "no answer to the request",
        _ => $"turned away ({Words.Of(outcome.Reason)})",
    };

    private static string Code(GetDemandHistoryResponse.Types.CodeCount code) =>
        code.Need != Need.Unspecified ? Codes.Name(code.Need) : code.AgeBand != AgeBand.Unspecified ? Codes.Name(code.AgeBand) : "detained under s.297";

    private static string Lines(IEnumerable<string> lines) => string.Join('\n', lines.DefaultIfEmpty("withheld"));

    private static string Estimate(GetDemandHistoryResponse.Types.Row row) => row.HasHiddenEstimate ? $"about {Number(row.HiddenEstimate)} more" : "–";

    private static string People(SuppressibleCount? count) => count is { HasCount: true } ? Number(count.Count) : count is { Suppressed: true } ? "withheld" : "not known";

    private static Text Area(GetDemandHistoryResponse.Types.Row row, Dictionary<string, string> names) => Text(names.GetValueOrDefault(row.AreaCode, row.AreaCode));

    private static Text Text(string text) => new(string.Join('\n', text.Split('\n').Select(Words.Clean)));

    private static string Time(Google.Protobuf.WellKnownTypes.Timestamp? at) =>
        at is null ? "a time that is not known" : at.ToInstant().InZone(London.Zone).ToString("d MMMM uuuu HH:mm", CultureInfo.InvariantCulture);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
