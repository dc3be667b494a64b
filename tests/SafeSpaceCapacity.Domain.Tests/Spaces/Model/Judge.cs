using NodaTime;
using SafeSpaceCapacity.Domain.Escalations;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Policies;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;

namespace SafeSpaceCapacity.Domain.Tests.Spaces.Model;

/// <summary>The rules that hold whatever happens, each by naive means: see <see cref="Ledger"/>, <see cref="Naive"/> and <see cref="EscalationWatch"/>.</summary>
internal sealed class Judge
{
    private static readonly Duration Minute = Duration.FromMinutes(1);
    private readonly Story _story;
    private readonly IReadOnlyDictionary<Guid, RotaAbsence> _rotaShifts;
    private readonly EscalationWatch _escalations = new();
    private Ledger _before;

    public Judge(Story story, IReadOnlyDictionary<Guid, RotaAbsence> rotaShifts)
    {
        (_story, _rotaShifts, _before) = (story, rotaShifts, new Ledger(story.Log, rotaShifts));
        _escalations.See(story.Events, story.State.Details!.Escalation, story.Now);
    }

    /// <summary>A read is right although no timer ran: nothing but the version differs once time's doing is written down.</summary>
    public void TimeAloneNeedsNobody(Step step)
    {
        var at = _story.Now + Duration.FromMinutes((step.Dice % 3) switch { 0 => 0, 1 => step.Amount, _ => 300 });
        var state = _story.State;
        var read = Availability.Of(state, at);
        var settled = Space.Decide(state, new Settle(at));
        var after = Availability.Of(settled.State, at);
        Assert.Equal(read with { Version = after.Version, Limits = [] }, after with { Limits = [] });
        Assert.Equal<LimitingFactor>(read.Limits, after.Limits);
        Assert.Equal(!settled.Events.IsEmpty, Space.IsBehindTime(state, at));
        Assert.Empty(Space.Decide(settled.State, new Settle(at)).Events);
        Assert.All(settled.Events, e => Assert.True(e is HoldExpired or HoldLapsed or ShiftEnded { RanOut: true } or SpaceResumed { RanOut: true } or OverSafeCapacity
            or BackWithinSafeCapacity or StaffingBecameUnsafe or StaffingBecameSafe or EscalationTold, e.ToString()));
    }

    public void Look(SpaceState before, SpaceCommand command, SpaceOutcome outcome, Random random)
    {
        var ledger = new Ledger(_story.Log, _rotaShifts);
        StateIsWhatTheLogComesTo(ledger);
        HoldsAreSafe(ledger);
        StaffingIsWatched(before, ledger);
        ReadsAreRight(ledger, random);
        FactsAreRecorded(before, command, outcome);
        UndoIsOfTheLastActAlone(command, outcome, ledger);
        DirectoryIsKept(command, outcome, ledger);
        _before = ledger;
    }

    private void StateIsWhatTheLogComesTo(Ledger ledger)
    {
        var (state, now) = (_story.State, _story.Now);
        Assert.Equal(ledger.PeopleHere(), state.Occupied);
        Assert.Equal(ledger.ConfirmedAt, state.ConfirmedAt);
        Assert.Equal(ledger.Pause(now), state.Pause is { } pause && now < pause.Until ? pause : null);
        Assert.Equal<Shift>(ledger.Shifts(now), state.Shifts.Where(shift => shift.Until > now).OrderBy(shift => shift.Id));
        Assert.Equal<RotaLine>(ledger.Rota.Lines, state.Rota.Lines);
        Assert.Equal(ledger.Rota.Absences.ToHashSet(), state.Rota.Absences.ToHashSet());
        Assert.Equal(ledger.Holds.Count, state.Holds.Length);
        foreach (var hold in state.Holds)
        {
            Assert.Equal(Ledger.Standing(ledger.Holds[hold.Id], now), (hold.StatusAt(now), hold.Eta, hold.ExpiresAt));
            Assert.Equal(hold.StatusAt(now), hold.Status);
        }

        Assert.Empty(ledger.ArrivedTwice());
        Assert.All(ledger.Holds.Values.Where(hold => Ledger.IsActive(hold, now)).GroupBy(hold => hold.NeedId), holds => Assert.Single(holds));
    }

