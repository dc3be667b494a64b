using System.Globalization;
using System.Text.Json;

namespace SafeSpaceCapacity.Audit.Format;

/// <summary>Writes entries as JSON. What is null is left out.</summary>
internal static class EntryWriter
{
    /// <summary>Writes an entry; the object is left open, for the hash that follows.</summary>
    public static void Write(Utf8JsonWriter json, long seq, AuditEntry entry)
    {
        json.WriteStartObject();
        json.WriteNumber(EntryNames.Seq, seq);
        Time(json, EntryNames.At, entry.At);
        if (entry.ObservedAt is { } observed)
            Time(json, EntryNames.Observed, observed);
        Text(json, EntryNames.Actor, entry.Actor);
        Text(json, EntryNames.Role, entry.Role);
        Text(json, EntryNames.Client, entry.Client);
        Text(json, EntryNames.Certificate, entry.Certificate);
        Text(json, EntryNames.Method, entry.Method);
        json.WriteString(EntryNames.Kind, EntryNames.NameOf(entry.Kind));
        Text(json, EntryNames.Space, entry.Space);
        Text(json, EntryNames.Area, entry.Area);
        Text(json, EntryNames.Command, entry.CommandId);
        Numbers(json, EntryNames.Before, entry.Before);
        Numbers(json, EntryNames.After, entry.After);
        Text(json, EntryNames.Outcome, entry.Outcome);
        Text(json, EntryNames.Correlation, entry.Correlation);
        if (entry.LogPosition is { } position)
            json.WriteNumber(EntryNames.Log, position);
    }

    private static void Time(Utf8JsonWriter json, JsonEncodedText name, DateTimeOffset time)
    {
        Span<byte> text = stackalloc byte[32];
        time.UtcDateTime.TryFormat(text, out var length, "O", CultureInfo.InvariantCulture);
        json.WriteString(name, text[..length]);
    }

    private static void Text(Utf8JsonWriter json, JsonEncodedText name, string? text)
    {
        if (text is not null)
            json.WriteString(name, EntryNames.Cut(text));
    }

    private static void Numbers(Utf8JsonWriter json, JsonEncodedText name, AuditNumbers? numbers)
    {
        if (numbers is null)
            return;
        json.WriteStartObject(name);
        json.WriteNumber(EntryNames.Places, numbers.Places);
        json.WriteNumber(EntryNames.Safe, numbers.SafeCapacity);
        json.WriteNumber(EntryNames.Occupied, numbers.Occupied);
        json.WriteNumber(EntryNames.Held, numbers.Held);
        json.WriteBoolean(EntryNames.Paused, numbers.Paused);
        Text(json, EntryNames.Freshness, numbers.Freshness);
        json.WriteNumber(EntryNames.Version, numbers.Version);
        json.WriteEndObject();
    }
}
