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
    private readonly List<(SpaceEvent Happened, Guid CommandId)> _log = [];
    private int _ids;
    private int _commands;

    /// <summary>A registered space, by default <see cref="Cafe"/>.</summary>
    public Story(SpaceDetails? details = null, Instant? from = null)
    {
        Now = from ?? Start;
        Do(new RegisterSpace(Now, details ?? Cafe()));
    }

    public SpaceState State { get; private set; } = SpaceState.None;

    public Instant Now { get; private set; }

    public Decision Last { get; private set; } = null!;

    /// <summary>The id of the last command: what staff would undo.</summary>
    public Guid LastId { get; private set; }

    /// <summary>Every event with the id of the command that caused it, as the log keeps them.</summary>
    public IReadOnlyList<(SpaceEvent Happened, Guid CommandId)> Log => _log;

    public IEnumerable<SpaceEvent> Events => _log.Select(entry => entry.Happened);

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

    /// <summary>Goes on to an instant; nobody does anything.</summary>
    public Story At(Instant instant)
    {
        Now = instant;
        return this;
    }

    public SpaceOutcome Do(SpaceCommand command)
    {
        if (command is not Settle)
            command = command with { Id = new Guid(++_commands, 1, 0, new byte[8]) };
        var before = State;
        var decision = Space.Decide(before, command);
        foreach (var happened in decision.Events)
            _log.Add((happened, command.Id));

        if (_log.Count % CheckEvery == 0)
        {
            Assert.Equal(Deep.Tell(decision.State), Deep.Tell(decision.Events.Aggregate(before, (state, e) => Space.Evolve(state, e, command.Id))));
            if (decision.Availability is not null)
                Assert.Equal(Deep.Tell(Availability.Of(decision.State, command.Now)), Deep.Tell(decision.Availability));
        }

        if (CheckEvery == 1)
            AssertReplayed(decision.State);
        Assert.Equal(_log.Count, decision.State.Version);
        foreach (var e in decision.Events)
            Assert.True(e.DecidedAt == command.Now && e.ObservedAt <= e.DecidedAt, e.ToString());

        Now = command.Now;
        LastId = command.Id;
        State = decision.State;
        Last = decision;
        return decision.Outcome;
    }

    /// <summary>How many events pass between two thorough looks; 1: every decision is replayed from the beginning.</summary>
    public int CheckEvery { get; init; } = 1;

    /// <summary>The whole log, replayed, makes the state.</summary>
    public void AssertReplayed(SpaceState? state = null) =>
        Assert.Equal(Deep.Tell(state ?? State), Deep.Tell(_log.Aggregate(SpaceState.None, (before, entry) => Space.Evolve(before, entry.Happened, entry.CommandId))));

    /// <summary>Takes back what was done last.</summary>
    public SpaceOutcome Undo() => Do(new UndoAct(Now, LastId));

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
}
