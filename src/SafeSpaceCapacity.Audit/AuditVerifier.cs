using SafeSpaceCapacity.Audit.Checking;
using SafeSpaceCapacity.Audit.Format;
using SafeSpaceCapacity.Identity;

namespace SafeSpaceCapacity.Audit;

/// <summary>
/// Checks trails: every byte of every line, every signature, and that nothing is missing. <see cref="AuditTrail"/> says what can't be found.
/// Accepted as no tampering are a newest segment that is not closed, also with a last line that is not whole (a process writes it, or
/// crashed), as long as it holds the line that <c>head.json</c> names; and oldest segments that are missing, if retention signed for them.
/// </summary>
public static class AuditVerifier
{
    private const int Tries = 5;

    /// <summary>Checks the trails of all nodes. Reads every file once, in constant memory; processes may write meanwhile.</summary>
    /// <param name="folder">The folder of all trails.</param>
    /// <param name="keys">The keys that signed it.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static AuditReport Verify(string folder, AuditKeys keys)
    {
        var report = new AuditReport(0, 0, 0, null, null, 0, 0, [], []);
        foreach (var node in NodeFolder.All(folder))
        {
            var (state, segments, findings) = Check(node, keys);
            report = new AuditReport(
                report.Nodes + 1,
                report.Segments + segments,
                report.Entries + state.Entries,
                Of(report.From, state.From, earliest: true),
                Of(report.Until, state.Until, earliest: false),
                report.Anchors + state.Anchors,
                report.Unsigned + state.Unsigned,
                [.. report.Findings, .. findings.All],
                [.. report.Notes, .. findings.Notes]);
        }

        return report;
    }

    /// <summary>Checks the trails of all nodes with the service's own keys.</summary>
    /// <param name="folder">The folder of all trails.</param>
    /// <param name="keys">The keys that signed it.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static AuditReport Verify(string folder, SigningKeys keys) => Verify(folder, AuditKeys.Of(keys));

    private static (CheckState State, int Segments, Findings Findings) Check(NodeFolder node, AuditKeys keys)
    {
        for (var tries = 1; ; tries++)
        {
            var findings = new Findings(node.Node);
            var check = new NodeCheck(node, keys, findings);
            try
            {
                return (check.All(), check.Segments.Count, findings);
            }
            catch (FileNotFoundException) when (tries < Tries)
            {
                // Retention removed a segment between listing and reading it.
            }
        }
    }

    private static DateTimeOffset? Of(DateTimeOffset? a, DateTimeOffset? b, bool earliest) =>
        a is null || b is null ? a ?? b : (a < b) == earliest ? a : b;
}
