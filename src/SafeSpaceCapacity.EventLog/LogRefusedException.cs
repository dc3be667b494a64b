namespace SafeSpaceCapacity.EventLog;

/// <summary>What is there can't be used as it is for what was asked; the message says what to change. Nothing was changed.</summary>
/// <param name="message">Why, and what to do.</param>
public sealed class LogRefusedException(string message) : Exception(message);
