using System.CommandLine;
using System.CommandLine.Parsing;
using NodaTime;
using NodaTime.Text;
using SafeSpaceCapacity.Cli.Output;

namespace SafeSpaceCapacity.Cli.Input;

/// <summary>
/// A time as a person types it: a moment (ISO 8601 with its offset), or a time of day in Scotland, which means the nearest such moment
/// after or before another one.
/// </summary>
internal sealed record TypedTime(Instant? Moment, LocalTime TimeOfDay)
{
    private static readonly OffsetDateTimePattern[] Moments =
    [
        OffsetDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss;FFFFFFFFFo<Z+HH:mm>"),
        OffsetDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mmo<Z+HH:mm>"),
    ];

    private static readonly LocalDateTimePattern[] WithoutZone =
    [
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss;FFFFFFFFF"),
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm"),
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss"),
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm"),
    ];

    private static readonly LocalTimePattern Wall = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

    /// <summary>An option that takes a time.</summary>
    public static Option<TypedTime?> Option(string name, string description) =>
        new(name) { Description = description, HelpName = "TIME", CustomParser = Parse };

    /// <summary>What a text says; null for one that is no time.</summary>
    public static TypedTime? Read(string text)
    {
        foreach (var pattern in Moments)
        {
            if (pattern.Parse(text) is { Success: true, Value: var moment })
                return new TypedTime(moment.ToInstant(), default);
        }

        return Wall.Parse(text) is { Success: true, Value: var wall } ? new TypedTime(null, wall) : null;
    }

    /// <summary>The moment meant: the next one of this time of day after <paramref name="moment"/>.</summary>
    public Instant After(Instant moment) => Moment ?? Candidates(moment).Where(candidate => candidate > moment).Min();

    /// <summary>The moment meant: the last one of this time of day, not after <paramref name="moment"/>.</summary>
    public Instant Before(Instant moment) => Moment ?? Candidates(moment).Where(candidate => candidate <= moment).Max();

    // A time of day may come twice in a night (clocks go back) or not at all (clocks go forward: the hour after is meant).
    private IEnumerable<Instant> Candidates(Instant moment)
    {
        var today = moment.InZone(London.Zone).Date;
        for (var day = -1; day <= 1; day++)
        {
            var local = today.PlusDays(day) + TimeOfDay;
            var mapping = London.Zone.MapLocal(local);
            if (mapping.Count == 0)
                yield return local.InZoneLeniently(London.Zone).ToInstant();
            if (mapping.Count > 0)
                yield return mapping.First().ToInstant();
            if (mapping.Count == 2)
                yield return mapping.Last().ToInstant();
        }
    }

    private static TypedTime? Parse(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (Read(text) is { } time)
            return time;
        result.AddError(WithoutZone.Any(pattern => pattern.Parse(text).Success)
            ? $"'{text}' has no time zone, so it could be two different moments: write {text.Replace(' ', 'T')}Z for UTC or end it with an offset such as +01:00, or give HH:MM alone for the local time in Scotland."
            : $"'{text}' is not a time: write HH:MM, local time in Scotland, or ISO 8601 with an offset such as 2026-11-22T21:30:00Z.");
        return null;
    }
}
