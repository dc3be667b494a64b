using Grpc.Core;
using SafeSpaceCapacity.Service.Access;
using SafeSpaceCapacity.Service.ReadModel;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>How every watch goes: what is so now, then what changes, and a heartbeat where nothing does, until somebody ends it.</summary>
internal static class WatchLoop
{
    // How long a watch may take for its last message when the service stops, well within the drain.
    private static readonly TimeSpan LastWrite = TimeSpan.FromSeconds(1);

    /// <summary>Runs a watch to its end.</summary>
    /// <param name="stream">Where the messages go.</param>
    /// <param name="context">The call.</param>
    /// <param name="listener">Told of changes since before <paramref name="first"/> was made.</param>
    /// <param name="period">The longest silence.</param>
    /// <param name="health">Says when the service stops.</param>
    /// <param name="time">The machine's clock.</param>
    /// <param name="first">What is so now.</param>
    /// <param name="heartbeat">What to say where nothing changed.</param>
    /// <param name="changes">What to say of spaces that changed; null in it ends the watch.</param>
    /// <param name="gap">The shortest time between two looks at what changed; it puts no heartbeat off.</param>
    public static async Task RunAsync<T>(
        IServerStreamWriter<T> stream,
        ServerCallContext context,
        ChangeListener listener,
        TimeSpan period,
        ServiceHealth health,
        TimeProvider time,
        T first,
        Func<T> heartbeat,
        Func<IReadOnlyCollection<string>, IEnumerable<T?>> changes,
        TimeSpan gap = default)
        where T : class
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, health.Stopping, CallNotes.Of(context).TokenEnded);

        // Cancelling a write resets the stream, and the reader is not told why: only one that takes nothing is cut off so.
        using var cutOff = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        using var stopping = health.Stopping.Register(() => cutOff.CancelAfter(LastWrite));
        try
        {
            await stream.WriteAsync(first, cutOff.Token);
            var told = time.GetTimestamp();
            while (true)
            {
                // What is left of the period: changes of spaces that are not watched wake us too, and must not put the heartbeat off.
                var left = period - time.GetElapsedTime(told);
                if (left <= TimeSpan.Zero || !await listener.WaitAsync(left, time, ending.Token))
                {
                    await stream.WriteAsync(heartbeat(), cutOff.Token);
                    told = time.GetTimestamp();
                }

                var changed = listener.Take();
                foreach (var change in changes(changed))
                {
                    if (change is null)
                        return;
                    ending.Token.ThrowIfCancellationRequested();
                    await stream.WriteAsync(change, cutOff.Token);
                    told = time.GetTimestamp();
                }

                left = period - time.GetElapsedTime(told);
                if (changed.Count > 0 && gap > TimeSpan.Zero && left > TimeSpan.Zero)
                    await Task.Delay(gap < left ? gap : left, time, ending.Token);
            }
        }
        catch (OperationCanceledException) when (health.Stopping.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "the service is stopping; watch again"));
        }
    }
}
