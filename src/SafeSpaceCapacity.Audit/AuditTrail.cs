using System.Collections.Concurrent;
using SafeSpaceCapacity.Audit.Format;
using SafeSpaceCapacity.Audit.Writing;
using SafeSpaceCapacity.Identity;

namespace SafeSpaceCapacity.Audit;

/// <summary>
/// The trail of what everybody did, as one process ("node") writes it: a folder of segments, files of JSON Lines in which every line is
/// chained to the one before by its hash, with signatures ("anchors") every ten seconds while there is something new, and at the end of each
/// segment. A small signed file, <c>head.json</c>, says where the trail ends, so that a cut-off end is found.
/// <para>
/// What <see cref="AuditVerifier"/> finds: any byte changed, any line or file inserted, removed, repeated, moved or cut off, up to the
/// newest signature. What it can't find: somebody who holds the signing key and writes everything anew; a node's whole folder removed, or
/// put back as it was at an earlier time, or its end cut off by somebody who kept the <c>head.json</c> of that time; and lines behind the
/// newest signature, when the process ended without closing: they can be changed or cut off like a crash would. That is ten seconds at
/// most, and after a clean stop nothing. So exports and copies of <c>head.json</c> belong somewhere else too, where who runs this machine
/// can't reach them.
/// </para>
/// <para>
/// After a crash the next opening accepts a last line that no line feed ends, and only that: it cuts it off, adds
/// a line that says how many bytes went, signs, and begins a new segment.
/// </para>
/// <para>An entry is in the file about 20 ms after it was taken, safe from a crash of the process; and synced, safe from a loss of power,
/// within about a second, or when <see cref="FlushAsync"/> has ended.</para>
/// Safe to share between threads.
/// </summary>
public sealed class AuditTrail : IAsyncDisposable
{
    /// <summary>How many entries may wait for the writer.</summary>
    public const int QueueMax = 65_536;

    private const int TakeMost = 256;

    // Long enough that one wake serves many entries, short enough that a crash loses next to nothing.
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentQueue<AuditEntry> _entries = new();
    private readonly ConcurrentQueue<TaskCompletionSource> _flushes = new();
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TrailWriter _writer;
    private readonly IDisposable _lock;
    private volatile Exception? _failure;
    private volatile bool _closing;
    private int _queued;
    private int _idle;

    private AuditTrail(TrailWriter writer, IDisposable held)
    {
        (_writer, _lock) = (writer, held);
        new Thread(Run) { Name = "Audit trail writer", IsBackground = true }.Start();
    }

    /// <summary>Why nothing can be written any more; null while all is well. A trail that failed stays so.</summary>
    public Exception? Failure => _failure;

    /// <summary>
    /// Opens a node's trail, or makes it where there is none. What a crash left is closed and said; each opening begins a segment.
    /// </summary>
    /// <param name="settings">Where and how it is kept.</param>
    /// <param name="keys">What signs and checks.</param>
    /// <exception cref="AuditInUseException">Another process writes this node's trail.</exception>
    /// <exception cref="AuditDamagedException">
    /// What is there is not what was written; the message names file and line, and nothing was changed. Whoever runs the service keeps it
    /// as evidence: move the node's folder away, and the next opening begins another trail.
    /// </exception>
    /// <exception cref="ArgumentException">The node's name can't be one.</exception>
    public static Task<AuditTrail> OpenAsync(AuditSettings settings, SigningKeys keys) => OpenAsync(settings, keys, TrailWriter.OpenFile);

