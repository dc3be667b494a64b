using SafeSpaceCapacity.Audit.Checking;
using SafeSpaceCapacity.Audit.Format;
using SafeSpaceCapacity.Identity;

namespace SafeSpaceCapacity.Audit.Writing;

/// <summary>
/// Opens a trail to write it. Checked are the segments from the newest signed line on; the older ones are the verifier's. A segment that was
/// left open gets a line that says so, without what was no whole line, and is closed; then a new one begins.
/// </summary>
internal static class TrailOpening
{
    public static TrailWriter Open(AuditSettings settings, NodeFolder folder, SigningKeys keys, TrailWriter.OpenSegment open)
    {
        var isNew = !Directory.Exists(folder.Path);
        if (isNew)
            Make(settings, folder, keys, open);
        var findings = new Findings(folder.Node);
        var check = new NodeCheck(folder, AuditKeys.Of(keys), findings);
        var state = check.FromHead();
        if (findings.All is [var finding, ..])
        {
            throw new AuditDamagedException(
                $"The audit trail in {folder.Path} is not what was written to it. {finding}. Nothing was changed. "
                + "Keep the folder as evidence: move it away, and another trail begins.");
        }

        var newest = check.Segments[^1];
        var writer = new TrailWriter(settings, folder, keys, open, new TrailHead(state.HasHeader ? newest : newest - 1, state.Seq, state.Hash));
        try
        {
            GoOn(writer, state, isNew);
            return writer;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    private static void Make(AuditSettings settings, NodeFolder folder, SigningKeys keys, TrailWriter.OpenSegment open)
    {
        if (Directory.Exists(folder.New.Path))
            Directory.Delete(folder.New.Path, recursive: true);
        NodeFolder.Make(folder.New.Path);
        using (var writer = new TrailWriter(settings, folder.New, keys, open, TrailHead.None))
            writer.Begin();
        Directory.Move(folder.New.Path, folder.Path);
    }

    private static void GoOn(TrailWriter writer, CheckState state, bool isNew)
    {
        if (state is { HasHeader: true, IsClosed: false })
        {
            writer.Continue(state.WholeBytes, state.Span);
            if (isNew)
                return;
            writer.AddRecovered(state.TornBytes);
            writer.Close();
        }

        writer.Begin();
        if (state.HasHeader)
            return;
        writer.AddRecovered(state.TornBytes);
        writer.EndBatch(flush: true);
    }
}
