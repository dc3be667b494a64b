using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Search;

namespace SafeSpaceCapacity.Domain.Tests.Search;

public class HilbertCurveTests
{
    [Theory]
    [InlineData(28)]
    [InlineData(0)]
    public void Steps_along_the_curve_go_to_a_neighbouring_cell(int shift)
    {
        var cells = Enumerable.Range(0, 256)
            .Select(at => (X: (uint)(at % 16), Y: (uint)(at / 16)))
            .OrderBy(cell => HilbertCurve.CodeOf(cell.X << shift, cell.Y << shift))
            .ToArray();

        Assert.Equal(256, cells.Select(cell => HilbertCurve.CodeOf(cell.X << shift, cell.Y << shift)).Distinct().Count());
        for (var at = 1; at < cells.Length; at++)
        {
            var steps = Math.Abs((long)cells[at].X - cells[at - 1].X) + Math.Abs((long)cells[at].Y - cells[at - 1].Y);
            Assert.Equal(1, steps);
        }
    }

    [Fact]
    public void The_curve_goes_from_one_corner_to_the_next()
    {
        Assert.Equal(0UL, HilbertCurve.CodeOf(0, 0));
        Assert.Equal(ulong.MaxValue, HilbertCurve.CodeOf(uint.MaxValue, 0));
    }

    [Fact]
    public void A_hundred_and_eighty_degrees_east_is_as_many_west() =>
        Assert.Equal(HilbertCurve.CodeOf(new GeoPoint(57, -180)), HilbertCurve.CodeOf(new GeoPoint(57, 180)));

    [Fact]
    public void The_corners_of_the_map_have_codes()
    {
        Assert.Equal(0UL, HilbertCurve.CodeOf(new GeoPoint(-90, -180)));
        Assert.NotEqual(0UL, HilbertCurve.CodeOf(new GeoPoint(90, Math.BitDecrement(180.0))));
    }
}
