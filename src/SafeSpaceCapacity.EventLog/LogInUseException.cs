namespace SafeSpaceCapacity.EventLog;

/// <summary>Another process has the data directory: one log has one writer.</summary>
public sealed class LogInUseException(string directory, Exception innerException)
    : Exception($"The data directory {directory} is in use: another process has it open ({innerException.Message}). Stop that process, or choose another directory.", innerException)
{
    /// <summary>The data directory.</summary>
    public string Directory { get; } = directory;
}
