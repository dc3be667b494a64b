using System.Collections.Immutable;
using NodaTime;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Policies;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;

namespace SafeSpaceCapacity.Domain.Tests.Spaces.Model;

/// <summary>
/// What a log comes to, told from the beginning each time: acts that were undone are left out as if they had never been done, and whatever only time
/// made is left out too and worked out by the clock.
/// </summary>
internal sealed class Ledger
{
    private readonly Dictionary<Guid, Hold> _holds = [];
    private readonly List<Shift> _shifts = [];
    private readonly List<SpaceEvent> _kept = [];
    private Pause? _pause;

    /// <summary>What the whole log comes to.</summary>
    /// <param name="log">The whole log.</param>
    /// <param name="rotaShifts">The lines and dates of shifts of the rota by their ids.</param>
    public Ledger(IReadOnlyList<(SpaceEvent Happened, Guid CommandId)> log, IReadOnlyDictionary<Guid, RotaAbsence> rotaShifts)
    {
        var undone = log.Select(entry => entry.Happened).OfType<ActUndone>().Select(e => e.ActId).ToHashSet();
        foreach (var (happened, commandId) in log)
        {
            if (IsAct(happened) && undone.Contains(commandId))
                continue;
            _kept.Add(happened);
            if (Confirms(happened) && (ConfirmedAt is not { } confirmed || happened.ObservedAt > confirmed))
                ConfirmedAt = happened.ObservedAt;
            Add(happened, rotaShifts);
        }
    }

    public Instant? ConfirmedAt { get; private set; }

    public Rota Rota { get; private set; } = Rota.None;

    public bool Retired { get; private set; }

    public int DirectoryChanges { get; private set; }

    public SpaceDetails Stated { get; private set; } = null!;

    public TierPolicy? Policy { get; private set; }

    public IReadOnlyDictionary<Guid, Hold> Holds => _holds;

    public static bool IsAct(SpaceEvent happened) => happened is
        ArrivalRecorded { ByStaff: true } or DepartureRecorded or OccupancyCounted or SpaceConfirmed or ShiftStarted or ShiftEnded { RanOut: false }
        or SpacePaused or SpaceResumed { RanOut: false } or HoldAccepted or HoldDeclined;

    public IReadOnlyList<Shift> Shifts(Instant now) => [.. _shifts.Where(shift => shift.Until > now).OrderBy(shift => shift.Id)];

    public Pause? Pause(Instant now) => _pause is { } pause && now < pause.Until ? pause : null;

    public int Held(Instant at) => _holds.Values.Count(hold => IsActive(hold, at));

    /// <summary>Every hold by its end and where it stands.</summary>
    public static (HoldStatus Status, Instant Eta, Instant ExpiresAt) Standing(Hold hold, Instant now) =>
        (IsWaiting(hold) && now >= hold.ExpiresAt ? hold.Status == HoldStatus.Placed ? HoldStatus.Expired : HoldStatus.Lapsed : hold.Status, hold.Eta, hold.ExpiresAt);

    public static bool IsActive(Hold hold, Instant at) => IsWaiting(hold) && at < hold.ExpiresAt;

    /// <summary>Holds on which somebody arrived more than once.</summary>
    public IEnumerable<Guid?> ArrivedTwice() =>
        _kept.OfType<ArrivalRecorded>().Where(e => e.HoldId is not null).GroupBy(e => e.HoldId).Where(arrivals => arrivals.Count() > 1).Select(arrivals => arrivals.Key);

    /// <summary>
    /// The count that saw last, then all who came or left after it was seen, or after it was recorded if at that very instant.
    /// </summary>
    public int PeopleHere()
    {
        var counted = -1;
        for (var i = 0; i < _kept.Count; i++)
        {
            if (_kept[i] is OccupancyCounted count && (counted < 0 || count.ObservedAt >= _kept[counted].ObservedAt))
                counted = i;
        }

        var people = counted < 0 ? 0 : ((OccupancyCounted)_kept[counted]).Occupied;
        for (var i = 0; i < _kept.Count; i++)
        {
            var change = _kept[i] switch { ArrivalRecorded => +1, DepartureRecorded => -1, _ => 0 };
            if (counted < 0 || _kept[i].ObservedAt > _kept[counted].ObservedAt || (i > counted && _kept[i].ObservedAt == _kept[counted].ObservedAt))
                people = Math.Max(0, people + change);
        }

        return people;
    }