    /// <summary>Takes an entry; never blocks.</summary>
    /// <returns>
    /// False where it was not taken: too many wait already, writing failed, or the trail is closing. The caller then refuses the call,
    /// since nothing unaudited is answered.
    /// </returns>
    /// <exception cref="ArgumentException">Its kind is none.</exception>
    public bool TryAppend(AuditEntry entry)
    {
        if (entry.Kind is < AuditKind.Read or > AuditKind.Job)
            throw new ArgumentException($"kind: {entry.Kind} is none", nameof(entry));
        var queued = Interlocked.Increment(ref _queued);
        // The increment comes first: closing waits until it is taken back or the entry is there.
        if (queued > QueueMax || _failure is not null || _closing)
        {
            Interlocked.Decrement(ref _queued);
            return false;
        }

        _entries.Enqueue(entry);
        if (queued == QueueMax / 2 || (Volatile.Read(ref _idle) == 1 && Interlocked.Exchange(ref _idle, 0) == 1))
            _wake.Set();
        return true;
    }

    /// <summary>Ends when all that was taken before is on disk.</summary>
    /// <exception cref="AuditFailedException">It could not be written.</exception>
    public Task FlushAsync()
    {
        var flush = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _flushes.Enqueue(flush);
        _wake.Set();
        if (_ended.Task.IsCompleted)
            EndFlushes();
        return flush.Task;
    }

    /// <summary>Writes all that was taken, signs it and closes the segment. Says nothing of a failure: see <see cref="Failure"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        _closing = true;
        _wake.Set();
        await _ended.Task;
    }

    internal static Task<AuditTrail> OpenAsync(AuditSettings settings, SigningKeys keys, TrailWriter.OpenSegment open) => Task.Run(() =>
    {
        var folder = NodeFolder.Of(settings.Folder, settings.Node);
        NodeFolder.Make(settings.Folder);
        var held = TrailLock.Take(folder.Lock);
        try
        {
            return new AuditTrail(TrailOpening.Open(settings, folder, keys, open), held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    });

    private void Run()
    {
        try
        {
            while (!_closing || Volatile.Read(ref _queued) > 0)
            {
                Wait();
                WriteBatch();
            }

            _writer.Close();
        }
#pragma warning disable CA1031 // Whatever it is, nothing can be written any more, and the callers are told.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _failure = new AuditFailedException($"The audit trail can't be written: {failure.Message}", failure);
        }
        finally
        {
            _writer.Dispose();
            _lock.Dispose();
            _ended.SetResult();
            EndFlushes();
        }
    }

    private void Wait()
    {
        if (Volatile.Read(ref _queued) == 0 && !IsUrgent)
        {
            Interlocked.Exchange(ref _idle, 1);
            if (Volatile.Read(ref _queued) == 0 && !IsUrgent)
                _wake.WaitOne(_writer.IsWaiting ? LookAgain : Timeout.InfiniteTimeSpan);
            Interlocked.Exchange(ref _idle, 0);
        }

        if (!IsUrgent && Volatile.Read(ref _queued) is > 0 and < QueueMax / 2)
            _wake.WaitOne(Linger);
    }

    private bool IsUrgent => _closing || !_flushes.IsEmpty;

    private void WriteBatch()
    {
        // Flushes first: what was taken before them is in the queue by now.
        var flushes = new List<TaskCompletionSource>();
        while (_flushes.TryDequeue(out var flush))
            flushes.Add(flush);
        try
        {
            var left = Volatile.Read(ref _queued);
            if (left > 0)
                _writer.BeginBatch();
            for (var taken = TakeMost; taken == TakeMost && left > 0; left -= taken)
                taken = Take(Math.Min(left, TakeMost));
            _writer.EndBatch(flush: flushes.Count > 0);
            flushes.ForEach(flush => flush.SetResult());
        }
        catch
        {
            flushes.ForEach(_flushes.Enqueue);
            throw;
        }
    }

    // Many at a time, since those who append count on the same number.
    private int Take(int most)
    {
        var taken = 0;
        while (taken < most && _entries.TryDequeue(out var entry))
        {
            _writer.Add(entry);
            taken++;
        }

        Interlocked.Add(ref _queued, -taken);
        return taken;
    }

    private void EndFlushes()
    {
        while (_flushes.TryDequeue(out var flush))
        {
            if (_failure is { } failure)
                flush.SetException(failure);
            else
                flush.SetResult();
        }
    }
}
