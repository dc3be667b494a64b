using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using SafeSpaceCapacity.Identity;

namespace SafeSpaceCapacity.Audit.Format;

/// <summary>
/// How something is signed: <c>BODY,"key":"ID","signature":"SIGNATURE"</c>. The signature (ES256, base64url) is over the bytes of BODY, which
/// begins with the name of what it is, so that one thing's signature is never another's.
/// </summary>
internal static class Seal
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerOptions.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private static ReadOnlySpan<byte> FileEnd => "}\n"u8;

    private static ReadOnlySpan<byte> BeforeKey => ",\"key\":\""u8;

    private static ReadOnlySpan<byte> BeforeSignature => "\",\"signature\":\""u8;

    /// <summary>Writes and signs; the object is left open, for what may follow.</summary>
    public static byte[] Write<T>(T value, SigningKeys keys)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(value, Form).AsSpan()[..^1];
        var signature = keys.Sign(body);
        var (key, letters) = (Encoding.UTF8.GetBytes(signature.KeyId), Base64Url.EncodeToUtf8(signature.Value.Span));
        return [.. body, .. BeforeKey, .. key, .. BeforeSignature, .. letters, (byte)'"'];
    }

    /// <summary>Replaces a file that is one signed line, which is in no chain.</summary>
    public static void WriteFile<T>(string path, T value, SigningKeys keys) => WholeFile.Write(path, WriteLine(value, keys));

    /// <summary>Reads such a file; null where there is none.</summary>
    /// <exception cref="JsonException">It is not what was written; says why.</exception>
    public static T? ReadFile<T>(string path, AuditKeys keys)
        where T : class
    {
        if (WholeFile.Read(path) is not { } file)
            return null;
        return ReadGenuine<T>(file, keys);
    }

    /// <summary>Reads a signed line that is in no chain, with its line feed.</summary>
    /// <exception cref="JsonException">It is not what was written; says why.</exception>
    public static T ReadGenuine<T>(ReadOnlySpan<byte> line, AuditKeys keys)
    {
        if (!line.EndsWith(FileEnd))
            throw new JsonException("it is not whole");
        var text = line[..^FileEnd.Length];
        var value = Read<T>(text);
        return IsGenuine(text, keys) ? value : throw new JsonException("its signature is not genuine");
    }

    /// <summary>A signed line that is in no chain, with its line feed.</summary>
    public static byte[] WriteLine<T>(T value, SigningKeys keys) => [.. Write(value, keys), .. FileEnd];

    /// <summary>Reads what was signed, genuine or not.</summary>
    /// <exception cref="JsonException">It is not what it should be; says why.</exception>
    public static T Read<T>(ReadOnlySpan<byte> text)
    {
        Split(text, out var body, out _, out _);
        return JsonSerializer.Deserialize<T>([.. body, (byte)'}'], Form) ?? throw new JsonException("it is empty");
    }

    /// <summary>Whether one of these keys signed it.</summary>
    /// <exception cref="JsonException">It is not what it should be; says why.</exception>
    public static bool IsGenuine(ReadOnlySpan<byte> text, AuditKeys keys)
    {
        Split(text, out var body, out var key, out var signature);
        return keys.Verify(key, body, signature);
    }

    private static void Split(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> body, out string key, out byte[] signature)
    {
        var at = text.LastIndexOf(BeforeKey);
        if (at < 0 || text[^1] != '"')
            throw new JsonException("it is not signed");
        body = text[..at];
        var rest = text[(at + BeforeKey.Length)..^1];
        var middle = rest.IndexOf(BeforeSignature);
        if (middle < 0)
            throw new JsonException("it is not signed");
        key = Encoding.UTF8.GetString(rest[..middle]);
        var letters = rest[(middle + BeforeSignature.Length)..];
        var bytes = new byte[Base64Url.GetMaxDecodedLength(letters.Length)];
        // Other letters may stand for the same bytes: there is only one form.
        if (Base64Url.DecodeFromUtf8(letters, bytes, out _, out var length) != OperationStatus.Done
            || !letters.SequenceEqual(Base64Url.EncodeToUtf8(bytes.AsSpan(0, length))))
            throw new JsonException("its signature is not base64url");
        signature = bytes[..length];
    }
}
