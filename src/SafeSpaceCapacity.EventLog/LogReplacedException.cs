namespace SafeSpaceCapacity.EventLog;

/// <summary>The database no longer holds the log that this node opened: it was restored, or fell back to an older copy.</summary>
/// <param name="message">What is there instead.</param>
public sealed class LogReplacedException(string message) : Exception(message);
