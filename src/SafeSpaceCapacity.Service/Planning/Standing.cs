using System.Collections.Immutable;
using NodaTime;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;

namespace SafeSpaceCapacity.Service.Planning;

/// <summary>How many are on duty, by role.</summary>
internal readonly record struct OnDuty(int TeamLeads, int Clinicians, int SupportWorkers, int PeerWorkers, int Volunteers)
{
    public static OnDuty Of(IEnumerable<Shift> shifts, Instant at)
    {
        var counts = default(OnDuty);
        foreach (var shift in shifts)
        {
            if (shift.IsOnDuty(at))
                counts = counts.With(shift.Role);
        }

        return counts;
    }

    private OnDuty With(StaffRole role) => role switch
    {
        StaffRole.TeamLead => this with { TeamLeads = TeamLeads + 1 },
        StaffRole.Clinician => this with { Clinicians = Clinicians + 1 },
        StaffRole.SupportWorker => this with { SupportWorkers = SupportWorkers + 1 },
        StaffRole.PeerWorker => this with { PeerWorkers = PeerWorkers + 1 },
        _ => this with { Volunteers = Volunteers + 1 },
    };
}

/// <summary>How a space stands, apart from the people in it: what its events and time change, and planners see of single spaces.</summary>
/// <param name="Open">Open by its hours.</param>
/// <param name="Pause">Takes nobody new.</param>
/// <param name="SafeCapacity">People that those on duty can safely support.</param>
/// <param name="Staff">Who they are.</param>
/// <param name="Unconfirmed">Nobody confirmed it within its limit.</param>
internal readonly record struct Standing(bool Open, Pause? Pause, int SafeCapacity, OnDuty Staff, bool Unconfirmed)
{
    private static readonly Duration Moment = Duration.FromSeconds(1);

    /// <summary>How a registered space stands at an instant.</summary>
    public static Standing At(SpaceState state, Instant at) => Of(state, CapacityTimeline.Of(state, at, horizon: Moment), at, UnconfirmedAt(state));

    /// <summary>
    /// How it stands between two moments between which nothing is reported, in stretches within which nothing changes. Moments are in whole
    /// seconds since 1970: a stretch that is not one long is left out.
    /// </summary>
    public static IEnumerable<(long From, long Until, Standing Standing)> Between(SpaceState state, long from, long until)
    {
        if (from >= until)
            yield break;
        var at = Instant.FromUnixTimeSeconds(from);
        var end = Instant.FromUnixTimeSeconds(until);
        var timeline = CapacityTimeline.Of(state, at, horizon: end - at);
        var unconfirmed = UnconfirmedAt(state);
        while (at < end)
        {
            var next = timeline.NextChange(at) ?? end;
            if (at < unconfirmed && unconfirmed < next)
                next = unconfirmed;
            if (at.ToUnixTimeSeconds() < next.ToUnixTimeSeconds())
                yield return (at.ToUnixTimeSeconds(), next.ToUnixTimeSeconds(), Of(state, timeline, at, unconfirmed));
            at = next;
        }
    }

    /// <summary>When a state goes unconfirmed, if nobody confirms it.</summary>
    public static Instant UnconfirmedAt(SpaceState state) =>
        state.ConfirmedAt is { } confirmed ? confirmed + Duration.FromMinutes(state.Details!.Freshness.UnconfirmedAfterMinutes) : Instant.MinValue;

    private static Standing Of(SpaceState state, CapacityTimeline timeline, Instant at, Instant unconfirmed)
    {
        var stretch = timeline.At(at);
        return new(stretch.Open, stretch.Paused ? state.Pause : null, stretch.SafeCapacity, OnDuty.Of(state.ShiftsBetween(at, at + Duration.Epsilon), at), at >= unconfirmed);
    }
}
