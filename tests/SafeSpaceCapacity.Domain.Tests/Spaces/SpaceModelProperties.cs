using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Opening;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;
using static SafeSpaceCapacity.Domain.Tests.Spaces.Story;

namespace SafeSpaceCapacity.Domain.Tests.Spaces;

/// <summary>
/// Whatever is asked of a space, in whatever order and however late, must keep these rules. Every decision is also replayed, see
/// <see cref="Story.Do"/>; the number of people is checked against <see cref="Run.PeopleHere"/>, which knows nothing of states.
/// </summary>
public sealed class SpaceModelProperties
{
    private static Gen<Step> Steps { get; } =
        from kind in Gen.Frequency(
            (4, Gen.Constant(Kind.Hold)), (2, Gen.Constant(Kind.Shift)), (2, Gen.Constant(Kind.Accept)), (2, Gen.Constant(Kind.Arrive)),
            (6, Gen.Elements(Enum.GetValues<Kind>())))
        from wait in Gen.Frequency((3, Gen.Constant(0)), (5, Gen.Choose(0, 6)), (3, Gen.Choose(0, 40)), (1, Gen.Choose(0, 300)))
        from which in Gen.Choose(0, 5)
        from amount in Gen.Choose(0, 60)
        from late in Gen.Frequency((3, Gen.Constant(0)), (2, Gen.Choose(1, 60)), (1, Gen.Choose(-5, 600)))
        select new Step(kind, wait, which, amount, late);

    private static Arbitrary<Step[]> Stories { get; } = Arb.From(
        Steps.ListOf().Select(steps => steps.ToArray()).Resize(60),
        steps => Enumerable.Range(0, steps.Length).Select(left => steps.Where((_, i) => i != left).ToArray()));

    [Fact]
    public void Whatever_happens_the_rules_hold() =>
        Prop.ForAll(Stories, steps => new Run().Through(steps)).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void The_stories_told_reach_every_event_and_every_outcome_of_a_hold()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var rejections = new HashSet<RejectionCode>();
        foreach (var steps in Stories.Generator.Sample(300, new Rnd(2026), 60))
        {
            var run = new Run();
            run.Through(steps);
            seen.UnionWith(run.Story.Events.Select(e => e.GetType().Name));
            rejections.UnionWith(run.Rejections);
        }

