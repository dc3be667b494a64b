using System.Data;
using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using NodaTime;
using Npgsql;
using SafeSpaceCapacity.EventLog.Postgres;
using SafeSpaceCapacity.EventLog.Sqlite;

namespace SafeSpaceCapacity.EventLog;

/// <summary>
/// Backups of a log: one file with every event, head and answered command at one moment. Nothing else of a data directory is in it: no accounts,
/// keys or audit trail.
/// </summary>
public static class LogBackup
{
    /// <summary>Writes a backup of the log in a data directory, also while a service writes it, and verifies what it wrote.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="file">The backup; it gets this name once it is whole.</param>
    /// <param name="time">The clock that says when it was made.</param>
    /// <param name="cancellationToken">Gives up; there is no backup then.</param>
    /// <exception cref="LogRefusedException">There is such a file already, or the log of the directory is not one to back up.</exception>
    /// <exception cref="LogCorruptException">The log is damaged, or what was written is not what was read. There is no backup.</exception>
    /// <exception cref="LogSchemaException">A newer program wrote the log.</exception>
    /// <exception cref="IOException">The file can't be written, or the log not be read.</exception>
    public static async Task<LogCopied> WriteAsync(string directory, string file, TimeProvider time, CancellationToken cancellationToken = default)
    {
        RequireFree(file);
        DirectoryMarks.RefuseMarked(directory);
        var files = new LogFiles(directory);
        var report = LogVerifier.Verify(files, everything: false, cancellationToken);
        if (!report.IsSound)
            throw new LogCorruptException(report);
        try
        {
            using var from = files.OpenForInspection();

            // One picture of the log, however long it takes; whoever writes does not wait for it.
            using var picture = from.BeginTransaction(deferred: true);
            return await WriteAsync(from, last: null, file, time, cancellationToken);
        }
        catch (SqliteException e)
        {
            throw SqliteFailure.Of(e, $"Backing up the log in {files.Directory} to {file}");
        }
    }

    /// <summary>Writes a backup of the log in a database, also while nodes write it, and verifies what it wrote.</summary>
    /// <param name="address">The database.</param>
    /// <param name="file">The backup; it gets this name once it is whole.</param>
    /// <param name="time">The clock that says when it was made.</param>
    /// <param name="cancellationToken">Gives up; there is no backup then.</param>
    /// <exception cref="LogRefusedException">There is such a file already; the database holds no log, or months have left it.</exception>
    /// <exception cref="LogCorruptException">The log is damaged, or what was written is not what was read. There is no backup.</exception>
    /// <exception cref="LogSchemaException">A newer program wrote the log.</exception>
    /// <exception cref="LogUnavailableException">The database can't be reached.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static async Task<LogCopied> WriteAsync(PostgresAddress address, string file, TimeProvider time, CancellationToken cancellationToken = default)
    {
        RequireFree(file);
        try
        {
            await using var source = address.Open();
            await using var from = await source.OpenConnectionAsync(cancellationToken);
            await using var picture = await from.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);

            // It may idle while what was written is verified, and keeps nobody from appending.
            await from.RunAsync("set local transaction_read_only = on; set local idle_in_transaction_session_timeout = 0", cancellationToken);
            await PostgresMigrations.RequireAsync(from, address.ToString(), cancellationToken);
            if (await from.ScalarAsync<long>("select detached_position from log_head", cancellationToken) is var detached and > 0)
            {
                throw new LogRefusedException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"The {address} no longer holds the events up to position {detached}, which left it with their months: a backup without them could not be restored. Attach these months again, or back up the database with PostgreSQL's own means."));
            }
            return await WriteAsync(from, await from.ScalarAsync<long>("select position from log_head", cancellationToken), file, time, cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            throw PostgresFailure.Of(e, $"The {address}");
        }
        catch (SqliteException e)
        {
            throw SqliteFailure.Of(e, $"Backing up the {address} to {file}");
        }
    }

    private static async Task<LogCopied> WriteAsync(DbConnection from, long? last, string file, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var partial = $"{file}.{Guid.CreateVersion7(now):N}.partial";
        try
        {
            var (epoch, createdAt) = await from.EpochAsync(cancellationToken);
            using (var to = new SqliteTarget(partial, epoch, createdAt))
                await LogRows.CopyAsync(from, to, cancellationToken);
            BackupFile.Mark(partial, epoch, Instant.FromDateTimeOffset(now));
            var copied = await CompareAsync(from, partial, cancellationToken);
            var report = LogVerifier.VerifyBackup(LogFiles.Of(partial), cancellationToken);
            if (!report.IsSound || (last is { } end && copied.Entries != end))
                throw new LogCorruptException($"What the log holds does not add up, so no backup was kept: {(report.IsSound ? "its last entries are missing" : report.Problems[0].ToString())}. safespace log verify says more.", report: report);
            LogFiles.Name(partial, file);
            return copied;
        }
        finally
        {
            LogFiles.Remove(partial);
        }
    }

    private static async Task<LogCopied> CompareAsync(DbConnection from, string written, CancellationToken cancellationToken)
    {
        using var to = LogFiles.Of(written).OpenForInspection();
        return await LogRows.CompareAsync(from, to, cancellationToken);
    }

    private static void RequireFree(string file)
    {
        if (Path.Exists(file))
            throw new LogRefusedException($"{file} is there already: a backup never takes the place of anything. Choose another name.");
        if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(file))))
            throw new LogRefusedException($"{file} can't be written: its folder is not there.");
    }
}
