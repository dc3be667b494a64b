using System.Globalization;
using NodaTime;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.EventLog.Codec;

namespace SafeSpaceCapacity.Cli.Simulation;

/// <summary>One kind of event, counted on both sides.</summary>
/// <param name="Event">Its name.</param>
/// <param name="Answered">Commands whose answer says that it happened.</param>
/// <param name="Unanswered">Commands nobody answered.</param>
/// <param name="InLog">Such events in the log that came of a command of this run.</param>
internal sealed record CountedEvent(string Event, int Answered, int Unanswered, int InLog)
{
    /// <summary>Every answer is in the log, and nothing else than what was not answered.</summary>
    public bool AddsUp => InLog >= Answered && InLog <= Answered + Unanswered;
}

/// <summary>What comparing a simulation with the log found.</summary>
/// <param name="Events">Events in the log, of this run and before.</param>
/// <param name="OfThisRun">Of those, written since the run began.</param>
/// <param name="Counts">By kind.</param>
/// <param name="ByTime">Events of this run that time alone made.</param>
/// <param name="NumbersCompared">Answers whose numbers were compared with the events up to them.</param>
/// <param name="Problems">What does not fit, the first hundred; empty: all is well.</param>
/// <param name="ProblemCount">How many there are.</param>
internal sealed record LogComparison(
    long Events, long OfThisRun, IReadOnlyList<CountedEvent> Counts, int ByTime, int NumbersCompared, IReadOnlyList<string> Problems, int ProblemCount);

/// <summary>
/// Compares what the people of a simulation were told with the log, from outside: its own count of people and places from the bare events, none
/// of the service's rules. Finds a command that was acknowledged and is not there, or is there twice; an event that nobody sent; a place that
/// was held twice; an answer whose numbers are not those of the events before it.
/// </summary>
/// <param name="ledger">What was sent and answered.</param>
/// <param name="since">The log's position when the run began.</param>
internal sealed class LogCheck(Ledger ledger, long since)
{
    private const int ProblemsMost = 100;

    private static readonly (Deed Deed, string[] Events)[] Effects =
    [
        (Deed.Register, [nameof(SpaceRegistered)]), (Deed.Hold, [nameof(HoldPlaced), nameof(HoldRequested)]), (Deed.Extend, [nameof(HoldExtended)]),
        (Deed.Release, [nameof(HoldReleased)]), (Deed.Arrive, [nameof(ArrivalRecorded)]), (Deed.Refuse, [nameof(RefusalReported)]), (Deed.StartShift, [nameof(ShiftStarted)]),
        (Deed.Depart, [nameof(DepartureRecorded)]), (Deed.Count, [nameof(OccupancyCounted)]), (Deed.Confirm, [nameof(SpaceConfirmed)]), (Deed.Pause, [nameof(SpacePaused)]),
        (Deed.Resume, [nameof(SpaceResumed)]), (Deed.Accept, [nameof(HoldAccepted)]), (Deed.Decline, [nameof(HoldDeclined)]),
    ];

    private static readonly Dictionary<string, Deed> DeedOf = Effects.SelectMany(effect => effect.Events.Select(name => (name, effect.Deed))).ToDictionary(StringComparer.Ordinal);

    private readonly Dictionary<string, Space> _spaces = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, int> _effects = [];
    private readonly Dictionary<Deed, int> _inLog = [];
    private readonly List<string> _problems = [];
    private int _problemCount;
    private int _compared;

    /// <summary>Reads the whole log.</summary>
    public LogComparison Run(IEnumerable<RecordedEvent> log)
    {
        long events = 0, ofThisRun = 0;
        var byTime = 0;
        foreach (var recorded in log)
        {
            events++;
            if (recorded.Position > since)
                ofThisRun++;
            if (!recorded.Stream.StartsWith("space/", StringComparison.Ordinal))
                continue;
            var space = SpaceOf(recorded.Stream);
            if (recorded.Version != ++space.Version)
                Add(recorded, $"is version {recorded.Version} of {recorded.Stream}, which should go on with {space.Version}");
            space.Apply(SpaceCodec.Decode(recorded.Type, recorded.Schema, recorded.Payload.Span), what => Add(recorded, what));
            if (recorded.Position <= since)
                continue;
            if (recorded.CommandId == Guid.Empty)
                byTime++;
            else
                OfCommand(recorded, space);
        }

        Missing();
        return new LogComparison(events, ofThisRun, [.. Effects.Select(effect => Counted(effect.Deed))], byTime, _compared, _problems, _problemCount);
    }

    private void OfCommand(RecordedEvent recorded, Space space)
    {
        if (!ledger.Commands.TryGetValue(recorded.CommandId, out var answered))
        {
            // Others may use the service too; only this run's own commands are its affair.
            return;
        }

        if (DeedOf.TryGetValue(recorded.Type, out var deed) && deed == answered.Deed)
        {
            _inLog[deed] = _inLog.GetValueOrDefault(deed) + 1;
            var before = _effects.GetValueOrDefault(recorded.CommandId);
            _effects[recorded.CommandId] = before + 1;
            if (before > 0)
                Add(recorded, $"is the effect of command {recorded.CommandId} for the second time");
            if (answered.Fate is Fate.Rejected)
                Add(recorded, $"is the effect of command {recorded.CommandId}, which was answered with a rejection");
            if (!string.Equals(recorded.Stream, "space/" + answered.Space, StringComparison.Ordinal))
                Add(recorded, $"is at {recorded.Stream}, but the command was for {answered.Space}");
        }

        if (answered.Fate is not Fate.Done || answered.Version != recorded.Version)
            return;
        _compared++;
        var held = space.HeldAt(answered.AsOf);
        if (answered.Occupied != space.Occupied || answered.Held != held)
            Add(recorded, $"was answered with {answered.Occupied} people here and {answered.Held} places held; the events say {space.Occupied} and {held}");
        if (answered.Deed is Deed.Hold && recorded.Type is nameof(HoldPlaced) && answered.Occupied + answered.Held > answered.SafeCapacity)
            Add(recorded, $"holds a place where {answered.Occupied} people and {answered.Held} held places are more than the {answered.SafeCapacity} that can be supported");
    }

