using SafeSpaceCapacity.Domain.Geography;

namespace SafeSpaceCapacity.Domain.Search;

/// <summary>
/// A place on the Hilbert curve through a grid of 2³² by 2³² cells over the earth: cells next to each other on the curve are next to each
/// other on the ground. A cell is at most a centimetre wide. Used to sort, never to measure.
/// </summary>
internal static class HilbertCurve
{
    private const double CellsPerAxis = 4_294_967_296.0;

    /// <summary>The code of the cell of a point.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The point is not on the earth, or not a number.</exception>
    public static ulong CodeOf(GeoPoint point)
    {
        if (!(Math.Abs(point.Latitude) <= 90 && Math.Abs(point.Longitude) <= 180))
            throw new ArgumentOutOfRangeException(nameof(point), point, "Latitude must be -90 to 90 and longitude -180 to 180.");

        // 180° east is 180° west.
        var east = point.Longitude >= 180 ? 0 : (point.Longitude + 180) / 360;
        return CodeOf(Cell(east), Cell((point.Latitude + 90) / 180));
    }

    /// <summary>The code of a cell.</summary>
    public static ulong CodeOf(uint x, uint y)
    {
        var code = 0UL;
        for (var side = 1U << 31; side > 0; side >>= 1)
        {
            var right = (x & side) != 0;
            var upper = (y & side) != 0;
            code = (code << 2) | ((right ? 3UL : 0UL) ^ (upper ? 1UL : 0UL));
            if (upper)
                continue;

            // The lower quarters are turned, the right one also mirrored. The bits above have been read and no longer matter.
            if (right)
            {
                x = ~x;
                y = ~y;
            }

            (x, y) = (y, x);
        }

        return code;
    }

    private static uint Cell(double fraction) => (uint)Math.Min(Math.Floor(fraction * CellsPerAxis), uint.MaxValue);
}
