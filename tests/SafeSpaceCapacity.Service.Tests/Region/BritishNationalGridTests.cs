using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Service.Region;

namespace SafeSpaceCapacity.Service.Tests.Region;

public class BritishNationalGridTests
{
    [Fact]
    public void The_worked_example_of_the_Ordnance_Survey_is_met_within_ten_metres()
    {
        // "A guide to coordinate systems in Great Britain": TG 51409 13177, the water tower at Caister.
        Assert.True(BritishNationalGrid.TryParse("TG 51409 13177", out var reference));

        var point = BritishNationalGrid.ToPoint(reference);

        Assert.InRange(point.DistanceMetresTo(new GeoPoint(52.65798, 1.71605)), 0, 10);
        Assert.Equal(1, reference.SquareMetres);
    }

    [Theory]
    [InlineData("NN 16667 71285", 56.79685, -5.00353)] // Summit of Ben Nevis.
    [InlineData("NT 25162 73496", 55.94868, -3.20000)] // Edinburgh Castle.
    public void Well_known_points_are_where_they_are(string text, double latitude, double longitude)
    {
        Assert.True(BritishNationalGrid.TryParse(text, out var reference));

        Assert.InRange(BritishNationalGrid.ToPoint(reference).DistanceMetresTo(new GeoPoint(latitude, longitude)), 0, 60);
    }

    [Theory]
    [InlineData("NS 590 655", 259050, 665550, 100, 70.7)]
    [InlineData("ns590655", 259050, 665550, 100, 70.7)]
    [InlineData("NS 5900 6550", 259005, 665505, 10, 7.07)]
    [InlineData("NS56", 255000, 665000, 10000, 7071)]
    [InlineData("HU 47 41", 447500, 1141500, 1000, 707.1)]
    [InlineData("SV 0000 0000", 5, 5, 10, 7.07)]
    public void A_reference_is_the_centre_of_its_square_and_says_how_big_that_is(string text, double easting, double northing, double square, double uncertainty)
    {
        Assert.True(BritishNationalGrid.TryParse(text, out var reference));

        Assert.Equal(easting, reference.Easting, 1e-6);
        Assert.Equal(northing, reference.Northing, 1e-6);
        Assert.Equal(square, reference.SquareMetres, 1e-6);
        Assert.Equal(uncertainty, reference.UncertaintyMetres, 0.1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("NS")]
    [InlineData("NS 59 655")]
    [InlineData("NS 59 6550")]
    [InlineData("NI 590 655")]
    [InlineData("AA 590 655")]
    [InlineData("ZZ 590 655")]
    [InlineData("NS 590 65O")]
    [InlineData("NS 590000 655000")]
    [InlineData("G1 1XX 0")]
    public void What_is_no_reference_is_refused(string text) => Assert.False(BritishNationalGrid.TryParse(text, out _));

    [Fact]
    public void There_and_back_is_the_same_point_at_every_place()
    {
        foreach (var point in RegionFixture.Scotland.Places.Select(place => place.Site.Point))
        {
            var (easting, northing) = BritishNationalGrid.FromPoint(point);
            Assert.InRange(BritishNationalGrid.ToPoint(easting, northing).DistanceMetresTo(point), 0, 0.1);
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(10)]
    public void A_written_reference_reads_back_to_a_square_that_holds_the_point(int figures)
    {
        foreach (var point in RegionFixture.Scotland.Places.Select(place => place.Site.Point))
        {
            var text = BritishNationalGrid.Format(point, figures);
            Assert.True(BritishNationalGrid.TryParse(text!, out var reference), text);
            Assert.InRange(BritishNationalGrid.ToPoint(reference).DistanceMetresTo(point), 0, reference.UncertaintyMetres * 1.01);
        }
    }

    [Fact]
    public void Outside_the_grid_there_is_no_reference() => Assert.Null(BritishNationalGrid.Format(new GeoPoint(48, 2), 6));

    [Fact]
    public async Task Many_threads_get_the_same_answer()
    {
        var expected = BritishNationalGrid.ToPoint(259050, 665550);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () => Enumerable.Range(0, 2000).All(_ => BritishNationalGrid.ToPoint(259050, 665550) == expected),
            TestContext.Current.CancellationToken)));

        Assert.All(answers, Assert.True);
    }
}
