namespace SafeSpaceCapacity.EventLog;

/// <summary>The last committed position that is known here, and those who wait for a later one.</summary>
internal sealed class HeadSignal
{
    private readonly Lock gate = new();
    private TaskCompletionSource moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long position;

    public long Position => Volatile.Read(ref position);

    /// <summary>Wakes those who wait. A position that is not later changes nothing.</summary>
    public void Advance(long to)
    {
        TaskCompletionSource woken;
        lock (gate)
        {
            if (to <= position)
                return;
            Volatile.Write(ref position, to);
            woken = Interlocked.Exchange(ref moved, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        woken.TrySetResult();
    }

    public async ValueTask WaitForAsync(long awaited, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Taken before looking at the position: an advance in between completes this very signal.
            var signal = Volatile.Read(ref moved).Task;
            if (Position >= awaited)
                return;
            await signal.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Nobody waits any longer: the log closes.</summary>
    public void Close(Exception reason) => Volatile.Read(ref moved).TrySetException(reason);
}
