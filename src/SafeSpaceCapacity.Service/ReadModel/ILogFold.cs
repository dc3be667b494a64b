using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog;

namespace SafeSpaceCapacity.Service.ReadModel;

/// <summary>What an event did to a space.</summary>
/// <param name="Happened">The event.</param>
/// <param name="Before">The space before it.</param>
/// <param name="After">The space after it.</param>
public readonly record struct SpaceChange(SpaceEvent Happened, SpaceState Before, SpaceState After);

/// <summary>
/// Something besides the spaces as they stand that is worked out from the log. Called by the read model alone, on its own loop and in commit
/// order; what others read must be published as something that never changes.
/// </summary>
public interface ILogFold
{
    /// <summary>
    /// How the streams of its checkpoints begin: <c>policy/</c> where they are streams of the log, or a name of its own for what is worked
    /// out from all, which then is kept with version 0.
    /// </summary>
    string Prefix { get; }

    /// <summary>Takes up what an earlier run kept, or nothing. Called once, before any event.</summary>
    /// <param name="kept">The checkpoints under <see cref="Prefix"/>.</param>
    /// <param name="covered">The position after which events will be told.</param>
    /// <returns>False where that is not enough: then it is told every event of the log, and must have begun anew.</returns>
    bool Restore(IReadOnlyList<Checkpoint> kept, long covered);

    /// <summary>One event of the log, of any stream.</summary>
    /// <param name="recorded">The event as recorded.</param>
    /// <param name="change">What it did, if it is of a space.</param>
    void Apply(RecordedEvent recorded, SpaceChange? change);

    /// <summary>All events up to a position were told: shows them to readers.</summary>
    void Publish(long position);

    /// <summary>What has to be kept so that events up to a position need not be told again; asked for right after <see cref="Publish"/>.</summary>
    IReadOnlyList<Checkpoint> Checkpoints(Guid epoch, long position);
}
