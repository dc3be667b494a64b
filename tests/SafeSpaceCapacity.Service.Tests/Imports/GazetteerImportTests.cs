using System.Diagnostics;
using SafeSpaceCapacity.Contract.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Service.Imports;
using SafeSpaceCapacity.Service.Tests.Support;

namespace SafeSpaceCapacity.Service.Tests.Imports;

/// <summary>Gazetteers imported over real connections: small ones, and the real ones where they are there.</summary>
public sealed class GazetteerImportTests(ITestOutputHelper output) : ServiceTest
{
    private const string Sectors = "sector,lat,lon,n_postcodes\nG2 1,55.8620,-4.2520,300\nG2 2,55.8650,-4.2600,300\nEH1 1,55.9500,-3.1880,500\n";

    private static readonly (GazetteerKind Kind, string File, int Rows)[] Real =
    [
        (GazetteerKind.PostcodeSectors, "scotland_postcode_sectors_ogl.csv", 1273),
        (GazetteerKind.Outcodes, "scotland_outcodes_ogl.csv", 476),
        (GazetteerKind.DataZones, "scotland_dz2011.csv", 6976),
        (GazetteerKind.IntermediateZones, "scotland_iz2011.csv", 1279),
        (GazetteerKind.CouncilAreas, "scotland_council32.csv", 32),
        (GazetteerKind.HealthBoards, "scotland_hb14.csv", 14),
        (GazetteerKind.Hospitals, "scotland_hospitals309.csv", 309),
        (GazetteerKind.Boundaries, "scotland_council32.geojson", 32),
    ];

    private ImportedGazetteer Known => Service.Gazetteers.Current;

    [Fact]
    public async Task The_real_files_are_imported_as_they_are_and_a_crew_is_found_by_postcode_and_a_restart_keeps_them()
    {
        var folder = Folder();
        foreach (var (kind, name, rows) in Real)
        {
            var file = ByteString.CopyFrom(await File.ReadAllBytesAsync(Path.Combine(folder, name)));
            var watch = Stopwatch.StartNew();
            var told = await Service.ImportAsync(kind, file);
            output.WriteLine($"{name}: {rows} rows in {watch.ElapsedMilliseconds} ms");
            Assert.True(told.Last.Imported?.Rows == rows, string.Join('\n', told.All));
            Assert.Contains(told.All, answer => answer.Progress is not null);
        }

        await Service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude);
        for (var run = 0; run < 2; run++)
        {
            await FoundAsync("G2 1", 55.86, -4.25, "Glasgow City");
            await FoundAsync("g2 1dy", 55.86, -4.25, "Glasgow City");
            await FoundAsync("EH1 1YZ", 55.95, -3.19, "City of Edinburgh");
            await FoundAsync("EH11YZ", 55.95, -3.19, "City of Edinburgh");
            await FoundAsync("IV27", 58.2, -4.9, "Highland", within: 0.6);
            await FoundAsync("Crosshouse AMU (Maternity)", 55.614, -4.543, "East Ayrshire");
            Assert.Equal(5_424_800, Known.Zones.Sum(zone => zone.Population));
            var zone = Known.ZoneAt(new GeoPoint(57.08637, -2.28242))!;
            Assert.Equal(("S01006506", "S12000033", 4691, 894), (zone.Code, zone.CouncilCode, zone.SimdRank, zone.Population));
            Assert.Equal(("NHS Borders", 115_020), (Known.FindArea("S08000016")!.Name, Known.FindArea("S08000016")!.Population));
            Assert.Equal(51_450, Known.FindArea("S12000005")!.Population);
            Assert.All(Known.Boundaries, area => Assert.NotEmpty(area.Rings));
            Assert.InRange(Known.Boundaries.Sum(area => area.Rings.Sum(ring => ring.Length)), 1_000, 6_479);
            Assert.Equal("Culter", Known.FindArea("S02001236")!.Name);

            var list = await Service.Files.ListGazetteersAsync(new ListGazetteersRequest());
            Assert.Equal(Real.Select(real => (real.Kind, real.Rows, "tester")), list.Gazetteers.Select(entry => (entry.Kind, entry.Rows, entry.ImportedBy)));
            var watch = Stopwatch.StartNew();
            Service = await Service.RestartAsync();
            output.WriteLine($"stopped and started again in {watch.ElapsedMilliseconds} ms");
        }

