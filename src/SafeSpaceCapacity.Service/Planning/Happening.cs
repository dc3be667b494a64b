using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.Service.Planning;

/// <summary>What can happen to a space that is no count of people. The numbers are kept.</summary>
internal enum HappeningKind
{
    /// <summary>It came into the directory, or its entry changed.</summary>
    EntryChanged = 1,

    /// <summary>Opened by its hours.</summary>
    Opened = 2,

    /// <summary>Closed by its hours.</summary>
    Closed = 3,

    /// <summary>Takes nobody new.</summary>
    Paused = 4,

    /// <summary>Takes people again.</summary>
    Resumed = 5,

    /// <summary>Others are on duty, or can support another number.</summary>
    StaffChanged = 6,

    /// <summary>Nobody confirmed it within its limit.</summary>
    WentUnconfirmed = 7,

    /// <summary>Somebody confirmed it again.</summary>
    Confirmed = 8,

    /// <summary>More people than can be safely supported; told only where they are not few.</summary>
    OverSafeCapacity = 9,

    /// <summary>No longer so; told only where they are not few.</summary>
    WithinSafeCapacity = 10,

    /// <summary>Fewer on duty than the minimum while it was open.</summary>
    StaffingUnsafe = 11,

    /// <summary>The minimum was met again while it was open.</summary>
    StaffingSafe = 12,

    /// <summary>It was taken out of the directory.</summary>
    Retired = 13,
}

/// <summary>Something that happened to a space.</summary>
/// <param name="At">Seconds since 1970.</param>
/// <param name="Kind">What.</param>
/// <param name="Reason">With <see cref="HappeningKind.Paused"/>: why.</param>
/// <param name="Until">With <see cref="HappeningKind.Paused"/>: until when, in seconds since 1970.</param>
/// <param name="Staff">With <see cref="HappeningKind.StaffChanged"/>: who is on duty.</param>
/// <param name="SafeCapacity">With <see cref="HappeningKind.StaffChanged"/>: how many they can support.</param>
internal readonly record struct Happening(long At, HappeningKind Kind, PauseReason Reason = default, long Until = 0, OnDuty Staff = default, int SafeCapacity = 0)
{
    /// <summary>What changed from one standing to another; from nothing, where it is the first.</summary>
    public static IEnumerable<Happening> Between(Standing? before, Standing after, long at)
    {
        var first = before is null;
        var old = before ?? default;
        if (first ? after.Open : old.Open != after.Open)
            yield return new Happening(at, after.Open ? HappeningKind.Opened : HappeningKind.Closed);
        if (after.Pause is { } pause && pause != old.Pause)
            yield return new Happening(at, HappeningKind.Paused, pause.Reason, pause.Until.ToUnixTimeSeconds());
        else if (after.Pause is null && old.Pause is not null)
            yield return new Happening(at, HappeningKind.Resumed);
        if (old.Staff != after.Staff || old.SafeCapacity != after.SafeCapacity)
            yield return new Happening(at, HappeningKind.StaffChanged, Staff: after.Staff, SafeCapacity: after.SafeCapacity);
        if (first ? after.Unconfirmed : old.Unconfirmed != after.Unconfirmed)
            yield return new Happening(at, after.Unconfirmed ? HappeningKind.WentUnconfirmed : HappeningKind.Confirmed);
    }
}
