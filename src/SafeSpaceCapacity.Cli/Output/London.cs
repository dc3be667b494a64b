using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using NodaTime;
using Duration = NodaTime.Duration;

namespace SafeSpaceCapacity.Cli.Output;

/// <summary>Moments as people in Scotland read them.</summary>
internal static class London
{
    public static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["Europe/London"];

    public static Instant ToInstant(this Timestamp timestamp) =>
        Instant.FromUnixTimeSeconds(timestamp.Seconds).PlusNanoseconds(timestamp.Nanos);

    public static Timestamp ToTimestamp(this Instant moment) => Timestamp.FromDateTimeOffset(moment.ToDateTimeOffset());

    /// <summary>
    /// The local time, with the weekday unless it is the day of <paramref name="now"/>, the date unless it is near, and the zone in the
    /// hour that comes twice.
    /// </summary>
    public static string Time(Timestamp timestamp, Instant now)
    {
        var local = timestamp.ToInstant().InZone(Zone);
        var days = Period.DaysBetween(now.InZone(Zone).Date, local.Date);
        var day = days switch
        {
            0 => "",
            > -7 and < 7 => "ddd ",
            _ => "ddd d MMM uuuu ",
        };
        var zone = Zone.MapLocal(local.LocalDateTime).Count == 2 ? " x" : "";
        return local.ToString($"{day}HH:mm{zone}", CultureInfo.InvariantCulture);
    }

    /// <summary>How long ago, roughly.</summary>
    public static string Ago(Timestamp timestamp, Instant now) => (now - timestamp.ToInstant()) switch
    {
        var age when age < Duration.FromMinutes(1) => "just now",
        var age when age < Duration.FromHours(2) => $"{(int)age.TotalMinutes} min ago",
        var age when age < Duration.FromDays(2) => $"{(int)age.TotalHours} h ago",
        var age => $"{age.Days} days ago",
    };
}
