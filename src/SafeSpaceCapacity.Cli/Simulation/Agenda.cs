using NodaTime;

namespace SafeSpaceCapacity.Cli.Simulation;

/// <summary>
/// Who waits until when. Everybody in a simulation waits here and nowhere else for a moment to come: when all wait, the time is moved to the
/// first of these moments.
/// </summary>
/// <param name="start">The time at the beginning.</param>
/// <param name="step">Moments are met at its multiples, so that what falls into one step happens side by side.</param>
internal sealed class Agenda(Instant start, Duration step)
{
    private readonly Lock _gate = new();
    private readonly Instant _start = start;
    private readonly PriorityQueue<TaskCompletionSource, (Instant At, long Order)> _waiting = new();
    private TaskCompletionSource _allWait = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _failure;
    private long _order;

    // Whoever sets it up counts too, until it runs.
    private int _busy = 1;

    /// <summary>The time in the simulation.</summary>
    public Instant Now { get; private set; } = start;

    /// <summary>Waits until a moment; returns at once where it has come. It can't be called for somebody who was not begun.</summary>
    public Task UntilAsync(Instant moment)
    {
        var due = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (moment <= Now)
                return Task.CompletedTask;
            _waiting.Enqueue(due, (moment, _order++));
        }

        Waits();
        return due.Task;
    }

    /// <summary>Lets somebody begin to act. A failure of theirs ends the simulation.</summary>
    public void Begin(Func<Task> act)
    {
        Interlocked.Increment(ref _busy);
        _ = Task.Run(async () =>
        {
            try
            {
                await act();
            }
#pragma warning disable CA1031 // Whatever it is, the run ends with it.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                Interlocked.CompareExchange(ref _failure, failure, null);
            }
            finally
            {
                Waits();
            }
        });
    }

    /// <summary>Moves the time on from moment to moment.</summary>
    /// <param name="advance">Brings the service's time there.</param>
    /// <param name="goesOn">Asked while everybody waits.</param>
    public async Task RunAsync(Func<Instant, Task> advance, Func<bool> goesOn)
    {
        Waits();
        while (true)
        {
            await _allWait.Task;
            _allWait = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_failure is { } failure)
                throw failure;
            if (!goesOn() || !_waiting.TryPeek(out _, out var next))
                return;
            var since = next.At - _start;
            var now = _start + (step * (int)Math.Ceiling(since / step));
            await advance(now);
            var due = new List<TaskCompletionSource>();
            lock (_gate)
            {
                Now = now;
                while (_waiting.TryPeek(out _, out var at) && at.At <= now)
                    due.Add(_waiting.Dequeue());
            }

            Interlocked.Add(ref _busy, due.Count);
            foreach (var moment in due)
                moment.SetResult();
        }
    }

    private void Waits()
    {
        if (Interlocked.Decrement(ref _busy) == 0)
            _allWait.TrySetResult();
    }
}
