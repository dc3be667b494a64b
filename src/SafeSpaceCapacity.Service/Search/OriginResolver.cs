using System.Collections.Frozen;
using System.Globalization;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Service.Grpc;
using SafeSpaceCapacity.Service.Imports;
using SafeSpaceCapacity.Service.Region;

namespace SafeSpaceCapacity.Service.Search;

/// <summary>Where a crew is, as it was understood. Used for one answer and not kept.</summary>
/// <param name="Site">The point with its land and class.</param>
/// <param name="UncertaintyMetres">How far off it may be.</param>
/// <param name="Original">What the client sent.</param>
/// <param name="Nearest">The nearest place of the gazetteer.</param>
/// <param name="AreaCode">The council area it is taken to be in: all that is kept.</param>
internal sealed record ResolvedPoint(Site Site, double UncertaintyMetres, string Original, Place Nearest, string AreaCode);

/// <summary>Turns the origins that crews give into a point of the region.</summary>
internal sealed class OriginResolver(RegionData region, ImportedGazetteers imported)
{
    /// <summary>How far from the nearest place of the gazetteer a point may be and still be in the region, in metres (assumption).</summary>
    public const double RegionEdgeMetres = 50_000;

    /// <summary>How far off a point from a device is taken to be, in metres, where the client does not say (assumption).</summary>
    private const double DeviceMetres = 50;

    /// <summary>How far from its point somebody at a hospital may be, in metres (assumption).</summary>
    private const double HospitalMetres = 500;

    private readonly FrozenDictionary<string, string> _areaCodes =
        region.CouncilAreas.ToFrozenDictionary(area => area.Name, area => area.Code, StringComparer.Ordinal);

    /// <summary>The point, or null with the broken rules told to the check.</summary>
    public ResolvedPoint? Resolve(Origin? origin, RequestCheck check)
    {
        if (origin is null || origin.OriginCase == Origin.OriginOneofCase.None)
        {
            check.Break("origin", "is required: one of wgs84, grid, place");
            return null;
        }

        double? stated = origin.HasUncertaintyMetres
            ? check.Number(given: true, origin.UncertaintyMetres, "origin.uncertainty_metres", 0, 50_000, otherwise: null)
            : null;
        var (point, uncertainty, original) = origin.OriginCase switch
        {
            Origin.OriginOneofCase.Wgs84 => Device(origin.Wgs84, check),
            Origin.OriginOneofCase.Grid => Grid(origin.Grid, check),
            _ => Named(origin.Place, check),
        };
        if (point is not { } known)
            return null;
        var (nearest, metres) = region.Gazetteer.Nearest(known);
        if (TooFar(nearest, metres) is { } fault)
        {
            check.Break(FieldOf(origin), fault);
            return null;
        }

        return new ResolvedPoint(nearest.Site with { Point = known }, stated ?? uncertainty, original, nearest, _areaCodes[nearest.CouncilArea]);
    }

    /// <summary>Why a point is not of this region, or null if it is.</summary>
    public string? TooFar(GeoPoint point)
    {
        var (nearest, metres) = region.Gazetteer.Nearest(point);
        return TooFar(nearest, metres);
    }

    private static string? TooFar(Place nearest, double metres) => metres <= RegionEdgeMetres
        ? null
        : $"is {metres / 1000:F0} km from {nearest.Label}, the nearest place of this region; at most {RegionEdgeMetres / 1000:F0} km is served";

    private static string FieldOf(Origin origin) => origin.OriginCase switch
    {
        Origin.OriginOneofCase.Wgs84 => "origin.wgs84",
        Origin.OriginOneofCase.Grid => "origin.grid",
        _ => "origin.place",
    };

    private static (GeoPoint? Point, double Uncertainty, string Original) Device(Wgs84Point given, RequestCheck check)
    {
        var latitude = check.Number(given.HasLatitude, given.Latitude, "origin.wgs84.latitude", -90, 90, otherwise: null);
        var longitude = check.Number(given.HasLongitude, given.Longitude, "origin.wgs84.longitude", -180, 180, otherwise: null);
        var original = string.Create(CultureInfo.InvariantCulture, $"{given.Latitude}, {given.Longitude}");
        var right = given.HasLatitude && given.HasLongitude && given.Latitude is >= -90 and <= 90 && given.Longitude is >= -180 and <= 180;
        return (right ? new GeoPoint(latitude, longitude) : null, DeviceMetres, original);
    }

