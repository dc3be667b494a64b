namespace SafeSpaceCapacity.EventLog;

/// <summary>The log takes no more writes because of an earlier failure; what was asked was not written.</summary>
public sealed class LogStoppedException(Exception innerException)
    : Exception($"The log takes no more writes: {innerException.Message}", innerException);
