using System.Collections.Immutable;
using NodaTime;
using SafeSpaceCapacity.Domain.Escalations;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Policies;
using SafeSpaceCapacity.Domain.Privacy;
using SafeSpaceCapacity.Domain.Staffing;

namespace SafeSpaceCapacity.Domain.Spaces;

/// <summary>Something that happened at a space. Written to the log and never changed: see the golden files before touching one.</summary>
/// <param name="ObservedAt">When it was so, at the space.</param>
/// <param name="DecidedAt">When it was decided, by the log's clock.</param>
public abstract record SpaceEvent(Instant ObservedAt, Instant DecidedAt);

/// <summary>The space was entered in the directory.</summary>
public sealed record SpaceRegistered(Instant ObservedAt, Instant DecidedAt, SpaceDetails Details) : SpaceEvent(ObservedAt, DecidedAt);

/// <summary>Somebody began a shift, or is planned to.</summary>
public sealed record ShiftStarted(Instant ObservedAt, Instant DecidedAt, Guid ShiftId, StaffRole Role, Instant From, Instant Until)
    : SpaceEvent(ObservedAt, DecidedAt)
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

/// <summary>Who works week by week was planned.</summary>
public sealed record RotaPlanned(Instant ObservedAt, Instant DecidedAt, Rota Rota) : SpaceEvent(ObservedAt, DecidedAt);

/// <summary>A shift ended: staff said so, or its time ran out.</summary>
public sealed record ShiftEnded(Instant ObservedAt, Instant DecidedAt, Guid ShiftId, bool RanOut) : SpaceEvent(ObservedAt, DecidedAt);

/// <summary>Somebody arrived, on a hold or as a walk-in.</summary>
public sealed record ArrivalRecorded(Instant ObservedAt, Instant DecidedAt, Guid? HoldId, int? HandoverMinutes, bool ByStaff)
    : SpaceEvent(ObservedAt, DecidedAt);

/// <summary>Somebody left.</summary>
public sealed record DepartureRecorded(Instant ObservedAt, Instant DecidedAt, OnwardRoute? Onward = null) : SpaceEvent(ObservedAt, DecidedAt);

/// <summary>The people here were counted.</summary>
public sealed record OccupancyCounted(Instant ObservedAt, Instant DecidedAt, int Occupied) : SpaceEvent(ObservedAt, DecidedAt);

/// <summary>Staff said that everything shown is right.</summary>
public sealed record SpaceConfirmed(Instant ObservedAt, Instant DecidedAt) : SpaceEvent(ObservedAt, DecidedAt);

/// <summary>The space takes nobody new until then.</summary>
public sealed record SpacePaused(Instant ObservedAt, Instant DecidedAt, PauseReason Reason, Instant Until, Instant? ReviewAt = null)
    : SpaceEvent(ObservedAt, DecidedAt);

/// <summary>The space takes people again: staff said so, or the pause ran out.</summary>
public sealed record SpaceResumed(Instant ObservedAt, Instant DecidedAt, bool RanOut) : SpaceEvent(ObservedAt, DecidedAt);

/// <summary>A place is kept.</summary>
public sealed record HoldPlaced(
    Instant ObservedAt, Instant DecidedAt, Guid HoldId, Guid NeedId, Instant Eta, Instant ExpiresAt, Needs Asked, bool? PersonAgreed,
    [property: Whose(Words.Client)] string CallSign)
    : SpaceEvent(ObservedAt, DecidedAt);

/// <summary>A place was asked for at an unconfirmed space.</summary>
public sealed record HoldRequested(
    Instant ObservedAt, Instant DecidedAt, Guid HoldId, Guid NeedId, Instant Eta, Instant AnswerBy, Needs Asked, bool? PersonAgreed,
    [property: Whose(Words.Client)] string CallSign)
    : SpaceEvent(ObservedAt, DecidedAt);

/// <summary>Staff say yes although that is over safe capacity: the next event is what they say it to.</summary>
public sealed record SafeCapacityOverridden(Instant ObservedAt, Instant DecidedAt, Guid HoldId, OverrideReason Reason) : SpaceEvent(ObservedAt, DecidedAt);

/// <summary>Staff said yes to a request.</summary>
public sealed record HoldAccepted(Instant ObservedAt, Instant DecidedAt, Guid HoldId, Instant ExpiresAt) : SpaceEvent(ObservedAt, DecidedAt);

