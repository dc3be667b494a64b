using System.Globalization;
using NodaTime;
using SafeSpaceCapacity.Contract.V1;
using Spectre.Console;

namespace SafeSpaceCapacity.Cli.Output;

/// <summary>A space in words, as Spectre markup: the same in every table and report.</summary>
internal static class SpaceText
{
    /// <summary>The name over the door and the id to type.</summary>
    public static string Name(string spaceId, InformedChoice? choice)
    {
        var name = choice is { Name.Length: > 0 } ? choice.Name : spaceId;
        return $"[bold]{Words.Safe(name)}[/]{(choice?.Demo == true && !name.Contains("(demo)", StringComparison.OrdinalIgnoreCase) ? " (demo)" : "")}\n{Words.Safe(spaceId)}";
    }

    /// <summary>All the numbers, never one alone, a line each, and what limits them.</summary>
    public static string Numbers(Availability space)
    {
        var available = space.HasAvailable ? space.Available.ToString(CultureInfo.InvariantCulture) : "not known";
        var colour = space.HasAvailable ? space.Available > 0 ? "green" : "red" : "yellow";
        return $"[bold {colour}]available {available}[/]\n{Rest(space, "\n")}{Markup.Escape(Limits(space, "\n"))}";
    }

    /// <summary>Open or not, for how long, and when staff last said so.</summary>
    public static string Opening(Availability space, Instant now) => $"{Open(space, now)}\n{Confirmed(space, now)}";

    /// <summary>The same as <see cref="Line"/>, a line for each thing.</summary>
    public static IEnumerable<string> Lines(Availability space, Instant now)
    {
        yield return $"available {Number(space.HasAvailable, space.Available)}";
        yield return Rest(space, ", ");
        if (Limits(space, "limited by: ") is { Length: > 0 } limits)
            yield return limits;
        yield return $"{Open(space, now)}, {Confirmed(space, now)}";
    }

    /// <summary>Everything about a space's numbers in one line without markup.</summary>
    public static string Line(Availability space, Instant now)
    {
        var available = space.HasAvailable ? space.Available.ToString(CultureInfo.InvariantCulture) : "not known";
        return $"available {available} ({Rest(space, ", ")}), {Open(space, now)}, {Confirmed(space, now)}{Limits(space, "; limited by: ")}";
    }

    /// <summary>What holds the number down, in words, after a beginning; nothing where the rooms do.</summary>
    private static string Limits(Availability space, string beginning)
    {
        var limits = space.LimitingFactors.Where(factor => factor.Words.Length > 0).Select(factor => Words.Clean(factor.Words)).ToList();
        return limits.Count == 0 ? "" : $"{beginning}{string.Join("; ", limits)}";
    }

    /// <summary>The standing of one space after a command.</summary>
    public static void WriteStanding(IAnsiConsole console, Availability space)
    {
        var now = space.AsOf?.ToInstant() ?? Instant.MinValue;
        console.WriteLine($"{Words.Clean(space.SpaceId)} now: {Line(space, now)}");
    }

    /// <summary>What a person needs to know to choose, a line for each thing that is known.</summary>
    public static IEnumerable<string> Card(InformedChoice choice)
    {
        yield return choice.Voluntary ? "Coming and staying is the person's choice." : "Takes people detained under section 297.";
        yield return $"{Words.Of(choice.Tier)}{(choice.Description.Length > 0 ? $": {choice.Description}" : "")}";
        if (choice.WhoWorksHere.Length > 0)
            yield return $"who works there: {choice.WhoWorksHere}";
        if (choice.Languages.Count > 0)
            yield return $"languages: {string.Join(", ", choice.Languages)}";
        if (choice.Provides.Count > 0)
            yield return $"provides: {Words.List(choice.Provides)}";
        if (choice.AccessNote.Length > 0)
            yield return $"access: {choice.AccessNote}";
        if (choice.Entrance.Length > 0)
            yield return $"entrance: {choice.Entrance}";
    }

    private static string Rest(Availability space, string separator) => string.Join(
        separator,
        $"safe capacity {Number(space.HasSafeCapacity, space.SafeCapacity)}",
        $"places {Number(space.HasPlaces, space.Places)}",
        $"occupied {Number(space.HasOccupied, space.Occupied)}",
        $"held {Number(space.HasHeld, space.Held)}");

    private static string Open(Availability space, Instant now)
    {
        if (space.PausedUntil is not null && space.PausedUntil.ToInstant() > now)
            return $"takes nobody new until {London.Time(space.PausedUntil, now)} ({Words.Of(space.PauseReason)})";
        return space switch
        {
            { Freshness: Freshness.Unconfirmed } or { HasOpen: false } => "not known if open",
            { Open: true, OpenUntil: null } => "open day and night",
            { Open: true } => $"open until {London.Time(space.OpenUntil, now)}",
            { OpensAt: not null } => $"closed, opens {London.Time(space.OpensAt, now)}",
            _ => "closed",
        };
    }

    private static string Confirmed(Availability space, Instant now) => space.ConfirmedAt is null
        ? $"never confirmed by staff ({Words.Of(space.Freshness)})"
        : $"confirmed {London.Ago(space.ConfirmedAt, now)} ({Words.Of(space.Freshness)})";

    // Absent is not zero.
    private static string Number(bool known, int number) => known ? number.ToString(CultureInfo.InvariantCulture) : "not known";
}
