namespace SafeSpaceCapacity.Audit;

/// <summary>Where and how a trail is kept.</summary>
/// <param name="Folder">The folder of all trails; each node has its own folder in it, of the node's name.</param>
/// <param name="Node">The name of this process among all that serve: 1 to 64 letters of ASCII, digits, "-", "_" and ".", the first no ".".</param>
/// <param name="Time">The machine's clock.</param>
public sealed record AuditSettings(string Folder, string Node, TimeProvider Time)
{
    /// <summary>A segment that has this many bytes is followed by another.</summary>
    public long SegmentBytesMax { get; init; } = 16L * 1024 * 1024;

    /// <summary>A segment this old is followed by another, once there is an entry for it.</summary>
    public TimeSpan SegmentLife { get; init; } = TimeSpan.FromDays(1);
}
