using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.Domain.Tests.Search;

/// <summary>Places and questions at random: often at one point, at the poles, on the antimeridian; often at the same instant.</summary>
internal static class Generate
{
    private static readonly GeoPoint[] Odd =
    [
        new(90, 0), new(90, 77), new(90, -180), new(-90, 0), new(-90, 180), new(89.999, 10), new(89.999, -170), new(-89.9, 45),
        new(0, 180), new(0, -180), new(10, 179.9999), new(10, -179.9999), new(-10, 179), new(57, 180), new(57, -180),
        new(0, 0), new(-0.0, -0.0), new(0, 90), new(0, -90), new(57, 3), new(-57, -177), new(57.1497, -2.0943),
    ];

    private static readonly Needs[] Kinds = [Needs.AgeAdult, Needs.Wheelchair, Needs.Quiet, Needs.Bsl, Needs.Overnight];

    public static Gen<GeoPoint> Point { get; } = Gen.Frequency(
        (3, On(55, 60, -7, -1, steps: 40)),
        (2, On(-90, 90, -180, 180, steps: 72)),
        (2, On(-90, 90, -180, 180, steps: 1_000_000)),
        (2, Gen.Elements(Odd)));

    public static Gen<Needs> Provision { get; } =
        Gen.SubListOf(Kinds).Select(some => some.Aggregate(Needs.None, static (all, one) => all | one));

    public static Gen<Instant> Time { get; } = Gen.Frequency(
        (4, Gen.Choose(0, 10).Select(minute => Instant.FromUnixTimeSeconds(60 * minute))),
        (1, Gen.Constant(Instant.MaxValue)));

    public static Gen<Place> Place { get; } =
        from key in Gen.Choose(0, 40)
        from point in Point
        from provides in Provision
        from canServe in Gen.Frequency((1, Gen.Constant(true)), (3, Gen.Constant(false)))
        from until in Time
        from opens in Time
        select new Place($"place-{key}", point, provides, canServe, until) { OpensFrom = opens };

    public static Gen<Question> Question { get; } =
        from point in Point
        from asked in Gen.Frequency((1, Gen.Constant(Needs.None)), (2, Provision))
        from judged in Gen.Frequency((1, Gen.Constant(false)), (2, Gen.Constant(true)))
        from at in Time
        from opening in Gen.Frequency((1, Gen.Constant(true)), (3, Gen.Constant(false)))
        select new Question(point, asked, judged && !opening ? at : null) { OpensBy = opening ? at : null };

    public static Arbitrary<TItem[]> Many<TItem>(Gen<TItem> item, int countMax) =>
        Arb.From(Gen.Choose(0, countMax).SelectMany(count => Gen.ArrayOf(item, count)), Halves);

    private static Gen<GeoPoint> On(double south, double north, double west, double east, int steps) =>
        from x in Gen.Choose(0, steps)
        from y in Gen.Choose(0, steps)
        select new GeoPoint(south + ((north - south) * y / steps), west + ((east - west) * x / steps));

    /// <summary>What to try for a smaller failing case: without its second half, its first, or any one item.</summary>
    private static IEnumerable<TItem[]> Halves<TItem>(TItem[] items)
    {
        if (items.Length > 1)
        {
            yield return items[..(items.Length / 2)];
            yield return items[(items.Length / 2)..];
        }

        for (var at = 0; at < items.Length; at++)
            yield return [.. items[..at], .. items[(at + 1)..]];
    }
}
