using System.Collections.Immutable;
using NodaTime;
using SafeSpaceCapacity.Domain.Escalations;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Opening;
using SafeSpaceCapacity.Domain.Staffing;

namespace SafeSpaceCapacity.Domain.Spaces;

/// <summary>
/// The pure core: a command and a state make events and an outcome; an event and a state make the next state. Holds are decisions and may be
/// rejected; arrivals, departures and counts are facts and never are.
/// </summary>
public static class Space
{
    /// <summary>How old an observation may be when it is reported.</summary>
    public static readonly Duration LateReport = Duration.FromHours(24);

    /// <summary>How long an ended hold is remembered, so that it arrives once whoever reports it: twice the age a late report may have.</summary>
    public static readonly Duration EndedHoldsKept = LateReport + LateReport;

    /// <summary>Decides a command at the time it carries. What time alone has done since the last event comes first.</summary>
    public static Decision Decide(SpaceState state, SpaceCommand command)
    {
        if (state.Details is null && command is not RegisterSpace)
            return new Decision([], state, new NoSuchSpace(), null);

        var draft = new Draft(state, command);
        if (state.Details is not null)
            draft.LetTimePass(command as RecordArrival);
        var outcome = Handle(draft, command);
        draft.SayWhoMustBeTold();
        if (outcome is ArrivalCounted arrival)
            outcome = arrival with { OverSafeCapacity = draft.State.IsOverSafeCapacity };
        return new Decision([.. draft.Events], draft.State, outcome, Availability.Of(draft.State, command.Now));
    }

    /// <summary>Whether time alone has done something that nobody wrote down yet.</summary>
    public static bool IsBehindTime(SpaceState state, Instant now)
    {
        if (state.Pause?.Until <= now
            || state.Shifts.Any(shift => shift.Until <= now)
            || state.Holds.Any(hold => hold.StatusAt(now) != hold.Status))
        {
            return true;
        }

        if (state.Retired is not null)
            return false;
        return state.NextTellingAt() <= now
            || state.IsOverSafeCapacity != (state.Occupied > SafeCapacityAt(state, now))
            || IsUnsafe(state, now) != (state.FindEscalation(EscalationCause.UnsafeStaffing) is not null);
    }

    /// <summary>The state after an event. Total: every event of the log can be applied.</summary>
    /// <param name="state">The state before it.</param>
    /// <param name="happened">The event.</param>
    /// <param name="commandId">The command that caused it; empty for what only time made.</param>
    public static SpaceState Evolve(SpaceState state, SpaceEvent happened, Guid commandId)
    {
        var after = Apply(state with { Version = state.Version + 1 }, happened);
        if (commandId != Guid.Empty && ActOf(state, after, happened, commandId) is { } act)
            return after with { LastAct = act };
        return after.LastAct is { } last ? after with { LastAct = AsIfNotDone(last, happened) } : after;
    }

    private static SpaceState Apply(SpaceState state, SpaceEvent happened)
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

