using System.Collections.Immutable;
using NodaTime;
using SafeSpaceCapacity.Domain.Escalations;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Policies;
using SafeSpaceCapacity.Domain.Staffing;

namespace SafeSpaceCapacity.Domain.Spaces;

/// <summary>Why a space takes nobody new for a while.</summary>
public enum PauseReason
{
    /// <summary>Too few staff.</summary>
    Staffing = 1,

    /// <summary>Something happened that needs everybody.</summary>
    Incident = 2,

    /// <summary>The building.</summary>
    Building = 3,

    /// <summary>An infection.</summary>
    Infection = 4,

    /// <summary>None of these.</summary>
    Other = 5,
}

/// <summary>Takes nobody new until then.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Until">Until when, if nobody resumes or pauses again.</param>
/// <param name="ReviewAt">When staff look at it again; null: they did not say.</param>
public sealed record Pause(PauseReason Reason, Instant Until, Instant? ReviewAt = null);

/// <summary>Why a space is no longer in the directory.</summary>
public enum RetireReason
{
    /// <summary>It closed.</summary>
    Closed = 1,

    /// <summary>It goes on elsewhere, under another entry.</summary>
    Moved = 2,

    /// <summary>It was never meant to be there.</summary>
    EnteredByMistake = 3,

    /// <summary>None of these.</summary>
    Other = 4,
}

/// <summary>Somebody came or left.</summary>
/// <param name="ObservedAt">When it was seen.</param>
/// <param name="Change">One more, or one fewer.</param>
public sealed record Movement(Instant ObservedAt, int Change);

/// <summary>What has happened at a space, as far as it still matters. Made by <see cref="Space.Evolve"/> alone.</summary>
/// <param name="Version">How many events made it; 0 is a space that does not exist.</param>
/// <param name="Details">What the space is; null until it is registered.</param>
/// <param name="Occupied">People here.</param>
/// <param name="CountedAt">When people were last counted; arrivals and departures seen before that are in the count already.</param>
/// <param name="ConfirmedAt">When staff last confirmed the status.</param>
/// <param name="Shifts">On duty or planned.</param>
/// <param name="Holds">Active ones, and ended ones for <see cref="Space.EndedHoldsKept"/> so that a hold arrives once.</param>
/// <param name="Pause">Takes nobody new.</param>
/// <param name="IsOverSafeCapacity">More people are here than can be supported, as last written down.</param>
public sealed record SpaceState(
    long Version,
    SpaceDetails? Details,
    int Occupied,
    Instant? CountedAt,
    Instant? ConfirmedAt,
    ImmutableArray<Shift> Shifts,
    ImmutableArray<Hold> Holds,
    Pause? Pause,
    bool IsOverSafeCapacity)
{
    /// <summary>
    /// Who came and left since the last count, as recorded, for as long as a late report may be old: a count that is reported late says nothing
    /// about those seen after it.
    /// </summary>
    public ImmutableArray<Movement> Movements { get; init; } = [];

    /// <summary>Who is planned to work, week by week.</summary>
    public Rota Rota { get; init; } = Rota.None;

    /// <summary>What somebody must be told of; at most one of each cause.</summary>
    public ImmutableArray<Escalation> Escalations { get; init; } = [];

    /// <summary>When somebody had to be told of unsafe staffing, as far as it matters for what keeps happening: once each time it came to that.</summary>
    public ImmutableArray<Instant> UnsafeTold { get; init; } = [];

    /// <summary>What staff did last, if it can be undone.</summary>
    public Act? LastAct { get; init; }

    /// <summary>The policy of its tier that was applied last.</summary>
    public TierPolicy? Policy { get; init; }

    /// <summary>Why it is no longer in the directory; null while it is.</summary>
    public RetireReason? Retired { get; init; }

    /// <summary>The versions of this stream at which the space's entry or its rules changed, from its registration on.</summary>
    public ImmutableArray<long> DirectoryChanges { get; init; } = [];

    /// <summary>A space that does not exist.</summary>
    public static SpaceState None { get; } = new(0, null, 0, null, null, [], [], null, false);

    /// <summary>The hold of that id, ended or not, or null.</summary>
    public Hold? FindHold(Guid id)
    {
        foreach (var hold in Holds)
        {
            if (hold.Id == id)
                return hold;
        }

        return null;
    }

    /// <summary>What somebody must be told of for one cause, or null.</summary>
    public Escalation? FindEscalation(EscalationCause cause)
    {
        foreach (var escalation in Escalations)
        {
            if (escalation.Cause == cause)
                return escalation;
        }

        return null;
    }

    /// <summary>Everybody on duty or planned between two instants, by the rota and beside it.</summary>
    public IEnumerable<Shift> ShiftsBetween(Instant from, Instant until) =>
        Rota.Lines.IsEmpty ? Shifts : [.. Shifts, .. Rota.Between(Details!.Hours.Zone, from, until)];

    /// <summary>When somebody is next to be told of something; null if nobody is.</summary>
    public Instant? NextTellingAt()
    {
        Instant? next = null;
        foreach (var escalation in Escalations)
        {
            if (escalation.NextAt(Details!.Escalation) is { } at && !(next <= at))
                next = at;
        }

        return next;
    }

    /// <summary>Places held, or asked for, at an instant.</summary>
    public int HeldAt(Instant at)
    {
        var held = 0;
        foreach (var hold in Holds)
        {
            if (hold.IsActive(at))
                held++;
        }

        return held;
    }
}
