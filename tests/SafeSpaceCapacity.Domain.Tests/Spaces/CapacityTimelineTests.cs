using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Opening;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;
using static SafeSpaceCapacity.Domain.Tests.Spaces.Story;

namespace SafeSpaceCapacity.Domain.Tests.Spaces;

public sealed class CapacityTimelineTests
{
    // Shifts, holds and a pause over about twelve hours, of a space that opens and closes twice a day.
    private static Gen<SpaceState> States { get; } =
        from shifts in (from role in Gen.Elements(Enum.GetValues<StaffRole>())
                        from start in Gen.Choose(-200, 700)
                        from length in Gen.Choose(1, 400)
                        select new Shift(Guid.Empty, role, Minute(start), Minute(start + length))).ListOf()
        from holds in (from id in Gen.Choose(1, 5)
                       from status in Gen.Elements(HoldStatus.Placed, HoldStatus.Placed, HoldStatus.Requested, HoldStatus.Released, HoldStatus.Arrived)
                       from expires in Gen.Choose(-50, 300)
                       select AHold(id, status, expires)).ListOf()
        from pause in Gen.OneOf(Gen.Constant<int?>(null), Gen.Choose(-50, 300).Select(minute => (int?)minute))
        from occupied in Gen.Choose(0, 8)
        from places in Gen.Choose(1, 10)
        select SpaceState.None with
        {
            Details = Cafe(places, TwiceADay),
            Shifts = [.. shifts],
            Holds = [.. holds.DistinctBy(hold => hold.Id)],
            Pause = pause is { } until ? new Pause(PauseReason.Other, Minute(until)) : null,
            Occupied = occupied,
        };

    private static Gen<Case> Cases { get; } =
        from state in States
        from without in Gen.OneOf(Gen.Constant(0), Gen.Choose(1, 5))
        from ats in Gen.Choose(0, 800).ListOf()
        from length in Gen.Choose(0, 300)
        select new Case(state, without == 0 ? null : Id(without), [0, .. ats], length);

    private static OpeningHours TwiceADay { get; } = RoundTheClock with
    {
        Week =
        [
            .. Enumerable.Range(1, 7).Select(day => new WeeklyOpening((IsoDayOfWeek)day, new LocalTime(18, 30), new LocalTime(21, 0))),
            .. Enumerable.Range(1, 7).Select(day => new WeeklyOpening((IsoDayOfWeek)day, new LocalTime(22, 0), new LocalTime(4, 0))),
        ],
    };

    [Fact]
    public void It_says_at_any_instant_what_a_look_at_that_instant_says() => Check(test =>
    {
        var timeline = CapacityTimeline.Of(test.State, Start, test.Without);
        foreach (var at in test.Ats.SelectMany(minute => new[] { Minute(minute), Minute(minute + 0.5) }))
        {
            var seen = timeline.At(at);
            var direct = Direct(test, at);
            if ((seen.Open, seen.Paused, seen.SafeCapacity, seen.Held) != direct)
                return false;
            if (timeline.FreeAt(at) != direct.SafeCapacity - test.State.Occupied - direct.Held)
                return false;
        }

        return true;
    });

    [Fact]
    public void The_fewest_free_places_are_those_of_the_worst_minute() => Check(test =>
    {
        var timeline = CapacityTimeline.Of(test.State, Start, test.Without);
        foreach (var start in test.Ats)
        {
            var worst = int.MaxValue;
            for (var minute = start; minute == start || minute < start + test.Length; minute++)
            {
                var direct = Direct(test, Minute(minute));
                worst = Math.Min(worst, direct.SafeCapacity - test.State.Occupied - direct.Held);
            }

            if (timeline.FewestFree(Minute(start), Minute(start + test.Length)) != worst)
                return false;
        }

        return true;
    });

    [Fact]
    public void It_finds_the_first_minute_at_which_something_is_so() => Check(test =>
    {
        var timeline = CapacityTimeline.Of(test.State, Start, test.Without);
        foreach (var start in test.Ats)
        {
            if (First(at => !Direct(test, at).Open) is var closes && timeline.OpenUntil(Minute(start)) != closes)
                return false;
            if (timeline.FirstWhere(Minute(start), stretch => stretch.Held == 0 && stretch.Open) != First(at => Direct(test, at) is { Open: true, Held: 0 }))
                return false;

            Instant? First(Func<Instant, bool> condition)
            {
                for (var minute = start; minute < start + 1500; minute++)
                {
                    if (condition(Minute(minute)))
                        return Minute(minute);
                }

                return null;
            }
        }

        return true;
    });