    private static SpaceOutcome Handle(Draft draft, SpaceCommand command)
    {
        var now = command.Now;

        // Late observations of a space that is no longer in the directory are still facts.
        if (draft.State.Retired is not null
            && command is not (RegisterSpace or RecordArrival or RecordDeparture or RecordCount or ReportRefused or Settle))
        {
            return No(RejectionCode.Retired);
        }

        switch (command)
        {
            case RegisterSpace register:
                if (draft.State.Details is not null)
                    return No(RejectionCode.AlreadyRegistered);
                draft.Add(new SpaceRegistered(now, now, register.Details));
                return new Recorded();

            case StartShift start:
                var from = start.From ?? now;
                var started = new ShiftStarted(Instant.Min(from, now), now, start.ShiftId, start.Role, from, start.Until)
                {
                    Agency = start.Agency,
                    OnCall = start.OnCall,
                    Trained = start.Trained,
                    Breaks = start.Breaks,
                };
                draft.Add(started);
                return new ShiftChanged(ShiftOf(started));

            case EndShift end:
                if (FindShift(draft.State, end.ShiftId, now) is not { } ending)
                    return No(RejectionCode.ShiftNotFound);
                draft.Add(new ShiftEnded(now, now, end.ShiftId, RanOut: false));
                return new ShiftChanged(ending with { Until = Instant.Max(ending.From, now) });

            case PlanRota plan:
                draft.Add(new RotaPlanned(now, now, plan.Rota));
                return new Recorded();

            case UndoAct undo:
                return Undo(draft, undo);

            case AcknowledgeEscalation acknowledge:
                if (draft.State.FindEscalation(acknowledge.Cause) is not { AcknowledgedAt: null })
                    return No(RejectionCode.NoEscalation);
                draft.Add(new EscalationAcknowledged(now, now, acknowledge.Cause, acknowledge.By));
                return new Recorded();

            case ChangeSpace change:
                if (change.Expected is { } expected && expected != draft.State.DirectoryChanges.Length)
                    return No(RejectionCode.ChangedMeanwhile);
                draft.Add(new SpaceChanged(now, now, change.Details));
                return new Recorded();

            case RetireSpace retire:
                if (draft.State.Occupied > 0 || draft.State.HeldAt(now) > 0)
                    return No(RejectionCode.InUse);
                draft.Add(new SpaceRetired(now, now, retire.Reason));
                return new Recorded();

            case ApplyPolicy apply:
                if (apply.Policy.Tier == draft.State.Details!.Tier && !(draft.State.Policy is { } known && known.Tier == apply.Policy.Tier && known.Version >= apply.Policy.Version))
                    draft.Add(new PolicyApplied(now, now, apply.Policy));
                return new Recorded();

            case RecordArrival arrival:
                return Arrive(draft, arrival);

            case RecordDeparture departure:
                draft.Add(new DepartureRecorded(Seen(departure.ObservedAt, now), now, departure.Onward));
                return new Recorded();

            case RecordCount count:
                draft.Add(new OccupancyCounted(Seen(count.ObservedAt, now), now, count.Occupied));
                return new Recorded();

            case ConfirmSpace:
                draft.Add(new SpaceConfirmed(now, now));
                return new Recorded();

            case PauseSpace pause:
                draft.Add(new SpacePaused(now, now, pause.Reason, pause.Until, pause.ReviewAt));
                return new Recorded();

            case ResumeSpace:
                if (draft.State.Pause is null)
                    return No(RejectionCode.NotPaused);
                draft.Add(new SpaceResumed(now, now, RanOut: false));
                return new Recorded();

            case HoldPlace hold:
                return Place(draft, hold);

            case ExtendHold extend:
                return Extend(draft, extend);

            case ReleaseHold release:
                return OnActive(draft, release.HoldId, _ => draft.Add(new HoldReleased(now, now, release.HoldId)));

            case DeclineHold decline:
                return OnActive(draft, decline.HoldId, _ => draft.Add(new HoldDeclined(now, now, decline.HoldId, decline.Reason)));

            case AcceptHold accept:
                return Accept(draft, accept);

            case ReportRefused refused:
                draft.Add(new RefusalReported(Seen(refused.ObservedAt, now), now, refused.HoldId, refused.NeedId, refused.Reason));
                return new Recorded();

            case Settle:
                return new Recorded();

            default:
                throw new ArgumentOutOfRangeException(nameof(command), command, "no such command");
        }
    }

