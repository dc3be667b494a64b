namespace SafeSpaceCapacity.Audit;

/// <summary>An entry as it stands in a trail.</summary>
/// <param name="Node">Whose trail.</param>
/// <param name="Seq">Its number there, from 1, without gaps.</param>
/// <param name="Entry">The entry.</param>
public sealed record AuditRecord(string Node, long Seq, AuditEntry Entry);

/// <summary>Some of the entries asked for.</summary>
/// <param name="Records">Node by node in ordinal order, in each from the oldest to the newest. May be empty although there is more.</param>
/// <param name="NextPage">What to ask with for those that follow; null where everything was read.</param>
public sealed record AuditPage(IReadOnlyList<AuditRecord> Records, string? NextPage);
