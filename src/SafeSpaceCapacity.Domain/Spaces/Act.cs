using System.Collections.Immutable;
using NodaTime;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Staffing;

namespace SafeSpaceCapacity.Domain.Spaces;

/// <summary>What staff did last, with what it takes to undo it.</summary>
/// <param name="Id">The id of the command that did it.</param>
/// <param name="At">When it was decided.</param>
/// <param name="Kind">What was done.</param>
/// <param name="ConfirmedBefore">When the status had been confirmed before.</param>
public sealed record Act(Guid Id, Instant At, ActKind Kind, Instant? ConfirmedBefore)
{
    /// <summary>How long an act can be undone.</summary>
    public static readonly Duration UndoWithin = Duration.FromMinutes(5);

    /// <summary>The movement that was counted, with what it really changed: nobody can leave where nobody was known to be.</summary>
    public Movement? Moved { get; init; }

    /// <summary>By how much the people here changed.</summary>
    public int Change { get; init; }

    /// <summary>With <see cref="ActKind.Count"/>, what would be known of the people here without it.</summary>
    public Counted? CountedBefore { get; init; }

    /// <summary>With <see cref="ActKind.Pause"/> and <see cref="ActKind.Resume"/>, the pause before.</summary>
    public Pause? PauseBefore { get; init; }

    /// <summary>With <see cref="ActKind.StartShift"/> and <see cref="ActKind.EndShift"/>, the shift.</summary>
    public Shift? Shift { get; init; }

    /// <summary>With <see cref="ActKind.EndShift"/> of a shift of the rota, that it would not come any more; null once another rota is planned.</summary>
    public RotaAbsence? Absence { get; init; }

    /// <summary>The hold as it would be without it.</summary>
    public Hold? HoldBefore { get; init; }
}

/// <summary>What staff can do and undo.</summary>
public enum ActKind
{
    /// <summary>Somebody arrived.</summary>
    Arrival = 1,

    /// <summary>Somebody left.</summary>
    Departure = 2,

    /// <summary>People were counted.</summary>
    Count = 3,

    /// <summary>Everything shown was said to be right.</summary>
    Confirm = 4,

    /// <summary>A shift began or was planned.</summary>
    StartShift = 5,

    /// <summary>A shift ended.</summary>
    EndShift = 6,

    /// <summary>Nobody new for a while.</summary>
    Pause = 7,

    /// <summary>Open to new people again.</summary>
    Resume = 8,

    /// <summary>Yes to a request.</summary>
    Accept = 9,

    /// <summary>No to a hold or a request.</summary>
    Decline = 10,
}

/// <summary>What is known of the people here.</summary>
/// <param name="Occupied">How many.</param>
/// <param name="At">When they were counted.</param>
/// <param name="Movements">Who came and left since.</param>
public sealed record Counted(int Occupied, Instant? At, ImmutableArray<Movement> Movements);
