using System.Threading.Channels;

namespace SafeSpaceCapacity.Service.ReadModel;

/// <summary>
/// The spaces that changed since a watcher last looked. However slow the watcher, each space is in it once: it reads the newest state, not
/// every state between.
/// </summary>
public sealed class ChangeListener(Action<ChangeListener> leave) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private HashSet<string> _changed = new(StringComparer.Ordinal);

    /// <summary>Completes when something changed since <see cref="Take"/>, or with false after a time.</summary>
    public async Task<bool> WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await _signal.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>The ids of the spaces that changed, and forgets them.</summary>
    public IReadOnlyCollection<string> Take()
    {
        lock (_gate)
        {
            var changed = _changed;
            _changed = new HashSet<string>(StringComparer.Ordinal);
            return changed;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => leave(this);

    internal void Tell(IReadOnlyCollection<string> changed)
    {
        if (changed.Count == 0)
            return;
        lock (_gate)
            _changed.UnionWith(changed);
        _signal.Writer.TryWrite(true);
    }
}
