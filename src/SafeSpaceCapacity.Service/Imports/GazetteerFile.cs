using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Imports;
using SafeSpaceCapacity.Service.Region;

namespace SafeSpaceCapacity.Service.Imports;

/// <summary>The middle of the addresses of a postcode sector or an outward code.</summary>
/// <param name="Code">Such as <c>G2 1</c> or <c>G2</c>.</param>
/// <param name="Point">The middle.</param>
/// <param name="Postcodes">How many postcodes it has; of those retired, had.</param>
public sealed record PostcodeArea(string Code, GeoPoint Point, int Postcodes);

/// <summary>A data zone: about 500 to 1,000 people.</summary>
/// <param name="Code">Such as <c>S01006506</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Point">The middle of its ground.</param>
/// <param name="CouncilCode">The council area it lies in.</param>
/// <param name="HealthBoardCode">The health board that serves it.</param>
/// <param name="Class">Its urban–rural class.</param>
/// <param name="SimdRank">Scottish Index of Multiple Deprivation: 1 is the most deprived of all.</param>
/// <param name="SimdDecile">1 for the most deprived tenth.</param>
/// <param name="Population">People who live there.</param>
public sealed record DataZone(
    string Code, string Name, GeoPoint Point, string CouncilCode, string HealthBoardCode, UrbanRural Class, int SimdRank, int SimdDecile, int Population);

/// <summary>An intermediate zone, a council area or a health board.</summary>
/// <param name="Kind">Which of these.</param>
/// <param name="Code">Such as <c>S12000049</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Population">People who live there.</param>
/// <param name="Point">Where they live on average.</param>
/// <param name="MeanSimdRank">The rank of its data zones in the Scottish Index of Multiple Deprivation, on average over people.</param>
public sealed record PeopledArea(GazetteerKind Kind, string Code, string Name, int Population, GeoPoint Point, int MeanSimdRank);

/// <summary>A hospital.</summary>
/// <param name="Code">Code of Public Health Scotland.</param>
/// <param name="Name">Its name.</param>
/// <param name="HealthBoardCode">The health board it belongs to; empty where that is not known.</param>
/// <param name="Postcode">Its postcode; empty where none is known.</param>
/// <param name="Point">Where it is.</param>
public sealed record Hospital(string Code, string Name, string HealthBoardCode, string Postcode, GeoPoint Point);

/// <summary>What a file of a gazetteer holds. One of the lists, by its kind.</summary>
internal sealed class GazetteerFile
{
    /// <summary>The most a file may have when compressed.</summary>
    public const int CompressedMost = 8 * 1024 * 1024;

    /// <summary>The most rows a file may have.</summary>
    public const int RowsMost = 100_000;

    private GazetteerFile()
    {
    }

    public ImmutableArray<PostcodeArea> Postcodes { get; private set; } = [];

    public ImmutableArray<DataZone> Zones { get; private set; } = [];

    public ImmutableArray<PeopledArea> Areas { get; private set; } = [];

    public ImmutableArray<Hospital> Hospitals { get; private set; } = [];

    public ImmutableArray<AreaBoundary> Boundaries { get; private set; } = [];

    public int Rows { get; private set; }