    private static (GeoPoint? Point, double Uncertainty, string Original) Grid(GridPoint given, RequestCheck check)
    {
        switch (given.GridCase)
        {
            case GridPoint.GridOneofCase.Metres:
                var metres = given.Metres;
                var original = string.Create(CultureInfo.InvariantCulture, $"{metres.EastingMetres} E {metres.NorthingMetres} N");
                if (!metres.HasEastingMetres)
                    check.Break("origin.grid.metres.easting_metres", "is required: 0 to 700000; absent is not zero");
                if (!metres.HasNorthingMetres)
                    check.Break("origin.grid.metres.northing_metres", "is required: 0 to 1300000; absent is not zero");
                if (!metres.HasEastingMetres || !metres.HasNorthingMetres)
                    return (null, 0, original);
                if (!BritishNationalGrid.Covers(metres.EastingMetres, metres.NorthingMetres))
                {
                    check.Break("origin.grid.metres", "must be on the British National Grid: 0 to 700000 east, 0 to 1300000 north");
                    return (null, 0, original);
                }

                return (BritishNationalGrid.ToPoint(metres.EastingMetres, metres.NorthingMetres), BritishNationalGrid.TransformationMetres, original);

            case GridPoint.GridOneofCase.Reference:
                var text = check.Text(given.Reference, "origin.grid.reference", 20, required: true);
                if (BritishNationalGrid.TryParse(text, out var reference))
                    return (BritishNationalGrid.ToPoint(reference), reference.UncertaintyMetres + BritishNationalGrid.TransformationMetres, text);
                if (text.Length > 0)
                    check.Break("origin.grid.reference", "must be a grid reference such as NS 590 655: two letters and 2 to 10 figures");
                return (null, 0, text);

            default:
                check.Break("origin.grid", "is required: one of metres, reference");
                return (null, 0, string.Empty);
        }
    }

    private (GeoPoint? Point, double Uncertainty, string Original) Named(string given, RequestCheck check)
    {
        var name = check.Text(given, "origin.place", 100, required: true);
        if (name.Length == 0)
            return (null, 0, string.Empty);
        if (Postcode.Meanings(name).Count > 0)
            return Coded(name, check);
        var found = region.Gazetteer.Find(name);
        if (found.Place is { } place)
            return (place.Site.Point, Extent(place), name);
        if (found.Match == PlaceMatch.NotFound && imported.Current.FindHospitals(name) is [_, ..] hospitals)
        {
            if (hospitals is [var hospital])
                return (hospital.Point, HospitalMetres, name);
            check.Break("origin.place", $"'{name}' is the name of several hospitals: {string.Join("; ", hospitals.Take(Gazetteer.SuggestionsAtMost).Select(each => $"{each.Name}, {each.Postcode}"))}");
            return (null, 0, name);
        }

        var candidates = string.Join("; ", found.Candidates.Take(Gazetteer.SuggestionsAtMost).Select(candidate => candidate.Label));
        check.Break("origin.place", found.Match == PlaceMatch.Ambiguous
            ? $"'{name}' is the name of several places: {candidates}"
            : $"'{name}' is not in the gazetteer" + (candidates.Length > 0 ? $"; did you mean: {candidates}" : "; give coordinates or a grid reference"));
        return (null, 0, name);
    }

    private (GeoPoint? Point, double Uncertainty, string Original) Coded(string postcode, RequestCheck check)
    {
        var known = imported.Current;
        if (known.FindPostcode(postcode) is { } found)
            return (found.Area.Point, found.UncertaintyMetres, postcode);
        check.Break("origin.place", known.HasPostcodes
            ? $"'{postcode}' is in none of the postcode sectors that were imported; give a place, coordinates or a grid reference"
            : $"'{postcode}' is a postcode, and none were imported here yet; give a place, coordinates or a grid reference");
        return (null, 0, postcode);
    }

    // How far from its middle somebody in a place may be (assumption).
    private static double Extent(Place place) => place.Site.Class switch
    {
        UrbanRural.LargeUrban => 5_000,
        UrbanRural.OtherUrban => 2_500,
        UrbanRural.AccessibleSmallTown or UrbanRural.RemoteSmallTown => 1_200,
        _ => 2_000,
    };
}
