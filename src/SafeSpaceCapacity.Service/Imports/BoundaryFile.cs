using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Imports;

namespace SafeSpaceCapacity.Service.Imports;

/// <summary>The boundary of an area, simplified to be drawn: never test points against it.</summary>
/// <param name="Code">Such as <c>S12000049</c>.</param>
/// <param name="Rings">The outer edges of its parts and of holes in them, each closed by itself: its first point is not repeated.</param>
public sealed record AreaBoundary(string Code, ImmutableArray<ImmutableArray<GeoPoint>> Rings);

/// <summary>
/// Reads boundaries out of GeoJSON (RFC 7946): a FeatureCollection of polygons, each with the code of its area in the property <c>code</c>. Faults name the
/// feature, from 1, and what of it.
/// </summary>
internal static class BoundaryFile
{
    /// <summary>The most areas in a file (assumption).</summary>
    public const int AreasMost = 200;

    /// <summary>The most points in a file, before it is simplified (assumption).</summary>
    public const int PointsMost = 100_000;

    // How far a line may be from the real one: half of what a screen can show of all Scotland (assumption).
    private const double ToleranceDegrees = 0.004;

    // Where the gazetteers' other points may lie.
    private static readonly (double Least, double Most) Latitudes = (49, 61.5);
    private static readonly (double Least, double Most) Longitudes = (-9.5, 2.5);

    /// <summary>Reads a file. Faults come in the order of the file.</summary>
    public static ImmutableArray<AreaBoundary> Read(byte[] content, List<ImportFault> faults)
    {
        try
        {
            using var json = JsonDocument.Parse(content.AsMemory(content.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0));
            return Read(json.RootElement, faults);
        }
        catch (JsonException broken)
        {
            faults.Add(new ImportFault((int)(broken.LineNumber ?? 0) + 1, string.Empty, "is not JSON"));
            return [];
        }
    }

    private static ImmutableArray<AreaBoundary> Read(JsonElement root, List<ImportFault> faults)
    {
        if (!Is(root, "FeatureCollection") || !TryGet(root, "features", JsonValueKind.Array, out var features))
        {
            faults.Add(new ImportFault(0, "type", "must be a GeoJSON FeatureCollection with features"));
            return [];
        }

        if (features.GetArrayLength() is 0 or > AreasMost)
        {
            faults.Add(new ImportFault(0, "features", string.Create(CultureInfo.InvariantCulture, $"must be 1 to {AreasMost} areas; there are {features.GetArrayLength()}")));
            return [];
        }

        var areas = ImmutableArray.CreateBuilder<AreaBoundary>();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var points = 0;
        foreach (var (i, feature) in features.EnumerateArray().Index())
        {
            var row = i + 1;
            var code = TryGet(feature, "properties", JsonValueKind.Object, out var properties) && TryGet(properties, "code", JsonValueKind.String, out var named) ? named.GetString()! : string.Empty;
            if (!GazetteerFile.IsCode(code, "S12"))
                faults.Add(new ImportFault(row, "properties.code", "must be the code of a council area such as S12000049"));
            else if (!seen.TryAdd(code, row))
                faults.Add(new ImportFault(row, "properties.code", string.Create(CultureInfo.InvariantCulture, $"is in the file before: feature {seen[code]}")));
            var rings = Rings(feature, out var fault);
            if (fault is not null)
                faults.Add(new ImportFault(row, "geometry", code.Length > 0 ? $"{fault} ({(code.Length > 20 ? code[..20] : code)})" : fault));
            points += rings.Sum(ring => ring.Length);
            if (points > PointsMost)
            {
                faults.Add(new ImportFault(row, "geometry", string.Create(CultureInfo.InvariantCulture, $"the file must have at most {PointsMost} points")));
                return [];
            }

            areas.Add(new AreaBoundary(code, Simplified(rings)));
        }

        return areas.ToImmutable();
    }

    private static List<GeoPoint[]> Rings(JsonElement feature, out string? fault)
    {
        var rings = new List<GeoPoint[]>();
        fault = "must be a Polygon or a MultiPolygon with coordinates";
        if (!TryGet(feature, "geometry", JsonValueKind.Object, out var geometry) || !TryGet(geometry, "coordinates", JsonValueKind.Array, out var coordinates))
            return rings;
        var polygons = Is(geometry, "MultiPolygon") ? coordinates.EnumerateArray() : Is(geometry, "Polygon") ? Enumerable.Repeat(coordinates, 1) : [];
        foreach (var polygon in polygons)
        {
            if (polygon.ValueKind != JsonValueKind.Array)
                return rings;
            foreach (var ring in polygon.EnumerateArray())
            {
                fault = TakeRing(ring, rings);
                if (fault is not null)
                    return rings;
            }
        }

        return rings;
    }

    // What is wrong with it, or null.
    private static string? TakeRing(JsonElement ring, List<GeoPoint[]> rings)
    {
        if (ring.ValueKind != JsonValueKind.Array || ring.GetArrayLength() < 4)
            return "each ring must have at least four positions";
        var points = new List<GeoPoint>(ring.GetArrayLength());
        foreach (var position in ring.EnumerateArray())
        {
            if (position.ValueKind != JsonValueKind.Array || position.GetArrayLength() < 2 || !Number(position[0], Longitudes, out var longitude) || !Number(position[1], Latitudes, out var latitude))
            {
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"each position must be a longitude of {Longitudes.Least} to {Longitudes.Most} and a latitude of {Latitudes.Least} to {Latitudes.Most} (WGS 84)");
            }

            points.Add(new GeoPoint(latitude, longitude));
        }

        if (points[0] != points[^1])
            return "each ring must end where it begins";
        points.RemoveAt(points.Count - 1);
        rings.Add([.. points]);
        return null;
    }

    // What vanishes is left out, save the largest part of an area.
    private static ImmutableArray<ImmutableArray<GeoPoint>> Simplified(List<GeoPoint[]> rings)
    {
        if (rings.Count == 0)
            return [];
        var simple = rings.ConvertAll(ring => LineSimplifier.Ring(ring, ToleranceDegrees)).Where(ring => ring.Length >= 3).ToImmutableArray();
        return simple.IsEmpty ? [[.. rings.MaxBy(ring => ring.Length)!]] : simple;
    }

    private static bool Is(JsonElement element, string type) => TryGet(element, "type", JsonValueKind.String, out var named) && named.ValueEquals(type);

    private static bool TryGet(JsonElement element, string name, JsonValueKind kind, out JsonElement value)
    {
        value = default;
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out value) && value.ValueKind == kind;
    }

    private static bool Number(JsonElement element, (double Least, double Most) range, out double number)
    {
        number = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out number) && number >= range.Least && number <= range.Most;
    }
}
