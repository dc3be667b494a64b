using System.Collections.Immutable;
using SafeSpaceCapacity.Domain.Geography;

namespace SafeSpaceCapacity.Service.Region;

/// <summary>How a search for a name ended.</summary>
public enum PlaceMatch
{
    /// <summary>One place is meant.</summary>
    Found = 1,

    /// <summary>Several places are called so: the candidates are all of them.</summary>
    Ambiguous = 2,

    /// <summary>No place is called so: the candidates are names much like it, or none.</summary>
    NotFound = 3,
}

/// <summary>What a name means.</summary>
/// <param name="Match">How the search ended.</param>
/// <param name="Place">The place, exactly when it was found.</param>
/// <param name="Candidates">Namesakes or suggestions, largest first.</param>
public sealed record PlaceSearch(PlaceMatch Match, Place? Place, ImmutableArray<Place> Candidates);

/// <summary>The place nearest to a point.</summary>
/// <param name="Place">The place.</param>
/// <param name="DistanceMetres">Great-circle distance to it.</param>
public readonly record struct NearestPlace(Place Place, double DistanceMetres);

/// <summary>Finds places by name and by point. Immutable, safe to share.</summary>
public sealed class Gazetteer
{
    /// <summary>How many suggestions a miss brings at most.</summary>
    public const int SuggestionsAtMost = 5;

    private readonly ILookup<string, Place> byName;
    private readonly ILookup<string, Place> byAlso;
    private readonly PointTree tree;

    /// <summary>Indexes places.</summary>
    /// <param name="places">At least one place.</param>
    public Gazetteer(ImmutableArray<Place> places)
    {
        Places = places;
        byName = places.ToLookup(place => PlaceName.Key(place.Name), StringComparer.Ordinal);
        byAlso = places.Where(place => place.Also.Length > 0).ToLookup(place => PlaceName.Key(place.Also), StringComparer.Ordinal);
        tree = new PointTree([.. places.Select(place => place.Site.Point)]);
    }

    /// <summary>All places.</summary>
    public ImmutableArray<Place> Places { get; }

    /// <summary>
    /// What a name means. Case, accents, spaces and punctuation do not matter. <c>Tarbert, Harris</c>, <c>Tarbert (Harris)</c> and
    /// <c>Tarbert, Na h-Eileanan Siar</c> tell namesakes apart; the name of an island or glen alone finds the places in it. Never throws.
    /// </summary>
    public PlaceSearch Find(string text)
    {
        var (name, qualifiers) = PlaceName.Split(text);
        if (name.Length == 0)
            return new PlaceSearch(PlaceMatch.NotFound, null, []);
        var called = Ordered(byName[name].Where(place => IsQualifiedBy(place, qualifiers)));
        if (called.Length == 0)
            called = Ordered(byAlso[name].Where(place => IsQualifiedBy(place, qualifiers)));

        // "Tarbert, Argyll and Bute": of two on one council's ground the one that needs no further word is meant.
        if (called.Length > 1 && qualifiers.Length > 0 && called.Count(place => place.Also.Length == 0) == 1)
            called = [called.Single(place => place.Also.Length == 0)];
        return called.Length switch
        {
            0 => new PlaceSearch(PlaceMatch.NotFound, null, Suggestions(name)),
            1 => new PlaceSearch(PlaceMatch.Found, called[0], []),
            _ => new PlaceSearch(PlaceMatch.Ambiguous, null, called),
        };
    }

    /// <summary>The place nearest to a point, however far.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The point is not on the earth.</exception>
    public NearestPlace Nearest(GeoPoint point)
    {
        if (!(Math.Abs(point.Latitude) <= 90 && Math.Abs(point.Longitude) <= 180))
            throw new ArgumentOutOfRangeException(nameof(point), point, "latitude is -90 to 90 and longitude -180 to 180");
        var place = Places[tree.Nearest(point)];
        return new NearestPlace(place, point.DistanceMetresTo(place.Site.Point));
    }

    /// <summary>A point with the land and the urban–rural class of the place nearest to it.</summary>
    public Site SiteAt(GeoPoint point) => Nearest(point).Place.Site with { Point = point };

    private static bool IsQualifiedBy(Place place, ImmutableArray<string> qualifiers)
    {
        var council = PlaceName.Key(place.CouncilArea);
        var also = PlaceName.Key(place.Also);
        return qualifiers.All(qualifier =>
            string.Equals(also, qualifier, StringComparison.Ordinal)
            || council.StartsWith(qualifier, StringComparison.Ordinal)
            || string.Equals(council, PlaceName.CouncilAlias(qualifier), StringComparison.Ordinal));
    }

    private static ImmutableArray<Place> Ordered(IEnumerable<Place> places) =>
        [.. places.OrderByDescending(place => place.Population).ThenBy(place => place.Label, StringComparer.Ordinal)];

    private ImmutableArray<Place> Suggestions(string name)
    {
        const int lettersToStart = 3;
        var slips = name.Length <= 4 ? 1 : 2;
        return
        [
            .. Places
                .Select(place => (place, key: PlaceName.Key(place.Name)))
                .Select(entry => (entry.place, slips: StartsWith(entry.key) ? 0 : PlaceName.Slips(entry.key, name, slips)))
                .Where(entry => entry.slips <= slips)
                .OrderBy(entry => entry.slips)
                .ThenByDescending(entry => entry.place.Population)
                .ThenBy(entry => entry.place.Label, StringComparer.Ordinal)
                .Take(SuggestionsAtMost)
                .Select(entry => entry.place),
        ];

        bool StartsWith(string key) => name.Length >= lettersToStart && key.StartsWith(name, StringComparison.Ordinal);
    }
}