    /// <summary>Reads a file: what is wrong is told, and so is what is odd but was taken.</summary>
    public static GazetteerFile Read(GazetteerKind kind, byte[] content, List<ImportFault> faults, List<ImportFault> notes)
    {
        if (kind == GazetteerKind.Boundaries)
        {
            var boundaries = BoundaryFile.Read(content, faults);
            return new GazetteerFile { Rows = boundaries.Length, Boundaries = boundaries };
        }

        var errors = new List<RegionTableError>();
        using var text = new StreamReader(new MemoryStream(content, writable: false), Encoding.UTF8);
        var rows = TableReader.Read("gazetteer", text, ColumnsOf(kind), errors, othersAllowed: true, comment: null);
        var file = new GazetteerFile { Rows = rows.Length };
        switch (kind)
        {
            case GazetteerKind.PostcodeSectors:
                file.Postcodes = [.. rows.Select(row => ReadPostcode(row, "sector", Postcode.SectorForm(), "a postcode sector such as G2 1"))];
                break;
            case GazetteerKind.Outcodes:
                file.Postcodes = [.. rows.Select(row => ReadPostcode(row, "outcode", Postcode.OutcodeForm(), "an outward code such as G2"))];
                break;
            case GazetteerKind.DataZones:
                file.Zones = [.. rows.Select(ReadZone)];
                break;
            case GazetteerKind.Hospitals:
                file.Hospitals = [.. rows.Select(row => ReadHospital(row, notes))];
                break;
            default:
                file.Areas = [.. rows.Select(row => ReadArea(row, kind))];
                break;
        }

        var key = ColumnsOf(kind)[0];
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var row in rows.Where(row => !seen.TryAdd(row.Optional(key), row.Line)))
            row.Fail(key, $"is in the file before: row {seen[row.Optional(key)]}");
        if (rows.Length == 0 && errors.Count == 0)
            errors.Add(new RegionTableError("gazetteer", 0, string.Empty, "there is no row"));
        faults.AddRange(errors.Select(error => new ImportFault(error.Row, error.Column, error.Message)));
        return file;
    }

    public static byte[] Compress(byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(content);
        return compressed.ToArray();
    }

    public static byte[] Decompress(ReadOnlyMemory<byte> compressed)
    {
        using var gzip = new GZipStream(new MemoryStream(compressed.ToArray(), writable: false), CompressionMode.Decompress);
        using var content = new MemoryStream();
        gzip.CopyTo(content);
        return content.ToArray();
    }

    private static ImmutableArray<string> ColumnsOf(GazetteerKind kind) => kind switch
    {
        GazetteerKind.PostcodeSectors => ["sector", "lat", "lon", "n_postcodes"],
        GazetteerKind.Outcodes => ["outcode", "lat", "lon", "n_postcodes"],
        GazetteerKind.DataZones => ["dz11_code", "dz11_name", "lat", "lon", "ltla20_code", "hb19_code", "ruc16_code", "IMD_rank", "IMD_decile", "Total_population"],
        GazetteerKind.Hospitals => ["code", "name", "hb", "postcode", "lat", "lon"],
        _ => ["code", "name", "population", "lat", "lon", "mean_simd_rank"],
    };

    private static PostcodeArea ReadPostcode(TableRow row, string column, Regex form, string such)
    {
        if (!form.IsMatch(row.Optional(column)))
            row.Fail(column, $"must be {such}");
        return new PostcodeArea(row.Optional(column), row.Point("lat", "lon"), row.Whole("n_postcodes", 0, 1_000_000));
    }

    private static DataZone ReadZone(TableRow row) => new(
        Code(row, "dz11_code", "S01"),
        row.Text("dz11_name"),
        row.Point("lat", "lon"),
        Code(row, "ltla20_code", "S12"),
        Code(row, "hb19_code", "S08"),
        (UrbanRural)row.Whole("ruc16_code", 1, 6),
        row.Whole("IMD_rank", 1, 100_000),
        row.Whole("IMD_decile", 1, 10),
        row.Whole("Total_population", 0, 1_000_000));

    private static PeopledArea ReadArea(TableRow row, GazetteerKind kind) => new(
        kind,
        Code(row, "code", kind switch { GazetteerKind.CouncilAreas => "S12", GazetteerKind.HealthBoards => "S08", _ => "S02" }),
        row.Text("name"),
        row.Whole("population", 0, 100_000_000),
        row.Point("lat", "lon"),
        row.Whole("mean_simd_rank", 1, 100_000));

    private static Hospital ReadHospital(TableRow row, List<ImportFault> notes)
    {
        // Lists of hospitals come with postcodes without their space, and with marks for none.
        var given = row.Optional("postcode");
        var postcode = Postcode.Normal(given);
        if (postcode.Length == 0)
            notes.Add(new ImportFault(row.Line, "postcode", $"'{(given.Length > 20 ? given[..20] : given)}' is no postcode: taken as not known"));
        var board = row.Optional("hb");
        if (!IsCode(board, "S08"))
        {
            notes.Add(new ImportFault(row.Line, "hb", $"'{(board.Length > 20 ? board[..20] : board)}' is no code of a health board: taken as not known"));
            board = string.Empty;
        }

        return new Hospital(row.Text("code"), row.Text("name"), board, postcode, row.Point("lat", "lon"));
    }

    private static string Code(TableRow row, string column, string begins)
    {
        var code = row.Optional(column);
        if (!IsCode(code, begins))
            row.Fail(column, $"must be a code such as {begins}000001");
        return code;
    }

    internal static bool IsCode(string text, string begins) =>
        text.Length == 9 && text.StartsWith(begins, StringComparison.Ordinal) && !text.AsSpan(3).ContainsAnyExceptInRange('0', '9');
}
