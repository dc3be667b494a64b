namespace SafeSpaceCapacity.Service.Tests.Support;

/// <summary>
/// A machine whose clocks stand until a test moves them: <see cref="Advance"/> lets time pass, <see cref="Jump"/> sets the wall clock alone.
/// Timers fire in order, each at its own moment.
/// </summary>
internal sealed class ManualTime : TimeProvider
{
    /// <summary>A Wednesday afternoon, no holiday, six weeks before the clocks change.</summary>
    public static readonly DateTimeOffset Start = new(2026, 2, 11, 14, 0, 0, TimeSpan.Zero);

    private readonly Lock _gate = new();
    private readonly List<Alarm> _alarms = [];
    private readonly List<(TimeSpan Due, TaskCompletionSource Set)> _waiting = [];
    private DateTimeOffset _wall = Start;
    private long _steady;

    /// <summary>Called on every reading of the wall clock, when it is read and not yet told.</summary>
    public Action? AfterRead { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        DateTimeOffset read;
        lock (_gate)
            read = _wall;
        AfterRead?.Invoke();
        return read;
    }

    public override long GetTimestamp()
    {
        lock (_gate)
            return _steady;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        alarm.Change(dueTime, period);
        return alarm;
    }

    /// <summary>Time passes, on both clocks.</summary>
    public void Advance(TimeSpan by)
    {
        long end;
        lock (_gate)
            end = _steady + by.Ticks;
        while (true)
        {
            Alarm? next;
            lock (_gate)
            {
                next = _alarms.Where(alarm => alarm.DueAt <= end).MinBy(alarm => alarm.DueAt);
                var now = next is null ? end : Math.Max(next.DueAt, _steady);
                _wall += TimeSpan.FromTicks(now - _steady);
                _steady = now;
                next?.Rearm();
            }

            if (next is null)
                return;
            next.Ring();
        }
    }

    /// <summary>Somebody sets the wall clock.</summary>
    public void Jump(TimeSpan by)
    {
        lock (_gate)
            _wall += by;
    }

    /// <summary>Completes once somebody waits, once, for exactly this long from now.</summary>
    public Task TimerSetAsync(TimeSpan due)
    {
        lock (_gate)
        {
            if (_alarms.Exists(alarm => !alarm.IsPeriodic && alarm.DueAt - _steady == due.Ticks))
                return Task.CompletedTask;
            var set = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((due, set));
            return set.Task.WaitAsync(Patience.Long);
        }
    }

    private sealed class Alarm(ManualTime time, Action ring) : ITimer
    {
        private long _period;

        public long DueAt { get; private set; }

        public bool IsPeriodic => _period > 0;

        public void Ring() => ring();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                time._alarms.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                DueAt = time._steady + dueTime.Ticks;
                _period = period == Timeout.InfiniteTimeSpan ? 0 : period.Ticks;
                time._alarms.Add(this);
                foreach (var waiting in time._waiting.Where(waiting => !IsPeriodic && waiting.Due == dueTime))
                    waiting.Set.TrySetResult();
                return true;
            }
        }

        public void Rearm()
        {
            if (_period > 0)
                DueAt += _period;
            else
                time._alarms.Remove(this);
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>How long a test waits for something that must happen before it fails. Real time, and never waited out when all is well.</summary>
internal static class Patience
{
    public static readonly TimeSpan Long = TimeSpan.FromSeconds(60);
}
