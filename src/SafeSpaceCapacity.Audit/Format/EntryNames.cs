using System.Text.Encodings.Web;
using System.Text.Json;

namespace SafeSpaceCapacity.Audit.Format;

/// <summary>The names of an entry's fields, and how their texts are written.</summary>
internal static class EntryNames
{
    /// <summary>
    /// It escapes what JSON must and little more: the files are no web pages. An entry is left open for its hash, which a validation would
    /// call invalid.
    /// </summary>
    public static readonly JsonWriterOptions Form = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static readonly JsonEncodedText Seq = JsonEncodedText.Encode("seq");
    public static readonly JsonEncodedText At = JsonEncodedText.Encode("at");
    public static readonly JsonEncodedText Observed = JsonEncodedText.Encode("observed");
    public static readonly JsonEncodedText Actor = JsonEncodedText.Encode("actor");
    public static readonly JsonEncodedText Role = JsonEncodedText.Encode("role");
    public static readonly JsonEncodedText Client = JsonEncodedText.Encode("client");
    public static readonly JsonEncodedText Certificate = JsonEncodedText.Encode("certificate");
    public static readonly JsonEncodedText Method = JsonEncodedText.Encode("method");
    public static readonly JsonEncodedText Kind = JsonEncodedText.Encode("kind");
    public static readonly JsonEncodedText Space = JsonEncodedText.Encode("space");
    public static readonly JsonEncodedText Area = JsonEncodedText.Encode("area");
    public static readonly JsonEncodedText Command = JsonEncodedText.Encode("command");
    public static readonly JsonEncodedText Before = JsonEncodedText.Encode("before");
    public static readonly JsonEncodedText After = JsonEncodedText.Encode("after");
    public static readonly JsonEncodedText Outcome = JsonEncodedText.Encode("outcome");
    public static readonly JsonEncodedText Correlation = JsonEncodedText.Encode("correlation");
    public static readonly JsonEncodedText Log = JsonEncodedText.Encode("log");
    public static readonly JsonEncodedText Places = JsonEncodedText.Encode("places");
    public static readonly JsonEncodedText Safe = JsonEncodedText.Encode("safe");
    public static readonly JsonEncodedText Occupied = JsonEncodedText.Encode("occupied");
    public static readonly JsonEncodedText Held = JsonEncodedText.Encode("held");
    public static readonly JsonEncodedText Paused = JsonEncodedText.Encode("paused");
    public static readonly JsonEncodedText Freshness = JsonEncodedText.Encode("freshness");
    public static readonly JsonEncodedText Version = JsonEncodedText.Encode("version");

    private static readonly JsonEncodedText[] Kinds =
        [.. Enum.GetValues<AuditKind>().Select(kind => JsonEncodedText.Encode(kind.ToString().ToLowerInvariant()))];

    /// <summary>What every entry begins with.</summary>
    public static ReadOnlySpan<byte> Start => "{\"seq\":"u8;

    public static JsonEncodedText NameOf(AuditKind kind) => Kinds[(int)kind - 1];

    public static AuditKind? FindKind(string name) =>
        Array.FindIndex(Kinds, kind => string.Equals(kind.Value, name, StringComparison.Ordinal)) is >= 0 and var index ? (AuditKind)(index + 1) : null;

    /// <summary>A text as long as an entry may have.</summary>
    public static string Cut(string text) => text.Length <= AuditEntry.TextMax ? text : string.Concat(text.AsSpan(0, AuditEntry.TextMax - 1), "…");
}
