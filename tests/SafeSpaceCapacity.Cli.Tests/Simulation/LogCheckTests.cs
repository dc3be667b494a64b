using NodaTime;
using SafeSpaceCapacity.Cli.Simulation;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.EventLog.Codec;

namespace SafeSpaceCapacity.Cli.Tests.Simulation;

/// <summary>The checker finds what it is there to find: each kind of damage is done to a sound history.</summary>
public sealed class LogCheckTests
{
    private const string Space = "near-space";
    private static readonly Instant Noon = Instant.FromUtc(2026, 1, 5, 12, 0);
    private readonly Ledger _ledger = new();
    private readonly List<RecordedEvent> _log = [];
    private readonly Guid _hold = Id(1);

    public LogCheckTests()
    {
        // Two people are counted, a place is held, the person comes and leaves; then a place runs out by itself.
        Happens(Id(9), Deed.Count, new OccupancyCounted(Noon, Noon, 2), occupied: 2, held: 0);
        Happens(_hold, Deed.Hold, Placed(_hold, Noon), occupied: 2, held: 1);
        Happens(Id(2), Deed.Arrive, new ArrivalRecorded(Noon + Minutes(10), Noon + Minutes(10), _hold, null, false), occupied: 3, held: 0);
        Happens(Id(3), Deed.Depart, new DepartureRecorded(Noon + Minutes(50), Noon + Minutes(50)), occupied: 2, held: 0);
        Happens(Id(4), Deed.Hold, Placed(Id(4), Noon + Minutes(60)), occupied: 2, held: 1);
        Record(Guid.Empty, new HoldExpired(Noon + Minutes(90), Noon + Minutes(90), Id(4)));
        _ledger.Sent(Id(5), Space, Deed.Confirm);
    }

    [Fact]
    public void A_sound_history_adds_up_to_the_event()
    {
        var found = Check();
        Assert.Empty(found.Problems);
        Assert.Equal((6, 6, 1, 5), (found.Events, found.OfThisRun, found.ByTime, found.NumbersCompared));
        Assert.All(found.Counts, count => Assert.True(count.AddsUp, count.ToString()));
        Assert.Equal(new CountedEvent("HoldPlaced or HoldRequested", 2, 0, 2), found.Counts.Single(count => count.Event.StartsWith("HoldPlaced", StringComparison.Ordinal)));

        // Nobody answered whether it was done: both ways are right.
        Assert.Equal(new CountedEvent("SpaceConfirmed", 0, 1, 0), found.Counts.Single(count => count.Event is "SpaceConfirmed"));
        Record(Id(5), new SpaceConfirmed(Noon + Minutes(95), Noon + Minutes(95)));
        Assert.Equal(0, Check().ProblemCount);
    }

    [Fact]
    public void An_acknowledged_command_that_is_not_there_is_found()
    {
        _log.RemoveAt(3);
        var found = Check();
        Assert.Contains(found.Problems, problem => problem.Contains($"command {Id(3)} (Depart at {Space}) was answered as done, and the log does not have it", StringComparison.Ordinal));
        Assert.Contains(found.Counts, count => !count.AddsUp);
    }

    [Fact]
    public void An_effect_that_is_there_twice_is_found()
    {
        Record(_hold, Placed(_hold, Noon + Minutes(95)));
        Assert.Contains(Check().Problems, problem => problem.Contains("for the second time", StringComparison.Ordinal));
    }

    [Fact]
    public void An_effect_of_what_was_rejected_is_found()
    {
        _ledger.Keep(Id(3), new Answered(Space, Deed.Depart, Fate.Rejected, 0, default, 0, 0, 0));
        Assert.Contains(Check().Problems, problem => problem.Contains("answered with a rejection", StringComparison.Ordinal));
    }

    [Fact]
    public void An_answer_with_other_numbers_than_its_events_is_found()
    {
        _ledger.Keep(_hold, new Answered(Space, Deed.Hold, Fate.Done, 2, Noon, 1, 1, 6));
        Assert.Contains(Check().Problems, problem => problem.Contains("answered with 1 people here and 1 places held; the events say 2 and 1", StringComparison.Ordinal));
    }

    [Fact]
    public void A_place_that_was_held_beyond_what_can_be_supported_is_found()
    {
        _ledger.Keep(_hold, new Answered(Space, Deed.Hold, Fate.Done, 2, Noon, 2, 1, 2));
        Assert.Contains(Check().Problems, problem => problem.Contains("more than the 2 that can be supported", StringComparison.Ordinal));
    }

    [Fact]
    public void A_hold_that_ends_twice_or_was_never_placed_is_found()
    {
        Record(Guid.Empty, new HoldReleased(Noon + Minutes(95), Noon + Minutes(95), Id(4)));
        Record(Guid.Empty, new ArrivalRecorded(Noon + Minutes(95), Noon + Minutes(95), Id(77), null, false));
        var problems = Check().Problems;
        Assert.Contains(problems, problem => problem.Contains($"ends hold {Id(4)}, which had ended", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains($"arrives by hold {Id(77)}, which was never placed", StringComparison.Ordinal));
    }

    private LogComparison Check() => new LogCheck(_ledger, since: 0).Run(_log);

    private void Happens(Guid id, Deed deed, SpaceEvent happened, int occupied, int held)
    {
        Record(id, happened);
        _ledger.Sent(id, Space, deed);
        _ledger.Keep(id, new Answered(Space, deed, Fate.Done, _log.Count, happened.DecidedAt, occupied, held, SafeCapacity: 6));
    }

    private void Record(Guid id, SpaceEvent happened)
    {
        var encoded = SpaceCodec.Encode(happened, id, null);
        _log.Add(new RecordedEvent(
            Guid.Empty, _log.Count + 1, "space/" + Space, _log.Count + 1, encoded.Type, encoded.Schema, id, default, "", "", "", "", null, happened.ObservedAt, happened.DecidedAt, happened.DecidedAt,
            encoded.Payload));
    }

    private static HoldPlaced Placed(Guid id, Instant at) => new(at, at, id, id, at + Minutes(10), at + Minutes(25), Needs.None, null, "SIM 1");

    private static Duration Minutes(int minutes) => Duration.FromMinutes(minutes);

    private static Guid Id(int number) => new(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]);
}
