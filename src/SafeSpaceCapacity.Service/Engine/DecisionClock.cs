using NodaTime;

namespace SafeSpaceCapacity.Service.Engine;

/// <summary>
/// The time that commands are decided with: the machine's, or the database's where the log is in one. It never runs backwards, and a jump of
/// the clock stops it: a fast clock would give held places away.
/// </summary>
public sealed class DecisionClock
{
    /// <summary>How far the machine's clock may leave the steady one between two readings (design: 2 s).</summary>
    public static readonly TimeSpan MaxJump = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan OneMoment = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private DateTimeOffset _wall;
    private long _steady;
    private DateTimeOffset _last;
    private string? _fault;

    /// <summary>A clock that goes on from the last entry of the log.</summary>
    /// <param name="time">The machine's clocks.</param>
    /// <param name="lastRecorded">When the last entry of the log was recorded; null for an empty log.</param>
    /// <exception cref="ClockException">The machine's clock is more than two seconds before the log.</exception>
    public DecisionClock(TimeProvider time, Instant? lastRecorded)
    {
        _time = time;
        (_wall, _steady) = Read();
        var last = lastRecorded?.ToDateTimeOffset() ?? _wall;
        if (_wall < last - MaxJump)
            throw new ClockException($"The clock says {_wall:u}, but the log was last written at {last:u}. Set the clock right, then start again.");
        _last = last;
    }

    /// <summary>Why no time is given out; null while it is.</summary>
    public string? Fault
    {
        get
        {
            lock (_gate)
                return _fault;
        }
    }

    /// <summary>The time now; never before one given out earlier. Called at least every second, so that a jump is seen.</summary>
    /// <exception cref="ClockException">The machine's clock jumped since the last call. It stays so until the program is started again.</exception>
    public Instant Now()
    {
        lock (_gate)
        {
            var (wall, steady) = Read();
            var drift = wall - _wall - _time.GetElapsedTime(_steady, steady);
            if (_fault is null && drift.Duration() > MaxJump)
                _fault = $"The machine's clock jumped by {drift.TotalSeconds:F1} s at {wall:u}. Nothing is decided on a clock that jumps: set it right, then start again.";
            if (_fault is not null)
                throw new ClockException(_fault);
            (_wall, _steady) = (wall, steady);
            if (wall > _last)
                _last = wall;
            return Instant.FromDateTimeOffset(_last);
        }
    }

    /// <summary>Both clocks at one moment: a process held up between the two readings would else take that for a jump.</summary>
    private (DateTimeOffset Wall, long Steady) Read()
    {
        while (true)
        {
            var before = _time.GetTimestamp();
            var wall = _time.GetUtcNow();
            var steady = _time.GetTimestamp();
            if (_time.GetElapsedTime(before, steady) < OneMoment)
                return (wall, steady);
        }
    }
}

/// <summary>The clock can't be trusted, so nothing is decided.</summary>
public sealed class ClockException(string message) : InvalidOperationException(message);
