using System.Globalization;

namespace SafeSpaceCapacity.EventLog;

/// <summary>The log was written by a newer program than this one; migrations go forward only.</summary>
public sealed class LogSchemaException(string directory, int found, int known)
    : Exception(string.Create(CultureInfo.InvariantCulture, $"The log in {directory} has schema {found}; this program knows schemas up to {known}. Run the newer program. Nothing was changed."))
{
    /// <summary>The schema of the log.</summary>
    public int Found { get; } = found;

    /// <summary>The newest schema this program knows.</summary>
    public int Known { get; } = known;
}
