using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace SafeSpaceCapacity.EventLog.Sqlite;

/// <summary>What a failure of SQLite means.</summary>
internal static class SqliteFailure
{
    /// <summary>The same failure as the log's callers know it: damage, or a file that can't be read or written.</summary>
    public static Exception Of(SqliteException failure, string what) => failure.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB
        ? new LogCorruptException($"{what} met damage: {failure.Message}", failure)
        : new IOException($"{what} failed: {failure.Message}", failure);
}
