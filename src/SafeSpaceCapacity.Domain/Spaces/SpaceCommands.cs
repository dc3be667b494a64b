using System.Collections.Immutable;
using NodaTime;
using SafeSpaceCapacity.Domain.Escalations;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Policies;
using SafeSpaceCapacity.Domain.Staffing;

namespace SafeSpaceCapacity.Domain.Spaces;

/// <summary>Something asked of a space. The time is in the command: the domain has no clock.</summary>
/// <param name="Now">The instant at which it is decided.</param>
public abstract record SpaceCommand(Instant Now)
{
    /// <summary>The command's id, by which staff can undo it; empty for what only time asks.</summary>
    public Guid Id { get; init; }
}

/// <summary>Enters the space in the directory.</summary>
public sealed record RegisterSpace(Instant Now, SpaceDetails Details) : SpaceCommand(Now);

/// <summary>Begins a shift now, or plans one.</summary>
public sealed record StartShift(Instant Now, Guid ShiftId, StaffRole Role, Instant? From, Instant Until) : SpaceCommand(Now)
{
    /// <summary>From an agency.</summary>
    public bool Agency { get; init; }

    /// <summary>Supervises from elsewhere and can be called.</summary>
    public bool OnCall { get; init; }

    /// <summary>What they are trained in.</summary>
    public ImmutableArray<HeldTraining> Trained { get; init; } = [];

    /// <summary>When they are away from the floor.</summary>
    public ImmutableArray<Break> Breaks { get; init; } = [];
}

/// <summary>Plans who works week by week, instead of what was planned before.</summary>
public sealed record PlanRota(Instant Now, Rota Rota) : SpaceCommand(Now);

/// <summary>Ends a shift early.</summary>
public sealed record EndShift(Instant Now, Guid ShiftId) : SpaceCommand(Now);

/// <summary>Somebody arrived.</summary>
public sealed record RecordArrival(Instant Now, Guid? HoldId, int? HandoverMinutes, Instant? ObservedAt, bool ByStaff) : SpaceCommand(Now);

/// <summary>Somebody left.</summary>
public sealed record RecordDeparture(Instant Now, Instant? ObservedAt, OnwardRoute? Onward = null) : SpaceCommand(Now);

/// <summary>People here were counted.</summary>
public sealed record RecordCount(Instant Now, int Occupied, Instant? ObservedAt) : SpaceCommand(Now);

/// <summary>Everything shown is right.</summary>
public sealed record ConfirmSpace(Instant Now) : SpaceCommand(Now);

/// <summary>Nobody new until then.</summary>
public sealed record PauseSpace(Instant Now, PauseReason Reason, Instant Until, Instant? ReviewAt = null) : SpaceCommand(Now);

/// <summary>Open to new people again.</summary>
public sealed record ResumeSpace(Instant Now) : SpaceCommand(Now);

/// <summary>Keeps a place, or asks for one where nobody confirmed the space.</summary>
public sealed record HoldPlace(Instant Now, Guid HoldId, Guid NeedId, Instant Eta, Needs Asked, bool? PersonAgreed, string CallSign) : SpaceCommand(Now);

/// <summary>Another arrival for a hold.</summary>
public sealed record ExtendHold(Instant Now, Guid HoldId, Instant Eta) : SpaceCommand(Now);

/// <summary>Gives a place back.</summary>
public sealed record ReleaseHold(Instant Now, Guid HoldId) : SpaceCommand(Now);

/// <summary>Staff say yes to a request; with a reason also where that is over safe capacity.</summary>
public sealed record AcceptHold(Instant Now, Guid HoldId, OverrideReason? Override = null) : SpaceCommand(Now);

/// <summary>Staff say no to a hold or a request.</summary>
public sealed record DeclineHold(Instant Now, Guid HoldId, RefusalReason Reason) : SpaceCommand(Now);

/// <summary>Somebody was turned away at the door.</summary>
public sealed record ReportRefused(Instant Now, Guid? HoldId, Guid? NeedId, RefusalReason Reason, Instant? ObservedAt) : SpaceCommand(Now);

/// <summary>Staff take back what they did last.</summary>
public sealed record UndoAct(Instant Now, Guid ActId) : SpaceCommand(Now);

/// <summary>Somebody who was told takes it up.</summary>
public sealed record AcknowledgeEscalation(Instant Now, EscalationCause Cause, EscalationContact By) : SpaceCommand(Now);

/// <summary>Another entry in the directory instead of the one before.</summary>
/// <param name="Now">The instant at which it is decided.</param>
/// <param name="Details">The whole entry.</param>
/// <param name="Expected">How often the entry had changed, counting its registration, when it was read; null: whatever it is.</param>
public sealed record ChangeSpace(Instant Now, SpaceDetails Details, int? Expected) : SpaceCommand(Now);

/// <summary>Takes the space out of the directory.</summary>
public sealed record RetireSpace(Instant Now, RetireReason Reason) : SpaceCommand(Now);

/// <summary>The rules of the space's tier.</summary>
public sealed record ApplyPolicy(Instant Now, TierPolicy Policy) : SpaceCommand(Now);

/// <summary>Nobody asks anything: write down what time alone has done.</summary>
public sealed record Settle(Instant Now) : SpaceCommand(Now);