    private static SpaceOutcome Place(Draft draft, HoldPlace command)
    {
        var now = command.Now;
        var eta = Instant.Max(command.Eta, now);
        if (eta > now + Duration.FromMinutes(HoldRule.MaxMinutesToArrival))
            return No(RejectionCode.HoldTooLong);
        foreach (var existing in draft.State.Holds)
        {
            if (existing.NeedId == command.NeedId && existing.IsActive(now))
                return No(RejectionCode.AlreadyHeld);
        }

        var verdict = HoldVerdict.Judge(draft.State, CapacityTimeline.Of(draft.State, now), command.Asked, now, now, eta);
        if (verdict.Rejection is { } reason)
            return new Rejected(reason);
        var rule = draft.State.Details!.HoldRule;
        if (verdict.RingFirst)
        {
            var answerBy = now + Duration.FromMinutes(rule.AnswerMinutes);
            draft.Add(new HoldRequested(now, now, command.HoldId, command.NeedId, eta, answerBy, command.Asked, command.PersonAgreed, command.CallSign));
        }
        else
        {
            var expiresAt = eta + Duration.FromMinutes(rule.GraceMinutes);
            draft.Add(new HoldPlaced(now, now, command.HoldId, command.NeedId, eta, expiresAt, command.Asked, command.PersonAgreed, command.CallSign));
            draft.AssertSafe(expiresAt);
        }

        return Changed(draft, command.HoldId);
    }

    private static SpaceOutcome Extend(Draft draft, ExtendHold command)
    {
        var now = command.Now;
        return OnActive(draft, command.HoldId, hold =>
        {
            var eta = Instant.Max(command.Eta, now);
            if (eta > hold.MadeAt + Duration.FromMinutes(HoldRule.MaxMinutesToArrival))
                return new Rejection(RejectionCode.HoldTooLong);
            var requested = hold.Status == HoldStatus.Requested;
            var expiresAt = requested ? hold.ExpiresAt : eta + Duration.FromMinutes(draft.State.Details!.HoldRule.GraceMinutes);

            // A place that is kept is not put in doubt because the space went unconfirmed, or paused, since; and for an earlier arrival nothing
            // is asked that was not granted, whatever has happened since.
            var sooner = !requested && expiresAt <= hold.ExpiresAt;
            var obstacle = sooner ? null
                : requested ? HoldVerdict.Judge(draft.State, CapacityTimeline.Of(draft.State, now, without: hold.Id), hold.Asked, now, now, eta).Rejection
                : Obstacle(draft.State, hold.Id, now, expiresAt);
            if (obstacle is not null)
                return obstacle;
            draft.Add(new HoldExtended(now, now, hold.Id, eta, expiresAt));
            if (!requested && !sooner)
                draft.AssertSafe(expiresAt);
            return null;
        });
    }

    private static SpaceOutcome Accept(Draft draft, AcceptHold command)
    {
        var now = command.Now;
        return OnActive(draft, command.HoldId, hold =>
        {
            if (hold.Status != HoldStatus.Requested)
                return new Rejection(RejectionCode.HoldNotRequested);
            var expiresAt = Instant.Max(hold.Eta, now) + Duration.FromMinutes(draft.State.Details!.HoldRule.GraceMinutes);
            var obstacle = Obstacle(draft.State, hold.Id, now, expiresAt);
            if (obstacle is { Code: RejectionCode.NoSafeCapacity } && command.Override is { } reason)
            {
                draft.Add(new SafeCapacityOverridden(now, now, hold.Id, reason));
                draft.Add(new HoldAccepted(now, now, hold.Id, expiresAt));
                return null;
            }

            if (obstacle is not null)
                return obstacle;
            draft.Add(new HoldAccepted(now, now, hold.Id, expiresAt));
            draft.AssertSafe(expiresAt);
            return null;
        });
    }

    /// <summary>What stands in the way of keeping a place, apart from this hold itself, by hours and safe capacity alone.</summary>
    private static Rejection? Obstacle(SpaceState state, Guid holdId, Instant now, Instant until)
    {
        var timeline = CapacityTimeline.Of(state, now, without: holdId);
        if (!timeline.At(now).Open)
            return new Rejection(RejectionCode.OutsideHours, timeline.FirstWhere(now, s => s.Open));
        if (timeline.OpenUntil(now) is { } closes && closes < until)
            return new Rejection(RejectionCode.ClosesBeforeArrival, timeline.FirstWhere(closes, s => s.Open));
        return timeline.FewestFree(now, until) >= 1
            ? null
            : new Rejection(RejectionCode.NoSafeCapacity, timeline.FirstFree(now, until - now));
    }

