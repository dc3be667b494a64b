using System.Collections.Immutable;
using NodaTime;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Opening;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;

namespace SafeSpaceCapacity.Domain.Tests.Spaces;

/// <summary>
/// A space that things happen to, told in minutes since 18:00 UTC on Monday 1 June 2026. After every decision it checks what must hold of all
/// of them: its events make its state, a replay makes it too, and nothing happened after it was decided.
/// </summary>
internal sealed class Story
{
    public static readonly Instant Start = Instant.FromUtc(2026, 6, 1, 18, 0);
    private readonly List<SpaceEvent> _events = [];
    private int _ids;

    /// <summary>A registered space, by default <see cref="Cafe"/>.</summary>
    public Story(SpaceDetails? details = null) => Do(new RegisterSpace(Now, details ?? Cafe()));

    public SpaceState State { get; private set; } = SpaceState.None;

    public Instant Now { get; private set; } = Start;

    public Decision Last { get; private set; } = null!;

    public IReadOnlyList<SpaceEvent> Events => _events;

    public Availability Availability => Availability.Of(State, Now);

    /// <summary>Open round the clock, eight places, one to three, and everything asked for is there.</summary>
    public static SpaceDetails Cafe(int places = 8, OpeningHours? hours = null, StaffingRule? staffing = null) => new(
        new SpaceId("the-cafe"),
        "The Café",
        Tier.StaffedCommunity,
        "Dundee City",
        new Site(new GeoPoint(56.46, -2.97), "mainland", UrbanRural.LargeUrban),
        "A quiet room over the library.",
        "Support workers and peers.",
        ["en"],
        "01382 000000",
        "Blue door",
        "Step-free",
        Needs.AgeAdult | Needs.Quiet | Needs.Wheelchair,
        places,
        hours ?? RoundTheClock,
        staffing ?? new StaffingRule(),
        FreshnessRule.Default,
        new HoldRule(),
        Demo: true);

    public static OpeningHours RoundTheClock { get; } = Daily(LocalTime.Midnight, LocalTime.Midnight);

    public static OpeningHours Daily(LocalTime opens, LocalTime closes) => new(
        "Europe/London",
        [.. Enumerable.Range(1, 7).Select(day => new WeeklyOpening((IsoDayOfWeek)day, opens, closes))],
        null,
        []);

    /// <summary>An instant so many minutes after the start.</summary>
    public static Instant Minute(double minute) => Start + Duration.FromMinutes(minute);

    public Guid NewId() => new(++_ids, 0, 0, new byte[8]);

    /// <summary>Goes on to an instant; nobody does anything.</summary>
    public Story At(double minute)
    {
        Now = Minute(minute);
        return this;
    }

    public SpaceOutcome Do(SpaceCommand command)
    {
        var before = State;
        var decision = Space.Decide(before, command);
        _events.AddRange(decision.Events);

        Assert.Equal(Tell(decision.State), Tell(decision.Events.Aggregate(before, Space.Evolve)));
        Assert.Equal(Tell(decision.State), Tell(_events.Aggregate(SpaceState.None, Space.Evolve)));
        Assert.Equal(_events.Count, decision.State.Version);
        Assert.All(decision.Events, e => Assert.True(e.DecidedAt == command.Now && e.ObservedAt <= e.DecidedAt, e.ToString()));
        if (decision.Availability is not null)
            Assert.Equal(Tell(Availability.Of(decision.State, command.Now)), Tell(decision.Availability));

        Now = command.Now;
        State = decision.State;
        Last = decision;
        return decision.Outcome;
    }

    /// <summary>So many support workers from now until a minute.</summary>
    public Story Staff(int people, double until = 1200)
    {
        for (var i = 0; i < people; i++)
            Do(new StartShift(Now, NewId(), StaffRole.SupportWorker, null, Minute(until)));
        return this;
    }

    public Story Count(int people)
    {
        Do(new RecordCount(Now, people, null));
        return this;
    }

    /// <summary>Asks for a place for a need of its own.</summary>
    public SpaceOutcome Hold(double etaMinute, Needs asked = Needs.AgeAdult, Guid? need = null) =>
        Do(new HoldPlace(Now, NewId(), need ?? NewId(), Minute(etaMinute), asked, null, "DD12"));

    /// <summary>The hold that was just changed.</summary>
    public Hold Held(double etaMinute)
    {
        var outcome = Hold(etaMinute);
        return Assert.IsType<HoldChanged>(outcome).Hold;
    }

    public SpaceOutcome Arrive(Hold? hold = null, double? seen = null, bool byStaff = true) =>
        Do(new RecordArrival(Now, hold?.Id, null, seen is { } minute ? Minute(minute) : null, byStaff));

    public static Rejection Refused(SpaceOutcome outcome, RejectionCode code)
    {
        var reason = Assert.IsType<Rejected>(outcome).Reason;
        Assert.Equal(code, reason.Code);
        return reason;
    }

    public HoldStatus StatusOf(Hold hold) => State.FindHold(hold.Id)!.StatusAt(Now);

    /// <summary>Everything in a state, to compare: immutable arrays are equal only if they are the same array.</summary>
    public static string Tell(SpaceState state) =>
        $"""
        {state with { Shifts = [], Holds = [], Movements = [] }}
        shifts: {Lines(state.Shifts)}
        holds: {Lines(state.Holds)}
        movements: {Lines(state.Movements)}
        """;

    public static string Tell(Availability availability) =>
        $"""
        {availability with { Limits = [] }}
        limits: {Lines(availability.Limits)}
        """;

    private static string Lines<T>(ImmutableArray<T> items) => string.Join("\n  ", items);
}
