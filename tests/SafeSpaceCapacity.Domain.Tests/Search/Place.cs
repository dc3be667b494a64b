using NodaTime;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Search;
using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.Domain.Tests.Search;

/// <summary>An entry with nothing but what the index must know.</summary>
internal sealed record Place(string Key, GeoPoint Point, Needs Provides, bool CanServe, Instant CanServeUntil) : IIndexedSpace
{
    public Instant OpensFrom { get; init; } = Instant.MinValue;

    public static Place Open(string key, GeoPoint point, Needs provides = Needs.None) =>
        new(key, point, provides, CanServe: true, Instant.MaxValue);

    public static Place Full(string key, GeoPoint point, Instant until, Needs provides = Needs.None) =>
        new(key, point, provides, CanServe: false, until);
}

/// <summary>A question to the index.</summary>
internal sealed record Question(GeoPoint From, Needs Asked, Instant? ServingAt)
{
    /// <summary>Of those that open by then, instead of those serving.</summary>
    public Instant? OpensBy { get; init; }
}