    private static SpaceOutcome Arrive(Draft draft, RecordArrival command)
    {
        if (command.HoldId is { } id)
        {
            if (draft.State.FindHold(id) is not { } hold)
                return No(RejectionCode.HoldNotFound);
            if (hold.Status == HoldStatus.Arrived)
                return new ArrivalCounted(AlreadyReported: true, OverSafeCapacity: false);
        }

        draft.Add(new ArrivalRecorded(Seen(command.ObservedAt, command.Now), command.Now, command.HoldId, command.HandoverMinutes, command.ByStaff));
        return new ArrivalCounted(AlreadyReported: false, OverSafeCapacity: false);
    }

    private static SpaceOutcome Undo(Draft draft, UndoAct command)
    {
        var now = command.Now;
        if (draft.State.LastAct is not { } act || act.Id != command.ActId)
            return No(RejectionCode.NotUndoable);
        if (now > act.At + Act.UndoWithin)
            return No(RejectionCode.UndoTooLate);

        var again = act.HoldBefore is { } hold && hold.IsActive(now) && draft.State.FindHold(hold.Id)?.IsActive(now) != true ? hold : null;
        if (again is not null && ObstacleToHaveAgain(draft.State, again, act, now) is { } obstacle)
            return new Rejected(obstacle);

        draft.Add(new ActUndone(now, now, act.Id, act.Kind));
        draft.LetTimePass(null);
        if (again is { Status: HoldStatus.Placed } && act.Change == 0)
            draft.AssertSafe(again.ExpiresAt);
        return new Recorded();
    }

    /// <summary>What stands in the way of a hold that an undo brings back: its need may have another, its place may be somebody else's by now.</summary>
    private static Rejection? ObstacleToHaveAgain(SpaceState state, Hold hold, Act act, Instant now)
    {
        if (state.Holds.Any(other => other.Id != hold.Id && other.NeedId == hold.NeedId && other.IsActive(now)))
            return new Rejection(RejectionCode.AlreadyHeld);

        // Who was counted in comes off the people here as the hold comes back; and a request promises nothing, so only the rooms limit it.
        if (act.Change != 0)
            return null;
        if (hold.Status == HoldStatus.Requested)
            return state.HeldAt(now) < state.Details!.Places ? null : new Rejection(RejectionCode.TooManyRequests);
        return Obstacle(state, hold.Id, now, hold.ExpiresAt);
    }

    private static SpaceOutcome OnActive(Draft draft, Guid holdId, Func<Hold, Rejection?> act)
    {
        if (draft.State.FindHold(holdId) is not { } hold)
            return No(RejectionCode.HoldNotFound);
        if (!hold.IsActive(draft.Now))
            return new Rejected(new Rejection(RejectionCode.HoldEnded, HoldStatus: hold.StatusAt(draft.Now)));
        return act(hold) is { } reason ? new Rejected(reason) : Changed(draft, holdId);
    }

    private static SpaceOutcome OnActive(Draft draft, Guid holdId, Action<Hold> act) => OnActive(draft, holdId, hold =>
    {
        act(hold);
        return null;
    });

    // Nothing is seen before it happens: a fast clock at the space must not keep a status fresh, nor date a count so late that it hides arrivals.
    private static Instant Seen(Instant? observedAt, Instant now) => observedAt is { } seen && seen < now ? seen : now;

    private static HoldChanged Changed(Draft draft, Guid holdId) => new(draft.State.FindHold(holdId)!);

