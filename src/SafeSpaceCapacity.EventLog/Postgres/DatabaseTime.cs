namespace SafeSpaceCapacity.EventLog.Postgres;

/// <summary>
/// The database's clock, between two readings of it counted on by the machine's steady one. So all nodes decide by one clock, and a machine's
/// wall clock that is set wrong does no harm. Timers and the steady clock are the machine's.
/// </summary>
internal sealed class DatabaseTime : TimeProvider
{
    // Worth no more than the time that the answer took: a slow answer is left out.
    private static readonly TimeSpan SlowAnswer = TimeSpan.FromMilliseconds(250);
    private volatile Reading? last;

    /// <summary>Takes in what the database said its time was, between two readings of the steady clock.</summary>
    public void Take(DateTimeOffset said, long before, long after)
    {
        var took = GetElapsedTime(before, after);
        if (last is null || took <= SlowAnswer)
            last = new(said + (took / 2), after);
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => last is { } reading ? reading.Utc + GetElapsedTime(reading.Timestamp) : throw new InvalidOperationException("The database's clock was not read yet.");

    private sealed record Reading(DateTimeOffset Utc, long Timestamp);
}
