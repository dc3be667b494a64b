using NodaTime;

namespace SafeSpaceCapacity.EventLog;

/// <summary>How an append ended.</summary>
public abstract record AppendResult
{
    private AppendResult()
    {
    }

    /// <summary>It is on disk and survives the loss of power.</summary>
    /// <param name="LastPosition">The position of its last event; the head where it had none.</param>
    /// <param name="RecordedAt">The time the log put on it.</param>
    public sealed record Committed(long LastPosition, Instant RecordedAt) : AppendResult;

    /// <summary>Nothing was written: a stream is not at the expected version.</summary>
    /// <param name="Stream">The first such stream.</param>
    /// <param name="ActualVersion">The version it has.</param>
    public sealed record Conflict(string Stream, long ActualVersion) : AppendResult;

    /// <summary>Nothing was written: a command of the request was answered before. Wins over <see cref="Conflict"/>.</summary>
    /// <param name="CommandId">The first such command.</param>
    public sealed record DuplicateCommand(Guid CommandId) : AppendResult;

    /// <summary>
    /// Nothing was written: it was decided more than 2 s off the database's clock, because it was held up on its way or the clock was wrong. What is
    /// decided again, by the time it is then, may be appended.
    /// </summary>
    /// <param name="DecidedAt">The time it was decided with.</param>
    /// <param name="Now">The database's, when it got there.</param>
    public sealed record Adrift(Instant DecidedAt, Instant Now) : AppendResult;

    /// <summary>It may be on disk or not: read the head and the command ids again before answering anybody.</summary>
    /// <param name="Reason">What failed.</param>
    public sealed record Unknown(string Reason) : AppendResult;
}
