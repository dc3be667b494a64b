using NodaTime;
using SafeSpaceCapacity.Domain.Holds;

namespace SafeSpaceCapacity.Domain.Spaces;

/// <summary>Why a space is not an option, or a command was not carried out.</summary>
public enum RejectionCode
{
    /// <summary>No place free and safely staffed from now until the arrival plus grace.</summary>
    NoSafeCapacity = 1,

    /// <summary>Outside its stated hours.</summary>
    OutsideHours = 2,

    /// <summary>Open now, but closes before the arrival plus grace.</summary>
    ClosesBeforeArrival = 3,

    /// <summary>Takes nobody new.</summary>
    Paused = 4,

    /// <summary>Does not provide what was asked for.</summary>
    NeedsNotMet = 5,

    /// <summary>Not designated under s.297.</summary>
    NotDesignated = 6,

    /// <summary>Emergency department or 999 first.</summary>
    UrgentPhysicalNeed = 7,

    /// <summary>Further than the longest travel time asked for.</summary>
    TooFar = 8,

    /// <summary>This need has a hold here already.</summary>
    AlreadyHeld = 9,

    /// <summary>No such hold here.</summary>
    HoldNotFound = 10,

    /// <summary>The hold has ended.</summary>
    HoldEnded = 11,

    /// <summary>The hold is not waiting for an answer.</summary>
    HoldNotRequested = 12,

    /// <summary>No such shift.</summary>
    ShiftNotFound = 13,

    /// <summary>The space exists.</summary>
    AlreadyRegistered = 14,

    /// <summary>The space is not paused.</summary>
    NotPaused = 15,

    /// <summary>The arrival is later than the longest hold allows.</summary>
    HoldTooLong = 16,

    /// <summary>Nobody confirmed the space, and its rooms are spoken for by other requests.</summary>
    TooManyRequests = 17,

    /// <summary>The space is no longer in the directory.</summary>
    Retired = 18,

    /// <summary>That was not what staff did last, or it can't be undone.</summary>
    NotUndoable = 19,

    /// <summary>It was done too long ago.</summary>
    UndoTooLate = 20,

    /// <summary>There is nothing to acknowledge.</summary>
    NoEscalation = 21,

    /// <summary>People are here or on the way.</summary>
    InUse = 22,

    /// <summary>Somebody changed it meanwhile.</summary>
    ChangedMeanwhile = 23,
}

/// <summary>Why something was not done.</summary>
/// <param name="Code">The reason.</param>
/// <param name="Earliest">The earliest instant known at which the answer could be another.</param>
/// <param name="NeedsNotMet">With <see cref="RejectionCode.NeedsNotMet"/>.</param>
/// <param name="HoldStatus">With <see cref="RejectionCode.HoldEnded"/>, how it ended.</param>
public sealed record Rejection(RejectionCode Code, Instant? Earliest = null, Needs NeedsNotMet = Needs.None, HoldStatus? HoldStatus = null);
