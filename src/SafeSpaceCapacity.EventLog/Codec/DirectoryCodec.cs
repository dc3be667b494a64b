using System.Collections.Frozen;
using System.Text.Json;
using SafeSpaceCapacity.Domain.Imports;
using SafeSpaceCapacity.Domain.Privacy;

namespace SafeSpaceCapacity.EventLog.Codec;

/// <summary>What an import came to, as it is kept with its command id.</summary>
/// <param name="Added">Spaces, or rows, that are new.</param>
/// <param name="Changed">Spaces that changed.</param>
/// <param name="Unchanged">Spaces that were so already.</param>
public sealed record KeptImport(int Added, int Changed, int Unchanged);

/// <summary>A gazetteer as a checkpoint keeps it.</summary>
/// <param name="Imported">The latest event of its stream.</param>
/// <param name="Actor">Who imported it.</param>
public sealed record KeptGazetteer(GazetteerImported Imported, [property: Whose(Words.Client)] string Actor);

/// <summary>Events of the directory as a whole as JSON, in the manner of <see cref="SpaceCodec"/>.</summary>
public static class DirectoryCodec
{
    /// <summary>How the streams begin that hold these events.</summary>
    public const string Prefix = "directory/";

    /// <summary>The stream of imported directories.</summary>
    public const string Imports = Prefix + "imports";

    /// <summary>Schema of what checkpoints keep.</summary>
    public const int KeptSchema = 1;

    private static readonly FrozenDictionary<string, Type> Events =
        new[] { typeof(DirectoryImported), typeof(GazetteerImported) }.ToFrozenDictionary(type => type.Name, StringComparer.Ordinal);

    /// <summary>Names of all events, each of schema 1.</summary>
    public static IEnumerable<string> EventTypes => Events.Keys;

    /// <summary>The stream of the gazetteers of a kind.</summary>
    public static string StreamOf(GazetteerKind kind) => Prefix + "gazetteer-" + JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());

    /// <summary>An event to be written.</summary>
    public static NewEvent Encode(DirectoryEvent happened, Guid commandId) => new(
        happened.GetType().Name, 1, commandId, null, happened.DecidedAt, happened.DecidedAt, Json(happened));

    /// <summary>An event of the log.</summary>
    /// <exception cref="UnknownEventException">A newer version of the program wrote it.</exception>
    /// <exception cref="JsonException">Its payload is not of its schema.</exception>
    public static DirectoryEvent Decode(string type, int schema, ReadOnlySpan<byte> payload)
    {
        if (schema != 1 || !Events.TryGetValue(type, out var known))
            throw new UnknownEventException(type, schema);
        return (DirectoryEvent)(JsonSerializer.Deserialize(payload, known, JsonForm.Options) ?? throw new JsonException($"event {type} is null"));
    }

    /// <summary>What an import came to.</summary>
    public static byte[] Encode(KeptImport kept) => Json(kept);

    /// <summary>What an import came to.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static KeptImport DecodeImport(ReadOnlySpan<byte> kept) =>
        JsonSerializer.Deserialize<KeptImport>(kept, JsonForm.Options) ?? throw new JsonException("the answer is null");

    /// <summary>A gazetteer for a checkpoint.</summary>
    public static byte[] Encode(KeptGazetteer kept) => Json(kept);

    /// <summary>A gazetteer of a checkpoint, or null where it can't be read.</summary>
    public static KeptGazetteer? DecodeGazetteer(int schema, ReadOnlySpan<byte> body)
    {
        try
        {
            return schema == KeptSchema ? JsonSerializer.Deserialize<KeptGazetteer>(body, JsonForm.Options) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[] Json(object value) => JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), JsonForm.Options);
}
