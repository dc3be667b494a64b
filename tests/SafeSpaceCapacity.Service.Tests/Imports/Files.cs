using System.Globalization;
using System.Text;
using SafeSpaceCapacity.Contract.V1;
using Google.Protobuf;
using Grpc.Core;
using SafeSpaceCapacity.Service.Imports;
using SafeSpaceCapacity.Service.Tests.Support;

namespace SafeSpaceCapacity.Service.Tests.Imports;

/// <summary>What the service said to an import, from beginning to end.</summary>
internal sealed record Told<T>(IReadOnlyList<T> All)
{
    public T Last => All[^1];
}

/// <summary>Files as an administrator would have them.</summary>
internal static class Files
{
    private const int PieceBytes = 32 * 1024;

    public static readonly IReadOnlyList<string> Columns = [.. DirectoryColumn.All.Select(column => column.Name)];

    /// <summary>A space that is always open.</summary>
    public static Dictionary<string, string> Row(string id, double latitude = Ask.Latitude, double longitude = Ask.Longitude) => new(StringComparer.Ordinal)
    {
        ["space_id"] = id,
        ["name"] = "The " + id,
        ["tier"] = "staffed_community",
        ["latitude"] = latitude.ToString("R", CultureInfo.InvariantCulture),
        ["longitude"] = longitude.ToString("R", CultureInfo.InvariantCulture),
        ["description"] = "Two sitting rooms, \"quiet\" ones.",
        ["languages"] = "en pl",
        ["telephone"] = "+44 141 496 0199",
        ["provides"] = "wheelchair quiet",
        ["ages"] = "adult older",
        ["s297_designated"] = "no",
        ["places"] = "8",
        ["hours"] = "Mon-Thu 18:00-02:00; Fri Sat 18:00-03:00",
        ["special_days"] = "2026-12-25 closed",
    };

    public static ByteString Csv(params IEnumerable<Dictionary<string, string>> rows)
    {
        var text = new StringBuilder(string.Join(',', Columns)).Append('\n');
        foreach (var row in rows)
            text.AppendJoin(',', Columns.Select(column => Quoted(row.GetValueOrDefault(column, string.Empty)))).Append('\n');
        return Text(text.ToString());
    }

    public static ByteString Text(string text) => ByteString.CopyFromUtf8(text);

    public static IEnumerable<ByteString> Pieces(ByteString file)
    {
        for (var at = 0; at < file.Length; at += PieceBytes)
            yield return ByteString.CopyFrom(file.Span[at..Math.Min(file.Length, at + PieceBytes)]);
    }

    public static async Task<Told<ImportDirectoryResponse>> ImportAsync(
        this RunningService service, ByteString file, DirectoryFormat format = DirectoryFormat.Csv, bool preview = false, bool change = false, string? command = null)
    {
        using var call = service.Files.ImportDirectory();
        await call.RequestStream.WriteAsync(new ImportDirectoryRequest { CommandId = command ?? Ids.Next(), Format = format, Preview = preview, ChangeExisting = change });
        foreach (var piece in Pieces(file))
            await call.RequestStream.WriteAsync(new ImportDirectoryRequest { Content = piece });
        await call.RequestStream.CompleteAsync();
        return new([.. await call.ResponseStream.ReadAllAsync().ToListAsync()]);
    }

    public static async Task<Told<ImportGazetteerResponse>> ImportAsync(this RunningService service, GazetteerKind kind, ByteString file, bool preview = false, string? command = null)
    {
        using var call = service.Files.ImportGazetteer();
        await call.RequestStream.WriteAsync(new ImportGazetteerRequest { CommandId = command ?? Ids.Next(), Kind = kind, Preview = preview });
        foreach (var piece in Pieces(file))
            await call.RequestStream.WriteAsync(new ImportGazetteerRequest { Content = piece });
        await call.RequestStream.CompleteAsync();
        return new([.. await call.ResponseStream.ReadAllAsync().ToListAsync()]);
    }

    public static async Task<ByteString> ExportAsync(this RunningService service, DirectoryFormat format, params string[] areas)
    {
        using var call = service.Files.ExportDirectory(new ExportDirectoryRequest { Format = format, AreaCodes = { areas } });
        var pieces = await call.ResponseStream.ReadAllAsync().ToListAsync();
        return ByteString.CopyFrom([.. pieces.SelectMany(piece => piece.Content)]);
    }

    private static string Quoted(string text) => text.AsSpan().IndexOfAny(",\"") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
