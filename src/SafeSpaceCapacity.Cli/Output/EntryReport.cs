using System.Globalization;
using NodaTime;
using SafeSpaceCapacity.Contract.V1;
using Spectre.Console;

namespace SafeSpaceCapacity.Cli.Output;

/// <summary>An entry of the directory as it was entered, and who changed it.</summary>
internal static class EntryReport
{
    private static readonly string[] Weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    public static void Write(IAnsiConsole console, GetSpaceResponse found)
    {
        var entry = found.Entry ?? new RegisterSpaceRequest();
        console.MarkupLine($"[bold]{Words.Safe(entry.Name)}[/] {Words.Safe(entry.SpaceId)}");
        foreach (var line in Entry(entry))
            console.WriteLine(Words.Clean(line));
        if (found.Availability is { } numbers)
            SpaceText.WriteStanding(console, numbers);
        console.Heading("The rules it works by");
        var own = PolicyText.Lines(PolicyText.StatedBy(entry)).Select(rule => rule.Rule).ToHashSet(StringComparer.Ordinal);
        foreach (var (rule, says) in PolicyText.Lines(found.Rules))
            console.Item("-", $"{rule}: {says}{(own.Contains(rule) ? " (stated by the space itself)" : "")}");
        console.WriteLine(found.PolicyVersion == 0
            ? "What it does not state itself is as the documented defaults are."
            : string.Create(CultureInfo.InvariantCulture, $"What it does not state itself is as version {found.PolicyVersion} for each {Words.Of(entry.Tier)} says, else as the documented defaults are."));
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Entered and changed {found.Changes} time(s). {Words.Lag(found.ReadModel)}"));
    }

    /// <summary>A change: when, what and who.</summary>
    public static string Of(DirectoryChange change, Instant now) =>
        $"{(change.At is null ? "" : London.Time(change.At, now))} {What(change.What)} by {(change.Actor.Length > 0 ? change.Actor : "nobody who is known")}{(change.Role.Length > 0 ? $" ({change.Role})" : "")}".TrimStart();

    private static string What(string what) => what switch
    {
        "SpaceRegistered" => "entered",
        "SpaceChanged" => "changed",
        "SpaceRetired" => "taken out of the directory",
        "PolicyApplied" => "the rules of its kind came into force, set",
        _ => what,
    };

    private static IEnumerable<string> Entry(RegisterSpaceRequest entry)
    {
        yield return $"{Words.Of(entry.Tier)}{(entry.Description.Length > 0 ? $": {entry.Description}" : "")}";
        yield return $"telephone {entry.Telephone}";
        yield return string.Create(CultureInfo.InvariantCulture, $"places {(entry.HasPlaces ? entry.Places.ToString(CultureInfo.InvariantCulture) : "not stated")}, at {At(entry.Point)}");
        if (entry.Entrance.Length > 0)
            yield return $"entrance: {entry.Entrance}";
        if (entry.AccessNote.Length > 0)
            yield return $"access: {entry.AccessNote}";
        if (entry.WhoWorksHere.Length > 0)
            yield return $"who works there: {entry.WhoWorksHere}";
        if (entry.Languages.Count > 0)
            yield return $"languages: {string.Join(", ", entry.Languages)}";
        if (entry.Provides.Count > 0)
            yield return $"provides: {Words.List(entry.Provides)}";
        yield return $"ages: {Words.List(entry.Ages)}{(entry.S297Designated ? "; designated under section 297" : "")}";
        if (entry.Excludes.Count > 0)
            yield return $"states that it does not take people because of: {Words.List(entry.Excludes)}";
        if (entry.ReviewBy.Length > 0)
            yield return $"whom it takes is looked at again by {entry.ReviewBy}";
        yield return $"hours: {(entry.AlwaysOpen || IsAlways(entry.Week) ? "day and night" : string.Join("; ", entry.Week.Select(day => $"{Day(day.Weekday)} {Hours(day.Opens, day.Closes)}")))}";
        if (entry.BankHoliday is { } holiday)
            yield return $"bank holidays: {Hours(holiday.Opens, holiday.Closes)}";
        foreach (var day in entry.SpecialDays)
            yield return $"on {day.Date}: {Hours(day.Opens, day.Closes)}";
        foreach (var venue in entry.Venues)
            yield return $"on {string.Join(' ', venue.Weekdays.Select(Day))} it is at {At(venue.Point)}{(venue.Entrance.Length > 0 ? $", entrance: {venue.Entrance}" : "")}{(venue.AccessNote.Length > 0 ? $", access: {venue.AccessNote}" : "")}";
    }

    /// <summary>A day of the week by its number, 1 to 7.</summary>
    public static string Day(int day) => day is >= 1 and <= 7 ? Weekdays[day - 1] : day.ToString(CultureInfo.InvariantCulture);

    private static bool IsAlways(IReadOnlyCollection<WeeklyOpening> week) =>
        week.Select(day => day.Weekday).Distinct().Count() == Weekdays.Length && week.All(day => day is { Opens: "00:00", Closes: "00:00" });

    private static string Hours(string opens, string closes) => opens.Length == 0 ? "closed" : string.Equals(opens, closes, StringComparison.Ordinal) ? $"24 hours from {opens}" : $"{opens} to {closes}";

    private static string At(Wgs84Point? point) => point is { HasLatitude: true, HasLongitude: true }
        ? string.Create(CultureInfo.InvariantCulture, $"{point.Latitude:0.#####},{point.Longitude:0.#####}")
        : "no stated point";
}
