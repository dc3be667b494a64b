using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using NodaTime;
using SafeSpaceCapacity.EventLog.Sqlite;
using SQLitePCL;

namespace SafeSpaceCapacity.EventLog;

/// <summary>
/// The log of one machine, in SQLite. One thread writes: it merges the appends of all callers that wait into one transaction, so that
/// one sync serves them all. Readers have their own connections and never wait for it.
/// </summary>
public sealed class SqliteEventLog : IEventLog
{
    private const int ForgottenAtOnce = 500;
    private const int RowsPerCheckpoint = 4096;

    private readonly LogFiles files;
    private readonly TimeProvider time;
    private readonly DirectoryLock directoryLock;
    private readonly SqliteWriter writer;
    private readonly SqliteReaders readers;
    private readonly AcknowledgedMark mark;
    private readonly TaskCompletionSource written = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource closing = new();
    private readonly Channel<Work> queue = Channel.CreateBounded<Work>(new BoundedChannelOptions(AppendWork.QueuedMost) { SingleReader = true });
    private readonly HeadSignal head = new();
    private long commits;
    private volatile Exception? stopped;
    private volatile Exception? lastFailure;
    private int disposed;

    private SqliteEventLog(LogFiles files, TimeProvider time, DirectoryLock directoryLock, SqliteLogSettings settings)
    {
        this.files = files;
        this.time = time;
        this.directoryLock = directoryLock;
        writer = new SqliteWriter(files, settings, Now.ToNanoseconds());
        readers = new SqliteReaders(files);
        mark = new AcknowledgedMark(files);
        head.Advance(writer.Head);
        // The log may have no mark: its directory was copied or restored without it, or power was lost before this unsynced file reached
        // the disk. Refusing would lose a sound log for want of a safeguard; from here on the safeguard is back.
        mark.Write(Epoch, writer.Head);
        Demand = new SqliteDemand((write, cancellationToken) => UpkeepAsync(write, cancellationToken), readers);
        new Thread(Write) { Name = "Event log writer", IsBackground = true }.Start();
    }

    /// <inheritdoc/>
    public Guid Epoch => writer.Epoch;

    /// <inheritdoc/>
    public long HeadPosition => head.Position;

    /// <inheritdoc/>
    public IDemandStore Demand { get; }

    /// <inheritdoc/>
    public long Commits => Volatile.Read(ref commits);

    /// <inheritdoc/>
    public bool CanAppend => stopped is null && Volatile.Read(ref disposed) == 0;

    /// <inheritdoc/>
    public Exception? LastFailure => stopped ?? lastFailure;

    /// <summary>
    /// The verification of the whole log: done before a small log opens, and begun some seconds after a large one did. It does not fault
    /// on damage, its report says so, and the log stops taking appends.
    /// </summary>
    public Task<LogReport> Verification { get; private set; } = null!;

    private Instant Now => Instant.FromDateTimeOffset(time.GetUtcNow());

    /// <summary>Opens the log in a directory, or makes a new one where there is none.</summary>
    /// <param name="directory">The data directory; made if it does not exist.</param>
    /// <param name="time">The clock for the time of recording.</param>
    /// <param name="cancellationToken">Gives up verifying.</param>
    /// <exception cref="LogInUseException">Another process has the directory.</exception>
    /// <exception cref="LogCorruptException">The log is damaged, or ends before what was acknowledged. Nothing was changed.</exception>
    /// <exception cref="LogSchemaException">A newer program wrote it. Nothing was changed.</exception>
    /// <exception cref="LogRefusedException">It is a backup, put there as it is.</exception>
    public static Task<SqliteEventLog> OpenAsync(string directory, TimeProvider time, CancellationToken cancellationToken = default) =>
        OpenAsync(directory, time, new SqliteLogSettings(), cancellationToken);

