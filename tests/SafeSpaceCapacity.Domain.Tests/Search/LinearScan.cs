using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Search;

namespace SafeSpaceCapacity.Domain.Tests.Search;

/// <summary>The index as a plain table, every question answered by reading all of it.</summary>
internal sealed class LinearScan
{
    private readonly Dictionary<(string Key, GeoPoint Point), Place> _places = [];

    public int Count => _places.Count;

    public static LinearScan Of(IEnumerable<Place> places)
    {
        var scan = new LinearScan();
        foreach (var place in places)
            scan.Put(place);
        return scan;
    }

    public LinearScan Copy() => Of(_places.Values);

    public void Put(Place place) => _places[Identity(place)] = place;

    public void Remove(Place place) => _places.Remove(Identity(place));

    public IReadOnlyList<Place> Answer(Question question) =>
        [
            .. _places.Values
                .Where(place => (place.Provides & question.Asked) == question.Asked)
                .Where(place => question.ServingAt is not { } at || place.CanServe || at >= place.CanServeUntil)
                .Where(place => question.OpensBy is not { } by || place.OpensFrom <= by)
                .OrderBy(place => question.From.DistanceMetresTo(place.Point)),
        ];

    /// <summary>Asserts that the index answers as this does: the same entries, from the nearest on, with true bounds on the way.</summary>
    public void AssertSameAnswer(SpatialIndex<Place> index, Question question)
    {
        var expected = Answer(question);
        var actual = new List<Place>();
        using var cursor = question.OpensBy is { } by
            ? index.NearestOpening(question.From, question.Asked, by)
            : index.Nearest(question.From, question.Asked, question.ServingAt);
        var distance = 0.0;
        var frontier = cursor.FrontierMetres;
        while (cursor.MoveNext())
        {
            Assert.True(actual.Count < expected.Count, $"{cursor.Current} should not have come");
            Assert.True(cursor.CurrentDistanceMetres >= distance, "distances do not fall");
            Assert.True(cursor.CurrentDistanceMetres >= frontier, "no entry is nearer than the frontier before it");
            Assert.True(cursor.FrontierMetres >= cursor.CurrentDistanceMetres, "the frontier is not nearer than the entry before it");
            distance = cursor.CurrentDistanceMetres;
            frontier = cursor.FrontierMetres;

            AssertClose(question.From.DistanceMetresTo(cursor.Current.Point), distance);
            AssertClose(question.From.DistanceMetresTo(expected[actual.Count].Point), distance);
            actual.Add(cursor.Current);
        }

        Assert.Equal(double.PositiveInfinity, cursor.FrontierMetres);
        Assert.Equal(expected.Count, actual.Count);
        Assert.Equal(expected.ToHashSet(ReferenceEqualityComparer.Instance), actual.ToHashSet(ReferenceEqualityComparer.Instance));
    }

    // Near the opposite side of the earth neither haversine nor the chord tells metres apart.
    private static void AssertClose(double expectedMetres, double actualMetres) =>
        Assert.Equal(expectedMetres, actualMetres, expectedMetres < 20_000_000 ? 0.001 : 1.0);

    // 180° east is 180° west.
    private static (string Key, GeoPoint Point) Identity(Place place) =>
        (place.Key, place.Point.Longitude == 180 ? place.Point with { Longitude = -180 } : place.Point);
}
