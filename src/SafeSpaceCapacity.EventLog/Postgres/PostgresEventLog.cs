using System.Threading.Channels;
using Npgsql;
using NodaTime;
using SafeSpaceCapacity.EventLog.Postgres;

namespace SafeSpaceCapacity.EventLog;

/// <summary>
/// The log of several nodes, in PostgreSQL. Each node has one writer, which merges the appends of all callers that wait into one transaction;
/// the condition of each append keeps nodes right beside each other. Readers never wait for a writer.
/// </summary>
public sealed class PostgresEventLog : IEventLog
{
    private const int ForgottenAtOnce = 500;
    private const string ForgetSome = "delete from commands where command_id in (select command_id from commands where decided_at_ns < $1 order by decided_at_ns limit $2)";

    // How long what may be asked twice is tried while the database is away, before its caller is told.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(200);

    private readonly NpgsqlDataSource source;
    private readonly string where;
    private readonly LogNode node;
    private readonly HeadSignal head = new();
    private readonly PostgresWriter writer;
    private readonly PostgresWatch watch;
    private readonly CancellationTokenSource closing = new();
    private readonly Channel<AppendWork> queue = Channel.CreateBounded<AppendWork>(new BoundedChannelOptions(AppendWork.QueuedMost) { SingleReader = true });
    private readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task writing = Task.CompletedTask;
    private Task watching = Task.CompletedTask;
    private long commits;
    private volatile Exception? stopped;
    private volatile Exception? lastFailure;
    private int disposed;

    private PostgresEventLog(NpgsqlDataSource source, string where, LogNode node, Guid epoch)
    {
        (this.source, this.where, this.node, Epoch) = (source, where, node, epoch);
        writer = new PostgresWriter(source, where, epoch);
        watch = new PostgresWatch(source, where, node, epoch, head);
        Demand = new PostgresDemand(this);
    }

    /// <inheritdoc/>
    public Guid Epoch { get; }

    /// <inheritdoc/>
    public long HeadPosition => head.Position;

    /// <inheritdoc/>
    public IDemandStore Demand { get; }

    /// <inheritdoc/>
    public long Commits => Volatile.Read(ref commits);

    /// <inheritdoc/>
    public bool CanAppend => stopped is null && Volatile.Read(ref disposed) == 0;

    /// <inheritdoc/>
    public Exception? LastFailure => stopped ?? watch.Failure ?? lastFailure;

    /// <summary>The database's clock. Decisions must be made by it: an append that was decided more than 2 s off is refused.</summary>
    public TimeProvider Time => watch.Time;

