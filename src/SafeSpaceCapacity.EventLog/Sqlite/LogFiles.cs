using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace SafeSpaceCapacity.EventLog.Sqlite;

/// <summary>The files of a log, and the ways to open its database. In a data directory that is log.db.</summary>
internal sealed class LogFiles(string directory, string database = "log.db")
{
    private const int NoCheckpointOnClose = 1006; // SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE

    public string Directory { get; } = Path.GetFullPath(directory);

    public string Database => Path.Combine(Directory, database);

    public string WriteAheadLog => Database + "-wal";

    /// <summary>A database being made; it gets its name once it is whole, so that half a database is always damage.</summary>
    public string NewDatabase => Path.Combine(Directory, "log.new.db");

    public string Mark => Path.Combine(Directory, "log.acknowledged");

    public string Lock => Path.Combine(Directory, "log.lock");

    /// <summary>A database alone, of any name: a backup, or a log being made.</summary>
    public static LogFiles Of(string path) => new(Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFileName(path));

    public static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    public static SqliteConnection OpenWriter(string database)
    {
        var connection = Open(database, SqliteOpenMode.ReadWriteCreate);
        // The writer moves the write-ahead log into the database itself, after it has answered, so that a failure there is seen.
        Execute(connection, "pragma wal_autocheckpoint = 0; pragma fullfsync = on; pragma checkpoint_fullfsync = on; pragma cell_size_check = on; pragma synchronous = full;");
        Require(connection, "pragma journal_mode = wal", "wal");
        Require(connection, "pragma synchronous", 2L);
        return connection;
    }

    public SqliteConnection OpenReader()
    {
        var connection = Open(Database, SqliteOpenMode.ReadOnly);
        Execute(connection, "pragma cell_size_check = on;");
        return connection;
    }

    /// <summary>
    /// Opens the database so that looking changes neither it nor its write-ahead log, even if this is the last connection to close,
    /// when SQLite would otherwise move the log into the database and delete it. Only the -shm file, an index that SQLite derives
    /// from the other two, may be made.
    /// </summary>
    public SqliteConnection OpenForInspection()
    {
        var connection = OpenReader();
        var code = raw.sqlite3_db_config(connection.Handle!, NoCheckpointOnClose, 1, out var set);
        if (code == raw.SQLITE_OK && set == 1)
            return connection;
        connection.Dispose();
        throw new InvalidOperationException("SQLite did not take NO_CKPT_ON_CLOSE: the log cannot be inspected without changing it.");
    }

    /// <summary>Gives a database that is whole its name; that is on disk when this returns, unlike that of a file that was only moved.</summary>
    /// <exception cref="IOException">There is a file of that name, or it can't be moved.</exception>
    public static void Name(string made, string path)
    {
        File.Move(made, path, overwrite: false);

        // SQLite syncs the directory together with the journal that a transaction makes in it.
        using var connection = Open(path, SqliteOpenMode.ReadWrite);
        Execute(connection, "pragma synchronous = full; begin immediate; update meta set id = id; commit;");
    }

    /// <summary>Removes a database that was being made, if it is there.</summary>
    public static void Remove(string database)
    {
        foreach (var suffix in new[] { "", "-wal", "-shm", "-journal" })
            File.Delete(database + suffix);
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private static SqliteConnection Open(string database, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Mode = mode, Pooling = false }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Require(SqliteConnection connection, string pragma, object expected)
    {
        var found = Scalar(connection, pragma);
        if (Equals(found, expected))
            return;
        connection.Dispose();
        throw new InvalidOperationException($"SQLite answered {found} to '{pragma}', where {expected} is needed: an acknowledged append would not be safe.");
    }
}
