using NodaTime;

namespace SafeSpaceCapacity.EventLog.Tests;

/// <summary>A clock that stands where it is put.</summary>
internal sealed class ManualTime : TimeProvider
{
    public static readonly Instant Start = Instant.FromUtc(2026, 11, 6, 22, 15);

    public Instant Now { get; set; } = Start;

    public override DateTimeOffset GetUtcNow() => Now.ToDateTimeOffset();
}