    private static Rejected No(RejectionCode code) => new(new Rejection(code));

    private static Shift ShiftOf(ShiftStarted started) => new(started.ShiftId, started.Role, started.From, started.Until)
    {
        Agency = started.Agency,
        OnCall = started.OnCall,
        Trained = started.Trained,
        Breaks = started.Breaks,
    };

    // A shift of the rota is looked for as far back as one can last, and as far ahead as can be seen.
    private static (RotaAbsence Absence, Shift Shift)? FindInRota(SpaceState state, Guid id, Instant at) =>
        state.Rota.Find(id, state.Details!.Hours.Zone, at, at + CapacityTimeline.Horizon);

    private static Shift? FindShift(SpaceState state, Guid id, Instant now) =>
        state.Shifts.FirstOrDefault(shift => shift.Id == id) ?? FindInRota(state, id, now)?.Shift;

    private static SpaceState EndShift(SpaceState state, ShiftEnded ended)
    {
        var shifts = state.Shifts.RemoveAll(shift => shift.Id == ended.ShiftId);
        return shifts.Length == state.Shifts.Length && FindInRota(state, ended.ShiftId, ended.DecidedAt) is { } planned
            ? state with { Rota = state.Rota with { Absences = state.Rota.Absences.Add(planned.Absence) } }
            : state with { Shifts = shifts };
    }

    /// <summary>What an event was, if staff can undo it.</summary>
    private static Act? ActOf(SpaceState before, SpaceState after, SpaceEvent happened, Guid id)
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
    private static Act AsIfNotDone(Act act, SpaceEvent happened)
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

    /// <summary>
    /// Whether too few are on duty while it matters: the space is open by its hours, or people are here. Of a space that nobody confirmed nothing
    /// is known, so nothing begins there; what began goes on.
    /// </summary>
    private static bool IsUnsafe(SpaceState state, Instant now)
    {
        var details = state.Details!;
        var isInUse = state.Occupied > 0 || !details.Hours.Between(now, now + Duration.Epsilon).IsEmpty;
        if (!isInUse || Duty.At(details.Staffing, ShiftsAt(state, now), now).MeetsMinimum(details.Staffing))
            return false;
        return state.FindEscalation(EscalationCause.UnsafeStaffing) is not null || details.Freshness.At(state.ConfirmedAt, now) != Freshness.Unconfirmed;
    }

    private static IEnumerable<Shift> ShiftsAt(SpaceState state, Instant at) => state.ShiftsBetween(at, at + Duration.Epsilon);

    private static int SafeCapacityAt(SpaceState state, Instant at) =>
        SafeCapacity.PeopleAt(state.Details!.Staffing, state.Details.Places, ShiftsAt(state, at), at);

    private static SpaceState Confirmed(SpaceState state, SpaceEvent by, bool confirms) =>
        confirms && (state.ConfirmedAt is not { } confirmed || by.ObservedAt > confirmed) ? state with { ConfirmedAt = by.ObservedAt } : state;

