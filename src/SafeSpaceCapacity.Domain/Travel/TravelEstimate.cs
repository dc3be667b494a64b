namespace SafeSpaceCapacity.Domain.Travel;

/// <summary>Where a travel time comes from.</summary>
public enum TravelMethod
{
    /// <summary>Great-circle distance times a detour, at speeds by urban–rural class, with ferries and bridges between lands.</summary>
    StraightLine = 1,

    /// <summary>A routing engine over a road network.</summary>
    Router = 2,
}

/// <summary>How long a journey probably takes. An estimate, never a promise: no traffic, no weather, no timetable.</summary>
/// <param name="Minutes">Door to door, waiting for ferries included.</param>
/// <param name="DistanceMetres">Along the way, crossings included.</param>
/// <param name="Method">Where the time comes from.</param>
/// <param name="FerryCrossings">How many ferries the way takes.</param>
/// <param name="FerryWaitMinutes">The part of <paramref name="Minutes"/> spent waiting for ferries, for the first of the morning too.</param>
/// <param name="Via">Names of the ferries, bridges and roads between lands on the way, separated by ", "; empty within one land.</param>
public readonly record struct TravelEstimate(
    double Minutes,
    double DistanceMetres,
    TravelMethod Method,
    int FerryCrossings,
    double FerryWaitMinutes,
    string Via);
