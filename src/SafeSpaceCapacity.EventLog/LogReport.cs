using System.Globalization;
using System.Text;
using NodaTime;

namespace SafeSpaceCapacity.EventLog;

/// <summary>Something wrong with a log.</summary>
/// <param name="FromPosition">The first position it touches; null where it belongs to no position.</param>
/// <param name="ToPosition">The last position it touches; null where that cannot be known.</param>
/// <param name="What">What was found.</param>
public sealed record LogProblem(long? FromPosition, long? ToPosition, string What)
{
    /// <inheritdoc/>
    public override string ToString() => (FromPosition, ToPosition) switch
    {
        (null, _) => What,
        ({ } from, null) => string.Create(CultureInfo.InvariantCulture, $"from position {from}: {What}"),
        ({ } from, { } to) when from == to => string.Create(CultureInfo.InvariantCulture, $"position {from}: {What}"),
        ({ } from, { } to) => string.Create(CultureInfo.InvariantCulture, $"positions {from} to {to}: {What}"),
    };
}

/// <summary>What a verification of a log found.</summary>
/// <param name="Where">The data directory, the file of a backup, or the database.</param>
/// <param name="Epoch">The epoch of the log; null where it could not be read.</param>
/// <param name="Entries">How many entries could be read.</param>
/// <param name="Streams">How many streams they belong to.</param>
/// <param name="FirstPosition">The first position read; 0 for none.</param>
/// <param name="FirstRecordedAt">When that was recorded.</param>
/// <param name="LastPosition">The last position read; 0 for none.</param>
/// <param name="LastRecordedAt">When that was recorded.</param>
/// <param name="ReadableTo">Positions up to this one are whole, or left the log with their months; 0 for none.</param>
/// <param name="AcknowledgedPosition">The last position known to have been acknowledged; null where there is no mark of this epoch.</param>
/// <param name="Problems">What is wrong; empty for a sound log.</param>
public sealed record LogReport(
    string Where,
    Guid? Epoch,
    long Entries,
    int Streams,
    long FirstPosition,
    Instant? FirstRecordedAt,
    long LastPosition,
    Instant? LastRecordedAt,
    long ReadableTo,
    long? AcknowledgedPosition,
    IReadOnlyList<LogProblem> Problems)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool IsSound => Problems.Count == 0;

    /// <summary>The verdict in a few lines for whoever runs the service.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"The log in {Where} {(IsSound ? "is sound" : "is damaged")}. ");
        text.Append(ReadableTo > 0 ? string.Create(CultureInfo.InvariantCulture, $"Positions 1 to {ReadableTo} can be read.") : "It has no readable entries.");
        foreach (var problem in Problems)
            text.Append("\n- ").Append(problem);
        return text.ToString();
    }
}
