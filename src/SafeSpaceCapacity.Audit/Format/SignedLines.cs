using System.Text.Json.Serialization;

namespace SafeSpaceCapacity.Audit.Format;

/// <summary>The first line of a segment.</summary>
/// <param name="Trail">The version of the format.</param>
/// <param name="Node">Whose trail it is.</param>
/// <param name="Segment">The number of the segment: 1, 2, and so on.</param>
/// <param name="Seq">The number of the last entry before it.</param>
/// <param name="Opened">When it was opened.</param>
/// <param name="Previous">The hash of the last line of the segment before; of nothing, zeros.</param>
internal sealed record HeaderLine(
    [property: JsonPropertyOrder(-1)] int Trail, string Node, int Segment, long Seq, DateTimeOffset Opened, string Previous)
{
    public const int Version = 1;

    public static ReadOnlySpan<byte> Start => "{\"trail\":"u8;
}

/// <summary>Signs everything up to it.</summary>
/// <param name="Anchor">The number of the last entry before it.</param>
/// <param name="Node">Whose trail it is.</param>
/// <param name="Segment">The segment it stands in.</param>
/// <param name="At">When it was made.</param>
/// <param name="Of">The hash of the line before it.</param>
/// <param name="Entries">How many entries of this segment stand before it.</param>
/// <param name="Closing">Whether it is the last line of its segment.</param>
/// <param name="From">The earliest time of those entries; null for none.</param>
/// <param name="Until">The latest time of those entries; null for none.</param>
internal sealed record AnchorLine(
    [property: JsonPropertyOrder(-1)] long Anchor,
    string Node,
    int Segment,
    DateTimeOffset At,
    string Of,
    long Entries,
    bool Closing,
    DateTimeOffset? From = null,
    DateTimeOffset? Until = null)
{
    public static ReadOnlySpan<byte> Start => "{\"anchor\":"u8;
}

/// <summary>
/// Where the trail ends, in <c>head.json</c>. It stands in no segment: who cuts the end off can't make a head of what is left, and would have
/// to have kept an earlier one.
/// </summary>
/// <param name="Head">The number of the last entry.</param>
/// <param name="Node">Whose trail it is.</param>
/// <param name="Segment">The segment of the newest signed line.</param>
/// <param name="Hash">The hash of that line.</param>
/// <param name="At">When that was.</param>
internal sealed record HeadLine([property: JsonPropertyOrder(-1)] long Head, string Node, int Segment, string Hash, DateTimeOffset At);

/// <summary>What retention removed, in <c>removed.json</c>.</summary>
/// <param name="Removed">All segments up to this number.</param>
/// <param name="Node">Whose trail it is.</param>
/// <param name="Seq">The number of the last entry removed.</param>
/// <param name="Hash">The hash of the last line removed.</param>
/// <param name="At">When they were removed.</param>
/// <param name="Until">The latest time of the entries removed last; null for none.</param>
internal sealed record RemovedLine(
    [property: JsonPropertyOrder(-1)] int Removed, string Node, long Seq, string Hash, DateTimeOffset At, DateTimeOffset? Until = null);
