using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.Cli.Input;

/// <summary>Where the crew is: a place, a point or a grid reference, and how far off it may be.</summary>
internal sealed class OriginOptions
{
    private readonly Option<string?> _near = new("--near") { Description = "A place, such as Paisley", HelpName = "PLACE" };

    private readonly Option<Wgs84Point?> _at = new("--at")
    {
        Description = "Latitude and longitude in degrees, such as 55.861,-4.25",
        HelpName = "LAT,LON",
        CustomParser = result => Pair(result) is var (latitude, longitude)
            ? new Wgs84Point { Latitude = latitude, Longitude = longitude }
            : Wrong<Wgs84Point>(result, "latitude and longitude in degrees, such as 55.861,-4.25"),
    };

    private readonly Option<GridPoint?> _grid = new("--grid")
    {
        Description = "British National Grid: a reference such as \"NS 590 655\", or metres such as 259000,665500",
        HelpName = "GRID",
        CustomParser = result => !result.Tokens.Single().Value.Contains(',', StringComparison.Ordinal)
            ? new GridPoint { Reference = result.Tokens.Single().Value }
            : Pair(result) is var (easting, northing)
                ? new GridPoint { Metres = new EastingNorthing { EastingMetres = easting, NorthingMetres = northing } }
                : Wrong<GridPoint>(result, "easting and northing in metres, such as 259000,665500"),
    };

    private readonly Option<double?> _uncertainty = new("--uncertainty-metres")
    {
        Description = "How far off that may be, in metres",
        HelpName = "N",
    };

    public Option[] Options => [_near, _at, _grid, _uncertainty];

    /// <summary>The options that each say where; one of them is needed.</summary>
    public Option[] Ways => [_near, _at, _grid];

    public Origin Get(Session session)
    {
        var origin = session.Get(_near) is { } place ? new Origin { Place = place }
            : session.Get(_at) is { } point ? new Origin { Wgs84 = point }
            : new Origin { Grid = session.Get(_grid) };
        if (session.Get(_uncertainty) is { } metres)
            origin.UncertaintyMetres = metres;
        return origin;
    }

    private static (double First, double Second)? Pair(ArgumentResult result) =>
        result.Tokens.Single().Value.Split(',') is [var first, var second] && Number(first) is { } a && Number(second) is { } b
            ? (a, b)
            : null;

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    private static T? Wrong<T>(ArgumentResult result, string wanted) where T : class
    {
        result.AddError($"'{result.Tokens.Single().Value}' is not {wanted}.");
        return null;
    }
}
