using SafeSpaceCapacity.Audit.Format;

namespace SafeSpaceCapacity.Audit.Writing;

/// <summary>Where a trail stands.</summary>
/// <param name="Segment">The number of the newest segment; 0 for none.</param>
/// <param name="Seq">The number of the last entry; 0 for none.</param>
/// <param name="Hash">The hash of the last line; of nothing, zeros.</param>
internal sealed record TrailHead(int Segment, long Seq, byte[] Hash)
{
    public static TrailHead None => new(0, 0, new byte[Chain.HashBytes]);
}

/// <summary>What an anchor says of the entries of its segment.</summary>
internal struct SegmentSpan
{
    public long Entries { get; private set; }

    public DateTimeOffset? From { get; private set; }

    public DateTimeOffset? Until { get; private set; }

    public void Add(DateTimeOffset at)
    {
        Entries++;
        if (From is not { } from || at < from)
            From = at;
        if (Until is not { } until || at > until)
            Until = at;
    }
}
