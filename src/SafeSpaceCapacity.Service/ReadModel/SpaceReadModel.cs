using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;
using SafeSpaceCapacity.Domain.Search;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.EventLog.Codec;

namespace SafeSpaceCapacity.Service.ReadModel;

/// <summary>
/// Tails the log into <see cref="Root"/>, one new root per batch, and works records out again when time alone has changed them. Readers take
/// a root and never wait; only the tail's own loop writes.
/// </summary>
/// <param name="parts">The log, the time that spaces live by, and the machine's for how far this is behind.</param>
/// <param name="logger">Says why it stopped.</param>
/// <param name="folds">What else is worked out from the log.</param>
public sealed class SpaceReadModel(ServiceParts parts, ILogger<SpaceReadModel> logger, IEnumerable<ILogFold> folds) : BackgroundService
{
    private readonly ImmutableArray<ILogFold> _folds = [.. folds];

    private const int BatchLimit = 4096;
    private static readonly TimeSpan TickPeriod = TimeSpan.FromMilliseconds(500);

    // How many events a start may have to read again: a checkpoint is written after that many.
    private const int CheckpointEvery = 10_000;

    private readonly ConcurrentDictionary<ChangeListener, byte> _listeners = new();
    private readonly PriorityQueue<SpaceRecord, Instant> _due = new();
    private readonly ConcurrentDictionary<string, SpaceState> _retired = new(StringComparer.Ordinal);
    private readonly HashSet<string> _uncheckpointed = new(StringComparer.Ordinal);
    private volatile ReadRoot _root = ReadRoot.Empty;
    private volatile TaskCompletionSource _published = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _checkpointed;
    private long _caughtUpTicks;

    /// <summary>The newest root.</summary>
    public ReadRoot Root => _root;

    /// <summary>Why the tail stopped; null while it runs.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Told, on the tail's loop, of spaces that time alone changed, so that somebody writes it down.</summary>
    public Action<SpaceId>? TimePassed { get; set; }

    /// <summary>How far a root is behind the log now.</summary>
    public ReadLag LagOf(ReadRoot root)
    {
        var behind = parts.Log.HeadPosition - root.Position;
        return behind <= 0 && IsInTouch
            ? new ReadLag(root.Position, 0, TimeSpan.Zero, Failure is not null, SimulatedAt)
            : new ReadLag(root.Position, behind, parts.Time.GetElapsedTime(Interlocked.Read(ref _caughtUpTicks)), Failure is not null, SimulatedAt);
    }

    /// <summary>Now, never before the newest root was made: a caller that took its root first finds nothing in it from the future.</summary>
    public Instant Now() => Instant.Max(Instant.FromDateTimeOffset(parts.RegionTime.GetUtcNow()), _root.At);

    /// <summary>The newest state of a space, also of one that is no longer in the directory; <see cref="SpaceState.None"/> if it is not known.</summary>
    public SpaceState StateOf(SpaceId id) => KnownState(id.Value);

