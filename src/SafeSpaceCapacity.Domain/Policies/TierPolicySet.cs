using NodaTime;

namespace SafeSpaceCapacity.Domain.Policies;

/// <summary>A tier stated its rules. Written to the log and never changed, as the events of spaces.</summary>
/// <param name="ObservedAt">When it was so.</param>
/// <param name="DecidedAt">When it was decided, by the log's clock.</param>
/// <param name="Policy">What it states.</param>
/// <param name="EffectiveFrom">From when.</param>
public sealed record TierPolicySet(Instant ObservedAt, Instant DecidedAt, TierPolicy Policy, Instant EffectiveFrom);
