using FsCheck;
using FsCheck.Fluent;
using SafeSpaceCapacity.Domain.Search;

namespace SafeSpaceCapacity.Domain.Tests.Search;

public class UnitBoxTests
{
    [Fact]
    public void No_point_in_a_box_is_nearer_than_the_box() =>
        Prop.ForAll(Generate.Many(Generate.Point, 40), Arb.From(Generate.Point), (points, from) =>
        {
            var vectors = Array.ConvertAll(points, UnitVector.Of);
            var box = vectors.Aggregate(UnitBox.Nothing, static (all, one) => UnitBox.Union(all, UnitBox.Around(one)));
            var bound = box.SquaredChordFrom(UnitVector.Of(from));
            Assert.All(vectors, vector => Assert.True(bound <= vector.SquaredChordTo(UnitVector.Of(from))));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void A_box_is_not_nearer_than_its_only_point() =>
        Prop.ForAll(Arb.From(Generate.Point), Arb.From(Generate.Point), (point, from) =>
        {
            var vector = UnitVector.Of(point);
            Assert.Equal(vector.SquaredChordTo(UnitVector.Of(from)), UnitBox.Around(vector).SquaredChordFrom(UnitVector.Of(from)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));
}
