using System.Text.Json;
using System.Text.Json.Serialization;

namespace SafeSpaceCapacity.Audit.Format;

/// <summary>Reads an entry's line.</summary>
internal static class EntryReader
{
    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Reads an entry and its number.</summary>
    /// <exception cref="JsonException">It is no entry; says why.</exception>
    public static (long Seq, AuditEntry Entry) Read(ReadOnlySpan<byte> line)
    {
        var kept = JsonSerializer.Deserialize<Kept>(line, Form) ?? throw new JsonException("it is empty");
        return (
            kept.Seq,
            new AuditEntry(
                kept.At,
                kept.Observed,
                Needed(kept.Actor, "actor"),
                Needed(kept.Role, "role"),
                Needed(kept.Client, "client"),
                kept.Certificate,
                Needed(kept.Method, "method"),
                EntryNames.FindKind(Needed(kept.Kind, "kind")) ?? throw new JsonException($"it is of no known kind: {kept.Kind}"),
                kept.Space,
                kept.Area,
                kept.Command,
                NumbersOf(kept.Before),
                NumbersOf(kept.After),
                Needed(kept.Outcome, "outcome"),
                Needed(kept.Correlation, "correlation"),
                kept.Log));
    }

    private static string Needed(string? text, string name) => text ?? throw new JsonException($"it has no {name}");

    private static AuditNumbers? NumbersOf(KeptNumbers? kept) =>
        kept is null ? null : new AuditNumbers(kept.Places, kept.Safe, kept.Occupied, kept.Held, kept.Paused, kept.Freshness, kept.Version);

    private sealed record Kept(
        long Seq,
        DateTimeOffset At,
        DateTimeOffset? Observed,
        string? Actor,
        string? Role,
        string? Client,
        string? Certificate,
        string? Method,
        string? Kind,
        string? Space,
        string? Area,
        string? Command,
        KeptNumbers? Before,
        KeptNumbers? After,
        string? Outcome,
        string? Correlation,
        long? Log,
        string? Hash);

    private sealed record KeptNumbers(int Places, int Safe, int Occupied, int Held, bool Paused, string? Freshness, long Version);
}