    private static bool IsWaiting(Hold hold) => hold.Status is HoldStatus.Placed or HoldStatus.Requested;

    private bool Confirms(SpaceEvent happened) => happened switch
    {
        ShiftStarted e => e.From <= e.DecidedAt,
        OccupancyCounted e => _kept.OfType<OccupancyCounted>().All(other => other.ObservedAt <= e.ObservedAt),
        _ => IsAct(happened),
    };

    private void Add(SpaceEvent happened, IReadOnlyDictionary<Guid, RotaAbsence> rotaShifts)
    {
        switch (happened)
        {
            case SpaceRegistered e:
                Stated = e.Details;
                DirectoryChanges++;
                break;
            case SpaceChanged e:
                Stated = e.Details;
                DirectoryChanges++;
                break;
            case PolicyApplied e:
                Policy = e.Policy;
                DirectoryChanges++;
                break;
            case SpaceRetired:
                Retired = true;
                DirectoryChanges++;
                break;
            case ShiftStarted e:
                _shifts.Add(new Shift(e.ShiftId, e.Role, e.From, e.Until) { Agency = e.Agency, OnCall = e.OnCall, Trained = e.Trained, Breaks = e.Breaks });
                break;
            case ShiftEnded { RanOut: false } e when _shifts.RemoveAll(shift => shift.Id == e.ShiftId) == 0:
                Rota = Rota with { Absences = [.. Rota.Absences.Append(rotaShifts[e.ShiftId]).Distinct()] };
                break;
            case RotaPlanned e:
                Rota = e.Rota;
                break;
            case SpacePaused e:
                _pause = new Pause(e.Reason, e.Until, e.ReviewAt);
                break;
            case SpaceResumed { RanOut: false }:
                _pause = null;
                break;
            case HoldPlaced e:
                _holds.Add(e.HoldId, new Hold(e.HoldId, e.NeedId, e.DecidedAt, e.Eta, e.ExpiresAt, HoldStatus.Placed, e.Asked, null, "", null, null));
                break;
            case HoldRequested e:
                _holds.Add(e.HoldId, new Hold(e.HoldId, e.NeedId, e.DecidedAt, e.Eta, e.AnswerBy, HoldStatus.Requested, e.Asked, null, "", null, null));
                break;
            case HoldAccepted e:
                Change(e.HoldId, e, hold => hold with { Status = HoldStatus.Placed, ExpiresAt = e.ExpiresAt });
                break;
            case HoldExtended e:
                Change(e.HoldId, e, hold => hold with { Eta = e.Eta, ExpiresAt = hold.Status == HoldStatus.Placed ? e.ExpiresAt : hold.ExpiresAt });
                break;
            case HoldReleased e:
                Change(e.HoldId, e, hold => hold with { Status = HoldStatus.Released });
                break;
            case HoldDeclined e:
                Change(e.HoldId, e, hold => hold with { Status = HoldStatus.Declined });
                break;
            case RefusalReported { HoldId: { } id } e:
                Change(id, e, hold => hold with { Status = HoldStatus.Declined });
                break;
            case ArrivalRecorded { HoldId: { } id }:
                _holds[id] = _holds[id] with { Status = HoldStatus.Arrived };
                break;
        }
    }

    private void Change(Guid id, SpaceEvent by, Func<Hold, Hold> change)
    {
        if (_holds.GetValueOrDefault(id) is { } hold && IsActive(hold, by.DecidedAt))
            _holds[id] = change(hold);
    }
}
