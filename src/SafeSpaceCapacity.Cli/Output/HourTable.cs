using System.Globalization;
using NodaTime;
using SafeSpaceCapacity.Contract.V1;
using Spectre.Console;

namespace SafeSpaceCapacity.Cli.Output;

/// <summary>Hours that are over, as planners see them: what is withheld says so, and is never blank or 0.</summary>
internal static class HourTable
{
    public static void Write(IAnsiConsole console, IEnumerable<GetHourlyTotalsResponse.Types.Hour> hours)
    {
        var table = Reports.Table("Hour", "People here", "Safe capacity", "How it stood", "What was asked");
        foreach (var hour in hours)
        {
            table.AddRow(
                Cell(hour.LocalTime, hour.AreaCode),
                Cell(People(hour.Occupied)),
                Cell(SafeCapacity(hour.Standing)),
                Cell([.. Standing(hour.Standing)]),
                Cell([.. Demand(hour.Demand)]));
        }

        console.Write(table);
    }

    public static void Write(IAnsiConsole console, IEnumerable<GetHourlyTotalsResponse.Types.Day> days)
    {
        var table = Reports.Table("Day", "What was asked");
        foreach (var day in days)
            table.AddRow(Cell(day.Date, day.AreaCode), Cell([.. Demand(day.Demand)]));
        console.Write(table);
    }

    public static void Write(IAnsiConsole console, IEnumerable<GetSpaceHistoryResponse.Types.Hour> hours)
    {
        var table = Reports.Table("Hour", "People here", "Safe capacity", "How it stood", "What happened");
        foreach (var hour in hours)
        {
            table.AddRow(
                Cell(hour.LocalTime),
                Cell(People(hour.Occupied)),
                Cell(SafeCapacity(hour.Standing)),
                Cell([.. Standing(hour.Standing)]),
                Cell([.. hour.Happenings.Select(Happening)]));
        }

        console.Write(table);
    }

    private static string SafeCapacity(HourStanding? standing) =>
        standing is { HasSafeCapacity: true } ? standing.SafeCapacity.ToString("0.##", CultureInfo.InvariantCulture) : "not known";

    private static IEnumerable<string> Standing(HourStanding? standing)
    {
        yield return $"open {Minutes(standing is { HasOpenMinutes: true }, standing?.OpenMinutes)}";
        foreach (var paused in standing?.Paused ?? [])
            yield return $"paused ({Words.Of(paused.Reason)}) {Minutes(paused.HasMinutes, paused.Minutes)}";
        if (standing is not { HasBelowSafeStaffingMinutes: true, BelowSafeStaffingMinutes: 0 })
            yield return $"below safe staffing {Minutes(standing is { HasBelowSafeStaffingMinutes: true }, standing?.BelowSafeStaffingMinutes)}";
        if (standing is not { HasUnconfirmedMinutes: true, UnconfirmedMinutes: 0 })
            yield return $"unconfirmed {Minutes(standing is { HasUnconfirmedMinutes: true }, standing?.UnconfirmedMinutes)}";
    }

    private static string Minutes(bool known, int? minutes) => known ? string.Create(CultureInfo.InvariantCulture, $"{minutes} min") : "not known";

    private static IEnumerable<string> Demand(DemandCounts? demand)
    {
        yield return $"arrivals: {People(demand?.Arrivals)}";
        yield return $"holds placed: {People(demand?.HoldsPlaced)}";
        yield return $"holds expired: {People(demand?.HoldsExpired)}";
        yield return $"requests: {People(demand?.HoldsRequested)}";
        yield return $"requests lapsed: {People(demand?.HoldsLapsed)}";
        foreach (var refused in demand?.Refused ?? [])
            yield return $"refused ({Words.Of(refused.Reason)}): {People(refused.Count)}";
        yield return demand is { Refused.Count: > 0 } ? "refused for any other reason: fewer than 5 or withheld" : "refused, for each reason: fewer than 5 or withheld";
    }

    private static string People(SuppressibleCount? count) =>
        count is { Suppressed: true } ? "fewer than 5 or withheld" : count is { HasCount: true } ? count.Count.ToString(CultureInfo.InvariantCulture) : "not known";

    private static string Happening(GetSpaceHistoryResponse.Types.Happening happening)
    {
        var time = happening.HappenedAt is { } at ? at.ToInstant().InZone(London.Zone).ToString("HH:mm", CultureInfo.InvariantCulture) : "not known when";
        var what = happening.Kind switch
        {
            SpaceHappening.Paused => $"takes nobody new ({Words.Of(happening.PauseReason)})"
                + (happening.PausedUntil is { } until ? $" until {until.ToInstant().InZone(London.Zone).ToString("ddd HH:mm", CultureInfo.InvariantCulture)}" : ""),
            SpaceHappening.StaffChanged => $"on duty: {Staff(happening)}; safe capacity {(happening.HasSafeCapacity ? happening.SafeCapacity.ToString(CultureInfo.InvariantCulture) : "not known")}",
            _ => Words.Of(happening.Kind),
        };
        return $"{time} {what}";
    }

    private static string Staff(GetSpaceHistoryResponse.Types.Happening happening) => happening.OnDuty.Count == 0
        ? "nobody"
        : string.Join(", ", happening.OnDuty.Select(role => string.Create(CultureInfo.InvariantCulture, $"{role.People} {Words.Of(role.Role)}")));

    private static Text Cell(params string[] lines) => new(string.Join('\n', lines.Select(Words.Clean)));
}
