using System.Collections.Immutable;
using NodaTime;
using SafeSpaceCapacity.Domain.Escalations;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Policies;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;

namespace SafeSpaceCapacity.Domain.Tests.Spaces.Model;

/// <summary>Tells a tale to a space, command by command, and judges each decision.</summary>
internal sealed class Run(Tale tale)
{
    private readonly List<Guid> _commands = [];
    private readonly Dictionary<Guid, RotaAbsence> _rotaShifts = [];
    private SpaceCommand? _repeatable;
    private Instant _now = tale.From;
    private long _policies;

    public Story Story { get; } = new(tale.Details, tale.From) { CheckEvery = 16 };

    public HashSet<RejectionCode> Rejections { get; } = [];

    public void Through(IEnumerable<Step> steps)
    {
        var judge = new Judge(Story, _rotaShifts);
        foreach (var step in steps)
        {
            _now += Duration.FromMinutes(step.Wait);
            Story.At(_now);
            var command = Command(step, new Random(step.Dice));
            judge.TimeAloneNeedsNobody(step);
            var before = Story.State;
            var outcome = Story.Do(command);
            _commands.Add(Story.LastId);
            if (outcome is Rejected rejected)
                Rejections.Add(rejected.Reason.Code);
            judge.Look(before, command, outcome, new Random(step.Dice));
            if (command is not (RegisterSpace or HoldPlace or StartShift))
                _repeatable = command;
        }

        Story.AssertReplayed();
    }

    private IEnumerable<Hold> Holds => Story.State.Holds.Reverse().OrderByDescending(hold => hold.IsActive(Story.Now));

    private SpaceCommand Command(Step step, Random random)
    {
        var now = Story.Now;
        var later = now + Duration.FromMinutes(step.Amount);
        Instant? seen = step.Late == 0 ? null : now - Duration.FromMinutes(step.Late);
        return step.Kind switch
        {
            Kind.Shift => Shift(random, step, null, now + Duration.FromMinutes(20 + (step.Amount * 8))),
            Kind.PlanShift => Shift(random, step, later, now + Duration.FromMinutes(step.Amount * 6)),
            Kind.EndShift => new EndShift(now, AShift(step.Which)),
            Kind.EndRotaShift => new EndShift(now, RotaShift(step)),
            Kind.PlanRota => new PlanRota(now, random.Next(6) == 0 ? Rota.None : Tale.ARota(random, Story.NewId, now)),
            Kind.Arrive => new RecordArrival(now, AHold(step.Which), null, seen, ByStaff: true),
            Kind.ArriveByCrew => new RecordArrival(now, AHold(step.Which), step.Amount, seen, ByStaff: false),
            Kind.WalkIn => new RecordArrival(now, null, null, seen, ByStaff: step.Which > 1),
            Kind.Depart => new RecordDeparture(now, seen, step.Which == 0 ? null : (OnwardRoute)(1 + (step.Amount % 9))),
            Kind.Count => new RecordCount(now, step.Which / 3, seen),
            Kind.Confirm => new ConfirmSpace(now),
            Kind.Pause => new PauseSpace(now, PauseReason.Incident, later, step.Which > 2 ? null : now + Duration.FromMinutes(step.Amount / 2)),
            Kind.Resume => new ResumeSpace(now),
            Kind.Hold => Hold(step, Story.NewId()),
            Kind.HoldAgain => Hold(step, ANeed(step.Which)),
            Kind.Extend => new ExtendHold(now, AHold(step.Which), later),
            Kind.Release => new ReleaseHold(now, AHold(step.Which)),
            Kind.Accept => new AcceptHold(now, ARequest(step.Which)),
            Kind.AcceptOver => new AcceptHold(now, ARequest(step.Which), OverrideReason.NowhereElse),
            Kind.Decline => new DeclineHold(now, AHold(step.Which), RefusalReason.Behaviour),
            Kind.Refuse => new ReportRefused(now, step.Which == 5 ? null : AHold(step.Which), null, RefusalReason.Age, seen),
            Kind.Undo => new UndoAct(now, Story.State.LastAct?.Id ?? ACommand(0)),
            Kind.UndoOlder => new UndoAct(now, ACommand(step.Which)),
            Kind.Repeat => (_repeatable ?? new ConfirmSpace(now)) with { Now = now },
            Kind.Acknowledge => new AcknowledgeEscalation(now, (EscalationCause)(1 + (step.Which % 2)), EscalationContact.OnCallManager),
            Kind.Change => new ChangeSpace(now, Tale.Entry(random, now), step.Which == 0 ? step.Amount : null),
            Kind.ChangeBack => new ChangeSpace(now, tale.Details, Story.State.DirectoryChanges.Length - (step.Which == 0 ? 1 : 0)),
            Kind.Policy => new ApplyPolicy(now, new TierPolicy((Tier)(1 + (step.Which % 3)), step.Which == 5 ? _policies : ++_policies, Tale.Values(random))),
            Kind.Retire => new RetireSpace(now, RetireReason.Closed),
            _ => new Settle(now),
        };
    }

    private StartShift Shift(Random random, Step step, Instant? from, Instant until)
    {
        var begins = from ?? Story.Now;
        ImmutableArray<Break> breaks = random.Next(3) > 0 ? [] : [ABreak(), ABreak()];
        return new StartShift(Story.Now, Story.NewId(), (StaffRole)(1 + (step.Which % 5)), from, until)
        {
            Agency = random.Next(4) == 0,
            OnCall = random.Next(6) == 0,
            Trained = Tale.Trained(random, Story.Now),
            Breaks = breaks,
        };

        Break ABreak()
        {
            var pause = begins + Duration.FromMinutes(random.Next(-20, 120));
            return new Break(pause, pause + Duration.FromMinutes(random.Next(-5, 45)));
        }
    }

    private HoldPlace Hold(Step step, Guid need) =>
        new(Story.Now, Story.NewId(), need, Story.Now + Duration.FromMinutes((step.Amount * (step.Which == 0 ? 5 : 1)) - 5), Needs.AgeAdult, true, "DD12");

    /// <summary>A shift of the rota that is or will be, by the line alone.</summary>
    private Guid RotaShift(Step step)
    {
        var lines = Story.State.Rota.Lines;
        if (lines.IsEmpty)
            return Story.NewId();
        var line = lines[step.Which % lines.Length];
        var zone = Story.State.Details!.Hours.Zone;
        foreach (var shift in new Rota([line], Story.State.Rota.Absences).Between(zone, Story.Now, Story.Now + Duration.FromDays(2)))
        {
            _rotaShifts[shift.Id] = new RotaAbsence(line.Id, shift.From.InZone(DateTimeZoneProviders.Tzdb[zone]).Date);
            return shift.Id;
        }

        return Story.NewId();
    }

    // Counted from the newest that is still active; one too many is unknown.
    private Guid AHold(int which) => Holds.ElementAtOrDefault(which / 2)?.Id ?? Story.NewId();

    private Guid ARequest(int which) => which > 3 ? AHold(which) : Holds.FirstOrDefault(hold => hold.Status == HoldStatus.Requested)?.Id ?? AHold(which);

    private Guid ANeed(int which) => Holds.ElementAtOrDefault(which / 2)?.NeedId ?? Story.NewId();

    private Guid AShift(int which) => Story.State.Shifts is var shifts && which < shifts.Length ? shifts[^(which + 1)].Id : Story.NewId();

    private Guid ACommand(int which) => which < _commands.Count ? _commands[^(which + 1)] : Story.NewId();
}
