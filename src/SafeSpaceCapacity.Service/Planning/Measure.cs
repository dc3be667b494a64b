using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.Service.Planning;

/// <summary>What is added up for an hour. Times are in whole seconds. The numbers are kept: new ones go at the end.</summary>
internal enum Measure
{
    /// <summary>Seconds that spaces were in the directory.</summary>
    Present = 0,

    /// <summary>People here, times seconds.</summary>
    Occupied = 1,

    /// <summary>Safe capacity of the open and confirmed spaces, times seconds.</summary>
    SafeCapacity = 2,

    /// <summary>Seconds that spaces were open by their hours, and confirmed.</summary>
    Open = 3,

    /// <summary>Seconds of <see cref="Open"/> in which a space took nobody new, by reason: see <see cref="Measures.Paused"/>.</summary>
    Paused = 4,

    /// <summary>Seconds of <see cref="Open"/> in which those on duty could support nobody.</summary>
    BelowSafeStaffing = 9,

    /// <summary>Seconds that spaces were open by their hours, but unconfirmed.</summary>
    Unconfirmed = 10,

    /// <summary>People who arrived.</summary>
    Arrivals = 11,

    /// <summary>Places kept.</summary>
    HoldsPlaced = 12,

    /// <summary>Places asked for at unconfirmed spaces.</summary>
    HoldsRequested = 13,

    /// <summary>Holds to which nobody came.</summary>
    HoldsExpired = 14,

    /// <summary>Requests that nobody answered.</summary>
    HoldsLapsed = 15,

    /// <summary>People refused, by reason: see <see cref="Measures.Refused"/>.</summary>
    Refused = 16,
}

/// <summary>The measures that are one for each code, and how many there are.</summary>
internal static class Measures
{
    /// <summary>How many numbers an hour has.</summary>
    public const int Count = (int)Measure.Refused + 9;

    public const int SecondsOfHour = 3600;

    public const int HoursOfDay = 24;

    /// <summary>The measures that count people, by which each is suppressed by itself.</summary>
    public static IEnumerable<Measure> OfPeople { get; } = [.. Enumerable.Range((int)Measure.Arrivals, Count - (int)Measure.Arrivals).Select(measure => (Measure)measure)];

    public static Measure Paused(PauseReason reason) => Measure.Paused + ((int)reason - 1);

    public static Measure Refused(RefusalReason reason) => Measure.Refused + ((int)reason - 1);

    /// <summary>Where a measure of an hour is among the numbers of a day.</summary>
    public static int At(int hourOfDay, Measure measure) => (hourOfDay * Count) + (int)measure;
}
