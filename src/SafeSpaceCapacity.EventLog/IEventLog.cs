using NodaTime;

namespace SafeSpaceCapacity.EventLog;

/// <summary>The truth of the system: events in commit order, and the answers given to commands.</summary>
/// <remarks>
/// What is read was committed and is on disk. An entry or an outcome that does not match its checksum is never returned: reading it
/// throws <see cref="LogCorruptException"/>. Where the log is in a database that can't be reached, everything may throw <see cref="LogUnavailableException"/>
/// after some seconds. Disposing finishes the appends already accepted.
/// </remarks>
public interface IEventLog : IAsyncDisposable
{
    /// <summary>Names this life of the log; a restore starts a new one, and positions of another epoch mean nothing here.</summary>
    Guid Epoch { get; }

    /// <summary>The last committed position; 0 for an empty log.</summary>
    long HeadPosition { get; }

    /// <summary>How many durable transactions carried appends since opening: one may carry many requests.</summary>
    long Commits { get; }

    /// <summary>Whether appends are taken. Once false it stays false; reading goes on.</summary>
    bool CanAppend { get; }

    /// <summary>
    /// The failure that stopped appends, or the last one since an append succeeded. A <see cref="LogUnavailableException"/> while a database can't
    /// be reached: until then the log may go on without <see cref="HeadPosition"/> showing it.
    /// </summary>
    Exception? LastFailure { get; }

    /// <summary>Demand, kept in the same database.</summary>
    IDemandStore Demand { get; }

    /// <summary>Appends to all streams of the request or to none, and answers once that is on disk.</summary>
    /// <param name="request">What to append.</param>
    /// <param name="cancellationToken">A request that was cancelled was not written and never will be; once writing began, it is finished and answered.</param>
    /// <exception cref="ArgumentException">The request could never be appended.</exception>
    /// <exception cref="LogStoppedException">The log takes no more appends; nothing was written.</exception>
    /// <exception cref="LogUnavailableException">Nothing was written; the same may be asked again.</exception>
    ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default);

    /// <summary>The answer given to a command, or null where it is new or was forgotten.</summary>
    ValueTask<CommandRecord?> FindCommandAsync(Guid commandId, CancellationToken cancellationToken = default);

    /// <summary>The version of a stream; 0 where there is no such stream.</summary>
    ValueTask<long> GetVersionAsync(string stream, CancellationToken cancellationToken = default);

    /// <summary>Events of one stream, in order, without gaps.</summary>
    ValueTask<IReadOnlyList<RecordedEvent>> ReadStreamAsync(string stream, long afterVersion, int limit, CancellationToken cancellationToken = default);

    /// <summary>Events of all streams, in commit order; no later commit ever appears before what was read.</summary>
    ValueTask<IReadOnlyList<RecordedEvent>> ReadAllAsync(long afterPosition, int limit, CancellationToken cancellationToken = default);

    /// <summary>Completes once <see cref="HeadPosition"/> has reached the position.</summary>
    ValueTask WaitForAsync(long position, CancellationToken cancellationToken = default);

    /// <summary>Reads the usable checkpoints, one after the other. Those of another epoch, ahead of the log, or damaged are removed.</summary>
    /// <param name="take">
    /// Gets each, at most one for each stream, in any order, and says whether it is of use: one that is not is removed too. One may be
    /// further on than what is covered: skip the events that it already includes. It is called on a thread of the log and must not fail.
    /// </param>
    /// <param name="cancellationToken">Gives up while it is still waiting its turn.</param>
    /// <returns>
    /// The covered position: every event up to here is in a checkpoint, so tailing may start after it. It is 0 where a checkpoint was removed.
    /// </returns>
    /// <exception cref="LogDetachedException">One would have to be removed of which the events have left the log. Nothing was.</exception>
    ValueTask<long> LoadCheckpointsAsync(Func<Checkpoint, bool> take, CancellationToken cancellationToken = default);

    /// <summary>Keeps checkpoints in a transaction of their own; an older one never replaces a newer one of its epoch.</summary>
    /// <param name="checkpoints">The streams that changed since the last time.</param>
    /// <param name="coveredPosition">Every event up to here is in these checkpoints or in those kept before.</param>
    /// <param name="cancellationToken">Gives up while it is still waiting its turn.</param>
    ValueTask SaveCheckpointsAsync(IReadOnlyList<Checkpoint> checkpoints, long coveredPosition, CancellationToken cancellationToken = default);

    /// <summary>Forgets the commands decided before an instant, a few hundred at a time so that appends go on between.</summary>
    /// <returns>How many were forgotten.</returns>
    ValueTask<int> ForgetCommandsAsync(Instant decidedBefore, CancellationToken cancellationToken = default);
}
