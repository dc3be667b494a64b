using SafeSpaceCapacity.EventLog.Postgres;
using SafeSpaceCapacity.EventLog.Sqlite;

namespace SafeSpaceCapacity.EventLog;

/// <summary>Reads a whole log and says whether it is what was written. It changes nothing, and the log may be in use meanwhile.</summary>
public static class LogVerifier
{
    /// <summary>Verifies the log in a data directory.</summary>
    /// <exception cref="LogSchemaException">A newer program wrote it.</exception>
    public static Task<LogReport> VerifyAsync(string directory, CancellationToken cancellationToken = default) =>
        Task.Run(() => Verify(new LogFiles(directory), everything: true, cancellationToken), cancellationToken);

    /// <summary>Verifies the log in a database, as far as months have not left it.</summary>
    /// <exception cref="LogRefusedException">The database holds no log.</exception>
    /// <exception cref="LogSchemaException">A newer program wrote it.</exception>
    /// <exception cref="LogUnavailableException">The database can't be reached.</exception>
    public static Task<LogReport> VerifyAsync(PostgresAddress address, CancellationToken cancellationToken = default) =>
        PostgresVerification.RunAsync(address, cancellationToken);

    /// <summary>Verifies a backup.</summary>
    /// <exception cref="LogSchemaException">A newer program wrote it.</exception>
    public static Task<LogReport> VerifyBackupAsync(string file, CancellationToken cancellationToken = default) =>
        Task.Run(() => VerifyBackup(LogFiles.Of(file), cancellationToken), cancellationToken);

    /// <summary>Verifies everything, or only what takes no time: that it is a log, its last entry, and the acknowledged mark.</summary>
    internal static LogReport Verify(LogFiles files, bool everything, CancellationToken cancellationToken)
    {
        // Before the database is read: the log may grow meanwhile, and must still not end before the mark.
        var mark = AcknowledgedMark.Read(files);
        return new SqliteVerification(files, files.Directory, "log.db", mark).Run(everything, isBackup: false, cancellationToken);
    }

    internal static LogReport VerifyBackup(LogFiles files, CancellationToken cancellationToken) =>
        new SqliteVerification(files, files.Database, "it", mark: null).Run(everything: true, isBackup: true, cancellationToken);
}
