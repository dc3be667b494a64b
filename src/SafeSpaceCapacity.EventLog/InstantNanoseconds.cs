using NodaTime;

namespace SafeSpaceCapacity.EventLog;

/// <summary>Instants as the log keeps them: whole nanoseconds since 1970, which nothing is lost in until the year 2262.</summary>
internal static class InstantNanoseconds
{
    private static readonly Instant Earliest = Instant.FromUtc(1678, 1, 1, 0, 0);
    private static readonly Instant Latest = Instant.FromUtc(2262, 1, 1, 0, 0);

    public static bool CanBeKept(this Instant instant) => instant >= Earliest && instant < Latest;

    public static long ToNanoseconds(this Instant instant) => (instant - NodaConstants.UnixEpoch).ToInt64Nanoseconds();

    public static Instant ToInstant(this long nanoseconds) => NodaConstants.UnixEpoch + Duration.FromNanoseconds(nanoseconds);
}
