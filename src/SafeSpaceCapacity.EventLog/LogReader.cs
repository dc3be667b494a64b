using Microsoft.Data.Sqlite;
using SafeSpaceCapacity.EventLog.Sqlite;

namespace SafeSpaceCapacity.EventLog;

/// <summary>Reads a SQLite log without the service that writes it. It changes nothing, and the log may be in use meanwhile.</summary>
public static class LogReader
{
    private const int PageEvents = 4096;

    /// <summary>The events of the log in a data directory, in order, up to the newest when the end is reached.</summary>
    /// <exception cref="LogCorruptException">The log is damaged, or there is none.</exception>
    public static IEnumerable<RecordedEvent> Read(string directory)
    {
        using var reader = Open(new LogFiles(directory));
        var position = 0L;
        while (true)
        {
            var page = reader.All(position, PageEvents);
            foreach (var recorded in page)
                yield return recorded;
            if (page.Count == 0)
                yield break;
            position = page[^1].Position;
        }
    }

    private static SqliteReader Open(LogFiles files)
    {
        try
        {
            return new SqliteReader(files.OpenForInspection());
        }
        catch (SqliteException failure)
        {
            throw new LogCorruptException($"The log in {files.Directory} can't be read: {failure.Message}", failure);
        }
    }
}
