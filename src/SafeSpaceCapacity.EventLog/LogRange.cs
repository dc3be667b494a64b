namespace SafeSpaceCapacity.EventLog;

/// <summary>What may be asked of a log: events after a place, so many at most.</summary>
internal static class LogRange
{
    /// <summary>Refuses what makes no sense.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The place is negative, or nothing is asked for.</exception>
    public static void Check(long after, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
    }
}
