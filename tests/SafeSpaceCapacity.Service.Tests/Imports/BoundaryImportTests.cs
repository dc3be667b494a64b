using Google.Protobuf;
using Grpc.Core;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Service.Imports;
using SafeSpaceCapacity.Service.Tests.Support;
using Role = SafeSpaceCapacity.Identity.Role;

namespace SafeSpaceCapacity.Service.Tests.Imports;

/// <summary>Boundaries of areas: imported, simplified, and told to who plans for them.</summary>
public sealed class BoundaryImportTests : ServiceTest
{
    private const string Glasgow = "S12000049";
    private const string Square = "[[[-4.4,55.8],[-4.2,55.8],[-4.1,55.8001],[-4.0,55.8],[-4.0,55.9],[-4.4,55.9],[-4.4,55.8]]]";

    [Fact]
    public async Task An_area_is_told_simplified_to_who_plans_for_it_and_a_restart_keeps_it()
    {
        var told = await Service.ImportAsync(GazetteerKind.Boundaries, File(Feature(Glasgow, "Polygon", Square), Feature("S12000036", "MultiPolygon", $"[{Square},{Square}]")));
        Assert.Equal(2, told.Last.Imported?.Rows);
        for (var run = 0; run < 2; run++)
        {
            var areas = (await Planner(Glasgow).GetBoundariesAsync(new())).Areas;
            var ring = Assert.Single(Assert.Single(areas).Rings);
            Assert.Equal([558000, 558000, 559000, 559000], ring.Latitudes);
            Assert.Equal([-44000, -40000, -40000, -44000], ring.Longitudes);
            Assert.Equal([1, 2], (await Planner(Glasgow, "S12000036").GetBoundariesAsync(new())).Areas.Select(area => area.Rings.Count).Order());
            Service = await Service.RestartAsync();
        }

        await Refusals.RefusedAsync(Planner(Glasgow).GetBoundariesAsync(new() { AreaCodes = { "S12000036" } }), StatusCode.PermissionDenied);
    }

    [Theory]
    [InlineData("[1", 1, "", "is not JSON")]
    [InlineData("{\"type\":\"Feature\"}", 0, "type", "must be a GeoJSON FeatureCollection with features")]
    [InlineData("{\"type\":\"FeatureCollection\",\"features\":[]}", 0, "features", "must be 1 to 200 areas; there are 0")]
    [InlineData("{\"type\":\"FeatureCollection\",\"features\":[7]}", 1, "geometry", "must be a Polygon or a MultiPolygon with coordinates")]
    public async Task What_is_no_file_of_boundaries_is_refused(string content, int row, string column, string rule) => await RefusedAsync(Files.Text(content), row, column, rule);

    [Theory]
    [InlineData("S08000016", "Polygon", Square, "properties.code", "must be the code of a council area such as S12000049")]
    [InlineData("S12000099", "Polygon", Square, "properties.code", "S12000099 is no council area of this region")]
    [InlineData(Glasgow, "Point", "[-4.2,55.8]", "geometry", "must be a Polygon or a MultiPolygon with coordinates (S12000049)")]
    [InlineData(Glasgow, "Polygon", "[]", "geometry", "must be a Polygon or a MultiPolygon with coordinates (S12000049)")]
    [InlineData(Glasgow, "Polygon", "[[[-4.4,55.8],[-4.0,55.8],[-4.4,55.8]]]", "geometry", "each ring must have at least four positions (S12000049)")]
    [InlineData(Glasgow, "Polygon", "[[[-4.4,55.8],[-4.0,55.8],[-4.0,55.9],[-4.4,55.9]]]", "geometry", "each ring must end where it begins (S12000049)")]
    [InlineData(Glasgow, "Polygon", "[[[55.8,-4.4],[55.8,-4.0],[55.9,-4.0],[55.8,-4.4]]]", "geometry", "each position must be a longitude of -9.5 to 2.5 and a latitude of 49 to 61.5 (WGS 84) (S12000049)")]
    public async Task What_breaks_a_rule_is_said_by_feature_and_changes_nothing(string code, string type, string coordinates, string column, string rule) =>
        await RefusedAsync(File(Feature("S12000036", "Polygon", Square), Feature(code, type, coordinates)), 2, column, rule);

    [Fact]
    public async Task An_area_twice_and_too_many_points_are_refused()
    {
        await RefusedAsync(File(Feature(Glasgow, "Polygon", Square), Feature(Glasgow, "Polygon", Square)), 2, "properties.code", "is in the file before: feature 1");
        var many = string.Join(',', Enumerable.Range(0, BoundaryFile.PointsMost + 1).Select(i => i % 2 == 0 ? "[-4,56]" : "[-4,57]"));
        await RefusedAsync(File(Feature(Glasgow, "Polygon", $"[[{many},[-4,56]]]")), 1, "geometry", "the file must have at most 100000 points");
    }

    [Fact]
    public void A_ring_keeps_what_is_further_from_the_line_than_the_tolerance_and_nothing_else()
    {
        // A circle of a thousand points and of one degree: none of those left out is further than the tolerance from the line between its neighbours.
        var circle = Enumerable.Range(0, 1000).Select(i => new GeoPoint(57 + (Math.Sin(i * Math.Tau / 1000) / 2), -4 + (Math.Cos(i * Math.Tau / 1000) / 2))).ToArray();
        var simple = LineSimplifier.Ring(circle, 0.01);
        Assert.InRange(simple.Length, 8, 40);
        Assert.Equal(circle.Where(simple.Contains), simple);
        Assert.Equal(circle.Length, LineSimplifier.Ring(circle, 0).Length);
        Assert.True(LineSimplifier.Ring(circle, 5).Length < 3);
        Assert.Empty(LineSimplifier.Ring([new(57, -4), new(58, -4)], 0.01));
    }

    private static ByteString File(params string[] features) => Files.Text($$"""{"type":"FeatureCollection","features":[{{string.Join(',', features)}}]}""");

    private static string Feature(string code, string type, string coordinates) =>
        $$$"""{"type":"Feature","properties":{"code":"{{{code}}}"},"geometry":{"type":"{{{type}}}","coordinates":{{{coordinates}}}}}""";

    private PlannerService.PlannerServiceClient Planner(params string[] areas) => new(Service.With(Service.Token(Role.Planner, areas: areas)));

    private async Task RefusedAsync(ByteString file, int row, string column, string rule)
    {
        var told = await Service.ImportAsync(GazetteerKind.Boundaries, file);
        Assert.Contains((row, column, rule), told.All.Select(answer => answer.Error).OfType<ImportRemark>().Select(error => (error.Row, error.Column, error.Rule)));
        Assert.NotNull(told.Last.Refused);
        Assert.Equal(0, Service.Log.HeadPosition);
    }
}
