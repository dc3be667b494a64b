using System.Text.Json;
using NodaTime;
using SafeSpaceCapacity.Domain.Demand;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Service.Planning;
using SafeSpaceCapacity.Service.ReadModel;

namespace SafeSpaceCapacity.Service.Demand;

/// <summary>
/// What became of needs by the log: holds and refusals. What is not written yet is in its checkpoint, so that a tail that goes on from there misses
/// nothing; what is told twice is merged.
/// </summary>
internal sealed class NeedFold(HourlyHistory history) : ILogFold
{
    private const int Form = 1;

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Need> _told = [];
    private Dictionary<Guid, Need> _waiting = [];
    private Dictionary<Guid, Need> _taken = [];

    /// <inheritdoc/>
    public string Prefix => "fold/needs/";

    /// <summary>What was first asked before was counted long ago and is left out: all of an old log must not wait in memory.</summary>
    public Instant CountedUntil { get; set; } = Instant.MinValue;

    /// <inheritdoc/>
    public bool Restore(IReadOnlyList<Checkpoint> kept, long covered)
    {
        lock (_gate)
        {
            _told.Clear();
            _waiting.Clear();
            foreach (var checkpoint in kept)
            {
                if (checkpoint.Schema != Form)
                    return false;
                foreach (var need in JsonSerializer.Deserialize<List<KeptNeed>>(checkpoint.Body.Span)!)
                    Merge(_waiting, need.ToNeed());
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public void Apply(RecordedEvent recorded, SpaceChange? change)
    {
        if (change is not var (happened, before, after) || after.Details is not { } details || history.AreaOf(details) is not { Length: > 0 } area)
            return;
        var at = happened.DecidedAt;
        var need = happened switch
        {
            RefusalReported { HoldId: { } id } refused when before.FindHold(id) is { } hold => Need.Held(hold, area, Need.DeclinedFor(refused.Reason), at),
            RefusalReported { NeedId: { } id } refused => Need.Refused(id, area, refused.Reason, at),
            ActUndone when HoldOf(happened, before) is { } id && after.FindHold(id) is { } hold => Need.Held(hold, area, StepOf(hold) is NeedStep.Held ? NeedStep.HeldAgain : StepOf(hold), at),
            _ when HoldOf(happened, before) is { } id && after.FindHold(id) is { } hold => Need.Held(hold, area, StepOf(hold), at),
            _ => null,
        };
        if (need is not null && need.AskedAt >= CountedUntil)
            Merge(_told, need);
    }

    /// <inheritdoc/>
    public void Publish(long position)
    {
        if (_told.Count == 0)
            return;
        lock (_gate)
        {
            foreach (var need in _told.Values)
                Merge(_waiting, need);
        }

        _told.Clear();
    }

    /// <inheritdoc/>
    public IReadOnlyList<Checkpoint> Checkpoints(Guid epoch, long position)
    {
        lock (_gate)
        {
            var unwritten = _waiting.Values.Concat(_taken.Values).Select(KeptNeed.Of).ToList();
            return [new Checkpoint(epoch, Prefix + "unwritten", 0, position, Form, JsonSerializer.SerializeToUtf8Bytes(unwritten))];
        }
    }

    /// <summary>Takes all that is to be written; <see cref="Written"/> or <see cref="PutBack"/> must follow.</summary>
    public IReadOnlyCollection<Need> Take()
    {
        lock (_gate)
        {
            (_taken, _waiting) = (_waiting, []);
            return _taken.Values;
        }
    }

    /// <summary>What was taken is on disk.</summary>
    public void Written()
    {
        lock (_gate)
            _taken = [];
    }

    /// <summary>What was taken could not be written.</summary>
    public void PutBack()
    {
        lock (_gate)
        {
            foreach (var need in _taken.Values)
                Merge(_waiting, need);
            _taken = [];
        }
    }

    // What is undone leaves the hold as it was before: its state after the event is what counts.
    private static Guid? HoldOf(SpaceEvent happened, SpaceState before) => happened switch
    {
        HoldPlaced placed => placed.HoldId,
        HoldRequested requested => requested.HoldId,
        HoldDeclined declined => declined.HoldId,
        HoldLapsed lapsed => lapsed.HoldId,
        HoldExpired expired => expired.HoldId,
        HoldReleased released => released.HoldId,
        ArrivalRecorded arrived => arrived.HoldId,
        ActUndone undone when before.LastAct is { HoldBefore: { } hold } act && act.Id == undone.ActId => hold.Id,
        _ => null,
    };

    private static NeedStep StepOf(Hold hold) => hold.Status switch
    {
        HoldStatus.Arrived => NeedStep.Arrived,
        HoldStatus.Released => NeedStep.Released,
        HoldStatus.Expired => NeedStep.Expired,
        HoldStatus.Lapsed => NeedStep.Lapsed,
        HoldStatus.Declined => Need.DeclinedFor(hold.DeclinedReason ?? RefusalReason.Other),
        _ => NeedStep.Held,
    };

    private static void Merge(Dictionary<Guid, Need> into, Need need) =>
        into[need.Id] = into.TryGetValue(need.Id, out var known) ? known.With(need) : need;

    /// <summary>A need as text. Times are in ticks since 1970.</summary>
    private sealed record KeptNeed(Guid Id, string Area, long AskedAt, ulong Asked, int Search, long SearchAt, int Step, long StepAt, int MinutesAway)
    {
        public static KeptNeed Of(Need need) => new(
            need.Id, need.Area, need.AskedAt.ToUnixTimeTicks(), (ulong)need.Asked, (int)need.Search, need.SearchAt.ToUnixTimeTicks(), (int)need.Step,
            need.StepAt.ToUnixTimeTicks(), need.MinutesAway);

        public Need ToNeed() => new(
            Id, Area, Instant.FromUnixTimeTicks(AskedAt), (Needs)Asked, (SearchResult)Search, Instant.FromUnixTimeTicks(SearchAt), (NeedStep)Step,
            Instant.FromUnixTimeTicks(StepAt), MinutesAway);
    }
}
