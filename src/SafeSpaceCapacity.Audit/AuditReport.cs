using System.Globalization;
using System.Text;

namespace SafeSpaceCapacity.Audit;

/// <summary>Something about a trail.</summary>
/// <param name="Node">Whose trail.</param>
/// <param name="File">The name of the file in the node's folder; empty where it is about the folder.</param>
/// <param name="Line">The line, from 1; null where it is about the file.</param>
/// <param name="What">What it is, in plain words.</param>
public sealed record AuditFinding(string Node, string File, long? Line, string What)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        var place = File.Length == 0 ? Node : $"{Node}/{File}";
        return Line is { } line ? string.Create(CultureInfo.InvariantCulture, $"{place}, line {line}: {What}") : $"{place}: {What}";
    }
}

/// <summary>What a verification of trails found.</summary>
/// <param name="Nodes">How many nodes have a trail.</param>
/// <param name="Segments">How many segments they have.</param>
/// <param name="Entries">How many entries were read.</param>
/// <param name="From">The earliest time of an entry; null for none.</param>
/// <param name="Until">The latest time of an entry; null for none.</param>
/// <param name="Anchors">How many signatures inside segments were checked, those of the first lines too.</param>
/// <param name="Unsigned">How many entries stand behind the newest signature: of a process that runs, or that ended without closing.</param>
/// <param name="Findings">What is wrong; empty for sound trails.</param>
/// <param name="Notes">What is worth knowing and not wrong: crashes, and what retention removed.</param>
public sealed record AuditReport(
    int Nodes,
    int Segments,
    long Entries,
    DateTimeOffset? From,
    DateTimeOffset? Until,
    long Anchors,
    long Unsigned,
    IReadOnlyList<AuditFinding> Findings,
    IReadOnlyList<AuditFinding> Notes)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool IsSound => Findings.Count == 0;

    /// <summary>The verdict in a few lines for whoever asked.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"The audit trail {(IsSound ? "is sound" : "is damaged")}: ");
        text.Append(CultureInfo.InvariantCulture, $"{Nodes} nodes, {Segments} segments, {Entries} entries");
        if (From is { } from && Until is { } until)
            text.Append(CultureInfo.InvariantCulture, $" from {from:O} until {until:O}");
        text.Append(CultureInfo.InvariantCulture, $", {Anchors} signatures checked, {Unsigned} entries not signed yet.");
        foreach (var finding in Findings)
            text.Append("\n- ").Append(finding);
        foreach (var note in Notes)
            text.Append("\n  (").Append(note).Append(')');
        return text.ToString();
    }
}
