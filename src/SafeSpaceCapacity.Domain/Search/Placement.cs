using SafeSpaceCapacity.Domain.Geography;

namespace SafeSpaceCapacity.Domain.Search;

/// <summary>What the index works out once from the point of an entry.</summary>
internal readonly record struct Placement(ulong Code, UnitVector Vector)
{
    /// <summary>The placement of a point.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The point is not on the earth, or not a number.</exception>
    public static Placement Of(GeoPoint point) => new(HilbertCurve.CodeOf(point), UnitVector.Of(point));
}
