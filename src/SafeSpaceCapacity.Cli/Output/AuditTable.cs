using System.Globalization;
using SafeSpaceCapacity.Cli.Input;
using SafeSpaceCapacity.Contract.V1;
using Spectre.Console;

namespace SafeSpaceCapacity.Cli.Output;

/// <summary>Entries of the audit trail: a table, or one message a line.</summary>
internal static class AuditTable
{
    public static void Write(Session session, IReadOnlyCollection<AuditEntry> entries)
    {
        if (session.IsJson)
        {
            foreach (var entry in entries)
                session.Answer(entry, _ => { });
            return;
        }

        if (entries.Count == 0)
            return;
        var table = Reports.Table("When (UTC)", "Who", "What", "About", "Outcome");
        foreach (var entry in entries)
        {
            table.AddRow(
                Cell(entry.RecordedAt?.ToInstant().ToString("uuuu-MM-dd'\n'HH:mm:ss", CultureInfo.InvariantCulture).Split('\n') ?? []),
                Cell(entry.Actor, entry.Role, entry.Client),
                Cell([.. entry.Method.StartsWith('/') ? entry.Method.Split('.', '/')[^2..] : [entry.Method], $"{Words.Of(entry.Kind)}, {entry.Node} {entry.Seq}"]),
                Cell([entry.SpaceId, entry.AreaCode, .. Changes(entry.Before, entry.After)]),
                Cell(entry.Outcome));
        }

        session.Terminal.Answers().Write(table);
    }

    private static Text Cell(params string[] lines) => new(string.Join('\n', lines.Where(line => line.Length > 0).Select(Words.Clean)));

    private static IEnumerable<string> Changes(AuditNumbers? before, AuditNumbers? after)
    {
        if (after is null)
            yield break;
        before ??= new AuditNumbers();
        if (before.SafeCapacity != after.SafeCapacity)
            yield return $"safe capacity {before.SafeCapacity} to {after.SafeCapacity}";
        if (before.Occupied != after.Occupied)
            yield return $"occupied {before.Occupied} to {after.Occupied}";
        if (before.Held != after.Held)
            yield return $"held {before.Held} to {after.Held}";
        if (before.Paused != after.Paused)
            yield return after.Paused ? "paused" : "resumed";
    }
}
