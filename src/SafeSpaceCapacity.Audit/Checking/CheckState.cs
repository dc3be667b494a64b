using SafeSpaceCapacity.Audit.Format;
using SafeSpaceCapacity.Audit.Writing;

namespace SafeSpaceCapacity.Audit.Checking;

/// <summary>What a check of one node knows so far, from segment to segment.</summary>
internal sealed class CheckState
{
    /// <summary>The hash of the line before.</summary>
    public byte[] Hash { get; } = new byte[Chain.HashBytes];

    /// <summary>The number of the entry before.</summary>
    public long Seq { get; set; }

    /// <summary>Whether <see cref="Hash"/> and <see cref="Seq"/> are known; not where what was before is missing.</summary>
    public bool KnowsBefore { get; set; }

    /// <summary>What the head file says; null where it says nothing.</summary>
    public HeadLine? Head { get; init; }

    /// <summary>Whether the line that it names was found.</summary>
    public bool SawHead { get; set; }

    public long Entries { get; set; }

    public DateTimeOffset? From { get; set; }

    public DateTimeOffset? Until { get; set; }

    public long Anchors { get; set; }

    /// <summary>Entries since the newest signature.</summary>
    public long Unsigned { get; set; }

    /// <summary>Of the segment read last: what anchors say of it.</summary>
    public SegmentSpan Span { get; set; }

    /// <summary>Of the segment read last: whether it has a first line.</summary>
    public bool HasHeader { get; set; }

    /// <summary>Of the segment read last: whether its last line closes it.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Of the segment read last: the bytes of its whole lines.</summary>
    public long WholeBytes { get; set; }

    /// <summary>Of the segment read last: the bytes behind its last whole line.</summary>
    public long TornBytes { get; set; }
}
