namespace SafeSpaceCapacity.EventLog;

/// <summary>What the log holds is not what was written to it. Nothing was skipped and nothing was changed.</summary>
/// <param name="message">What is damaged.</param>
/// <param name="innerException">What the database said about it.</param>
/// <param name="report">The whole report, where there was a verification.</param>
public sealed class LogCorruptException(string message, Exception? innerException = null, LogReport? report = null)
    : Exception(message, innerException)
{
    /// <summary>A log that did not pass verification.</summary>
    public LogCorruptException(LogReport report)
        : this($"{report}\nNothing was changed. Keep a copy of the directory as it is; then restore the latest backup into an empty directory, or copy what is readable.", report: report)
    {
    }

    /// <summary>The whole report, where there was a verification.</summary>
    public LogReport? Report { get; } = report;
}
