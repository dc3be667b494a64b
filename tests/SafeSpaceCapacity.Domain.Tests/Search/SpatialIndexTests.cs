using NodaTime;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Search;
using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.Domain.Tests.Search;

public class SpatialIndexTests
{
    private static readonly GeoPoint Aberdeen = new(57.1497, -2.0943);
    private static readonly GeoPoint Inverness = new(57.4778, -4.2247);
    private static readonly Instant Ten = Instant.FromUtc(2026, 7, 11, 10, 0);

    [Fact]
    public void An_empty_index_yields_nothing()
    {
        using var cursor = SpatialIndex<Place>.Empty.Nearest(Aberdeen, Needs.None, servingAt: null);

        Assert.Equal(double.PositiveInfinity, cursor.FrontierMetres);
        Assert.False(cursor.MoveNext());
        Assert.False(cursor.MoveNext());
        Assert.Throws<InvalidOperationException>(() => cursor.Current);
        Assert.Same(SpatialIndex<Place>.Empty, SpatialIndex<Place>.Build([]));
    }

    [Fact]
    public void Entries_at_one_point_come_by_key_and_are_told_apart_by_it()
    {
        var index = SpatialIndex<Place>.Empty;
        for (var at = 199; at >= 0; at--)
            index = index.With(Place.Open($"place-{at:D3}", Aberdeen));
        index = index.Without(Place.Open("place-100", Aberdeen)).With(Place.Open("place-050", Aberdeen, Needs.Quiet));
        index.CheckInvariants();

        Assert.Equal(199, index.Count);
        string[] expected = [.. Enumerable.Range(0, 200).Where(at => at != 100).Select(at => $"place-{at:D3}")];
        Assert.Equal(expected, Keys(index, Aberdeen, Needs.None, servingAt: null));
        Assert.Equal(["place-050"], Keys(index, Inverness, Needs.Quiet, servingAt: null));
    }

    [Fact]
    public void Of_entries_with_one_key_at_one_point_the_last_built_stays()
    {
        var index = SpatialIndex<Place>.Build([Place.Open("a", Aberdeen), Place.Open("a", Inverness), Place.Open("a", Aberdeen, Needs.Bsl)]);

        Assert.Equal(2, index.Count);
        using var cursor = index.Nearest(Aberdeen, Needs.None, servingAt: null);
        Assert.True(cursor.MoveNext());
        Assert.Equal(Needs.Bsl, cursor.Current.Provides);
    }

    [Fact]
    public void Taking_out_what_is_not_there_gives_the_same_index()
    {
        var index = SpatialIndex<Place>.Build([Place.Open("a", Aberdeen)]);

        Assert.Same(index, index.Without(Place.Open("a", Inverness)));
        Assert.Same(index, index.Without(Place.Open("b", Aberdeen)));
        Assert.Same(SpatialIndex<Place>.Empty, SpatialIndex<Place>.Empty.Without(Place.Open("a", Aberdeen)));
    }