    [Fact]
    public void Between_one_change_and_the_next_nothing_changes_and_none_is_missed() => Check(test =>
    {
        var timeline = CapacityTimeline.Of(test.State, Start, test.Without);
        var next = timeline.NextChange(Start);
        for (var minute = 1; minute < 1000; minute++)
        {
            if (Minute(minute) == next)
                next = timeline.NextChange(Minute(minute));
            else if (Direct(test, Minute(minute)) != Direct(test, Minute(minute - 1)))
                return false;
        }

        return true;
    });

    [Fact]
    public void A_window_of_fewest_free_places_includes_its_beginning_and_not_its_end()
    {
        // Six can be supported from 60 until 120.
        var state = SpaceState.None with
        {
            Details = Cafe(),
            Occupied = 2,
            Shifts = [new(Id(1), StaffRole.TeamLead, Minute(60), Minute(120)), new(Id(2), StaffRole.TeamLead, Minute(60), Minute(120))],
        };
        var timeline = CapacityTimeline.Of(state, Start);

        Assert.Equal(4, timeline.FewestFree(Minute(60), Minute(120)));
        Assert.Equal(-2, timeline.FewestFree(Minute(59), Minute(120)));
        Assert.Equal(-2, timeline.FewestFree(Minute(60) - Duration.Epsilon, Minute(120)));
        Assert.Equal(-2, timeline.FewestFree(Minute(60), Minute(120) + Duration.Epsilon));
        Assert.Equal(4, timeline.FewestFree(Minute(60), Minute(60)));
        Assert.Equal(-2, timeline.FewestFree(Minute(120), Minute(120)));
        Assert.Equal(-2, timeline.FewestFree(Minute(0), Minute(60)));
    }

    [Fact]
    public void It_does_not_answer_for_before_it_begins() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => CapacityTimeline.Of(new Story().State, Start).At(Start - Duration.Epsilon));

    [Fact]
    public void A_weekly_opening_is_always_in_sight()
    {
        var hours = RoundTheClock with { Week = [new(IsoDayOfWeek.Monday, new LocalTime(18, 0), new LocalTime(20, 0))] };

        // The story begins on a Monday at 19:00 in Dundee.
        var timeline = CapacityTimeline.Of(new Story(Cafe(hours: hours)).State, Minute(61));

        Assert.Equal(Minute((7 * 1440) - 60), timeline.FirstWhere(Minute(61), stretch => stretch.Open));
    }

    private static (bool Open, bool Paused, int SafeCapacity, int Held) Direct(Case test, Instant at)
    {
        var state = test.State;

        // By the clock on the wall in Dundee, an hour ahead; the hours of this space are known by heart.
        var time = at.InUtc().TimeOfDay.PlusHours(1);
        var open = (time >= new LocalTime(18, 30) && time < new LocalTime(21, 0)) || time >= new LocalTime(22, 0) || time < new LocalTime(4, 0);
        return (
            open,
            state.Pause is { } pause && at < pause.Until,
            SafeCapacity.At(state.Details!.Staffing, state.Details.Places, state.Shifts, at).People,
            state.Holds.Count(hold => hold.Id != test.Without && hold.Status is HoldStatus.Placed or HoldStatus.Requested && at < hold.ExpiresAt));
    }

    private static Guid Id(int number) => new(number, 0, 0, new byte[8]);

    private static Hold AHold(int id, HoldStatus status, int expires) =>
        new(Id(id), Id(100 + id), Start, Minute(expires - 15), Minute(expires), status, Needs.None, null, "DD12", null, null);

    private static void Check(Func<Case, bool> property) =>
        Prop.ForAll(Cases.ToArbitrary(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(100));

    private sealed record Case(SpaceState State, Guid? Without, IReadOnlyList<int> Ats, int Length)
    {
        public override string ToString() => $"{Deep.Tell(State)}\nwithout {Without} at [{string.Join(", ", Ats)}] for {Length} minutes";
    }
}
