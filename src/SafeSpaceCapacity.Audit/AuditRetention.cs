using SafeSpaceCapacity.Audit.Checking;
using SafeSpaceCapacity.Audit.Format;
using SafeSpaceCapacity.Audit.Reading;
using SafeSpaceCapacity.Audit.Writing;
using SafeSpaceCapacity.Identity;

namespace SafeSpaceCapacity.Audit;

/// <summary>What retention removed of one node.</summary>
/// <param name="Node">Whose trail.</param>
/// <param name="FirstSegment">The first segment removed.</param>
/// <param name="LastSegment">The last.</param>
/// <param name="Entries">How many entries they held.</param>
/// <param name="From">The earliest time of those; null for none.</param>
/// <param name="Until">The latest; null for none.</param>
public sealed record AuditRemoval(string Node, int FirstSegment, int LastSegment, long Entries, DateTimeOffset? From, DateTimeOffset? Until);

/// <summary>
/// Removes what is old enough: whole closed segments, oldest first. What was removed is signed for in <c>removed.json</c> before the first
/// file goes, so that <see cref="AuditVerifier"/> tells it from tampering. Segments that are not sound are evidence and stay.
/// </summary>
public static class AuditRetention
{
    /// <summary>Removes the segments whose entries are all older than a time, of all nodes. Processes may write meanwhile.</summary>
    /// <param name="folder">The folder of all trails.</param>
    /// <param name="olderThan">The earliest time that is kept.</param>
    /// <param name="keys">What signs and checks.</param>
    /// <param name="time">The machine's clock.</param>
    /// <returns>What was removed, node by node; the caller records it.</returns>
    /// <exception cref="AuditDamagedException">A segment that was to go is not sound; of that node nothing was removed.</exception>
    /// <exception cref="AuditInUseException">Another process removes at this moment.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static IReadOnlyList<AuditRemoval> Remove(string folder, DateTimeOffset olderThan, SigningKeys keys, TimeProvider time)
    {
        using var held = TrailLock.Take(Path.Combine(folder, ".retention.lock"));
        return NodeFolder.All(folder).Select(node => Remove(node, olderThan, keys, time)).OfType<AuditRemoval>().ToList();
    }

    private static AuditRemoval? Remove(NodeFolder folder, DateTimeOffset olderThan, SigningKeys keys, TimeProvider time)
    {
        // The newest stays in any case: the trail goes on from it.
        var segments = folder.Segments().SkipLast(1).TakeWhile(number => IsOlder(folder, number, olderThan)).ToList();
        if (segments.Count == 0)
            return null;
        var findings = new Findings(folder.Node);
        var check = new NodeCheck(folder, AuditKeys.Of(keys), findings);
        var state = check.Oldest(segments);
        if (findings.All is [var finding, ..])
            throw new AuditDamagedException($"The audit trail in {folder.Path} is not what was written to it, and was kept as evidence. {finding}.");

        var record = new RemovedLine(segments[^1], folder.Node, state.Seq, Chain.Text(state.Hash), time.GetUtcNow(), state.Until);
        Seal.WriteFile(folder.Removed, record, keys);
        foreach (var number in segments)
            File.Delete(folder.Segment(number));
        return new AuditRemoval(folder.Node, segments[0], segments[^1], state.Entries, state.From, state.Until);
    }

    private static bool IsOlder(NodeFolder folder, int number, DateTimeOffset olderThan) =>
        SegmentTail.ReadClosing(folder.Segment(number)) is { } closing && (closing.Until ?? closing.At) < olderThan;
}
