namespace SafeSpaceCapacity.Domain.Search;

/// <summary>The smallest box, along the three axes, around some points on the earth. Not an area on the map.</summary>
internal readonly record struct UnitBox(double MinX, double MinY, double MinZ, double MaxX, double MaxY, double MaxZ)
{
    /// <summary>Around nothing; joined with a box it gives that box.</summary>
    public static readonly UnitBox Nothing = new(
        double.PositiveInfinity,
        double.PositiveInfinity,
        double.PositiveInfinity,
        double.NegativeInfinity,
        double.NegativeInfinity,
        double.NegativeInfinity);

    /// <summary>The box of one point.</summary>
    public static UnitBox Around(in UnitVector point) => new(point.X, point.Y, point.Z, point.X, point.Y, point.Z);

    /// <summary>The box around two boxes.</summary>
    public static UnitBox Union(in UnitBox one, in UnitBox other) => new(
        Math.Min(one.MinX, other.MinX),
        Math.Min(one.MinY, other.MinY),
        Math.Min(one.MinZ, other.MinZ),
        Math.Max(one.MaxX, other.MaxX),
        Math.Max(one.MaxY, other.MaxY),
        Math.Max(one.MaxZ, other.MaxZ));

    /// <summary>
    /// No point in the box is nearer than this. It holds to the last bit: it is the sum of <see cref="UnitVector.SquaredChordTo"/> with every
    /// term rounded from a difference that is not larger.
    /// </summary>
    public double SquaredChordFrom(in UnitVector point)
    {
        var x = Outside(point.X, MinX, MaxX);
        var y = Outside(point.Y, MinY, MaxY);
        var z = Outside(point.Z, MinZ, MaxZ);
        return (x * x) + (y * y) + (z * z);
    }

    private static double Outside(double value, double min, double max) => Math.Max(0, Math.Max(min - value, value - max));
}
