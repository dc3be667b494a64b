using System.Collections.Immutable;
using NodaTime;
using SafeSpaceCapacity.Domain.Escalations;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Staffing;

namespace SafeSpaceCapacity.Domain.Spaces;

/// <summary>What each event does to a state. Total: every event of the log can be applied.</summary>
internal static class Evolution
{
    /// <summary>The state after an event.</summary>
    public static SpaceState Apply(SpaceState state, SpaceEvent happened)
    {
        return happened switch
        {
            SpaceRegistered e => InDirectory(state with { Details = e.Details.Under(state.Policy) }),
            SpaceChanged e => InDirectory(state with { Details = e.Details.Under(state.Policy) }),
            SpaceRetired e => InDirectory(state with { Retired = e.Reason, Escalations = [] }),
            PolicyApplied e => InDirectory(state with { Policy = e.Policy, Details = state.Details?.Under(e.Policy) }),
            ShiftStarted e => Confirmed(state with { Shifts = state.Shifts.Add(ShiftOf(e)) }, e, e.From <= e.DecidedAt),
            ShiftEnded e => Confirmed(EndShift(state, e), e, !e.RanOut),
            RotaPlanned e => state with { Rota = e.Rota },
            ArrivalRecorded e => Confirmed(Count(EndHold(state, e.HoldId, HoldStatus.Arrived, e), +1, e), e, e.ByStaff),
            DepartureRecorded e => Confirmed(Count(state, -1, e), e, true),
            OccupancyCounted e when state.CountedAt is { } counted && e.ObservedAt < counted => state,
            OccupancyCounted e => Confirmed(Recount(state, e), e, true),
            SpaceConfirmed e => Confirmed(state, e, true),
            SpacePaused e => Confirmed(state with { Pause = new Pause(e.Reason, e.Until, e.ReviewAt) }, e, true),
            SpaceResumed e => Confirmed(state with { Pause = null }, e, !e.RanOut),
            HoldPlaced e => AddHold(state, new Hold(e.HoldId, e.NeedId, e.DecidedAt, e.Eta, e.ExpiresAt, HoldStatus.Placed, e.Asked, e.PersonAgreed, e.CallSign, null, null), e),
            HoldRequested e => AddHold(state, new Hold(e.HoldId, e.NeedId, e.DecidedAt, e.Eta, e.AnswerBy, HoldStatus.Requested, e.Asked, e.PersonAgreed, e.CallSign, null, null), e),
            HoldAccepted e => Confirmed(ChangeHold(state, e.HoldId, hold => hold with { Status = HoldStatus.Placed, ExpiresAt = e.ExpiresAt }), e, true),
            HoldExtended e => ChangeHold(
                state, e.HoldId, hold => hold with { Eta = e.Eta, ExpiresAt = hold.Status == HoldStatus.Requested ? hold.ExpiresAt : e.ExpiresAt }),
            HoldDeclined e => Confirmed(EndHold(state, e.HoldId, HoldStatus.Declined, e, e.Reason), e, true),
            HoldLapsed e => EndHold(state, e.HoldId, HoldStatus.Lapsed, e),
            HoldReleased e => EndHold(state, e.HoldId, HoldStatus.Released, e),
            HoldExpired e => EndHold(state, e.HoldId, HoldStatus.Expired, e),
            RefusalReported e => EndHold(state, e.HoldId, HoldStatus.Declined, e, e.Reason),
            SafeCapacityOverridden => state,
            ActUndone e => Undone(state, e),
            OverSafeCapacity e => Escalated(state with { IsOverSafeCapacity = true }, EscalationCause.OverSafeCapacity, e, recurrent: false),
            BackWithinSafeCapacity => Over(state with { IsOverSafeCapacity = false }, EscalationCause.OverSafeCapacity),
            StaffingBecameUnsafe e => Escalated(state, EscalationCause.UnsafeStaffing, e, e.Recurrent),
            StaffingBecameSafe => Over(state, EscalationCause.UnsafeStaffing),
            EscalationTold e => Told(state, e),
            EscalationAcknowledged e => ChangeEscalation(state, e.Cause, known => known with { AcknowledgedAt = e.ObservedAt, AcknowledgedBy = e.By }),
            _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "no such event"),
        };
    }

    public static Shift ShiftOf(ShiftStarted started) => new(started.ShiftId, started.Role, started.From, started.Until)
    {
        Agency = started.Agency,
        OnCall = started.OnCall,
        Trained = started.Trained,
        Breaks = started.Breaks,
    };

    // A shift of the rota is looked for as far back as one can last, and as far ahead as can be seen.
    public static (RotaAbsence Absence, Shift Shift)? FindInRota(SpaceState state, Guid id, Instant at) =>
        state.Rota.Find(id, state.Details!.Hours.Zone, at, at + CapacityTimeline.Horizon);

    private static SpaceState EndShift(SpaceState state, ShiftEnded ended)
    {
        var shifts = state.Shifts.RemoveAll(shift => shift.Id == ended.ShiftId);
        return shifts.Length == state.Shifts.Length && FindInRota(state, ended.ShiftId, ended.DecidedAt) is { } planned
            ? state with { Rota = state.Rota with { Absences = state.Rota.Absences.Add(planned.Absence) } }
            : state with { Shifts = shifts };
    }

    /// <summary>What an event was, if staff can undo it.</summary>
    public static Act? ActOf(SpaceState before, SpaceState after, SpaceEvent happened, Guid id)
    {
        return happened switch
        {
            ArrivalRecorded { ByStaff: true } e => New(ActKind.Arrival) with { Moved = Moved(e, +1), Change = Change(), HoldBefore = HoldOf(e.HoldId) },
            DepartureRecorded e => New(ActKind.Departure) with { Moved = Moved(e, -1), Change = Change() },
            OccupancyCounted e when e.ObservedAt < before.CountedAt => New(ActKind.Count),
            OccupancyCounted => New(ActKind.Count) with { CountedBefore = new Counted(before.Occupied, before.CountedAt, before.Movements) },
            SpaceConfirmed => New(ActKind.Confirm),
            ShiftStarted e => New(ActKind.StartShift) with { Shift = ShiftOf(e) },
            ShiftEnded { RanOut: false } e => New(ActKind.EndShift) with
            {
                Shift = before.Shifts.FirstOrDefault(shift => shift.Id == e.ShiftId),
                Absence = after.Rota.Absences.Length > before.Rota.Absences.Length ? after.Rota.Absences[^1] : null,
            },
            SpacePaused => New(ActKind.Pause) with { PauseBefore = before.Pause },
            SpaceResumed { RanOut: false } => New(ActKind.Resume) with { PauseBefore = before.Pause },
            HoldAccepted e => New(ActKind.Accept) with { HoldBefore = HoldOf(e.HoldId) },
            HoldDeclined e => New(ActKind.Decline) with { HoldBefore = HoldOf(e.HoldId) },
            _ => null,
        };

        Act New(ActKind kind) => new(id, happened.DecidedAt, kind, before.ConfirmedAt);
        int Change() => after.Occupied - before.Occupied;
        Hold? HoldOf(Guid? holdId) => holdId is { } known ? before.FindHold(known) : null;

        // What was in an earlier count already moved nothing.
        Movement? Moved(SpaceEvent seen, int change) => before.CountedAt is { } counted && seen.ObservedAt < counted ? null : new Movement(seen.ObservedAt, change);
    }

    /// <summary>
    /// An act after something else happened, that others did: the holds and the count as they would be without the act go on too, so that undoing it
    /// forgets nothing that was reported since.
    /// </summary>
    public static Act AsIfNotDone(Act act, SpaceEvent happened)
    {
        if (happened is RotaPlanned)
            return act with { Absence = null };
        if (happened is not (ArrivalRecorded or HoldReleased or HoldExtended or RefusalReported) || (act.HoldBefore is null && act.CountedBefore is null))
            return act;
        var counted = act.CountedBefore ?? new Counted(0, null, []);
        var without = Apply(
            SpaceState.None with
            {
                Holds = act.HoldBefore is { } hold && (happened is ArrivalRecorded || hold.IsActive(happened.DecidedAt)) ? [hold] : [],
                Occupied = counted.Occupied,
                CountedAt = counted.At,
                Movements = counted.Movements,
            },
            happened);
        return act with
        {
            HoldBefore = without.Holds is [var after] ? after : act.HoldBefore,
            CountedBefore = act.CountedBefore is null ? null : new Counted(without.Occupied, without.CountedAt, without.Movements),
        };
    }

    private static SpaceState Undone(SpaceState state, ActUndone undone)
    {
        if (state.LastAct is not { } act || act.Id != undone.ActId)
            return state;
        state = state with { LastAct = null, ConfirmedAt = act.ConfirmedBefore };
        if (act.HoldBefore is { } hold)
            state = ChangeHold(state, hold.Id, _ => hold);
        return act switch
        {
            { Moved: { } moved } => state with { Movements = WithoutLast(state.Movements, moved), Occupied = Moved(state.Occupied, -act.Change) },
            { CountedBefore: { } counted } => state with { Occupied = counted.Occupied, CountedAt = counted.At, Movements = counted.Movements },
            { Kind: ActKind.StartShift, Shift: { } started } => state with { Shifts = state.Shifts.RemoveAll(shift => shift.Id == started.Id) },
            { Kind: ActKind.EndShift, Shift: { } ended } => state with { Shifts = state.Shifts.Add(ended) },
            { Absence: { } absence } => state with { Rota = state.Rota with { Absences = state.Rota.Absences.Remove(absence) } },
            { Kind: ActKind.Pause or ActKind.Resume } => state with { Pause = act.PauseBefore },
            _ => state,
        };
    }

    // The order of equal ones matters where more left than were known to be here.
    private static ImmutableArray<Movement> WithoutLast(ImmutableArray<Movement> movements, Movement moved) =>
        movements.LastIndexOf(moved) is >= 0 and var last ? movements.RemoveAt(last) : movements;

    private static SpaceState InDirectory(SpaceState state) => state with { DirectoryChanges = state.DirectoryChanges.Add(state.Version) };

    private static SpaceState Escalated(SpaceState state, EscalationCause cause, SpaceEvent by, bool recurrent) => state with
    {
        Escalations = Over(state, cause).Escalations.Add(new Escalation(cause, by.ObservedAt, recurrent, [], null, null)),
    };

    private static SpaceState Told(SpaceState state, EscalationTold told)
    {
        if (told.Cause == EscalationCause.UnsafeStaffing && state.FindEscalation(told.Cause) is { Told.IsEmpty: true })
            state = state with { UnsafeTold = state.UnsafeTold.RemoveAll(at => at + Escalation.RecurrentWithin < told.ObservedAt).Add(told.ObservedAt) };
        return ChangeEscalation(state, told.Cause, known => known with { Told = known.Told.Add(new Told(told.Who, told.ObservedAt)) });
    }

    private static SpaceState Over(SpaceState state, EscalationCause cause) =>
        state with { Escalations = state.Escalations.RemoveAll(escalation => escalation.Cause == cause) };

    private static SpaceState ChangeEscalation(SpaceState state, EscalationCause cause, Func<Escalation, Escalation> change) =>
        state.FindEscalation(cause) is { } known ? state with { Escalations = state.Escalations.Replace(known, change(known)) } : state;

    private static SpaceState Confirmed(SpaceState state, SpaceEvent by, bool confirms) =>
        confirms && (state.ConfirmedAt is not { } confirmed || by.ObservedAt > confirmed) ? state with { ConfirmedAt = by.ObservedAt } : state;

    // What was seen before the last count is in that count. More can leave than were known to be here: then nobody is.
    private static SpaceState Count(SpaceState state, int change, SpaceEvent by) =>
        state.CountedAt is { } counted && by.ObservedAt < counted ? state : state with
        {
            Occupied = Moved(state.Occupied, change),
            Movements = state.Movements.RemoveAll(old => old.ObservedAt + Space.LateReport < by.DecidedAt).Add(new Movement(by.ObservedAt, change)),
        };

    // A count may be reported after what was seen since: that still happened.
    private static SpaceState Recount(SpaceState state, OccupancyCounted count)
    {
        var since = state.Movements.RemoveAll(movement => movement.ObservedAt <= count.ObservedAt);
        var occupied = count.Occupied;
        foreach (var movement in since)
            occupied = Moved(occupied, movement.Change);
        return state with { Occupied = occupied, CountedAt = count.ObservedAt, Movements = since };
    }

    private static int Moved(int occupied, int change) => Math.Max(0, occupied + change);

    private static SpaceState AddHold(SpaceState state, Hold hold, SpaceEvent by) => state with
    {
        Holds = state.Holds.RemoveAll(old => old.EndedAt is { } ended && ended + Space.EndedHoldsKept < by.DecidedAt).Add(hold),
    };

    private static SpaceState ChangeHold(SpaceState state, Guid id, Func<Hold, Hold> change) =>
        state.FindHold(id) is { } hold ? state with { Holds = state.Holds.Replace(hold, change(hold)) } : state;

    private static SpaceState EndHold(SpaceState state, Guid? id, HoldStatus status, SpaceEvent by, RefusalReason? reason = null)
    {
        return id is { } known
            ? ChangeHold(state, known, hold => CanEnd(hold) ? hold with { Status = status, EndedAt = by.ObservedAt, DeclinedReason = reason } : hold)
            : state;

        // Who arrived after all has arrived, however the hold had ended before.
        bool CanEnd(Hold hold) => hold.Status is HoldStatus.Placed or HoldStatus.Requested || status == HoldStatus.Arrived;
    }
}