/// <summary>Staff said no to a hold or a request.</summary>
public sealed record HoldDeclined(Instant ObservedAt, Instant DecidedAt, Guid HoldId, RefusalReason Reason) : SpaceEvent(ObservedAt, DecidedAt);

/// <summary>Nobody answered a request in time.</summary>
public sealed record HoldLapsed(Instant ObservedAt, Instant DecidedAt, Guid HoldId) : SpaceEvent(ObservedAt, DecidedAt);

/// <summary>A hold has another arrival.</summary>
public sealed record HoldExtended(Instant ObservedAt, Instant DecidedAt, Guid HoldId, Instant Eta, Instant ExpiresAt) : SpaceEvent(ObservedAt, DecidedAt);

/// <summary>The crew gave a place back.</summary>
public sealed record HoldReleased(Instant ObservedAt, Instant DecidedAt, Guid HoldId) : SpaceEvent(ObservedAt, DecidedAt);

/// <summary>Nobody came by the arrival plus grace.</summary>
public sealed record HoldExpired(Instant ObservedAt, Instant DecidedAt, Guid HoldId) : SpaceEvent(ObservedAt, DecidedAt);

/// <summary>Somebody was turned away at the door.</summary>
public sealed record RefusalReported(Instant ObservedAt, Instant DecidedAt, Guid? HoldId, Guid? NeedId, RefusalReason Reason)
    : SpaceEvent(ObservedAt, DecidedAt);

/// <summary>More people are here than those on duty can safely support: staff and those on call are told.</summary>
public sealed record OverSafeCapacity(Instant ObservedAt, Instant DecidedAt, int Occupied, int SafeCapacity) : SpaceEvent(ObservedAt, DecidedAt);

/// <summary>Those on duty can safely support everybody here again.</summary>
public sealed record BackWithinSafeCapacity(Instant ObservedAt, Instant DecidedAt, int Occupied, int SafeCapacity) : SpaceEvent(ObservedAt, DecidedAt);

/// <summary>Staff took back what they did last: everything is as if it had not been done.</summary>
public sealed record ActUndone(Instant ObservedAt, Instant DecidedAt, Guid ActId, ActKind Kind) : SpaceEvent(ObservedAt, DecidedAt);

/// <summary>Fewer on duty than the minimum, while the space is open or people are here.</summary>
/// <param name="ObservedAt">When it was so, at the space.</param>
/// <param name="DecidedAt">When it was decided, by the log's clock.</param>
/// <param name="Short">Which minimums are not met.</param>
/// <param name="Recurrent">It keeps happening.</param>
public sealed record StaffingBecameUnsafe(Instant ObservedAt, Instant DecidedAt, ImmutableArray<LimitingFactorCode> Short, bool Recurrent)
    : SpaceEvent(ObservedAt, DecidedAt);

/// <summary>The minimum is met again, or the space is closed and nobody is here.</summary>
public sealed record StaffingBecameSafe(Instant ObservedAt, Instant DecidedAt) : SpaceEvent(ObservedAt, DecidedAt);

/// <summary>Somebody was told.</summary>
/// <param name="ObservedAt">When it was so, at the space.</param>
/// <param name="DecidedAt">When it was decided, by the log's clock.</param>
/// <param name="Cause">Of what.</param>
/// <param name="Who">Who.</param>
/// <param name="Again">They had been told before and nobody has acknowledged it.</param>
public sealed record EscalationTold(Instant ObservedAt, Instant DecidedAt, EscalationCause Cause, EscalationContact Who, bool Again)
    : SpaceEvent(ObservedAt, DecidedAt);

/// <summary>Somebody who was told took it up: nobody else is told.</summary>
public sealed record EscalationAcknowledged(Instant ObservedAt, Instant DecidedAt, EscalationCause Cause, EscalationContact By)
    : SpaceEvent(ObservedAt, DecidedAt);

/// <summary>The space's entry in the directory was changed.</summary>
public sealed record SpaceChanged(Instant ObservedAt, Instant DecidedAt, SpaceDetails Details) : SpaceEvent(ObservedAt, DecidedAt);

/// <summary>The space was taken out of the directory.</summary>
public sealed record SpaceRetired(Instant ObservedAt, Instant DecidedAt, RetireReason Reason) : SpaceEvent(ObservedAt, DecidedAt);

/// <summary>The policy of its tier reached the space.</summary>
public sealed record PolicyApplied(Instant ObservedAt, Instant DecidedAt, TierPolicy Policy) : SpaceEvent(ObservedAt, DecidedAt);
