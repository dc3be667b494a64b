using SafeSpaceCapacity.Domain.Geography;

namespace SafeSpaceCapacity.Domain.Search;

/// <summary>
/// A point on the earth as a vector of length one from its centre. Here neither the poles nor the antimeridian are special, and the straight
/// line (chord) through the earth grows with the great circle over it, so that it can be compared in its stead.
/// </summary>
internal readonly record struct UnitVector(double X, double Y, double Z)
{
    /// <summary>The vector of a point.</summary>
    public static UnitVector Of(GeoPoint point)
    {
        var (sinLatitude, cosLatitude) = Math.SinCos(double.DegreesToRadians(point.Latitude));
        var (sinLongitude, cosLongitude) = Math.SinCos(double.DegreesToRadians(point.Longitude));
        return new UnitVector(cosLatitude * cosLongitude, cosLatitude * sinLongitude, sinLatitude);
    }

    /// <summary>The square of the chord to another point, in radii of the earth.</summary>
    public double SquaredChordTo(in UnitVector other)
    {
        var x = X - other.X;
        var y = Y - other.Y;
        var z = Z - other.Z;
        return (x * x) + (y * y) + (z * z);
    }

    /// <summary>The great-circle distance over a chord.</summary>
    public static double MetresOver(double squaredChord) =>
        2 * GeoPoint.EarthRadiusMetres * Math.Asin(Math.Min(1, Math.Sqrt(squaredChord) / 2));

    /// <summary>The square of the chord under a great-circle distance of at least 0; that of the opposite side of the earth if it is further.</summary>
    public static double SquaredChordUnder(double metres)
    {
        var half = Math.Sin(Math.Min(metres / (2 * GeoPoint.EarthRadiusMetres), Math.PI / 2));
        return 4 * half * half;
    }
}