    /// <summary>Waits until the newest root includes a position, but no longer than that, and not for a tail that stopped.</summary>
    public async Task ReachAsync(long position, TimeSpan atMost)
    {
        var since = parts.Time.GetTimestamp();
        while (true)
        {
            // The signal first, then the root: a root published in between has already completed it.
            var published = _published.Task;
            var left = atMost - parts.Time.GetElapsedTime(since);
            if (_root.Position >= position || left <= TimeSpan.Zero || Failure is not null)
                return;
            await published.WaitAsync(left, parts.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// A space that is in the log, waiting for it if need be, but no longer than a lag is tolerated; null where it is not known here even then.
    /// </summary>
    public async Task<SpaceRecord?> KnownAsync(SpaceId id)
    {
        if (_root.Find(id) is null)
            await ReachAsync(parts.Log.HeadPosition, ReadLag.Tolerated);
        return _root.Find(id);
    }

    /// <summary>Tells a listener of every change from the next root on, until it is disposed.</summary>
    public ChangeListener Listen()
    {
        var listener = new ChangeListener(gone => _listeners.TryRemove(gone, out _));
        _listeners.TryAdd(listener, 0);
        return listener;
    }

    /// <summary>Reads checkpoints and all events after them, so that the first answer is already right.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var (covered, states) = await RestoreAsync(cancellationToken);
        _checkpointed = covered;
        while (true)
        {
            var events = await parts.Log.ReadAllAsync(covered, BatchLimit, cancellationToken);
            if (events.Count == 0)
                break;
            Apply(events, stream => states.GetValueOrDefault(stream, SpaceState.None), (stream, state) =>
            {
                states[stream] = state;

                // The next checkpoints must hold it: they will cover its events, which then are not read again.
                _uncheckpointed.Add(IdOf(stream));
            });
            covered = events[^1].Position;
        }

        var now = Now();
        var records = states.Values.AsParallel().Where(state => state is { Details: not null, Retired: null }).Select(state => new SpaceRecord(state, now)).ToList();
        foreach (var state in states.Values.Where(state => state.Retired is not null))
            _retired[state.Details!.Id.Value] = state;
        foreach (var record in records)
            _due.Enqueue(record, record.CanServeUntil);
        PublishFolds(covered);
        _root = ReadRoot.Of(covered, now, records);
        MarkCaughtUp();
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (Failure is not null || !parts.Log.CanAppend)
            return;
        try
        {
            await CheckpointAsync(cancellationToken);
        }
        catch (LogUnavailableException failure)
        {
            // The next start reads more events.
            logger.LogWarning("No checkpoint was kept at position {Position}: {Reason}", _root.Position, failure.Message);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ticks = new PeriodicTimer(TickPeriod, parts.RegionTime);
        var tick = ticks.WaitForNextTickAsync(stoppingToken).AsTask();
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var appended = parts.Log.WaitForAsync(_root.Position + 1, stoppingToken).AsTask();
                while (await Task.WhenAny(appended, tick) == tick)
                {
                    await tick;
                    RefreshDue();
                    tick = ticks.WaitForNextTickAsync(stoppingToken).AsTask();
                }

                await appended;
                try
                {
                    await TailAsync(stoppingToken);
                    if (_root.Position - _checkpointed >= CheckpointEvery)
                        await CheckpointAsync(stoppingToken);
                }
                catch (LogUnavailableException failure)
                {
                    // It has been tried for some seconds. Meanwhile every answer says how far it is behind.
                    logger.LogWarning("The read model waits for the log at position {Position}: {Reason}", _root.Position, failure.Message);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
#pragma warning disable CA1031 // Whatever stops the tail, the service says that it no longer keeps up instead of answering from old data in silence.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Failure = failure;
            _published.TrySetResult();
            logger.LogCritical(failure, "The read model stopped at position {Position}: {Reason}", _root.Position, failure.Message);
        }
    }

    private async Task TailAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var events = await parts.Log.ReadAllAsync(_root.Position, BatchLimit, stoppingToken);
            if (events.Count > 0)
            {
                var changed = new Dictionary<string, SpaceState>(StringComparer.Ordinal);
                Apply(
                    events,
                    stream => changed.TryGetValue(stream, out var state) ? state : KnownState(IdOf(stream)),
                    (stream, state) => changed[stream] = state);
                PublishFolds(events[^1].Position);
                Publish(changed.Values, events[^1].Position);
            }

            if (events.Count < BatchLimit)
            {
                if (parts.Log.HeadPosition == _root.Position && IsInTouch)
                    MarkCaughtUp();
                return;
            }
        }
    }

    // All or nothing: the spaces and every fold go on from one position, or everything is read again.
    private async Task<(long Covered, Dictionary<string, SpaceState> States)> RestoreAsync(CancellationToken cancellationToken)
    {
        var states = new Dictionary<string, SpaceState>(StringComparer.Ordinal);
        var ofFolds = _folds.Select(fold => (Fold: fold, Kept: new List<Checkpoint>())).ToList();
        var covered = await parts.Log.LoadCheckpointsAsync(Take, cancellationToken);
        var usable = covered > 0;
        foreach (var (fold, kept) in ofFolds)
            usable &= fold.Restore(kept, covered);
        if (usable)
            return (covered, states);
        foreach (var fold in _folds)
            fold.Restore([], 0);
        return (0, new(StringComparer.Ordinal));

        // States as they come: a million of them are not to be kept in two forms.
        bool Take(Checkpoint checkpoint)
        {
            if (IsSpace(checkpoint.Stream))
            {
                if (SpaceCodec.DecodeState(checkpoint.Schema, checkpoint.Body.Span) is not { } state)
                    return false;
                states[checkpoint.Stream] = state;
                return true;
            }

            var kept = ofFolds.Find(one => checkpoint.Stream.StartsWith(one.Fold.Prefix, StringComparison.Ordinal)).Kept;
            kept?.Add(checkpoint);
            return kept is not null;
        }
    }

    private void Apply(IReadOnlyList<RecordedEvent> events, Func<string, SpaceState> read, Action<string, SpaceState> write)
    {
        foreach (var recorded in events)
        {
            SpaceChange? change = null;
            if (IsSpace(recorded.Stream))
            {
                var state = read(recorded.Stream);
                if (recorded.Version <= state.Version)
                    continue;
                if (recorded.Version != state.Version + 1)
                    throw new InvalidOperationException($"{recorded.Stream} is known to version {state.Version}, but the log goes on with {recorded.Version}");
                var happened = SpaceCodec.Decode(recorded.Type, recorded.Schema, recorded.Payload.Span);
                var after = Space.Evolve(state, happened, recorded.CommandId);
                write(recorded.Stream, after);
                change = new SpaceChange(happened, state, after);
            }

            foreach (var fold in _folds)
                fold.Apply(recorded, change);
        }
    }

    // Before the root: who waits for a position there finds it here too.
    private void PublishFolds(long position)
    {
        foreach (var fold in _folds)
            fold.Publish(position);
    }

    private void Publish(IEnumerable<SpaceState> states, long position)
    {
        var now = Now();
        var records = new List<SpaceRecord>();
        var gone = new List<string>();
        foreach (var state in states.Where(state => state.Details is not null))
        {
            if (state.Retired is null)
            {
                records.Add(new SpaceRecord(state, now));
            }
            else
            {
                _retired[state.Details!.Id.Value] = state;
                gone.Add(state.Details.Id.Value);
            }
        }

        _root = _root.With(position, now, records, gone);
        Interlocked.Exchange(ref _published, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        foreach (var record in records)
        {
            _due.Enqueue(record, record.CanServeUntil);
            _uncheckpointed.Add(record.Key);
        }

        var keys = records.ConvertAll(record => record.Key);
        keys.AddRange(gone);
        _uncheckpointed.UnionWith(gone);
        foreach (var listener in _listeners.Keys)
            listener.Tell(keys);
    }

    /// <summary>Works out again what time alone has changed, at the same position.</summary>
    private void RefreshDue()
    {
        // Quiet is not behind: how long it has been is counted from here.
        if (parts.Log.HeadPosition == _root.Position && IsInTouch)
            MarkCaughtUp();
        var now = Now();
        var due = new List<SpaceState>();
        while (_due.TryPeek(out var record, out var at) && at <= now)
        {
            _due.Dequeue();

            // A record that was replaced since has another entry in the queue.
            if (ReferenceEquals(_root.Spaces.GetValueOrDefault(record.Key), record))
                due.Add(record.State);
        }

        if (due.Count == 0)
            return;
        Publish(due, _root.Position);
        foreach (var state in due.Where(state => Space.IsBehindTime(state, now)))
            TimePassed?.Invoke(state.Details!.Id);
    }

    private async Task CheckpointAsync(CancellationToken cancellationToken)
    {
        var root = _root;
        var keys = _uncheckpointed.ToList();
        var checkpoints = keys
            .Select(KnownState)
            .Where(state => state.Details is not null)
            .Select(state => new Checkpoint(
                parts.Log.Epoch, state.Details!.Id.Stream, state.Version, root.Position, SpaceCodec.StateSchema, SpaceCodec.EncodeState(state)))
            .Concat(_folds.SelectMany(fold => fold.Checkpoints(parts.Log.Epoch, root.Position)))
            .ToList();
        await parts.Log.SaveCheckpointsAsync(checkpoints, root.Position, cancellationToken);
        _uncheckpointed.ExceptWith(keys);
        _checkpointed = root.Position;
    }

    private SpaceState KnownState(string id) => _root.Spaces.GetValueOrDefault(id)?.State ?? _retired.GetValueOrDefault(id, SpaceState.None);

    private Instant? SimulatedAt => parts.Simulated is null ? null : Now();

    // Else nobody here knows how far the log has gone on.
    private bool IsInTouch => parts.Log.LastFailure is not LogUnavailableException;

    private void MarkCaughtUp() => Interlocked.Exchange(ref _caughtUpTicks, parts.Time.GetTimestamp());

    private static bool IsSpace(string stream) => stream.StartsWith(SpaceId.StreamPrefix, StringComparison.Ordinal);

    private static string IdOf(string stream) => stream[SpaceId.StreamPrefix.Length..];
}
