using System.Collections.Immutable;
using SafeSpaceCapacity.Domain.Geography;

namespace SafeSpaceCapacity.Service.Imports;

/// <summary>Draws lines with fewer points (Ramer 1972; Douglas and Peucker 1973). Pure.</summary>
internal static class LineSimplifier
{
    // Of Scotland's middle: a degree of longitude is so much of one of latitude.
    private static readonly double LongitudeScale = Math.Cos(double.DegreesToRadians(57));

    /// <summary>The points of a ring that are needed for no other one to be further from the line than a tolerance; fewer than three where nothing is left of it.</summary>
    /// <param name="ring">Without its first point again at the end.</param>
    /// <param name="toleranceDegrees">In degrees of latitude.</param>
    public static ImmutableArray<GeoPoint> Ring(ReadOnlySpan<GeoPoint> ring, double toleranceDegrees)
    {
        if (ring.Length < 3)
            return [];

        // Closed again, and held at two ends: where it begins, and the point that is furthest from there.
        GeoPoint[] line = [.. ring, ring[0]];
        var far = 0;
        for (var i = 1; i < ring.Length; i++)
        {
            if (Distance(line[i], line[0], line[0]) > Distance(line[far], line[0], line[0]))
                far = i;
        }

        var kept = new bool[line.Length];
        (kept[0], kept[far]) = (true, true);

        // No recursion: a ring of the worst form would be as deep as it is long.
        var open = new Stack<(int From, int To)>([(0, far), (far, line.Length - 1)]);
        while (open.TryPop(out var stretch))
        {
            var (worst, at) = (toleranceDegrees, -1);
            for (var i = stretch.From + 1; i < stretch.To; i++)
            {
                var distance = Distance(line[i], line[stretch.From], line[stretch.To]);
                if (distance > worst)
                    (worst, at) = (distance, i);
            }

            if (at < 0)
                continue;
            kept[at] = true;
            open.Push((stretch.From, at));
            open.Push((at, stretch.To));
        }

        return [.. ring.ToArray().Where((_, i) => kept[i])];
    }

    // Of a point from the stretch between two others, in degrees of latitude.
    private static double Distance(GeoPoint point, GeoPoint from, GeoPoint to)
    {
        var (x, y) = ((point.Longitude - from.Longitude) * LongitudeScale, point.Latitude - from.Latitude);
        var (dx, dy) = ((to.Longitude - from.Longitude) * LongitudeScale, to.Latitude - from.Latitude);
        var length = (dx * dx) + (dy * dy);
        var along = length > 0 ? Math.Clamp(((x * dx) + (y * dy)) / length, 0, 1) : 0;
        return Math.Sqrt(Math.Pow(x - (along * dx), 2) + Math.Pow(y - (along * dy), 2));
    }
}