    /// <summary>A hold that is given fits in until the arrival plus grace, minute by minute, unless staff said that it need not.</summary>
    private void HoldsAreSafe(Ledger ledger)
    {
        var events = _story.Last.Events;
        var now = _story.Now;
        for (var i = 0; i < events.Length; i++)
        {
            if (events[i] is SafeCapacityOverridden overridden)
            {
                Assert.Equal(overridden.HoldId, Assert.IsType<HoldAccepted>(events[i + 1]).HoldId);
                var until = ((HoldAccepted)events[i + 1]).ExpiresAt;
                Assert.True(MostOver(ledger, until) > 0, "there was nothing to override");
                OpenUntil(until);
            }

            var given = events[i] switch
            {
                HoldPlaced e => e.HoldId,
                HoldAccepted e when i == 0 || events[i - 1] is not SafeCapacityOverridden => e.HoldId,
                HoldExtended e when ledger.Holds[e.HoldId].Status == HoldStatus.Placed && e.ExpiresAt > _before.Holds[e.HoldId].ExpiresAt => e.HoldId,
                ActUndone { Kind: ActKind.Decline } => BroughtBack(ledger),
                _ => (Guid?)null,
            };
            if (given is not { } id)
                continue;
            var hold = ledger.Holds[id];
            Assert.Equal(HoldStatus.Placed, hold.Status);
            Assert.True(MostOver(ledger, hold.ExpiresAt) <= 0, $"{ledger.PeopleHere()} here and {ledger.Held(now)} held are over safe capacity before {hold.ExpiresAt}");
            OpenUntil(hold.ExpiresAt);
        }
    }

    private void OpenUntil(Instant until)
    {
        for (var at = _story.Now; at < until; at += Minute)
            Assert.True(Naive.IsOpen(_story.State.Details!.Hours, at), $"closed at {at}");
    }

    private Guid? BroughtBack(Ledger ledger)
    {
        foreach (var (id, hold) in ledger.Holds)
        {
            if (hold.Status == HoldStatus.Placed && Ledger.IsActive(hold, _story.Now) && !Ledger.IsActive(_before.Holds[id], _story.Now))
                return id;
        }

        return null;
    }

    private int MostOver(Ledger ledger, Instant until)
    {
        var details = _story.State.Details!;
        var shifts = ledger.Shifts(_story.Now);
        var most = int.MinValue;
        for (var at = _story.Now; at < until; at += Minute)
            most = Math.Max(most, ledger.PeopleHere() + ledger.Held(at) - Naive.SafeCapacity(details, shifts, ledger.Rota, at));
        return most;
    }

    private void StaffingIsWatched(SpaceState before, Ledger ledger)
    {
        var (state, now) = (_story.State, _story.Now);
        var details = state.Details!;
        _escalations.See(_story.Last.Events, details.Escalation, now);
        _escalations.AssertKnown(state);
        if (ledger.Retired)
        {
            Assert.Empty(state.Escalations);
            return;
        }

        var shifts = ledger.Shifts(now);
        Assert.Equal(state.Occupied > Naive.SafeCapacity(details, shifts, ledger.Rota, now), state.IsOverSafeCapacity);
        Assert.Equal(state.IsOverSafeCapacity, _escalations.IsOpen(EscalationCause.OverSafeCapacity));
        var isShort = Naive.IsShort(details, shifts, ledger.Rota, now) && (state.Occupied > 0 || Naive.IsOpen(details.Hours, now));
        var mayBegin = before.FindEscalation(EscalationCause.UnsafeStaffing) is not null || !IsUnconfirmed(ledger);
        Assert.Equal(isShort && mayBegin, _escalations.IsOpen(EscalationCause.UnsafeStaffing));
    }

    private bool IsUnconfirmed(Ledger ledger) =>
        ledger.ConfirmedAt is not { } confirmed || _story.Now >= confirmed + Duration.FromMinutes(_story.State.Details!.Freshness.UnconfirmedAfterMinutes);

    private void ReadsAreRight(Ledger ledger, Random random)
    {
        var (state, now) = (_story.State, _story.Now);
        var details = state.Details!;
        var shown = _story.Last.Availability!;
        Assert.Equal(IsUnconfirmed(ledger), shown.Freshness == Freshness.Unconfirmed);
        Assert.Equal(IsUnconfirmed(ledger) ? null : Naive.IsOpen(details.Hours, now), shown.Open);
        Assert.Equal(shown.Open is null, shown.Available is null);
        Assert.True(shown.ValidUntil > now);

        var timeline = CapacityTimeline.Of(state, now);
        var shifts = ledger.Shifts(now);
        foreach (var ahead in (ReadOnlySpan<int>)[0, random.Next(90), random.Next(1440), random.Next(8 * 1440)])
        {
            var at = now + Duration.FromMinutes(ahead);
            var seen = timeline.At(at);
            Assert.Equal(
                (Naive.IsOpen(details.Hours, at), ledger.Pause(now) is { } pause && at < pause.Until, Naive.SafeCapacity(details, shifts, ledger.Rota, at), ledger.Held(at)),
                (seen.Open, seen.Paused, seen.SafeCapacity, seen.Held));
        }
    }

