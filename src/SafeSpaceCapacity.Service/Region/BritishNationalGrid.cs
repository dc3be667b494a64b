using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ProjNet.CoordinateSystems;
using ProjNet.CoordinateSystems.Transformations;
using SafeSpaceCapacity.Domain.Geography;

namespace SafeSpaceCapacity.Service.Region;

/// <summary>A square of the British National Grid.</summary>
/// <param name="Easting">Metres east of the grid's origin, at the centre of the square.</param>
/// <param name="Northing">Metres north of the grid's origin, at the centre of the square.</param>
/// <param name="SquareMetres">Length of the square's sides: six figures are 100 m, eight 10 m, ten 1 m.</param>
public sealed record GridReference(double Easting, double Northing, double SquareMetres)
{
    /// <summary>How far a point of the square can be from its centre: half its diagonal.</summary>
    public double UncertaintyMetres => SquareMetres * Math.Sqrt(0.5);
}

/// <summary>
/// The British National Grid (EPSG:27700) and WGS 84, by the seven-parameter transformation that the Ordnance Survey publishes: right
/// to about 5 m over Great Britain, enough to find a door and less than a square of six figures.
/// </summary>
public static class BritishNationalGrid
{
    /// <summary>The most by which the transformation is off, in metres.</summary>
    public const double TransformationMetres = 5;

    private const string Letters = "ABCDEFGHJKLMNOPQRSTUVWXYZ";
    private const double HundredKilometres = 100_000;

    private const string Grid =
        """
        PROJCS["OSGB36 / British National Grid",
          GEOGCS["OSGB36",
            DATUM["Ordnance Survey of Great Britain 1936",
              SPHEROID["Airy 1830",6377563.396,299.3249646],
              TOWGS84[446.448,-125.157,542.06,0.15,0.247,0.842,-20.489]],
            PRIMEM["Greenwich",0],
            UNIT["degree",0.0174532925199433]],
          PROJECTION["Transverse_Mercator"],
          PARAMETER["latitude_of_origin",49],
          PARAMETER["central_meridian",-2],
          PARAMETER["scale_factor",0.9996012717],
          PARAMETER["false_easting",400000],
          PARAMETER["false_northing",-100000],
          UNIT["metre",1]]
        """;

    private static readonly CoordinateSystem Projected = new CoordinateSystemFactory().CreateFromWkt(Grid);
    private static readonly MathTransform ToGrid = Transform(GeographicCoordinateSystem.WGS84, Projected);
    private static readonly MathTransform FromGrid = Transform(Projected, GeographicCoordinateSystem.WGS84);

    /// <summary>Where an easting and a northing are in WGS 84.</summary>
    public static GeoPoint ToPoint(double easting, double northing)
    {
        var (longitude, latitude) = FromGrid.Transform(easting, northing);
        return new GeoPoint(latitude, longitude);
    }

    /// <summary>Where the centre of a square is in WGS 84.</summary>
    public static GeoPoint ToPoint(GridReference reference) => ToPoint(reference.Easting, reference.Northing);

    /// <summary>Easting and northing of a point, in metres.</summary>
    public static (double Easting, double Northing) FromPoint(GeoPoint point) => ToGrid.Transform(point.Longitude, point.Latitude);

    /// <summary>Whether an easting and a northing lie in the squares that cover Great Britain.</summary>
    public static bool Covers(double easting, double northing) =>
        easting is >= 0 and < 7 * HundredKilometres && northing is >= 0 and < 13 * HundredKilometres;

    /// <summary>Reads a reference such as <c>NS 590 655</c>: two letters and two to ten figures, half east and half north.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out GridReference? reference)
    {
        reference = null;
        var clean = string.Concat(text.Where(letter => !char.IsWhiteSpace(letter))).ToUpperInvariant();
        if (clean.Length is < 4 or > 12 || clean.Length % 2 != 0 || !clean.AsSpan(2).ContainsOnlyDigits())
            return false;
        if (!HalvesAgree(text))
            return false;
        var first = Letters.IndexOf(clean[0], StringComparison.Ordinal);
        var second = Letters.IndexOf(clean[1], StringComparison.Ordinal);
        if (first < 0 || second < 0)
            return false;

        // Squares of 500 km by the first letter, of 100 km by the second; both run from the north-west, and S is at the origin.
        var east = (((first % 5) - 2) * 5) + (second % 5);
        var north = ((3 - (first / 5)) * 5) + (4 - (second / 5));
        var figures = (clean.Length - 2) / 2;
        var square = Math.Pow(10, 5 - figures);
        var eastFigures = int.Parse(clean.AsSpan(2, figures), CultureInfo.InvariantCulture);
        var northFigures = int.Parse(clean.AsSpan(2 + figures, figures), CultureInfo.InvariantCulture);
        var easting = (east * HundredKilometres) + (eastFigures * square);
        var northing = (north * HundredKilometres) + (northFigures * square);
        if (!Covers(easting, northing))
            return false;
        reference = new GridReference(easting + (square / 2), northing + (square / 2), square);
        return true;
    }

    /// <summary>The reference of a point, such as <c>NS 590 655</c>, or null outside the grid.</summary>
    /// <param name="point">The point.</param>
    /// <param name="figures">Figures in all: 2, 4, 6, 8 or 10.</param>
    public static string? Format(GeoPoint point, int figures)
    {
        if (figures is < 2 or > 10 || figures % 2 != 0)
            throw new ArgumentOutOfRangeException(nameof(figures), figures, "2, 4, 6, 8 or 10");
        var (easting, northing) = FromPoint(point);
        if (!Covers(easting, northing))
            return null;
        var east = (int)(easting / HundredKilometres);
        var north = (int)(northing / HundredKilometres);
        var first = Letters[((3 - (north / 5)) * 5) + (east / 5) + 2];
        var second = Letters[((4 - (north % 5)) * 5) + (east % 5)];
        return $"{first}{second} {Figures(easting, figures / 2)} {Figures(northing, figures / 2)}";
    }

    private static string Figures(double metres, int figures)
    {
        var whole = (int)(metres % HundredKilometres / Math.Pow(10, 5 - figures));
        return whole.ToString(CultureInfo.InvariantCulture).PadLeft(figures, '0');
    }

    private static bool ContainsOnlyDigits(this ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');

    /// <summary>Where the figures are written in two groups, both have as many: NS 59 6550 is a slip, not a place.</summary>
    private static bool HalvesAgree(string text)
    {
        var groups = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Where(group => char.IsAsciiDigit(group[0])).ToList();
        return groups.Count != 2 || groups[0].Length == groups[1].Length;
    }

    private static MathTransform Transform(CoordinateSystem source, CoordinateSystem target) =>
        new CoordinateTransformationFactory().CreateFromCoordinateSystems(source, target).MathTransform;
}
