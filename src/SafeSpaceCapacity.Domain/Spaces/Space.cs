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
        var after = Evolution.Apply(state with { Version = state.Version + 1 }, happened);
        if (commandId != Guid.Empty && Evolution.ActOf(state, after, happened, commandId) is { } act)
            return after with { LastAct = act };
        return after.LastAct is { } last ? after with { LastAct = Evolution.AsIfNotDone(last, happened) } : after;
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
                return new ShiftChanged(Evolution.ShiftOf(started));

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

    private static Shift? FindShift(SpaceState state, Guid id, Instant now) =>
        state.Shifts.FirstOrDefault(shift => shift.Id == id) ?? Evolution.FindInRota(state, id, now)?.Shift;

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
