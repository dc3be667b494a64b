using SafeSpaceCapacity.Domain.Geography;

namespace SafeSpaceCapacity.Domain.Tests.Search;

/// <summary>Points strewn evenly over Great Britain and the seas around it.</summary>
internal static class Scattered
{
    public static GeoPoint Point(Random random) => new(49 + (12 * random.NextDouble()), -8 + (10 * random.NextDouble()));
}
