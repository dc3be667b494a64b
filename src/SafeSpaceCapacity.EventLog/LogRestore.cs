using System.Data.Common;
using Microsoft.Data.Sqlite;
using NodaTime;
using Npgsql;
using SafeSpaceCapacity.EventLog.Codec;
using SafeSpaceCapacity.EventLog.Postgres;
using SafeSpaceCapacity.EventLog.Sqlite;

namespace SafeSpaceCapacity.EventLog;

/// <summary>What was restored from a backup.</summary>
/// <param name="Copied">What the restored log holds, and its new epoch.</param>
/// <param name="EpochBefore">The epoch of the backup.</param>
/// <param name="MadeAt">When the backup was made.</param>
public sealed record LogRestored(LogCopied Copied, Guid EpochBefore, Instant MadeAt);

/// <summary>
/// Restores a log from a backup, in a new epoch: positions after the backup will be given out again, for other events, and whoever holds one of
/// the old epoch must begin anew. Events keep the epoch in which they were recorded.
/// </summary>
public static class LogRestore
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// Restores to a data directory without a log. The log is there once it was read again, compared and replayed; until then the directory holds
    /// one that does not open.
    /// </summary>
    /// <param name="file">The backup.</param>
    /// <param name="directory">The data directory; made if it does not exist. What else is in it stays as it is.</param>
    /// <param name="time">The clock that says when the epoch began.</param>
    /// <param name="cancellationToken">Gives up; nothing is restored then.</param>
    /// <exception cref="LogRefusedException">The file is no backup, or the directory holds a log already. Nothing was changed.</exception>
    /// <exception cref="LogCorruptException">The backup is damaged, and nothing was changed; or what arrived is not what was sent.</exception>
    /// <exception cref="LogSchemaException">A newer program wrote the backup.</exception>
    /// <exception cref="LogInUseException">A service has the directory open.</exception>
    /// <exception cref="UnknownEventException">A newer program wrote an event. Nothing was changed.</exception>
    /// <exception cref="IOException">The file can't be read, or the directory not be written.</exception>
    public static async Task<LogRestored> ToDirectoryAsync(string file, string directory, TimeProvider time, CancellationToken cancellationToken = default)
    {
        var files = new LogFiles(directory);
        RequireNoLog(files);
        try
        {
            using var backup = await OpenedBackup.OpenAsync(file, cancellationToken);
            Directory.CreateDirectory(files.Directory, Owner);
            using var held = DirectoryLock.Take(files);
            RequireNoLog(files);
            return await FillAsync(backup, files, time.GetUtcNow(), cancellationToken);
        }
        catch (SqliteException e)
        {
            throw SqliteFailure.Of(e, $"Restoring {file} to {files.Directory}");
        }
    }

    /// <summary>Restores to an empty database, in one transaction: the log is there once it was read again, compared and replayed, or not at all.</summary>
    /// <param name="file">The backup.</param>
    /// <param name="address">The database, which holds no log or an empty one.</param>
    /// <param name="cancellationToken">Gives up; nothing is restored then.</param>
    /// <exception cref="LogRefusedException">The file is no backup; the database holds a log already, or would lose what it commits.</exception>
    /// <exception cref="LogCorruptException">The backup is damaged, or what arrived is not what was sent.</exception>
    /// <exception cref="LogSchemaException">A newer program wrote the backup, or was in the database.</exception>
    /// <exception cref="LogUnavailableException">The database can't be reached.</exception>
    /// <exception cref="UnknownEventException">A newer program wrote an event.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static async Task<LogRestored> ToPostgresAsync(string file, PostgresAddress address, CancellationToken cancellationToken = default)
    {
        try
        {
            using var backup = await OpenedBackup.OpenAsync(file, cancellationToken);
            await using var to = await PostgresTarget.OpenAsync(address, backup.Report, cancellationToken);
            var now = await to.Connection.ScalarAsync<long>("select log_now_ns()", cancellationToken);
            await to.SetEpochAsync(Guid.CreateVersion7(now.ToInstant().ToDateTimeOffset()), now, cancellationToken);
            await LogRows.CopyAsync(backup.Connection, to, cancellationToken);
            var restored = await backup.ProveAsync(to.Connection, cancellationToken);
            await to.CommitAsync(cancellationToken);
            return restored;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            throw PostgresFailure.Of(e, $"The {address}");
        }
        catch (SqliteException e)
        {
            throw SqliteFailure.Of(e, $"Restoring {file} to the {address}");
        }
    }

    private static async Task<LogRestored> FillAsync(OpenedBackup backup, LogFiles files, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var epoch = Guid.CreateVersion7(now);

        // First: without a log, the directory is then not taken for one in which there never was any.
        using (var mark = new AcknowledgedMark(files))
        {
            mark.Write(epoch, backup.Report.LastPosition);
            mark.Sync();
        }
        LogFiles.Remove(files.NewDatabase);
        try
        {
            using (var to = new SqliteTarget(files.NewDatabase, epoch, Instant.FromDateTimeOffset(now).ToNanoseconds()))
                await LogRows.CopyAsync(backup.Connection, to, cancellationToken);
            LogRestored restored;
            using (var written = LogFiles.Of(files.NewDatabase).OpenForInspection())
                restored = await backup.ProveAsync(written, cancellationToken);
            LogFiles.Name(files.NewDatabase, files.Database);
            return restored;
        }
        finally
        {
            LogFiles.Remove(files.NewDatabase);
        }
    }

    private static void RequireNoLog(LogFiles files)
    {
        DirectoryMarks.RefuseMarked(files.Directory);
        if (File.Exists(files.Database) || File.Exists(files.WriteAheadLog))
            throw new LogRefusedException($"{files.Directory} holds a log already. Restore to another folder, or keep what there is of log.db and log.db-wal elsewhere first.");
    }

    /// <summary>A backup that was verified whole and replayed.</summary>
    private sealed record OpenedBackup(SqliteConnection Connection, LogReport Report, Instant MadeAt, LogReplay Replay) : IDisposable
    {
        public static async Task<OpenedBackup> OpenAsync(string file, CancellationToken cancellationToken)
        {
            var files = LogFiles.Of(file);
            if (!File.Exists(files.Database))
                throw new LogRefusedException($"{file} is not there.");
            var report = LogVerifier.VerifyBackup(files, cancellationToken);
            if (!report.IsSound)
                throw new LogCorruptException($"{report}\nNothing was restored. Restore from another backup.", report: report);
            var connection = files.OpenForInspection();
            try
            {
                return new OpenedBackup(connection, report, BackupFile.MadeAt(connection)!.Value, await LogReplay.RunAsync(connection.EventsAsync(cancellationToken), cancellationToken));
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        }

        /// <summary>Requires that what was written is what the backup holds, row by row and replayed.</summary>
        public async Task<LogRestored> ProveAsync(DbConnection written, CancellationToken cancellationToken)
        {
            var copied = await LogRows.CompareAsync(Connection, written, cancellationToken);
            Replay.RequireSame(await LogReplay.RunAsync(written.EventsAsync(cancellationToken), cancellationToken));
            return new LogRestored(copied, Report.Epoch!.Value, MadeAt);
        }

        public void Dispose() => Connection.Dispose();
    }
}
