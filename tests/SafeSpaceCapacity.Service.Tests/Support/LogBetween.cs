using NodaTime;
using SafeSpaceCapacity.EventLog;

namespace SafeSpaceCapacity.Service.Tests.Support;

/// <summary>The real log behind it, with what a test wants to happen in between.</summary>
internal sealed class LogBetween(IEventLog log) : IEventLog
{
    /// <summary>Takes an append instead of the log.</summary>
    public Func<AppendRequest, IEventLog, ValueTask<AppendResult>>? OnAppend { get; set; }

    /// <summary>Comes before every reading of all streams.</summary>
    public Func<Task>? BeforeReadAll { get; set; }

    /// <summary>Told of every attempt to forget old commands.</summary>
    public Action? OnForget { get; set; }

    /// <summary>As if the disk had failed.</summary>
    public bool IsStopped { get; set; }

    /// <summary>As if the database were away and nothing had been asked of it yet.</summary>
    public bool IsAway { get; set; }

    public Guid Epoch => log.Epoch;

    public long HeadPosition => log.HeadPosition;

    public long Commits => log.Commits;

    public bool CanAppend => !IsStopped && log.CanAppend;

    public Exception? LastFailure => IsAway ? new LogUnavailableException("as if the database were away") : log.LastFailure;

    public IDemandStore Demand => log.Demand;

    public ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default)
    {
        if (IsStopped)
            throw new LogStoppedException(new IOException("as if the disk had failed"));
        return OnAppend is { } instead ? instead(request, log) : log.AppendAsync(request, cancellationToken);
    }

    public ValueTask<CommandRecord?> FindCommandAsync(Guid commandId, CancellationToken cancellationToken = default) => log.FindCommandAsync(commandId, cancellationToken);

    public ValueTask<long> GetVersionAsync(string stream, CancellationToken cancellationToken = default) => log.GetVersionAsync(stream, cancellationToken);

    public ValueTask<IReadOnlyList<RecordedEvent>> ReadStreamAsync(string stream, long afterVersion, int limit, CancellationToken cancellationToken = default) =>
        log.ReadStreamAsync(stream, afterVersion, limit, cancellationToken);

    public async ValueTask<IReadOnlyList<RecordedEvent>> ReadAllAsync(long afterPosition, int limit, CancellationToken cancellationToken = default)
    {
        if (BeforeReadAll is { } before)
            await before();
        return await log.ReadAllAsync(afterPosition, limit, cancellationToken);
    }

    public ValueTask WaitForAsync(long position, CancellationToken cancellationToken = default) => log.WaitForAsync(position, cancellationToken);

    public ValueTask<long> LoadCheckpointsAsync(Func<Checkpoint, bool> take, CancellationToken cancellationToken = default) => log.LoadCheckpointsAsync(take, cancellationToken);

    public ValueTask SaveCheckpointsAsync(IReadOnlyList<Checkpoint> checkpoints, long coveredPosition, CancellationToken cancellationToken = default) =>
        log.SaveCheckpointsAsync(checkpoints, coveredPosition, cancellationToken);

    public ValueTask<int> ForgetCommandsAsync(Instant decidedBefore, CancellationToken cancellationToken = default)
    {
        OnForget?.Invoke();
        if (IsStopped)
            throw new LogStoppedException(new IOException("as if the disk had failed"));
        return log.ForgetCommandsAsync(decidedBefore, cancellationToken);
    }

    public ValueTask DisposeAsync() => log.DisposeAsync();
}
