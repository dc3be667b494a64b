using System.Collections.Immutable;
using System.Globalization;
using NodaTime.Text;
using SafeSpaceCapacity.Cli.Output;
using Spectre.Console;

namespace SafeSpaceCapacity.Cli.Simulation;

/// <summary>What a planner would want to know of a simulation, and what it showed of the service.</summary>
/// <param name="Simulation">The one that ended.</param>
/// <param name="Replay">The real events it replayed, if it did.</param>
/// <param name="Log">What the comparison with the log found; null where no log was given.</param>
/// <param name="Took">How long it took.</param>
internal sealed record SimulationSummary(RegionSimulation Simulation, Replay? Replay, LogComparison? Log, TimeSpan Took)
{
    private Tally Tally => Simulation.Tally;

    private int Unmet => Tally.Endings.Where(ending => Tally.IsUnmet(ending.Key)).Sum(ending => ending.Value);

    /// <summary>Everything, for scripts.</summary>
    public object ForScripts() => new
    {
        simulated = true,
        Simulation.Plan.Seed,
        from = InstantPattern.ExtendedIso.Format(Simulation.Plan.From),
        until = InstantPattern.ExtendedIso.Format(Simulation.Plan.Until),
        seconds = Math.Round(Took.TotalSeconds, 1),
        replayedEvents = Replay?.Events,
        Tally.Needs,
        endings = Tally.Endings.ToImmutableSortedDictionary(ending => ending.Key.ToString(), ending => ending.Value, StringComparer.Ordinal),
        unmet = Unmet,
        Tally.OutOfHours,
        Tally.AtWeekend,
        minutesMedian = Tally.Minutes(0.5),
        minutesNinetieth = Tally.Minutes(0.9),
        areas = Tally.Areas,
        rejections = Tally.Rejections.ToImmutableSortedDictionary(code => code.Key.ToString(), code => code.Value, StringComparer.Ordinal),
        turnedAway = Tally.TurnedAway.ToImmutableSortedDictionary(code => code.Key.ToString(), code => code.Value, StringComparer.Ordinal),
        degradations = Tally.Degradations.ToImmutableSortedDictionary(code => code.Key.ToString(), code => code.Value, StringComparer.Ordinal),
        Tally.Searches,
        commands = Simulation.Ledger.Commands.Count,
        Simulation.Ledger.Resent,
        lostOnPurpose = Simulation.Line.Lost,
        Tally.Forgotten,
        log = Log,
    };

    /// <summary>For people.</summary>
    public void Write(IAnsiConsole console)
    {
        console.WriteLine(Text($"Simulation from {Simulation.Plan.From.InZone(Demand.Zone):uuuu'-'MM'-'dd HH':'mm} to {Simulation.Plan.Until.InZone(Demand.Zone):uuuu'-'MM'-'dd HH':'mm}, seed {Simulation.Plan.Seed}. Nothing in it is real."));
        if (Replay is not null)
            console.WriteLine(Text($"Needs are {Replay.Events} real events of {Replay.AreaOf.Count} divisions elsewhere, in areas that only stand for them."));
        WriteNeeds(console);
        WriteAreas(console);
        WriteCodes(console, "Answers of spaces that could not hold a place", Tally.Rejections.Select(code => (Words.Of(code.Key), code.Value)));
        WriteCodes(console, "Turned away at the door", Tally.TurnedAway.Select(code => (Words.Of(code.Key), code.Value)));
        console.WriteLine();
        console.WriteLine(Text($"{Tally.Searches} searches and {Simulation.Ledger.Commands.Count} commands in {Took.TotalSeconds:F0} s; {Simulation.Line.Lost} calls lost on purpose, {Simulation.Ledger.Resent} commands sent again."));
        console.WriteLine(Text($"Staff forgot {Tally.Forgotten} times to tell something."));
        foreach (var (degradation, count) in Tally.Degradations.Where(known => known.Key is not Contract.V1.Degradation.SimulatedTime))
            console.WriteLine(Text($"{count} answers said that {Words.Of(degradation)}."));
        WriteLog(console);
    }

    private void WriteNeeds(IAnsiConsole console)
    {
        console.WriteLine();
        console.WriteLine(Text($"{Tally.Needs} needs: {Percent(Tally.OutOfHours, Tally.Needs)} out of hours, {Percent(Tally.AtWeekend, Tally.Needs)} at the weekend (published: {Demand.OutOfHoursPercent} % and {Demand.WeekendPercent} %)"));
        foreach (var ending in Enum.GetValues<Ending>().Where(Tally.Endings.ContainsKey))
            console.WriteLine(Text($"  {Tally.Endings[ending],8}  {Percent(Tally.Endings[ending], Tally.Needs),7}  {Of(ending)}"));
        console.WriteLine(Text($"  {Unmet,8}  {Percent(Unmet, Tally.Needs),7}  with no place in all"));
        if (Tally.Minutes(0.5) is { } median)
            console.WriteLine(Text($"Half of those who came to a space travelled at most {median} minutes, nine of ten at most {Tally.Minutes(0.9)}."));
    }

    private void WriteAreas(IAnsiConsole console)
    {
        console.WriteLine();
        console.WriteLine(Text($"{"Area",-24}{"needs",8}{"placed",9}{"no place",10}"));
        foreach (var area in Tally.Areas)
            console.WriteLine(Text($"{area.Area,-24}{area.Needs,8}{Percent(area.Placed, area.Needs),9}{Percent(area.Unmet, area.Needs),10}"));
    }

    private static void WriteCodes(IAnsiConsole console, string title, IEnumerable<(string Code, int Count)> codes)
    {
        var list = codes.OrderByDescending(code => code.Count).ToList();
        if (list.Count == 0)
            return;
        console.WriteLine();
        console.WriteLine(title);
        foreach (var (code, count) in list)
            console.WriteLine(Text($"  {count,8}  {code}"));
    }

    private void WriteLog(IAnsiConsole console)
    {
        console.WriteLine();
        if (Log is null)
        {
            console.WriteLine("Not compared with the log: give --data for that.");
            return;
        }

        console.WriteLine(Text($"Compared with the log: {Log.Events} events, {Log.OfThisRun} since the simulation began, {Log.ByTime} of them made by time alone."));
        console.WriteLine(Text($"{"Event",-34}{"answered",10}{"unanswered",12}{"in the log",12}"));
        foreach (var count in Log.Counts)
            console.WriteLine(Text($"{count.Event,-34}{count.Answered,10}{count.Unanswered,12}{count.InLog,12}  {(count.AddsUp ? "adds up" : "DOES NOT ADD UP")}"));
        console.WriteLine(Text($"{Log.NumbersCompared} answers had the numbers that the events before them come to."));
        console.WriteLine(Log.ProblemCount == 0 ? "Nothing is wrong: what was acknowledged is there, once, and no place was held twice." : Text($"WRONG: {Log.ProblemCount} problems"));
        foreach (var problem in Log.Problems)
            console.WriteLine("- " + Words.Clean(problem));
    }

    private static string Of(Ending ending) => ending switch
    {
        Ending.Placed => "came to a space",
        Ending.PhysicalCareFirst => "needed physical care first",
        Ending.NothingFound => "no space could take them",
        Ending.Declined => "every space that was asked said no or did not answer",
        Ending.TurnedAway => "were turned away at the door",
        Ending.NotNeeded => "did not come after all",
        _ => "the service did not answer",
    };

    private static string Percent(int part, int whole) => whole == 0 ? "-" : Text($"{100.0 * part / whole:F1} %");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
