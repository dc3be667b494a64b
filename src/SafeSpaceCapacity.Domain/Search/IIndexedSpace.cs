using NodaTime;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.Domain.Search;

/// <summary>What a <see cref="SpatialIndex{T}"/> must know of an entry. An entry never changes: a change is another entry.</summary>
public interface IIndexedSpace
{
    /// <summary>What tells this entry from every other; compared byte by byte.</summary>
    string Key { get; }

    /// <summary>Where it is.</summary>
    GeoPoint Point { get; }

    /// <summary>All that it provides, whether or not it could be an option now.</summary>
    Needs Provides { get; }

    /// <summary>Whether it could be an option, as far as is known. Not a promise: whoever searches judges the entry in full.</summary>
    bool CanServe { get; }

    /// <summary>
    /// The verdict of <see cref="CanServe"/> holds while the time is before this; <see cref="Instant.MaxValue"/> if time alone never
    /// changes it.
    /// </summary>
    Instant CanServeUntil { get; }

    /// <summary>It does not open, having been closed, before this; what is open already may stay so.</summary>
    Instant OpensFrom { get; }
}
