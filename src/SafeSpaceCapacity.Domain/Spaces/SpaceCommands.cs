using NodaTime;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Staffing;

namespace SafeSpaceCapacity.Domain.Spaces;

/// <summary>Something asked of a space. The time is in the command: the domain has no clock.</summary>
/// <param name="Now">The instant at which it is decided.</param>
public abstract record SpaceCommand(Instant Now);

/// <summary>Enters the space in the directory.</summary>
public sealed record RegisterSpace(Instant Now, SpaceDetails Details) : SpaceCommand(Now);

/// <summary>Begins a shift now, or plans one.</summary>
public sealed record StartShift(Instant Now, Guid ShiftId, StaffRole Role, Instant? From, Instant Until) : SpaceCommand(Now);

/// <summary>Ends a shift early.</summary>
public sealed record EndShift(Instant Now, Guid ShiftId) : SpaceCommand(Now);

/// <summary>Somebody arrived.</summary>
public sealed record RecordArrival(Instant Now, Guid? HoldId, int? HandoverMinutes, Instant? ObservedAt, bool ByStaff) : SpaceCommand(Now);

/// <summary>Somebody left.</summary>
public sealed record RecordDeparture(Instant Now, Instant? ObservedAt) : SpaceCommand(Now);

/// <summary>People here were counted.</summary>
public sealed record RecordCount(Instant Now, int Occupied, Instant? ObservedAt) : SpaceCommand(Now);

/// <summary>Everything shown is right.</summary>
public sealed record ConfirmSpace(Instant Now) : SpaceCommand(Now);

/// <summary>Nobody new until then.</summary>
public sealed record PauseSpace(Instant Now, PauseReason Reason, Instant Until) : SpaceCommand(Now);

/// <summary>Open to new people again.</summary>
public sealed record ResumeSpace(Instant Now) : SpaceCommand(Now);

/// <summary>Keeps a place, or asks for one where nobody confirmed the space.</summary>
public sealed record HoldPlace(Instant Now, Guid HoldId, Guid NeedId, Instant Eta, Needs Asked, bool? PersonAgreed, string CallSign) : SpaceCommand(Now);

/// <summary>Another arrival for a hold.</summary>
public sealed record ExtendHold(Instant Now, Guid HoldId, Instant Eta) : SpaceCommand(Now);

/// <summary>Gives a place back.</summary>
public sealed record ReleaseHold(Instant Now, Guid HoldId) : SpaceCommand(Now);

/// <summary>Staff say yes to a request.</summary>
public sealed record AcceptHold(Instant Now, Guid HoldId) : SpaceCommand(Now);

/// <summary>Staff say no to a hold or a request.</summary>
public sealed record DeclineHold(Instant Now, Guid HoldId, RefusalReason Reason) : SpaceCommand(Now);

/// <summary>Somebody was turned away at the door.</summary>
public sealed record ReportRefused(Instant Now, Guid? HoldId, Guid? NeedId, RefusalReason Reason, Instant? ObservedAt) : SpaceCommand(Now);

/// <summary>Nobody asks anything: write down what time alone has done.</summary>
public sealed record Settle(Instant Now) : SpaceCommand(Now);
