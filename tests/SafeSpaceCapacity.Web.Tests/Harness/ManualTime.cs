namespace SafeSpaceCapacity.Web.Tests.Harness;

/// <summary>A clock that stands where it is put, for the time of day and for what has passed.</summary>
internal sealed class ManualTime : TimeProvider
{
    public static readonly DateTimeOffset Start = new(2026, 11, 6, 22, 15, 0, TimeSpan.Zero);

    private long _ticks = Start.Ticks;

    public DateTimeOffset Now => new(Volatile.Read(ref _ticks), TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => Volatile.Read(ref _ticks);
}