        // Far apart in the Highlands, near each other in a city.
        Assert.True(Known.FindPostcode("IV27 4")!.UncertaintyMetres > 5_000);
        Assert.Equal(1_000, Known.FindPostcode("G2 1")!.UncertaintyMetres);
        var refused = await Refusals.RefusedAsync(Service.Crew.FindSpacesAsync(From("Royal Victoria Hospital")), StatusCode.InvalidArgument);
        Assert.Contains("is the name of several hospitals: ", Assert.Single(refused.Violations()).Rule, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Odd_values_of_hospitals_are_noted_and_their_rows_taken()
    {
        var told = await Service.ImportAsync(GazetteerKind.Hospitals, Files.Text(
            "code,name,hb,postcode,lat,lon\nA1,One Hospital,S08000031,EH546HT,55.9,-3.5\nA2,Two Hospital,S08000031,<Null>,55.8,-4.2\n"));
        Assert.Equal((3, "postcode"), (Assert.Single(told.All, answer => answer.Note is not null).Note.Row, told.All.First(answer => answer.Note is not null).Note.Column));
        Assert.Equal(2, told.Last.Imported.Rows);
        Assert.Equal("EH54 6HT", Assert.Single(Known.FindHospitals("one hospital")).Postcode);
        Assert.Equal(string.Empty, Assert.Single(Known.FindHospitals("Two Hospital")).Postcode);
    }

    [Fact]
    public async Task One_bad_row_changes_nothing_and_a_preview_neither()
    {
        var file = Files.Text(Sectors);
        var previewed = await Service.ImportAsync(GazetteerKind.PostcodeSectors, file, preview: true);
        Assert.Equal(3, previewed.Last.Previewed.Rows);
        Assert.Equal(0, Service.Log.HeadPosition);
        var told = await Service.ImportAsync(GazetteerKind.PostcodeSectors, Files.Text(Sectors + "EH1,55.9,-3.1,5\nG2 1,15,-4.2,x\n"));
        Assert.Equal(
            [(5, "sector"), (6, "lat"), (6, "n_postcodes"), (6, "sector")],
            told.All.Select(answer => answer.Error).OfType<ImportRemark>().Select(error => (error.Row, error.Column)).Order());
        Assert.Equal(4, told.Last.Refused.Errors);
        Assert.Equal(0, Service.Log.HeadPosition);
        Assert.False(Known.HasPostcodes);
    }

    [Theory]
    [InlineData(GazetteerKind.CouncilAreas, "code,name,population,lat,lon,mean_simd_rank\nS08000016,NHS Borders,1,55.6,-2.7,3832\n", "code")]
    [InlineData(GazetteerKind.DataZones, "dz11_code\nS01006506\n", "dz11_name")]
    [InlineData(GazetteerKind.Outcodes, "outcode,lat,lon,n_postcodes\n", "")]
    public async Task A_file_of_another_kind_is_refused(GazetteerKind kind, string text, string column)
    {
        var told = await Service.ImportAsync(kind, Files.Text(text));
        Assert.Contains(told.All, answer => answer.Error?.Column == column);
        Assert.Equal(0, Service.Log.HeadPosition);
    }

    [Fact]
    public async Task A_newer_gazetteer_stands_instead_of_the_older_and_commands_take_effect_once()
    {
        var command = Ids.Next();
        var first = await Service.ImportAsync(GazetteerKind.PostcodeSectors, Files.Text(Sectors), command: command);
        await Service.ImportAsync(GazetteerKind.PostcodeSectors, Files.Text("sector,lat,lon,n_postcodes\nG3 8,55.86,-4.28,1\n"));
        Assert.Null(Known.FindPostcode("G2 1"));
        Assert.NotNull(Known.FindPostcode("G3 8"));
        var again = await Service.ImportAsync(GazetteerKind.PostcodeSectors, Files.Text(Sectors), command: command);
        Assert.Equal(first.Last, again.Last);
        Assert.NotNull(Known.FindPostcode("G3 8"));
        Assert.Equal(StatusCode.AlreadyExists, (await Assert.ThrowsAsync<RpcException>(() => Service.ImportAsync(GazetteerKind.Outcodes, Files.Text(Sectors), command: command))).StatusCode);
        Assert.Equal(2, Service.Log.HeadPosition);
    }

    [Fact]
    public async Task Postcodes_are_refused_with_the_reason_until_they_are_imported()
    {
        var before = await Refusals.RefusedAsync(Service.Crew.FindSpacesAsync(From("G2 1")), StatusCode.InvalidArgument);
        Assert.Contains("none were imported here yet", Assert.Single(before.Violations()).Rule, StringComparison.Ordinal);
        await Service.ImportAsync(GazetteerKind.PostcodeSectors, Files.Text(Sectors));
        var after = await Refusals.RefusedAsync(Service.Crew.FindSpacesAsync(From("ZE1 0")), StatusCode.InvalidArgument);
        Assert.Contains("is in none of the postcode sectors", Assert.Single(after.Violations()).Rule, StringComparison.Ordinal);
        var found = await Service.Crew.FindSpacesAsync(From("EH1 1YZ"));
        Assert.Equal("EH1 1YZ", found.Origin.Original);
        Assert.True(found.Origin.UncertaintyMetres >= 1_000);
        Assert.Contains(Degradation.OriginUncertain, found.Degradations);
    }

    private static FindSpacesRequest From(string place) => new() { Origin = new Origin { Place = place }, LegalStatus = LegalStatus.Voluntary };

    private async Task FoundAsync(string place, double latitude, double longitude, string council, double within = 0.02)
    {
        var origin = (await Service.Crew.FindSpacesAsync(From(place))).Origin;
        Assert.Equal((place, council), (origin.Original, origin.CouncilArea));
        Assert.InRange(origin.Point.Latitude, latitude - within, latitude + within);
        Assert.InRange(origin.Point.Longitude, longitude - within, longitude + within);
    }

    private static string Folder()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "SafeSpaceCapacity.sln")))
            root = root.Parent;
        var folder = Path.GetFullPath(Path.Combine(root?.FullName ?? ".", "..", "shared", "data", "geo"));
        Assert.SkipUnless(Directory.Exists(folder), $"SKIPPED, NOT PASSED: the gazetteers are not there ({folder})");
        return folder;
    }
}