        var every = typeof(SpaceEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(SpaceEvent))).Select(type => type.Name);
        Assert.Empty(every.Except(seen, StringComparer.Ordinal));
        Assert.Empty(new[]
        {
            RejectionCode.NoSafeCapacity, RejectionCode.OutsideHours, RejectionCode.ClosesBeforeArrival, RejectionCode.Paused, RejectionCode.AlreadyHeld,
            RejectionCode.HoldEnded, RejectionCode.HoldNotRequested, RejectionCode.TooManyRequests,
        }.Except(rejections));
    }

    private enum Kind
    {
        Shift, PlanShift, EndShift, Arrive, ArriveByCrew, WalkIn, Depart, Count, Confirm, Pause, Resume, Hold, HoldAgain, Extend, Release, Accept,
        Decline, Refuse, Settle,
    }

    private sealed record Step(Kind Kind, int Wait, int Which, int Amount, int Late);

    private sealed class Run
    {
        // Opens 20 minutes after the start, closes four hours later for an hour. So short of places and soon unconfirmed that every rule bites.
        private static readonly OpeningHours Hours = Daily(new LocalTime(19, 20), new LocalTime(23, 20)) with
        {
            SpecialDays = [new(new LocalDate(2026, 6, 2), new LocalTime(0, 20), new LocalTime(0, 0))],
        };

        private readonly List<Guid> _holds = [];
        private readonly List<Guid> _needs = [];
        private readonly List<Guid> _shifts = [];
        private int _minute;

        public Story Story { get; } = new(Cafe(places: 4, hours: Hours) with { Freshness = new FreshnessRule(15, 45) });

        public List<RejectionCode> Rejections { get; } = [];

        public bool Through(Step[] steps)
        {
            foreach (var step in steps)
            {
                Story.At(_minute += step.Wait);
                var command = Command(step);
                TimeAloneNeedsNobody(step);
                var before = Story.State;
                var outcome = Story.Do(command);
                if (outcome is Rejected rejected)
                    Rejections.Add(rejected.Reason.Code);
                Judge(before, command, outcome);
            }

            return true;
        }

        private SpaceCommand Command(Step step)
        {
            var now = Story.Now;
            Instant? seen = step.Late == 0 ? null : now - Duration.FromMinutes(step.Late);
            switch (step.Kind)
            {
                case Kind.Shift:
                    _shifts.Add(Story.NewId());
                    return new StartShift(now, _shifts[^1], (StaffRole)(1 + (step.Which % 5)), null, now + Duration.FromMinutes(20 + (step.Amount * 8)));
                case Kind.PlanShift:
                    _shifts.Add(Story.NewId());
                    return new StartShift(now, _shifts[^1], (StaffRole)(1 + (step.Which % 5)), now + Duration.FromMinutes(step.Amount), now + Duration.FromMinutes(step.Amount * 6));
                case Kind.EndShift:
                    return new EndShift(now, Pick(_shifts, step.Which));
                case Kind.Arrive:
                    return new RecordArrival(now, Pick(_holds, step.Which), null, seen, ByStaff: true);
                case Kind.ArriveByCrew:
                    return new RecordArrival(now, Pick(_holds, step.Which), step.Amount, seen, ByStaff: false);
                case Kind.WalkIn:
                    return new RecordArrival(now, null, null, seen, ByStaff: true);
                case Kind.Depart:
                    return new RecordDeparture(now, seen);
                case Kind.Count:
                    return new RecordCount(now, step.Which, seen);
                case Kind.Confirm:
                    return new ConfirmSpace(now);
                case Kind.Pause:
                    return new PauseSpace(now, PauseReason.Incident, now + Duration.FromMinutes(step.Amount));
                case Kind.Resume:
                    return new ResumeSpace(now);
                case Kind.Hold:
                    _holds.Add(Story.NewId());
                    _needs.Add(Story.NewId());
                    return new HoldPlace(now, _holds[^1], _needs[^1], now + Duration.FromMinutes(step.Amount - 5), Needs.AgeAdult, true, "DD12");
                case Kind.HoldAgain:
                    _holds.Add(Story.NewId());
                    return new HoldPlace(now, _holds[^1], Pick(_needs, step.Which), now + Duration.FromMinutes(step.Amount - 5), Needs.AgeAdult, true, "DD12");
                case Kind.Extend:
                    return new ExtendHold(now, Pick(_holds, step.Which), now + Duration.FromMinutes(step.Amount));
                case Kind.Release:
                    return new ReleaseHold(now, Pick(_holds, step.Which));
                case Kind.Accept:
                    return new AcceptHold(now, Pick(_holds, step.Which));
                case Kind.Decline:
                    return new DeclineHold(now, Pick(_holds, step.Which), RefusalReason.Behaviour);
                case Kind.Refuse:
                    return new ReportRefused(now, Pick(_holds, step.Which), null, RefusalReason.Age, seen);
                default:
                    return new Settle(now);
            }
        }

        // Counted from the newest, so that most are still alive.
        private Guid Pick(List<Guid> ids, int which) => which < ids.Count ? ids[^(which + 1)] : Story.NewId();

        /// <summary>A read is right although no timer ran: nothing but the version differs once time's doing is written down.</summary>
        private void TimeAloneNeedsNobody(Step step)
        {
            foreach (var ahead in new[] { 0, step.Amount, 300 })
            {
                var at = Story.Now + Duration.FromMinutes(ahead);
                var read = Availability.Of(Story.State, at);
                var settled = Space.Decide(Story.State, new Settle(at));
                Assert.Equal(Tell(read with { Version = settled.State.Version }), Tell(Availability.Of(settled.State, at)));

                // And a timeline that began earlier says the same.
                var timeline = CapacityTimeline.Of(Story.State, Story.Now);
                Assert.Equal((read.SafeCapacity, read.Held), (timeline.At(at).SafeCapacity, timeline.At(at).Held));
            }
        }

        private void Judge(SpaceState before, SpaceCommand command, SpaceOutcome outcome)
        {
            var state = Story.State;
            var events = Story.Last.Events;
            var now = Story.Now;

            foreach (var (id, until) in events.Select(Granted).OfType<(Guid, Instant)>())
            {
                Assert.Equal(HoldStatus.Placed, state.FindHold(id)!.Status);
                for (var at = now; at < until; at += Duration.FromMinutes(1))
                    KeepsWithinSafeCapacity(state, at);
                KeepsWithinSafeCapacity(state, until - Duration.Epsilon);
                Assert.Equal([new NodaTime.Interval(now, until)], Hours.Between(now, until));
            }

            Assert.All(state.Holds, hold => Assert.True(hold.Status is not (HoldStatus.Placed or HoldStatus.Requested) || hold.IsActive(now)));
            Assert.All(state.Shifts, shift => Assert.True(shift.Until > now || command is StartShift));
            Assert.True(state.Occupied >= 0);
            Assert.Equal(PeopleHere(Story.Events), state.Occupied);
            Assert.Equal(state.IsOverSafeCapacity, state.Occupied > Story.Availability.SafeCapacity);
            Assert.All(
                Story.Events.OfType<ArrivalRecorded>().Where(e => e.HoldId is not null).GroupBy(e => e.HoldId),
                arrivals => Assert.Single(arrivals));
            var shown = Story.Availability;
            Assert.Equal(shown.Freshness == Freshness.Unconfirmed, shown.Open is null);
            Assert.Equal(shown.Open is null, shown.Available is null);
            Assert.True(shown.ValidUntil > now);

            Recorded(before, command, outcome, events);
        }

        private static (Guid Id, Instant Until)? Granted(SpaceEvent happened) => happened switch
        {
            HoldPlaced e => (e.HoldId, e.ExpiresAt),
            HoldAccepted e => (e.HoldId, e.ExpiresAt),
            _ => null,
        };

        private static void KeepsWithinSafeCapacity(SpaceState state, Instant at)
        {
            var details = state.Details!;
            var safe = SafeCapacity.At(details.Staffing, details.Places, state.Shifts, at).People;
            Assert.True(state.Occupied + state.HeldAt(at) <= safe, $"{state.Occupied} here and {state.HeldAt(at)} held, {safe} safe at {at}");
        }

        /// <summary>A fact always produces its event; a decision produces its event or is refused with a reason, never both.</summary>
        private static void Recorded(SpaceState before, SpaceCommand command, SpaceOutcome outcome, IEnumerable<SpaceEvent> events)
        {
            Type? fact = command switch
            {
                StartShift => typeof(ShiftStarted),
                RecordArrival { HoldId: { } id } when before.FindHold(id) is null or { Status: HoldStatus.Arrived } => null,
                RecordArrival => typeof(ArrivalRecorded),
                RecordDeparture => typeof(DepartureRecorded),
                RecordCount => typeof(OccupancyCounted),
                ConfirmSpace => typeof(SpaceConfirmed),
                PauseSpace => typeof(SpacePaused),
                ReportRefused => typeof(RefusalReported),
                _ => null,
            };
            if (fact is not null)
            {
                Assert.Single(events, e => e.GetType() == fact);
                Assert.IsNotType<Rejected>(outcome);
            }

            var done = events.Count(e => e is HoldPlaced or HoldRequested or HoldAccepted or HoldExtended or HoldReleased or HoldDeclined);
            Assert.Equal(outcome is HoldChanged ? 1 : 0, done);
        }

        /// <summary>
        /// People here, from the events alone: the count that saw last, then all who came or left after it was seen, or after it was recorded if
        /// at that very instant.
        /// </summary>
        private static int PeopleHere(IReadOnlyList<SpaceEvent> events)
        {
            var counted = -1;
            for (var i = 0; i < events.Count; i++)
            {
                if (events[i] is OccupancyCounted count && (counted < 0 || count.ObservedAt >= events[counted].ObservedAt))
                    counted = i;
            }

            var people = counted < 0 ? 0 : ((OccupancyCounted)events[counted]).Occupied;
            for (var i = 0; i < events.Count; i++)
            {
                var change = events[i] switch { ArrivalRecorded => +1, DepartureRecorded => -1, _ => 0 };
                if (counted < 0 || events[i].ObservedAt > events[counted].ObservedAt || (i > counted && events[i].ObservedAt == events[counted].ObservedAt))
                    people = Math.Max(0, people + change);
            }

            return people;
        }
    }
}
