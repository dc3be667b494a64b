namespace SafeSpaceCapacity.EventLog;

/// <summary>The log can't be used just now. Nothing was written; the same may be asked again.</summary>
/// <param name="message">Why.</param>
/// <param name="innerException">What the database said.</param>
public sealed class LogUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
