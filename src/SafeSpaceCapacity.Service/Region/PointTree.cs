using System.Collections.Immutable;
using SafeSpaceCapacity.Domain.Geography;

namespace SafeSpaceCapacity.Service.Region;

/// <summary>A k-d tree over points of the sphere as unit vectors, so that nearest means nearest by great circle, also far north.</summary>
internal sealed class PointTree
{
    private const int Axes = 3;
    private readonly double[][] vectors;
    private readonly int[] order;

    public PointTree(ImmutableArray<GeoPoint> points)
    {
        if (points.IsDefaultOrEmpty)
            throw new ArgumentException("there must be a point", nameof(points));
        vectors = [.. points.Select(Vector)];
        order = [.. Enumerable.Range(0, points.Length)];
        Build(0, order.Length, 0);
    }

    /// <summary>Index of the point nearest to this one.</summary>
    public int Nearest(GeoPoint point)
    {
        var best = order[0];
        var bestSquare = double.PositiveInfinity;
        Search(Vector(point), 0, order.Length, 0, ref best, ref bestSquare);
        return best;
    }

    private static double[] Vector(GeoPoint point)
    {
        var (sinLatitude, cosLatitude) = Math.SinCos(double.DegreesToRadians(point.Latitude));
        var (sinLongitude, cosLongitude) = Math.SinCos(double.DegreesToRadians(point.Longitude));
        return [cosLatitude * cosLongitude, cosLatitude * sinLongitude, sinLatitude];
    }

    // The middle of each range is its root; what comes before it is smaller on the axis of that depth.
    private void Build(int start, int end, int axis)
    {
        if (end - start < 2)
            return;
        order.AsSpan(start, end - start).Sort((left, right) => vectors[left][axis].CompareTo(vectors[right][axis]));
        var middle = start + ((end - start) / 2);
        var next = (axis + 1) % Axes;
        Build(start, middle, next);
        Build(middle + 1, end, next);
    }

    private void Search(double[] target, int start, int end, int axis, ref int best, ref double bestSquare)
    {
        if (start >= end)
            return;
        var middle = start + ((end - start) / 2);
        var vector = vectors[order[middle]];
        var square = 0d;
        for (var each = 0; each < Axes; each++)
            square += (vector[each] - target[each]) * (vector[each] - target[each]);
        if (square < bestSquare)
        {
            bestSquare = square;
            best = order[middle];
        }

        var offset = target[axis] - vector[axis];
        var next = (axis + 1) % Axes;
        if (offset < 0)
            Search(target, start, middle, next, ref best, ref bestSquare);
        else
            Search(target, middle + 1, end, next, ref best, ref bestSquare);
        if (offset * offset >= bestSquare)
            return;
        if (offset < 0)
            Search(target, middle + 1, end, next, ref best, ref bestSquare);
        else
            Search(target, start, middle, next, ref best, ref bestSquare);
    }
}
