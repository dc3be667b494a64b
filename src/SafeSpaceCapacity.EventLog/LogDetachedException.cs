using System.Globalization;

namespace SafeSpaceCapacity.EventLog;

/// <summary>What was asked for left the log with its month.</summary>
/// <param name="position">The last position that left.</param>
public sealed class LogDetachedException(long position)
    : Exception(string.Create(CultureInfo.InvariantCulture, $"The events up to position {position} left the log with their months. To read them, attach the tables of these months to the table of events again and set detached_position to match."))
{
    /// <summary>The last position that left.</summary>
    public long Position { get; } = position;
}
