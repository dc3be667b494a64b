using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Opening;
using SafeSpaceCapacity.Domain.Search;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Service.Planning;
using SafeSpaceCapacity.Service.ReadModel;
using SafeSpaceCapacity.Service.Tests.Region;
using SafeSpaceCapacity.Service.Tests.Support;

namespace SafeSpaceCapacity.Service.Tests.Planning;

/// <summary>The hours that are added up as events come, against a model that looks at every minute.</summary>
public sealed class HourlyHistoryTests
{
    private const int MinutesTold = 40 * 60;
    private static readonly Instant Start = Instant.FromUtc(2026, 10, 24, 9, 0);
    private static readonly string[] Areas = ["Dundee City", "Fife"];

    private static Gen<Step> Steps { get; } =
        from kind in Gen.Elements(Enum.GetValues<Kind>())
        from wait in Gen.Frequency((3, Gen.Constant(0)), (5, Gen.Choose(0, 20)), (3, Gen.Choose(0, 120)), (1, Gen.Choose(0, 900)))
        from space in Gen.Choose(0, 2)
        from amount in Gen.Choose(1, 300)
        from late in Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Choose(1, 300)))
        select new Step(kind, wait, space, amount, late);

    private static Arbitrary<Step[]> Stories { get; } = Arb.From(
        Steps.ListOf().Select(steps => steps.ToArray()).Resize(60),
        steps => Enumerable.Range(0, steps.Length).Select(left => steps.Where((_, i) => i != left).ToArray()));

    [Fact]
    public void Hours_are_what_a_look_at_every_minute_adds_up_to() => Prop.ForAll(Stories, steps =>
    {
        var told = new Told(steps);
        var expected = new ByMinute(told);
        var history = Fresh();
        Apply(history, told.Changes);
        var reader = Reader(history, told, told.End);
        foreach (var hour in reader.Hours())
        {
            foreach (var area in Areas)
            {
                var code = Code(area);
                Equal(expected, (area, null, hour), reader.OfArea(code, hour));
                foreach (var space in told.States.Keys)
                    Equal(expected, (area, space, hour), reader.OfSpace(code, space, hour));
            }
        }

        Assert.Equal(
            expected.Cells.Count(cells => cells.Key.Space is null && cells.Value.Any(count => count != 0)),
            reader.Hours().Sum(hour => Areas.Count(area => Cells(reader.OfArea(Code(area), hour)).Any(count => count != 0))));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));

    [Fact]
    public void What_is_told_of_a_space_is_how_it_stood_in_every_minute() => Prop.ForAll(Stories, steps =>
    {
        var told = new Told(steps);
        var history = Fresh();
        Apply(history, told.Changes);
        var reader = Reader(history, told, told.End);
        foreach (var (space, state) in told.States)
        {
            var happenings = reader.Hours().SelectMany(hour => Areas.SelectMany(area => reader.Happenings(Code(area), space, hour))).ToList();
            Assert.Equal(happenings.OrderBy(one => one.At).Select(one => one.At), happenings.Select(one => one.At));
            var (open, pause, unconfirmed, staff, safe) = (false, (PauseReason?)null, false, default(OnDuty), 0);
            var next = 0;
            var its = told.Changes.Where(change => change.After.Details!.Id.Value == space).ToList();
            for (var minute = its[0].Happened.DecidedAt; minute.ToUnixTimeSeconds() < reader.Hours().Last() + 3600; minute += Duration.FromMinutes(1))
            {
                for (; next < happenings.Count && happenings[next].At <= minute.ToUnixTimeSeconds(); next++)
                {
                    var one = happenings[next];
                    open = one.Kind == HappeningKind.Opened || (open && one.Kind != HappeningKind.Closed);
                    unconfirmed = one.Kind == HappeningKind.WentUnconfirmed || (unconfirmed && one.Kind != HappeningKind.Confirmed);
                    pause = one.Kind == HappeningKind.Paused ? one.Reason : one.Kind == HappeningKind.Resumed ? null : pause;
                    (staff, safe) = one.Kind == HappeningKind.StaffChanged ? (one.Staff, one.SafeCapacity) : (staff, safe);
                }

                var stands = ByMinute.Look(its.FindLast(change => change.Happened.DecidedAt <= minute).After, minute);
                Assert.Equal((stands.Open, stands.Pause, stands.Unconfirmed, stands.Safe, stands.OnDuty), (open, pause, unconfirmed, safe, staff.TeamLeads + staff.Clinicians + staff.SupportWorkers + staff.PeerWorkers + staff.Volunteers));
            }
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(50));

    [Fact]
    public void Going_on_from_checkpoints_is_the_same_as_from_the_beginning() => Prop.ForAll(Stories, Gen.Choose(0, 100).ToArbitrary(), (steps, percent) =>
    {
        var told = new Told(steps);
        var whole = Fresh();
        Apply(whole, told.Changes);

        // Saved three times: what did not change since is not written again.
        var epoch = Ids.NextGuid();
        var kept = new Dictionary<string, Checkpoint>(StringComparer.Ordinal);
        var before = Fresh();
        var cut = told.Changes.Count * percent / 100;
        foreach (var part in new[] { told.Changes[..(cut / 2)], told.Changes[(cut / 2)..cut], [] })
        {
            Apply(before, part);
            foreach (var checkpoint in before.Checkpoints(epoch, cut))
                kept[checkpoint.Stream] = checkpoint;
        }

        var after = new HourlyHistory(RegionFixture.Scotland, HistoryKept.Default);
        Assert.True(after.Restore([.. kept.Values.OrderBy(one => one.Stream, StringComparer.Ordinal)], cut));
        Same(before.View, after.View);
        Apply(after, told.Changes[cut..]);
        Same(whole.View, after.View);

        // Also of the time since, though no event told the one run of the states.
        var (one, other) = (Reader(whole, told, told.End), Reader(after, told, told.End));
        foreach (var hour in one.Hours())
            Assert.All(Areas, area => Assert.Equal(one.OfArea(Code(area), hour)?.Cells ?? [], other.OfArea(Code(area), hour)?.Cells ?? []));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(50));

    [Fact]
    public void What_was_kept_is_of_no_use_if_it_is_missing_damaged_or_of_another_position()
    {
        var told = new Told([new Step(Kind.Shift, 5, 0, 100, 0), new Step(Kind.Arrive, 70, 0, 1, 0)]);
        var history = Fresh();
        Apply(history, told.Changes);
        var kept = history.Checkpoints(Ids.NextGuid(), 9);
        var other = Fresh();
        Assert.True(other.Restore(kept, 9));
        Assert.NotEmpty(other.View.Days);
        Assert.False(other.Restore(kept, 10));
        Assert.Empty(other.View.Days);
        Assert.False(other.Restore([], 9));
        Assert.False(other.Restore([.. kept.Where(one => !one.Stream.EndsWith("until", StringComparison.Ordinal))], 9));
        Assert.False(other.Restore([.. kept.Select(one => one with { Body = one.Body[..(one.Body.Length / 2)] })], 9));
        Assert.True(other.Restore([], 0));
        Assert.Empty(other.View.Spaces);
    }

    [Fact]
    public void What_was_kept_for_other_days_is_counted_again_from_the_log()
    {
        var history = Fresh();
        Apply(history, new Told([new Step(Kind.Shift, 5, 0, 100, 0)]).Changes);
        var kept = history.Checkpoints(Ids.NextGuid(), 9);
        var other = new HourlyHistory(RegionFixture.Scotland, HistoryKept.Default with { AreaDays = 40 });
        var its = kept.Where(one => one.Stream.StartsWith(other.Prefix, StringComparison.Ordinal)).ToList();
        Assert.Empty(its);
        Assert.False(other.Restore(its, 9));
    }

    [Fact]
    public void Only_what_changed_is_written_again()
    {
        var told = new Told([new Step(Kind.Shift, 5, 0, 100, 0), new Step(Kind.Shift, 0, 1, 100, 0), new Step(Kind.Arrive, 24 * 60, 0, 1, 0)]);
        var history = Fresh();
        var later = told.Changes.FindIndex(change => change.Happened.DecidedAt > Start + Duration.FromHours(1));
        Apply(history, told.Changes[..later]);
        Assert.True(history.Checkpoints(Ids.NextGuid(), 1).Count > 4);
        Apply(history, told.Changes[later..]);

        // The first space, two days of its area, and up to where.
        Assert.Equal(4, history.Checkpoints(Ids.NextGuid(), 2).Count);
        Assert.Single(history.Checkpoints(Ids.NextGuid(), 2));
    }

    [Fact]
    public void Hours_too_old_are_dropped_and_their_checkpoints_overwritten()
    {
        var history = new HourlyHistory(RegionFixture.Scotland, new HistoryKept(4, 2));
        history.Restore([], 0);
        var told = new Told([.. Enumerable.Range(0, 30).Select(_ => new Step(Kind.Confirm, 24 * 60, 0, 1, 0))]);
        var kept = new Dictionary<string, Checkpoint>(StringComparer.Ordinal);
        var position = 0;
        foreach (var change in told.Changes)
        {
            Apply(history, [change]);
            foreach (var checkpoint in history.Checkpoints(Ids.NextGuid(), ++position))
                kept[checkpoint.Stream] = checkpoint;
        }

        Assert.Equal(4, history.View.Days.Count);
        var days = Enumerable.Range(HourSheet.DayOf(Start.ToUnixTimeSeconds()) - 1, 40);
        Assert.Equal(2, days.Count(day => history.View.Areas.Any(area => area.Value.Keys.Any(space => history.View.OfSpace(area.Key, space, day) is not null))));

        // Four days of the one area, the three spaces, and up to where: nothing was counted in the other area.
        Assert.Equal(4 + 3 + 1, kept.Count);
        Assert.InRange(kept.Values.Max(one => one.Body.Length), 1, 500);
        var again = new HourlyHistory(RegionFixture.Scotland, new HistoryKept(4, 2));
        Assert.True(again.Restore([.. kept.Values.OrderBy(one => one.Stream, StringComparer.Ordinal)], position));
        Same(history.View, again.View);
    }

    private static HourlyHistory Fresh()
    {
        var history = new HourlyHistory(RegionFixture.Scotland, HistoryKept.Default);
        Assert.True(history.Restore([], 0));
        return history;
    }

    private static void Apply(HourlyHistory history, IEnumerable<SpaceChange> changes)
    {
        // Batches of three, as a tail has them of any length.
        foreach (var batch in changes.Chunk(3))
        {
            foreach (var change in batch)
                history.Apply(null!, change);
            history.Publish(0);
        }
    }

    private static HourlyReader Reader(HourlyHistory history, Told told, Instant until) => new(
        history,
        ReadRoot.Of(1, Start, [.. told.States.Values.Select(state => new SpaceRecord(state, Start))]),
        Areas.Select(Code).ToHashSet(),
        Start - Duration.FromHours(24),
        until);

    private static string Code(string area) => RegionFixture.Scotland.CouncilAreas.Single(one => one.Name == area).Code;

    private static void Equal(ByMinute expected, (string Area, string? Space, long Hour) key, Hour? actual)
    {
        var cells = expected.Cells.GetValueOrDefault(key);
        if (key.Space is not null && (cells is null || cells[(int)Measure.Present] == 0))
        {
            Assert.Null(actual);
            return;
        }

        // What came and was taken back in an hour before the space was there leaves nothing, whether or not that is written down.
        Assert.Equal(NotNothing(cells ?? []), NotNothing(Cells(actual)));
    }

    private static int[] Cells(Hour? hour) => hour is null ? [] : [.. Enumerable.Range(0, Measures.Count).Select(measure => hour[(Measure)measure])];

    private static int[] NotNothing(int[] cells) => cells.Any(count => count != 0) ? cells : [];

    private static void Same(HourlyView one, HourlyView other)
    {
        Assert.Equal(one.Spaces.Select(space => (space.Key, space.Value.Until)).Order(), other.Spaces.Select(space => (space.Key, space.Value.Until)).Order());
        Assert.Equal(one.Days.Keys.ToHashSet(), other.Days.Keys.ToHashSet());
        foreach (var (key, day) in one.Days)
        {
            Assert.Equal(day, other.Days[key]);
        }

        Assert.Equal(one.FirstOfSpaces, other.FirstOfSpaces);
        Assert.Equal(Packed(one), Packed(other));

        static IEnumerable<string> Packed(HourlyView view) =>
            from area in view.Areas
            from space in area.Value
            where !space.Value.Packed.IsEmpty
            orderby area.Key, space.Key
            select $"{area.Key} {space.Key} {Convert.ToHexString(space.Value.Packed.Span)}";
    }

    private enum Kind
    {
        Shift, PlanShift, EndShift, Arrive, Depart, Count, Confirm, Pause, Resume, Hold, Decline, Refuse, RefuseHold, Settle, UndoLast,
    }

    private sealed record Step(Kind Kind, int Wait, int Space, int Amount, int Late);

    /// <summary>What happens to three spaces in two areas, in the night in which the clocks go back.</summary>
    private sealed class Told
    {
        private readonly List<Guid> _holds = [];
        private readonly List<Guid> _shifts = [];
        private int _ids;

        public Told(Step[] steps)
        {
            var now = Start;
            for (var i = 0; i < 3; i++)
                Do($"space-{i}", new RegisterSpace(now, Details(i)));
            foreach (var step in steps)
            {
                now += Duration.FromMinutes(step.Wait);
                Do($"space-{step.Space}", Command(step, now));
            }

            End = now + Duration.FromMinutes(MinutesTold / 10);
        }

        public Dictionary<string, SpaceState> States { get; } = new(StringComparer.Ordinal);

        public List<SpaceChange> Changes { get; } = [];

        public Instant End { get; }

        private static SpaceDetails Details(int i)
        {
            var hours = i switch
            {
                // 20 minutes past; across midnight; over the hour that comes twice.
                0 => Daily(new LocalTime(19, 20), new LocalTime(2, 10)),
                1 => Daily(new LocalTime(1, 0), new LocalTime(1, 40)),
                _ => Daily(LocalTime.Midnight, LocalTime.Midnight),
            };
            return RegionFixture.Scotland.DemoSpaces[0].Details with
            {
                Id = new SpaceId($"space-{i}"), CouncilArea = Areas[i / 2], Places = 4 + i, Hours = hours, Freshness = new FreshnessRule(15, 45),
                Staffing = new StaffingRule(), HoldRule = new HoldRule(),
            };
        }

        private static OpeningHours Daily(LocalTime opens, LocalTime closes) =>
            new("Europe/London", [.. Enumerable.Range(1, 7).Select(day => new WeeklyOpening((IsoDayOfWeek)day, opens, closes))], null, []);

        private SpaceCommand Command(Step step, Instant now)
        {
            var soon = now + Duration.FromMinutes(step.Amount);
            var seen = now - Duration.FromMinutes(step.Late);
            return step.Kind switch
            {
                Kind.Shift => new StartShift(now, Id(_shifts), (StaffRole)(1 + (step.Amount % 5)), null, soon + Duration.FromHours(3)),
                Kind.PlanShift => new StartShift(now, Id(_shifts), (StaffRole)(1 + (step.Amount % 5)), soon, soon + Duration.FromHours(1)),
                Kind.EndShift => new EndShift(now, Any(_shifts, step)),
                Kind.Arrive => new RecordArrival(now, null, null, seen, step.Amount % 2 == 0),
                Kind.Depart => new RecordDeparture(now, seen),
                Kind.Count => new RecordCount(now, step.Amount % 9, seen),
                Kind.Confirm => new ConfirmSpace(now),
                Kind.Pause => new PauseSpace(now, (PauseReason)(1 + (step.Amount % 5)), soon),
                Kind.Resume => new ResumeSpace(now),
                Kind.Hold => new HoldPlace(now, Id(_holds), Next(), now + Duration.FromMinutes(step.Amount % 60), Needs.None, null, "A1"),
                Kind.Decline => new DeclineHold(now, Any(_holds, step), (RefusalReason)(1 + (step.Amount % 9))),
                Kind.Refuse => new ReportRefused(now, null, null, (RefusalReason)(1 + (step.Amount % 9)), seen),
                Kind.RefuseHold => new ReportRefused(now, Any(_holds, step), null, (RefusalReason)(1 + (step.Amount % 9)), seen),
                Kind.UndoLast => new UndoAct(now, States[$"space-{step.Space}"].LastAct?.Id ?? Guid.Empty),
                _ => new Settle(now),
            };
        }

        private void Do(string space, SpaceCommand command)
        {
            var state = States.GetValueOrDefault(space, SpaceState.None);
            command = command with { Id = Next() };
            foreach (var happened in Space.Decide(state, command).Events)
            {
                var after = Space.Evolve(state, happened, command.Id);
                Changes.Add(new SpaceChange(happened, state, after));
                state = after;
            }

            States[space] = state;
        }

        private Guid Id(List<Guid> among)
        {
            among.Add(Next());
            return among[^1];
        }

        private Guid Next() => new(++_ids, 0, 0, new byte[8]);

        private static Guid Any(List<Guid> among, Step step) => among.Count == 0 ? Guid.Empty : among[step.Amount % among.Count];
    }

    /// <summary>The same, slowly: every minute of every space is looked at, and every event.</summary>
    private sealed class ByMinute
    {
        private readonly Dictionary<(string Area, string? Space, long Hour), int[]> _cells = [];

        public ByMinute(Told told)
        {
            var end = Instant.FromUnixTimeSeconds(told.End.ToUnixTimeSeconds() / 3600 * 3600);
            foreach (var changes in told.Changes.GroupBy(change => change.After.Details!.Id.Value))
            {
                var next = 0;
                var all = changes.ToList();
                var (area, space) = (all[0].After.Details!.CouncilArea, changes.Key);
                for (var minute = all[0].Happened.DecidedAt; minute < end; minute += Duration.FromMinutes(1))
                {
                    while (next < all.Count && all[next].Happened.DecidedAt <= minute)
                        next++;
                    var state = all[next - 1].After;
                    var (open, pause, unconfirmed, safe, _) = Look(state, minute);
                    Add(area, space, minute, Measure.Present, 60);
                    Add(area, space, minute, Measure.Occupied, 60 * state.Occupied);
                    if (!open)
                        continue;
                    Add(area, space, minute, unconfirmed ? Measure.Unconfirmed : Measure.Open, 60);
                    if (unconfirmed)
                        continue;
                    Add(area, space, minute, Measure.SafeCapacity, 60 * safe);
                    if (safe == 0)
                        Add(area, space, minute, Measure.BelowSafeStaffing, 60);
                    if (pause is { } reason)
                        Add(area, space, minute, Measure.Paused + (int)reason - 1, 60);
                }

                CountEvents(area, space, all.Where(change => Hour(change.Happened.ObservedAt) < end.ToUnixTimeSeconds()));
            }
        }

        public IReadOnlyDictionary<(string Area, string? Space, long Hour), int[]> Cells => _cells;

        public static (bool Open, PauseReason? Pause, bool Unconfirmed, int Safe, int OnDuty) Look(SpaceState state, Instant minute) => (
            !state.Details!.Hours.Between(minute, minute + Duration.FromMinutes(1)).IsEmpty,
            state.Pause is { } pause && minute < pause.Until ? pause.Reason : null,
            state.Details.Freshness.At(state.ConfirmedAt, minute) == Freshness.Unconfirmed,
            SafeCapacity.PeopleAt(state.Details.Staffing, state.Details.Places, state.Shifts, minute),
            state.Shifts.Count(shift => shift.IsOnDuty(minute)));

        private void CountEvents(string area, string space, IEnumerable<SpaceChange> changes)
        {
            var waiting = new HashSet<Guid>();
            var declined = new HashSet<Guid>();
            foreach (var (happened, before, _) in changes)
            {
                switch (happened)
                {
                    case ActUndone { Kind: ActKind.Arrival }:
                        Add(area, space, before.LastAct!.Moved?.ObservedAt ?? before.LastAct.At, Measure.Arrivals, -1);
                        break;
                    case ActUndone { Kind: ActKind.Decline }:
                        declined.Remove(before.LastAct!.HoldBefore!.Id);
                        waiting.Add(before.LastAct.HoldBefore.Id);
                        Add(area, space, before.LastAct.At, Measure.Refused + (int)before.FindHold(before.LastAct.HoldBefore.Id)!.DeclinedReason!.Value - 1, -1);
                        break;
                    case ArrivalRecorded:
                        Add(area, space, happened.ObservedAt, Measure.Arrivals, 1);
                        break;
                    case HoldPlaced placed:
                        waiting.Add(placed.HoldId);
                        Add(area, space, happened.ObservedAt, Measure.HoldsPlaced, 1);
                        break;
                    case HoldRequested requested:
                        waiting.Add(requested.HoldId);
                        Add(area, space, happened.ObservedAt, Measure.HoldsRequested, 1);
                        break;
                    case HoldExpired expired:
                        waiting.Remove(expired.HoldId);
                        Add(area, space, happened.ObservedAt, Measure.HoldsExpired, 1);
                        break;
                    case HoldLapsed lapsed:
                        waiting.Remove(lapsed.HoldId);
                        Add(area, space, happened.ObservedAt, Measure.HoldsLapsed, 1);
                        break;
                    case HoldDeclined no:
                        waiting.Remove(no.HoldId);
                        declined.Add(no.HoldId);
                        Add(area, space, happened.ObservedAt, Measure.Refused + (int)no.Reason - 1, 1);
                        break;
                    case RefusalReported no when no.HoldId is not { } id || !declined.Contains(id):
                        if (no.HoldId is { } ended && waiting.Remove(ended))
                            declined.Add(ended);
                        Add(area, space, happened.ObservedAt, Measure.Refused + (int)no.Reason - 1, 1);
                        break;
                }
            }
        }

        private void Add(string area, string space, Instant at, Measure measure, int amount)
        {
            foreach (var key in new[] { (area, (string?)null, Hour(at)), (area, space, Hour(at)) })
            {
                if (!_cells.TryGetValue(key, out var cells))
                    _cells[key] = cells = new int[Measures.Count];
                cells[(int)measure] += amount;
            }
        }

        private static long Hour(Instant at) => at.ToUnixTimeSeconds() / 3600 * 3600;
    }
}