    // What was seen before the last count is in that count. More can leave than were known to be here: then nobody is.
    private static SpaceState Count(SpaceState state, int change, SpaceEvent by) =>
        state.CountedAt is { } counted && by.ObservedAt < counted ? state : state with
        {
            Occupied = Moved(state.Occupied, change),
            Movements = state.Movements.RemoveAll(old => old.ObservedAt + LateReport < by.DecidedAt).Add(new Movement(by.ObservedAt, change)),
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
        Holds = state.Holds.RemoveAll(old => old.EndedAt is { } ended && ended + EndedHoldsKept < by.DecidedAt).Add(hold),
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

    /// <summary>Events being decided, and the state they make.</summary>
    private sealed class Draft(SpaceState state, SpaceCommand command)
    {
        public Instant Now { get; } = command.Now;

        public SpaceState State { get; private set; } = state;

        public List<SpaceEvent> Events { get; } = [];

        public void Add(SpaceEvent happened)
        {
            Events.Add(happened);
            State = Evolve(State, happened, command.Id);
        }

        /// <summary>Writes down what time alone has done, in the order in which it became due.</summary>
        /// <param name="arrival">An arrival reported late ends its hold as arrived, not as expired, if it was seen in time.</param>
        public void LetTimePass(RecordArrival? arrival)
        {
            var due = new List<SpaceEvent>();
            foreach (var hold in State.Holds)
            {
                if (hold.Status is not (HoldStatus.Placed or HoldStatus.Requested) || hold.IsActive(Now))
                    continue;
                if (arrival is { HoldId: { } arrived, ObservedAt: { } seen } && arrived == hold.Id && seen < hold.ExpiresAt)
                    continue;
                due.Add(hold.Status == HoldStatus.Placed
                    ? new HoldExpired(hold.ExpiresAt, Now, hold.Id)
                    : new HoldLapsed(hold.ExpiresAt, Now, hold.Id));
            }

            foreach (var shift in State.Shifts)
            {
                if (shift.Until <= Now)
                    due.Add(new ShiftEnded(shift.Until, Now, shift.Id, RanOut: true));
            }

            if (State.Pause is { } pause && pause.Until <= Now)
                due.Add(new SpaceResumed(pause.Until, Now, RanOut: true));
            foreach (var happened in due.OrderBy(e => e.ObservedAt))
                Add(happened);
        }

        /// <summary>Says when more people are here than can be supported or staffing is unsafe, and when no longer, and tells whoever must be told.</summary>
        public void SayWhoMustBeTold()
        {
            if (State.Retired is not null)
                return;
            CompareWithSafeCapacity();
            CompareWithMinimum();
            var plan = State.Details!.Escalation;
            foreach (var cause in State.Escalations.Select(escalation => escalation.Cause).ToList())
            {
                while (State.FindEscalation(cause) is { } known && known.NextAt(plan) <= Now)
                    Add(new EscalationTold(Now, Now, cause, known.NextWho(plan), known.Told.Length >= plan.Steps.Length));
            }
        }

        private void CompareWithMinimum()
        {
            var isKnown = State.FindEscalation(EscalationCause.UnsafeStaffing) is not null;
            var isUnsafe = IsUnsafe(State, Now);
            if (isKnown && !isUnsafe)
            {
                Add(new StaffingBecameSafe(Now, Now));
            }
            else if (isUnsafe && !isKnown)
            {
                var details = State.Details!;
                var limits = SafeCapacity.At(details.Staffing, details.Places, [.. ShiftsAt(State, Now)], Now).Limits;
                var before = State.UnsafeTold.Count(at => at + Escalation.RecurrentWithin >= Now);
                Add(new StaffingBecameUnsafe(
                    Now, Now,
                    [.. limits.Select(limit => limit.Code).Where(code => code is not (LimitingFactorCode.Places or LimitingFactorCode.StaffRatio)).Distinct()],
                    Recurrent: before + 1 >= Escalation.RecurrentTimes));
            }
        }

        private void CompareWithSafeCapacity()
        {
            var safe = SafeCapacityAt(State, Now);
            if (State.Occupied > safe && !State.IsOverSafeCapacity)
                Add(new OverSafeCapacity(Now, Now, State.Occupied, safe));
            else if (State.Occupied <= safe && State.IsOverSafeCapacity)
                Add(new BackWithinSafeCapacity(Now, Now, State.Occupied, safe));
        }

        /// <summary>Invariant 1: people here and places held stay within safe capacity until the arrival plus grace.</summary>
        public void AssertSafe(Instant until)
        {
            var fewest = CapacityTimeline.Of(State, Now).FewestFree(Now, until);
            if (fewest < 0)
                throw new InvariantBrokenException($"a hold at {State.Details!.Id} would exceed safe capacity by {-fewest} before {until}");
        }
    }
}
