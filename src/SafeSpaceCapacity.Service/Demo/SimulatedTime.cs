namespace SafeSpaceCapacity.Service.Demo;

/// <summary>
/// A clock that stands still until it is moved on, so that a demo lives through a year in minutes. What spaces live by is this time; what is
/// between machines (deadlines, tokens, limits, the audit trail) stays with the machine's own clock.
/// </summary>
/// <param name="start">Where it begins.</param>
/// <param name="moved">Told where it was moved to, before anything happens there.</param>
public sealed class SimulatedTime(DateTimeOffset start, Action<DateTimeOffset>? moved = null) : TimeProvider
{
    /// <summary>How far it may be moved on at once: what falls due in between happens late, at the end of the step.</summary>
    public static readonly TimeSpan LongestStep = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly PriorityQueue<Timer, DateTimeOffset> _timers = new();
    private long _ticks = start.UtcTicks;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    /// <inheritdoc/>
    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves it on and lets due timers run, each once.</summary>
    /// <param name="to">Not before now.</param>
    public void Advance(DateTimeOffset to)
    {
        var due = new List<Timer>();
        lock (_gate)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(to, GetUtcNow());
            moved?.Invoke(to);
            Interlocked.Exchange(ref _ticks, to.UtcTicks);
            while (_timers.TryPeek(out var timer, out var at) && at <= to)
            {
                _timers.Dequeue();
                if (timer.Due == at)
                    due.Add(timer);
            }

            foreach (var timer in due)
                timer.Again(to);
        }

        foreach (var timer in due)
            timer.Run();
    }

    private sealed class Timer(SimulatedTime time, Action run) : ITimer
    {
        private TimeSpan _period;

        // An entry of the queue for another time is of an earlier setting.
        public DateTimeOffset? Due { get; private set; }

        public Action Run => run;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                _period = period;
                Set(dueTime < TimeSpan.Zero ? null : time.GetUtcNow() + dueTime);
            }

            return true;
        }

        public void Again(DateTimeOffset now) => Set(_period <= TimeSpan.Zero ? null : now + _period);

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Set(DateTimeOffset? due)
        {
            Due = due;
            if (due is { } at)
                time._timers.Enqueue(this, at);
        }
    }
}
