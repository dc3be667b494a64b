using Microsoft.Data.Sqlite;
using NodaTime;

namespace SafeSpaceCapacity.EventLog.Sqlite;

/// <summary>
/// What makes a backup of a log: a row that says when it was made. A log with that row does not open, since it would go on in an epoch whose
/// later positions clients have seen otherwise.
/// </summary>
internal static class BackupFile
{
    /// <summary>Makes a log that is whole a backup: one file, which can be read where nothing can be written.</summary>
    public static void Mark(string database, Guid epoch, Instant madeAt)
    {
        using var connection = LogFiles.OpenWriter(database);
        LogFiles.Execute(connection, "pragma journal_mode = delete");
        LogFiles.Execute(connection, "create table backup (id integer primary key check (id = 1), epoch blob not null, made_at_ns integer not null, checksum blob not null) strict");
        using var insert = new Statement(connection, "insert into backup values (1, ?1, ?2, ?3)", SqliteType.Blob, SqliteType.Integer, SqliteType.Blob);
        var nanoseconds = madeAt.ToNanoseconds();
        insert.Execute(epoch.ToByteArray(bigEndian: true), nanoseconds, new RowChecksum().Of(epoch, nanoseconds));
    }

    /// <summary>Whether a database is a backup, be it a damaged one.</summary>
    public static bool IsOne(SqliteConnection connection) => LogFiles.Scalar(connection, "select 1 from sqlite_schema where name = 'backup'") is not null;

    /// <summary>When a backup was made; null where that can't be read, or it is none.</summary>
    public static Instant? MadeAt(SqliteConnection connection)
    {
        if (!IsOne(connection))
            return null;
        using var command = connection.CreateCommand();
        command.CommandText = "select epoch, made_at_ns, checksum from backup";
        using var row = command.ExecuteReader();
        return row.Read() ? new Rows().TryEpoch(row)?.Number.ToInstant() : null;
    }

    /// <summary>Refuses a backup that was put in the place of a log as it is.</summary>
    /// <exception cref="LogRefusedException">It is one.</exception>
    public static void RefuseAsLog(LogFiles files)
    {
        using var connection = files.OpenForInspection();
        if (IsOne(connection))
            throw new LogRefusedException($"log.db in {files.Directory} is a backup, put there as it is. Move it away and restore it: safespace restore --from FILE --data {files.Directory}. That begins a new epoch, by which clients know that what they have may be gone.");
    }
}
