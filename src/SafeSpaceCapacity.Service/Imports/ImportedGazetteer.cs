using System.Collections.Frozen;
using System.Collections.Immutable;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Imports;
using SafeSpaceCapacity.Service.Region;

namespace SafeSpaceCapacity.Service.Imports;

/// <summary>Where a postcode is taken to be.</summary>
/// <param name="Area">The sector or outward code.</param>
/// <param name="UncertaintyMetres">How far off its middle somebody in it may be.</param>
public sealed record FoundPostcode(PostcodeArea Area, double UncertaintyMetres);

/// <summary>What administrators imported about the region, besides what the program brings. Immutable, safe to share.</summary>
public sealed class ImportedGazetteer
{
    // A sector may cover over a square mile (ONS), an outward code many: never less than this, in metres (assumption).
    private const double SectorMetres = 1_000;
    private const double OutcodeMetres = 2_500;
    private const int Neighbours = 3;

    private readonly FrozenDictionary<string, PostcodeArea> _postcodes;
    private readonly ImmutableArray<PostcodeArea> _sectors;
    private readonly ImmutableArray<PostcodeArea> _outcodes;
    private readonly FrozenDictionary<string, PeopledArea> _areas;
    private readonly FrozenDictionary<string, DataZone> _zonesByCode;
    private readonly ILookup<string, Hospital> _hospitals;
    private readonly ImmutableArray<DataZone> _zones;
    private readonly PointTree? _zoneTree;

    internal ImportedGazetteer(IReadOnlyDictionary<GazetteerKind, GazetteerFile> files)
    {
        _sectors = Of(GazetteerKind.PostcodeSectors, file => file.Postcodes);
        _outcodes = Of(GazetteerKind.Outcodes, file => file.Postcodes);
        _zones = Of(GazetteerKind.DataZones, file => file.Zones);

        // Files that an earlier version of the program took are taken as they are: the first of two wins.
        _postcodes = _sectors.Concat(_outcodes).DistinctBy(area => area.Code, StringComparer.Ordinal).ToFrozenDictionary(area => area.Code, StringComparer.Ordinal);
        _areas = files.Values.SelectMany(file => file.Areas).DistinctBy(area => area.Code, StringComparer.Ordinal).ToFrozenDictionary(area => area.Code, StringComparer.Ordinal);
        _zonesByCode = _zones.DistinctBy(zone => zone.Code, StringComparer.Ordinal).ToFrozenDictionary(zone => zone.Code, StringComparer.Ordinal);
        _hospitals = Of(GazetteerKind.Hospitals, file => file.Hospitals).ToLookup(hospital => PlaceName.Key(hospital.Name), StringComparer.Ordinal);
        Boundaries = Of(GazetteerKind.Boundaries, file => file.Boundaries);
        _zoneTree = _zones.IsEmpty ? null : new PointTree([.. _zones.Select(zone => zone.Point)]);

        ImmutableArray<T> Of<T>(GazetteerKind kind, Func<GazetteerFile, ImmutableArray<T>> part) => files.TryGetValue(kind, out var file) ? part(file) : [];
    }

    /// <summary>Nothing was imported.</summary>
    public static ImportedGazetteer Empty { get; } = new(ImmutableDictionary<GazetteerKind, GazetteerFile>.Empty);

    /// <summary>Whether any postcodes are known.</summary>
    public bool HasPostcodes => _postcodes.Count > 0;

    /// <summary>All data zones.</summary>
    public ImmutableArray<DataZone> Zones => _zones;

    /// <summary>Boundaries of council areas, to draw them.</summary>
    public ImmutableArray<AreaBoundary> Boundaries { get; }

    /// <summary>
    /// The sector of a full postcode or of a sector, or where that is not known its outward code. How far somebody in it may be from its
    /// middle is told from how far its neighbours are: near each other in a city, far apart in the Highlands.
    /// </summary>
    public FoundPostcode? FindPostcode(string text)
    {
        foreach (var meaning in Postcode.Meanings(text))
        {
            if (!_postcodes.TryGetValue(meaning, out var area))
                continue;
            var (kin, least) = meaning.Contains(' ', StringComparison.Ordinal) ? (_sectors, SectorMetres) : (_outcodes, OutcodeMetres);
            var near = kin.Where(other => !ReferenceEquals(other, area)).Select(other => other.Point.DistanceMetresTo(area.Point)).Order().Take(Neighbours).ToList();
            return new FoundPostcode(area, Math.Max(least, near.Count == 0 ? least : near.Average()));
        }

        return null;
    }

    /// <summary>The hospitals of that name; a comma and the postcode after it tell namesakes apart.</summary>
    public ImmutableArray<Hospital> FindHospitals(string text)
    {
        if (_hospitals[PlaceName.Key(text)].ToImmutableArray() is [_, ..] whole)
            return whole;
        var (name, qualifiers) = PlaceName.Split(text);
        return [.. _hospitals[name].Where(hospital => qualifiers.All(qualifier => string.Equals(qualifier, PlaceName.Key(hospital.Postcode), StringComparison.Ordinal)))];
    }

    /// <summary>The data zone whose middle is nearest to a point, which near its edge may be the neighbour of the one it lies in; null without any.</summary>
    public DataZone? ZoneAt(GeoPoint point) => _zoneTree is null ? null : _zones[_zoneTree.Nearest(point)];

    /// <summary>The data zone of a code, or null.</summary>
    public DataZone? FindZone(string code) => _zonesByCode.GetValueOrDefault(code);

    /// <summary>The intermediate zone, council area or health board of a code, or null.</summary>
    public PeopledArea? FindArea(string code) => _areas.GetValueOrDefault(code);
}