    private void Missing()
    {
        foreach (var (id, answered) in ledger.Commands)
        {
            if (answered.Fate is Fate.Done && !_effects.ContainsKey(id))
                Add($"command {id} ({answered.Deed} at {answered.Space}) was answered as done, and the log does not have it");
        }
    }

    private CountedEvent Counted(Deed deed) => new(
        string.Join(" or ", Effects.First(effect => effect.Deed == deed).Events), ledger.Total(deed, Fate.Done), ledger.Total(deed, Fate.Unanswered), _inLog.GetValueOrDefault(deed));

    private Space SpaceOf(string stream)
    {
        if (!_spaces.TryGetValue(stream, out var space))
            _spaces.Add(stream, space = new Space());
        return space;
    }

    private void Add(RecordedEvent recorded, string what) =>
        Add(string.Create(CultureInfo.InvariantCulture, $"position {recorded.Position}, {recorded.Type} of {recorded.Stream}: {what}"));

    private void Add(string problem)
    {
        if (_problemCount++ < ProblemsMost)
            _problems.Add(problem);
    }

    /// <summary>A space, counted from its events alone.</summary>
    private sealed class Space
    {
        private readonly Dictionary<Guid, Instant> _kept = [];
        private readonly HashSet<Guid> _asked = [];
        private readonly HashSet<Guid> _ended = [];
        private readonly List<(Instant Seen, int Change)> _since = [];
        private Instant? _countedAt;

        public long Version { get; set; }

        public int Occupied { get; private set; }

        /// <summary>Places held, or asked for, that have not run out by a moment.</summary>
        public int HeldAt(Instant moment) => _kept.Values.Count(until => until > moment);

        public void Apply(SpaceEvent happened, Action<string> problem)
        {
            switch (happened)
            {
                case HoldPlaced placed:
                    Keep(placed.HoldId, placed.ExpiresAt, problem);
                    break;
                case HoldRequested requested:
                    Keep(requested.HoldId, requested.AnswerBy, problem);
                    _asked.Add(requested.HoldId);
                    break;
                case HoldAccepted accepted:
                    _asked.Remove(accepted.HoldId);
                    Change(accepted.HoldId, accepted.ExpiresAt, problem);
                    break;
                case HoldExtended extended when _asked.Contains(extended.HoldId):
                    break; // Staff have as long to answer as before.
                case HoldExtended extended:
                    Change(extended.HoldId, extended.ExpiresAt, problem);
                    break;
                case HoldReleased { HoldId: var hold }:
                    End(hold, problem);
                    break;
                case HoldExpired { HoldId: var hold }:
                    End(hold, problem);
                    break;
                case HoldLapsed { HoldId: var hold }:
                    End(hold, problem);
                    break;
                case HoldDeclined { HoldId: var hold }:
                    End(hold, problem);
                    break;
                case RefusalReported { HoldId: { } hold }:
                    _kept.Remove(hold);
                    break;
                case ArrivalRecorded arrival:
                    Arrive(arrival, problem);
                    break;
                case DepartureRecorded departure:
                    Move(departure.ObservedAt, -1);
                    break;
                case OccupancyCounted count when _countedAt is null || count.ObservedAt >= _countedAt:
                    Recount(count);
                    break;
            }
        }

        private void Arrive(ArrivalRecorded arrival, Action<string> problem)
        {
            // A late report may come after the place ran out: it was kept for that arrival all the same.
            if (arrival.HoldId is { } hold && !_kept.Remove(hold) && !_ended.Contains(hold))
                problem($"arrives by hold {hold}, which was never placed");
            Move(arrival.ObservedAt, +1);
        }

        private void Keep(Guid hold, Instant until, Action<string> problem)
        {
            if (_ended.Contains(hold) || !_kept.TryAdd(hold, until))
                problem($"holds a place by hold {hold} for the second time");
        }

        private void Change(Guid hold, Instant until, Action<string> problem)
        {
            if (!_kept.ContainsKey(hold))
                problem($"changes hold {hold}, which is not there");
            _kept[hold] = until;
        }

        private void End(Guid hold, Action<string> problem)
        {
            if (!_kept.Remove(hold) || !_ended.Add(hold))
                problem($"ends hold {hold}, which had ended");
        }

        // What was seen before the last count is in it; what was seen after it counts whenever it is told.
        private void Move(Instant seen, int change)
        {
            if (seen < _countedAt)
                return;
            _since.Add((seen, change));
            Occupied = Math.Max(0, Occupied + change);
        }

        private void Recount(OccupancyCounted count)
        {
            _countedAt = count.ObservedAt;
            _since.RemoveAll(moved => moved.Seen <= count.ObservedAt);
            Occupied = count.Occupied;
            foreach (var (_, change) in _since)
                Occupied = Math.Max(0, Occupied + change);
        }
    }
}
