using System.Collections.Immutable;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Staffing;

namespace SafeSpaceCapacity.Domain.Spaces;

/// <summary>What a caller is answered. Kept with the command id, so that the same id gets the same answer.</summary>
public abstract record SpaceOutcome;

/// <summary>It is recorded.</summary>
public sealed record Recorded : SpaceOutcome;

/// <summary>A hold was placed, requested, extended, released, accepted or declined: its status says which.</summary>
public sealed record HoldChanged(Hold Hold) : SpaceOutcome;

/// <summary>A shift began or ended.</summary>
public sealed record ShiftChanged(Shift Shift) : SpaceOutcome;

/// <summary>An arrival is counted.</summary>
/// <param name="AlreadyReported">It was reported before and is counted once.</param>
/// <param name="OverSafeCapacity">More people are here than can be safely supported.</param>
public sealed record ArrivalCounted(bool AlreadyReported, bool OverSafeCapacity) : SpaceOutcome;

/// <summary>A rule says no.</summary>
public sealed record Rejected(Rejection Reason) : SpaceOutcome;

/// <summary>There is no such space. Never kept: nothing is written to a stream that does not exist.</summary>
public sealed record NoSuchSpace : SpaceOutcome;

/// <summary>What a command comes to.</summary>
/// <param name="Events">What happened, in order; empty where nothing did.</param>
/// <param name="State">The space after them.</param>
/// <param name="Outcome">What the caller is answered.</param>
/// <param name="Availability">The space's numbers after the decision; null where it does not exist.</param>
public sealed record Decision(ImmutableArray<SpaceEvent> Events, SpaceState State, SpaceOutcome Outcome, Availability? Availability);
