using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace SafeSpaceCapacity.EventLog.Sqlite;

/// <summary>One verification of a database of SQLite.</summary>
/// <param name="files">Where it is.</param>
/// <param name="where">The log, for people.</param>
/// <param name="name">The database, in the middle of a sentence.</param>
/// <param name="mark">What was acknowledged, and in which epoch; null where that is not known.</param>
internal sealed class SqliteVerification(LogFiles files, string where, string name, (Guid Epoch, long Position)? mark)
{
    private readonly LogPass pass = new(where) { Acknowledged = mark?.Position };

    /// <summary>Verifies everything, or only what takes no time.</summary>
    public LogReport Run(bool everything, bool isBackup, CancellationToken cancellationToken)
    {
        if (LogFiles.LengthOf(files.Database) == 0)
            Nothing(isBackup);
        else
            Something(everything, isBackup, cancellationToken);
        return pass.Report();
    }

    private void Nothing(bool isBackup)
    {
        var what = File.Exists(files.Database) ? $"{name} is empty" : isBackup ? "it is not there" : "there is no log.db";
        if (pass.Acknowledged is > 0 and var acknowledged)
            pass.Add(1, acknowledged, $"{what}, but {acknowledged} entries were acknowledged");
        else if (LogFiles.LengthOf(files.WriteAheadLog) > 0)
            pass.Add(1, null, $"{what}, but there is a {Path.GetFileName(files.WriteAheadLog)}, which is of no use without it");
        else if (isBackup || !File.Exists(files.Database))
            pass.Add(null, null, what);
    }

    private void Something(bool everything, bool isBackup, CancellationToken cancellationToken)
    {
        try
        {
            using var connection = files.OpenForInspection();
            using var interrupt = cancellationToken.Register(() => raw.sqlite3_interrupt(connection.Handle!));
            using var snapshot = connection.BeginTransaction(deferred: true);
            if (!Identify(connection))
                return;
            if (isBackup && BackupFile.MadeAt(connection) is null)
                pass.Add(null, null, "the row that says when the backup was made is damaged or missing");
            if (everything)
                Everything(connection, cancellationToken);
            else
                LastEntry(connection);
            pass.RequireAcknowledged();
        }
        catch (SqliteException e) when (e.SqliteErrorCode == raw.SQLITE_INTERRUPT)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
        catch (SqliteException e) when (e.SqliteErrorCode is not (raw.SQLITE_CANTOPEN or raw.SQLITE_PERM or raw.SQLITE_BUSY or raw.SQLITE_NOMEM or raw.SQLITE_READONLY))
        {
            // Not being allowed to look is not damage: those go to the caller as they are.
            pass.Add(pass.ReadableTo + 1, pass.Acknowledged > pass.ReadableTo ? pass.Acknowledged : null, $"{name} cannot be read as a database ({e.Message})");
        }
    }

    private bool Identify(SqliteConnection connection)
    {
        if (Migrations.Find(connection) is not { } schema)
        {
            pass.Add(1, pass.Acknowledged, $"{name} is a database, but not a log");
            return false;
        }
        if (schema > Migrations.Known)
            throw new LogSchemaException(where, schema, Migrations.Known);
        foreach (var damaged in Migrations.Damaged(connection, schema))
            pass.Add(null, null, $"the description of the {damaged} is damaged or missing");
        using var command = Select(connection, "select epoch, created_at_ns, checksum from meta");
        using var row = command.ExecuteReader();
        pass.ReadEpoch(row);

        // The mark of another log says nothing about this one.
        if (pass.Epoch is { } epoch && epoch != mark?.Epoch)
            pass.Acknowledged = null;
        return true;
    }

    private void LastEntry(SqliteConnection connection)
    {
        using var command = Select(connection, $"select {Rows.EventColumns} from events order by position desc limit 1");
        using var row = command.ExecuteReader();
        if (row.Read())
            pass.ReadLast(row);
    }

    private void Everything(SqliteConnection connection, CancellationToken cancellationToken)
    {
        var broken = Forwards(connection, cancellationToken);
        if (broken is not null)
            Backwards(connection, broken, cancellationToken);
        else
            Heads(connection);
        Commands(connection, cancellationToken);
        Integrity(connection);
    }

    /// <summary>Reads from the first entry on; returns what the database said where it could read no further.</summary>
    private SqliteException? Forwards(SqliteConnection connection, CancellationToken cancellationToken)
    {
        using var command = Select(connection, $"select {Rows.EventColumns} from events order by position");
        try
        {
            using var row = command.ExecuteReader();
            while (row.Read())
            {
                cancellationToken.ThrowIfCancellationRequested();
                pass.ReadNext(row);
            }
            return null;
        }
        catch (SqliteException e) when (e.SqliteErrorCode != raw.SQLITE_INTERRUPT)
        {
            return e;
        }
    }

    /// <summary>Reads from the last entry back to the place where reading forwards ended, to say which positions are lost.</summary>
    private void Backwards(SqliteConnection connection, SqliteException broken, CancellationToken cancellationToken)
    {
        long? lowest = null;
        using var command = Select(connection, $"select {Rows.EventColumns} from events order by position desc");
        try
        {
            using var row = command.ExecuteReader();
            while (row.Read() && row.GetInt64(0) >= pass.Next)
            {
                cancellationToken.ThrowIfCancellationRequested();
                lowest = row.GetInt64(0);
                pass.Read(row);
            }
        }
        catch (SqliteException e) when (e.SqliteErrorCode != raw.SQLITE_INTERRUPT)
        {
            // Met the same damage from the other side.
        }
        pass.Add(pass.Next, lowest - 1 ?? (pass.Acknowledged >= pass.Next ? pass.Acknowledged : null), $"the database cannot read its pages ({broken.Message})");
    }

    private void Heads(SqliteConnection connection)
    {
        using var command = Select(connection, "select stream, version from heads");
        using var row = command.ExecuteReader();
        pass.ReadHeads(row);
    }

    private void Commands(SqliteConnection connection, CancellationToken cancellationToken)
    {
        using var command = Select(connection, $"select {Rows.CommandColumns} from commands");
        try
        {
            using var row = command.ExecuteReader();
            pass.ReadCommands(row, cancellationToken);
        }
        catch (SqliteException e) when (e.SqliteErrorCode != raw.SQLITE_INTERRUPT)
        {
            pass.Add(null, null, $"the outcomes of commands cannot be read ({e.Message})");
        }
    }

    private void Integrity(SqliteConnection connection)
    {
        using var command = Select(connection, "pragma integrity_check(20)");
        try
        {
            using var row = command.ExecuteReader();
            while (row.Read())
            {
                if (row.GetString(0) is not "ok" and var what)
                    pass.Add(null, null, $"SQLite's own check: {what}");
            }
        }
        catch (SqliteException e) when (e.SqliteErrorCode != raw.SQLITE_INTERRUPT)
        {
            pass.Add(null, null, $"SQLite's own check: {e.Message}");
        }
    }

    private static SqliteCommand Select(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }
}
