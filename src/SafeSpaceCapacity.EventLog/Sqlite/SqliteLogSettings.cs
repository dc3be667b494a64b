namespace SafeSpaceCapacity.EventLog.Sqlite;

/// <summary>What tests must be able to change, and nobody else.</summary>
internal sealed record SqliteLogSettings
{
    /// <summary>Up to this size everything is verified before the log opens; above it, after.</summary>
    public long VerifyBeforeOpeningBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>How long after: long enough for the service to start first, which crews wait for.</summary>
    public TimeSpan VerifyAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Ends the process, when a sync failed. The operating system may have dropped what it could not write and call the next sync a success,
    /// so what is on disk can only be learnt by reading it again from the start.
    /// </summary>
    public Action<string, Exception> EndProcess { get; init; } = Environment.FailFast;

    /// <summary>Runs right before each commit, so that a test can let the commit fail.</summary>
    public Action? BeforeCommit { get; init; }
}