    /// <summary>A fact always produces its event; a decision produces its event or is refused with a reason, never both.</summary>
    private void FactsAreRecorded(SpaceState before, SpaceCommand command, SpaceOutcome outcome)
    {
        var events = _story.Last.Events;
        var isRetired = before.Retired is not null;
        Type? fact = command switch
        {
            RecordArrival { HoldId: { } id } when before.FindHold(id) is null or { Status: HoldStatus.Arrived } => null,
            RecordArrival => typeof(ArrivalRecorded),
            RecordDeparture => typeof(DepartureRecorded),
            RecordCount => typeof(OccupancyCounted),
            ReportRefused => typeof(RefusalReported),
            StartShift when !isRetired => typeof(ShiftStarted),
            ConfirmSpace when !isRetired => typeof(SpaceConfirmed),
            PauseSpace when !isRetired => typeof(SpacePaused),
            PlanRota when !isRetired => typeof(RotaPlanned),
            _ => null,
        };
        if (fact is not null)
        {
            Assert.Equal(1, events.Count(e => e.GetType() == fact));
            Assert.IsNotType<Rejected>(outcome);
        }

        var done = events.Count(e => e is HoldPlaced or HoldRequested or HoldAccepted or HoldExtended or HoldReleased or HoldDeclined);
        Assert.Equal(outcome is HoldChanged ? 1 : 0, done);
        if (isRetired && command is not (RecordArrival or RecordDeparture or RecordCount or ReportRefused or Settle))
        {
            Assert.Equal(RejectionCode.Retired, Assert.IsType<Rejected>(outcome).Reason.Code);
            Assert.DoesNotContain(events, Ledger.IsAct);
        }
    }

    private void UndoIsOfTheLastActAlone(SpaceCommand command, SpaceOutcome outcome, Ledger ledger)
    {
        if (command is not UndoAct undo || _before.Retired)
            return;
        var last = _story.Log.Take(_story.Log.Count - _story.Last.Events.Length).LastOrDefault(entry => Ledger.IsAct(entry.Happened) || entry.Happened is ActUndone);
        var code = (outcome as Rejected)?.Reason.Code;
        if (last.Happened is null or ActUndone || last.CommandId != undo.ActId)
            Assert.Equal(RejectionCode.NotUndoable, code);
        else if (_story.Now > last.Happened.DecidedAt + Duration.FromMinutes(5))
            Assert.Equal(RejectionCode.UndoTooLate, code);
        else
            Assert.True(outcome is Recorded || last.Happened is HoldDeclined or ArrivalRecorded { HoldId: not null }, $"{last.Happened} could not be undone: {outcome}");
        Assert.Equal(outcome is Recorded ? 1 : 0, _story.Last.Events.Count(e => e is ActUndone));
        if (outcome is Rejected)
            Assert.Equal(_before.PeopleHere(), ledger.PeopleHere());
    }

    private void DirectoryIsKept(SpaceCommand command, SpaceOutcome outcome, Ledger ledger)
    {
        var state = _story.State;
        Assert.Equal(ledger.DirectoryChanges, state.DirectoryChanges.Length);
        Assert.Equal(ledger.Retired, state.Retired is not null);
        if (command is ChangeSpace change && !_before.Retired)
            Assert.Equal(change.Expected is { } expected && expected != _before.DirectoryChanges, outcome is Rejected { Reason.Code: RejectionCode.ChangedMeanwhile });
        if (command is RetireSpace && !_before.Retired)
            Assert.Equal(_before.PeopleHere() > 0 || _before.Held(_story.Now) > 0, outcome is Rejected { Reason.Code: RejectionCode.InUse });

        // What it states itself comes before what its tier states, and that before the defaults.
        if (ledger.Stated.Stated is { } own)
        {
            var tier = ledger.Policy?.Tier == ledger.Stated.Tier ? ledger.Policy.Values : PolicyValues.None;
            var rule = state.Details!.Staffing;
            Assert.Equal(own.VisitorsPerStaff ?? tier.VisitorsPerStaff ?? 3, rule.VisitorsPerStaff);
            Assert.Equal(own.MinimumClinicians ?? tier.MinimumClinicians ?? (ledger.Stated.Tier == Tier.ClinicalAdjacent ? 1 : 0), rule.MinimumClinicians);
            Assert.Equal(own.UnconfirmedAfterMinutes ?? tier.UnconfirmedAfterMinutes ?? 240, state.Details.Freshness.UnconfirmedAfterMinutes);
        }
        else
        {
            Assert.Equal(ledger.Stated, state.Details);
        }
    }
}