    internal static Task<SqliteEventLog> OpenAsync(string directory, TimeProvider time, SqliteLogSettings settings, CancellationToken cancellationToken) =>
        Task.Run(() => Open(new LogFiles(directory), time, settings, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default)
    {
        var work = new AppendWork(AppendRequest.Checked(request), cancellationToken);
        await EnqueueAsync(work, cancellationToken);
        return await work.Completion;
    }

    /// <inheritdoc/>
    public ValueTask<CommandRecord?> FindCommandAsync(Guid commandId, CancellationToken cancellationToken = default) =>
        Read(reader => reader.FindCommand(commandId), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long> GetVersionAsync(string stream, CancellationToken cancellationToken = default) =>
        Read(reader => reader.Version(stream), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RecordedEvent>> ReadStreamAsync(string stream, long afterVersion, int limit, CancellationToken cancellationToken = default)
    {
        LogRange.Check(afterVersion, limit);
        return Read<IReadOnlyList<RecordedEvent>>(reader => reader.Stream(stream, afterVersion, limit), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RecordedEvent>> ReadAllAsync(long afterPosition, int limit, CancellationToken cancellationToken = default)
    {
        LogRange.Check(afterPosition, limit);
        return Read<IReadOnlyList<RecordedEvent>>(reader => reader.All(afterPosition, limit), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask WaitForAsync(long position, CancellationToken cancellationToken = default) => head.WaitForAsync(position, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long> LoadCheckpointsAsync(Func<Checkpoint, bool> take, CancellationToken cancellationToken = default) =>
        UpkeepAsync(writer => writer.LoadCheckpoints(take), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask SaveCheckpointsAsync(IReadOnlyList<Checkpoint> checkpoints, long coveredPosition, CancellationToken cancellationToken = default) =>
        await UpkeepAsync(writer => writer.SaveCheckpoints(checkpoints, coveredPosition), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<int> ForgetCommandsAsync(Instant decidedBefore, CancellationToken cancellationToken = default)
    {
        if (!decidedBefore.CanBeKept())
            throw new ArgumentOutOfRangeException(nameof(decidedBefore), decidedBefore, "The log keeps instants of the years 1678 to 2261.");
        var total = 0;
        while (true)
        {
            var forgotten = await UpkeepAsync(writer => writer.ForgetCommands(decidedBefore, ForgottenAtOnce), cancellationToken);
            total += forgotten;
            if (forgotten < ForgottenAtOnce)
                return total;
        }
    }

    /// <summary>Finishes the appends already accepted, moves the write-ahead log into the database and releases the directory.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 1)
        {
            await closed.Task;
            return;
        }
        await closing.CancelAsync();
        queue.Writer.Complete();
        await written.Task;
        await Verification.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        head.Close(new ObjectDisposedException(nameof(SqliteEventLog)));
        readers.Dispose();
        try
        {
            if (stopped is null)
                writer.Checkpoint(truncate: true);
        }
        finally
        {
            writer.Dispose();
            mark.Dispose();
            directoryLock.Dispose();
            closing.Dispose();
            closed.SetResult();
        }
    }

    private static SqliteEventLog Open(LogFiles files, TimeProvider time, SqliteLogSettings settings, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(files.Directory);
        var held = DirectoryLock.Take(files);
        try
        {
            if (LogFiles.LengthOf(files.Database) == 0 && LogFiles.LengthOf(files.WriteAheadLog) == 0 && AcknowledgedMark.Read(files) is null or { Position: 0 })
            {
                var now = time.GetUtcNow();
                SqliteWriter.Create(files, Guid.CreateVersion7(now), Instant.FromDateTimeOffset(now).ToNanoseconds());
            }
            var isSmall = LogFiles.LengthOf(files.Database) + LogFiles.LengthOf(files.WriteAheadLog) <= settings.VerifyBeforeOpeningBytes;
            var report = LogVerifier.Verify(files, everything: isSmall, cancellationToken);
            if (!report.IsSound)
                throw new LogCorruptException(report);
            BackupFile.RefuseAsLog(files);
            var log = new SqliteEventLog(files, time, held, settings);
            log.Verification = isSmall ? Task.FromResult(report) : Task.Factory.StartNew(() => log.VerifyBehind(settings.VerifyAfter), log.closing.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            return log;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private LogReport VerifyBehind(TimeSpan after)
    {
        try
        {
            closing.Token.WaitHandle.WaitOne(after);
            var report = LogVerifier.Verify(files, everything: true, closing.Token);
            if (!report.IsSound)
                stopped = new LogCorruptException(report);
            return report;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A log that cannot be verified is no better than one that failed.
            stopped = e;
            throw;
        }
    }

    private ValueTask<T> Read<T>(Func<SqliteReader, T> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(readers.Read(read));
    }

    private async ValueTask<T> UpkeepAsync<T>(Func<SqliteWriter, T> write, CancellationToken cancellationToken)
    {
        var work = new UpkeepWork<T>(write, cancellationToken);
        await EnqueueAsync(work, cancellationToken);
        return await work.Completion;
    }

    private async ValueTask EnqueueAsync(Work work, CancellationToken cancellationToken)
    {
        if (stopped is { } failure)
            throw new LogStoppedException(failure);
        try
        {
            await queue.Writer.WriteAsync(work, cancellationToken);
        }
        catch (ChannelClosedException e)
        {
            throw new ObjectDisposedException("The log is closed.", e);
        }
    }

    /// <summary>The writer thread: ends when the queue is closed and empty.</summary>
    private void Write()
    {
        var batch = new List<AppendWork>(AppendWork.MergedMost);
        while (queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (queue.Reader.TryRead(out var work))
            {
                if (work is UpkeepWork upkeep)
                {
                    Write(upkeep);
                }
                else
                {
                    Take(batch, (AppendWork)work);
                    while (batch.Count < AppendWork.MergedMost && queue.Reader.TryPeek(out var next) && next is AppendWork append && queue.Reader.TryRead(out _))
                        Take(batch, append);
                    Write(batch);
                    batch.Clear();
                }
                Checkpoint();
            }
        }
        written.SetResult();
    }

    private static void Take(List<AppendWork> batch, AppendWork work)
    {
        if (work.IsCancelled)
            work.Cancel();
        else
            batch.Add(work);
    }

    private void Write(List<AppendWork> batch)
    {
        if (stopped is { } failure)
        {
            batch.ForEach(work => work.Fail(new LogStoppedException(failure)));
            return;
        }
        var now = Now;
        if (!Try(
            () => writer.Append(batch, now),
            out var error))
        {
            batch.ForEach(work => work.Answer(new AppendResult.Unknown(error!.Message)));
            return;
        }
        Publish(batch.Exists(work => work.Tentative is AppendResult.Committed));
        batch.ForEach(work => work.Answer(work.Tentative!));
    }

    private void Write(UpkeepWork work)
    {
        if (work.IsCancelled)
        {
            work.Cancel();
        }
        else if (stopped is { } failure)
        {
            work.Fail(new LogStoppedException(failure));
        }
        else if (Try(
            () =>
            {
                work.Write(writer);
                return true;
            },
            out var error))
        {
            work.Answer();
        }
        else
        {
            work.Fail(error!);
        }
    }

    /// <summary>Runs one transaction: committed where it says that it wrote something. Whatever fails is undone, noted and returned.</summary>
    private bool Try(Func<bool> write, out Exception? error)
    {
        error = null;
        try
        {
            writer.Begin();
            if (write())
                writer.Commit();
            else
                writer.Rollback();
            return true;
        }
#pragma warning disable CA1031 // Whatever it is, every caller is answered and the thread lives on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            error = e;
            lastFailure = e;
            Undo(e);
            return false;
        }
    }

    private void Undo(Exception failure)
    {
        if (failure is SqliteException { SqliteErrorCode: raw.SQLITE_IOERR or raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB })
            stopped = failure;
        try
        {
            writer.Rollback();
        }
        catch (SqliteException e)
        {
            stopped = e;
        }
    }

    private void Publish(bool committed)
    {
        if (!committed)
            return;
        lastFailure = null;
        Interlocked.Increment(ref commits);
        try
        {
            mark.Write(Epoch, writer.Head);
        }
        catch (IOException e)
        {
            // The append is on disk all the same; only a log cut off later might go unnoticed.
            lastFailure = e;
        }
        head.Advance(writer.Head);
    }

    private void Checkpoint()
    {
        if (stopped is not null || writer.RowsSinceCheckpoint < RowsPerCheckpoint)
            return;
        try
        {
            writer.Checkpoint(truncate: false);
        }
        catch (SqliteException e)
        {
            // A full disk, say: the write-ahead log grows and the next round tries again. If the disk itself failed, the process is ending.
            lastFailure = e;
            if (e.SqliteErrorCode == raw.SQLITE_IOERR)
                stopped = e;
        }
    }
}