    /// <summary>Opens the log in a database, or makes a new one where there is none.</summary>
    /// <param name="address">The database.</param>
    /// <param name="node">This process, for the others to know.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LogUnavailableException">The database can't be reached or used.</exception>
    /// <exception cref="LogRefusedException">It would lose what is acknowledged, or nodes of another kind are there.</exception>
    /// <exception cref="LogSchemaException">A newer program wrote it. Nothing was changed.</exception>
    /// <exception cref="LogCorruptException">The log is damaged.</exception>
    public static async Task<PostgresEventLog> OpenAsync(PostgresAddress address, LogNode node, CancellationToken cancellationToken = default)
    {
        var name = address.ToString();
        var opened = address.Open();
        try
        {
            await using var connection = await opened.OpenConnectionAsync(cancellationToken);
            await PostgresServer.RequireDurableAsync(connection, name, cancellationToken);
            await PostgresMigrations.ApplyAsync(connection, name, cancellationToken);
            var log = new PostgresEventLog(opened, name, node, (await connection.EpochAsync(cancellationToken)).Epoch);
            await PostgresNodes.BeatAsync(connection, node, cancellationToken);
            await log.watch.PollAsync(connection, cancellationToken);
            await PostgresMonths.MakeAsync(connection, Instant.FromDateTimeOffset(log.Time.GetUtcNow()), cancellationToken);
            log.writing = Task.Run(log.WriteAsync, CancellationToken.None);
            log.watching = Task.Run(() => log.watch.RunAsync(failure => log.stopped = failure, log.closing.Token), CancellationToken.None);
            return log;
        }
        catch (Exception e)
        {
            await opened.DisposeAsync();
            if (e is NpgsqlException or TimeoutException)
                throw PostgresFailure.Of(e, "The " + name);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default)
    {
        var work = new AppendWork(AppendRequest.Checked(request), cancellationToken);
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
        return await work.Completion;
    }

    /// <inheritdoc/>
    public ValueTask<CommandRecord?> FindCommandAsync(Guid commandId, CancellationToken cancellationToken = default) =>
        TryAsync(connection => PostgresReader.CommandAsync(connection, commandId, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long> GetVersionAsync(string stream, CancellationToken cancellationToken = default) =>
        TryAsync(connection => PostgresReader.VersionAsync(connection, stream, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RecordedEvent>> ReadStreamAsync(string stream, long afterVersion, int limit, CancellationToken cancellationToken = default)
    {
        LogRange.Check(afterVersion, limit);
        return TryAsync(connection => PostgresReader.StreamAsync(connection, stream, afterVersion, limit, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RecordedEvent>> ReadAllAsync(long afterPosition, int limit, CancellationToken cancellationToken = default)
    {
        LogRange.Check(afterPosition, limit);
        return TryAsync(connection => PostgresReader.AllAsync(connection, afterPosition, limit, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask WaitForAsync(long position, CancellationToken cancellationToken = default) => head.WaitForAsync(position, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<long> LoadCheckpointsAsync(Func<Checkpoint, bool> take, CancellationToken cancellationToken = default)
    {
        await using var connection = await OpenAsync(cancellationToken);
        return await PostgresCheckpoints.LoadAsync(connection, Epoch, take, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask SaveCheckpointsAsync(IReadOnlyList<Checkpoint> checkpoints, long coveredPosition, CancellationToken cancellationToken = default) =>
        await TryAsync(
            async connection =>
            {
                await PostgresCheckpoints.SaveAsync(connection, Epoch, checkpoints, coveredPosition, cancellationToken);
                return checkpoints.Count;
            },
            cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<int> ForgetCommandsAsync(Instant decidedBefore, CancellationToken cancellationToken = default)
    {
        if (!decidedBefore.CanBeKept())
            throw new ArgumentOutOfRangeException(nameof(decidedBefore), decidedBefore, "The log keeps instants of the years 1678 to 2261.");
        var total = 0;
        while (true)
        {
            var forgotten = await TryAsync(connection => connection.RunAsync(ForgetSome, cancellationToken, decidedBefore.ToNanoseconds(), ForgottenAtOnce), cancellationToken);
            total += forgotten;
            if (forgotten == 0)
                return total;
        }
    }

    /// <summary>Finishes the appends already accepted, and takes this node off the list.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 1)
        {
            await closed.Task;
            return;
        }
        queue.Writer.Complete();
        await writing;
        await closing.CancelAsync();
        await watching;
        head.Close(new ObjectDisposedException(nameof(PostgresEventLog)));
        try
        {
            await writer.DisposeAsync();
            await using var connection = await source.OpenConnectionAsync();
            await PostgresNodes.LeaveAsync(connection, node);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            // The database is away. The node counts as gone by itself in a while.
        }
        finally
        {
            await source.DisposeAsync();
            closing.Dispose();
            closed.SetResult();
        }
    }

    /// <summary>The writer: ends when the queue is closed and empty.</summary>
    private async Task WriteAsync()
    {
        var batch = new List<AppendWork>(AppendWork.MergedMost);
        while (await queue.Reader.WaitToReadAsync())
        {
            while (batch.Count < AppendWork.MergedMost && queue.Reader.TryRead(out var work))
            {
                if (work.IsCancelled)
                    work.Cancel();
                else
                    batch.Add(work);
            }
            if (batch.Count > 0)
                await WriteAsync(batch);
            batch.Clear();
        }
    }

    private async Task WriteAsync(List<AppendWork> batch)
    {
        if (stopped is { } failed)
        {
            batch.ForEach(work => work.Fail(new LogStoppedException(failed)));
            return;
        }
        var committing = false;
        try
        {
            if (await writer.AppendAsync(batch, () => committing = true) is { } position)
            {
                lastFailure = null;
                Interlocked.Increment(ref commits);
                head.Advance(position);
            }
            batch.ForEach(work => work.Answer(work.Tentative!));
        }
#pragma warning disable CA1031 // Whatever it is, every caller is answered and the writer goes on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            // As it is: only the watch says that the database is away, and when it is back.
            lastFailure = e;
            if (e is LogCorruptException or LogRefusedException or LogReplacedException)
                stopped = e;

            // Without a commit nothing is there. After one was asked for, only the log can tell.
            foreach (var work in batch)
            {
                if (committing)
                    work.Answer(new AppendResult.Unknown(e.Message));
                else
                    work.Fail(stopped is null ? PostgresFailure.Of(e, "The " + where) : new LogStoppedException(e));
            }
        }
    }

    /// <summary>Does what may be done twice, over a connection of its own; while the database is away it tries again for some seconds.</summary>
    internal async ValueTask<T> TryAsync<T>(Func<NpgsqlConnection, Task<T>> act, CancellationToken cancellationToken)
    {
        var since = Time.GetTimestamp();
        while (true)
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref disposed) == 1, this);
            try
            {
                await using var connection = await source.OpenConnectionAsync(cancellationToken);
                return await act(connection);
            }
            catch (Exception e) when (PostgresFailure.MayPass(e) && Time.GetElapsedTime(since) < Patience)
            {
                await Task.Delay(RetryEvery, cancellationToken);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                throw PostgresFailure.Of(e, "The " + where);
            }
        }
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref disposed) == 1, this);
        try
        {
            return await source.OpenConnectionAsync(cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            throw PostgresFailure.Of(e, "The " + where);
        }
    }
}