    [Fact]
    public void An_entry_within_the_same_centimetre_is_replaced_and_its_point_followed()
    {
        var moved = Aberdeen with { Latitude = Aberdeen.Latitude + 1e-9 };
        while (HilbertCurve.CodeOf(moved) != HilbertCurve.CodeOf(Aberdeen))
            moved = moved with { Latitude = (moved.Latitude + Aberdeen.Latitude) / 2 };
        Assert.NotEqual(Aberdeen, moved);

        var index = SpatialIndex<Place>.Build([Place.Open("a", Aberdeen), Place.Open("b", Inverness)]).With(Place.Open("a", moved));

        index.CheckInvariants();
        Assert.Equal(2, index.Count);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    public void A_full_space_comes_from_the_instant_on_at_which_time_may_open_it(int minutes, bool comes)
    {
        var index = SpatialIndex<Place>.Build([Place.Full("a", Aberdeen, Ten), Place.Full("never", Aberdeen, Instant.MaxValue)]);

        Assert.Equal(comes ? ["a"] : [], Keys(index, Inverness, Needs.None, Ten + Duration.FromMinutes(minutes)));
    }

    [Fact]
    public void A_space_that_can_serve_comes_although_its_verdict_may_have_changed()
    {
        var index = SpatialIndex<Place>.Build([new Place("a", Aberdeen, Needs.None, CanServe: true, Ten)]);

        Assert.Equal(["a"], Keys(index, Inverness, Needs.None, Ten + Duration.FromHours(1)));
    }

    [Fact]
    public void Without_an_instant_full_spaces_come_too()
    {
        var index = SpatialIndex<Place>.Build([Place.Full("a", Aberdeen, Instant.MaxValue), Place.Open("b", Inverness)]);

        Assert.Equal(["a", "b"], Keys(index, Aberdeen, Needs.None, servingAt: null));
    }

    [Fact]
    public void The_nearest_is_found_across_the_antimeridian_and_over_the_pole()
    {
        var index = SpatialIndex<Place>.Build(
        [
            Place.Open("west", new GeoPoint(10, -179.99)), Place.Open("east", new GeoPoint(10, 179)),
            Place.Open("pole", new GeoPoint(89.9, 0)), Place.Open("below", new GeoPoint(88, 180)),
        ]);

        Assert.Equal("west", Keys(index, new GeoPoint(10, 179.99), Needs.None, servingAt: null)[0]);
        Assert.Equal("pole", Keys(index, new GeoPoint(89.5, 180), Needs.None, servingAt: null)[0]);
    }

    [Theory]
    [InlineData(90.001, 0)]
    [InlineData(0, -180.001)]
    [InlineData(double.NaN, 0)]
    [InlineData(0, double.NaN)]
    [InlineData(double.PositiveInfinity, 0)]
    public void A_point_that_is_not_on_the_earth_is_refused(double latitude, double longitude)
    {
        var nowhere = new GeoPoint(latitude, longitude);

        Assert.Throws<ArgumentOutOfRangeException>(() => SpatialIndex<Place>.Empty.With(Place.Open("a", nowhere)));
        Assert.Throws<ArgumentOutOfRangeException>(() => SpatialIndex<Place>.Build([Place.Open("a", nowhere)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => SpatialIndex<Place>.Empty.Nearest(nowhere, Needs.None, servingAt: null));
    }

    [Fact]
    public void A_cursor_ends_where_it_is_told_to_and_loses_nothing_within()
    {
        var random = new Random(7);
        var index = SpatialIndex<Place>.Build(Enumerable.Range(0, 2000).Select(i => Place.Open($"p{i}", Scattered.Point(random))));
        var all = new List<(string Key, double Metres)>();
        using (var cursor = index.Nearest(Aberdeen, Needs.None, servingAt: null))
        {
            while (cursor.MoveNext())
                all.Add((cursor.Current.Key, cursor.CurrentDistanceMetres));
        }

        foreach (var last in (ReadOnlySpan<int>)[0, 1, 40, 700, 1999])
        {
            using var cursor = index.Nearest(Aberdeen, Needs.None, servingAt: null);
            var met = new List<string>();
            // Told before the first and again on the way.
            for (cursor.EndAt(all[^1].Metres); cursor.MoveNext(); cursor.EndAt(all[last].Metres))
                met.Add(cursor.Current.Key);
            Assert.Equal(all.Take(last + 1).Select(one => one.Key), met);
        }

        using var none = index.Nearest(Aberdeen, Needs.None, servingAt: null);
        none.EndAt(-1);
        Assert.False(none.MoveNext());
    }

    [Fact]
    public void A_cursor_disposed_of_twice_gives_its_memory_back_once_and_goes_no_further()
    {
        var index = SpatialIndex<Place>.Build([Place.Open("a", Aberdeen)]);
        var cursor = index.Nearest(Aberdeen, Needs.None, servingAt: null);
        cursor.Dispose();
        cursor.Dispose();

        Assert.Throws<ObjectDisposedException>(() => cursor.MoveNext());
        using var one = index.Nearest(Aberdeen, Needs.None, servingAt: null);
        using var other = index.Nearest(Aberdeen, Needs.None, servingAt: null);
        Assert.True(one.MoveNext());
        Assert.True(other.MoveNext());
        Assert.Same(one.Current, other.Current);
    }

    private static string[] Keys(SpatialIndex<Place> index, GeoPoint from, Needs asked, Instant? servingAt)
    {
        var keys = new List<string>();
        using var cursor = index.Nearest(from, asked, servingAt);
        while (cursor.MoveNext())
            keys.Add(cursor.Current.Key);
        return [.. keys];
    }
}
