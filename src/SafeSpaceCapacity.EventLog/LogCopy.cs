using Npgsql;
using SafeSpaceCapacity.EventLog.Postgres;
using SafeSpaceCapacity.EventLog.Sqlite;

namespace SafeSpaceCapacity.EventLog;

/// <summary>Moves a log from a data directory to an empty database: every event, the heads of the streams and the answered commands, as they are.</summary>
public static class LogCopy
{
    /// <summary>Copies, reads both again and compares, and only then commits. The directory then bears a mark, so that its log is not gone on with.</summary>
    /// <param name="directory">The data directory; nothing may have it open.</param>
    /// <param name="address">The database, which holds no log or an empty one.</param>
    /// <param name="cancellationToken">Gives up; nothing is copied then.</param>
    /// <exception cref="LogInUseException">A service has the directory open.</exception>
    /// <exception cref="LogCorruptException">The log is damaged, or what arrived is not what was sent.</exception>
    /// <exception cref="LogRefusedException">The directory's log is made up or was moved before; the database holds a log already, or would lose what it commits.</exception>
    /// <exception cref="LogUnavailableException">The database can't be reached.</exception>
    public static async Task<LogCopied> ToPostgresAsync(string directory, PostgresAddress address, CancellationToken cancellationToken = default)
    {
        var files = new LogFiles(directory);
        using var held = DirectoryLock.Take(files);
        DirectoryMarks.RefuseMarked(directory);
        var report = LogVerifier.Verify(files, everything: true, cancellationToken);
        if (!report.IsSound)
            throw new LogCorruptException(report);
        BackupFile.RefuseAsLog(files);
        using var from = files.OpenForInspection();
        try
        {
            await using var to = await PostgresTarget.OpenAsync(address, report, cancellationToken);
            var (epoch, createdAt) = await from.EpochAsync(cancellationToken);
            await to.SetEpochAsync(epoch, createdAt, cancellationToken);
            await LogRows.CopyAsync(from, to, cancellationToken);
            var copied = await LogRows.CompareAsync(from, to.Connection, cancellationToken);
            await to.CommitAsync(cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(directory, DirectoryMarks.PostgresMark), address.ToString(), CancellationToken.None);
            return copied;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            throw PostgresFailure.Of(e, $"The {address}");
        }
    }
}
