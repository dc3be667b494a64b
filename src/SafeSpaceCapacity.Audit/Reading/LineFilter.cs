using System.Buffers;
using System.Text;
using System.Text.Json;
using SafeSpaceCapacity.Audit.Format;

namespace SafeSpaceCapacity.Audit.Reading;

/// <summary>Decides on the bytes of a line, before anything is parsed. What it lets through may still be another.</summary>
internal sealed class LineFilter
{
    private readonly AuditFilter _filter;
    private readonly List<byte[]> _needles = [];

    public LineFilter(AuditFilter filter)
    {
        Need(EntryNames.Actor, filter.Actor);
        Need(EntryNames.Space, filter.Space);
        Need(EntryNames.Method, filter.Method);
        Need(EntryNames.Outcome, filter.Outcome);
        if (filter.Kind is { } kind)
            Need(EntryNames.Kind, EntryNames.NameOf(kind).Value);
        _filter = filter with
        {
            Actor = Kept(filter.Actor),
            Space = Kept(filter.Space),
            Method = Kept(filter.Method),
            Outcome = Kept(filter.Outcome),
        };
    }

    /// <summary>Whether a line may be what is asked for.</summary>
    public bool MayMatch(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith(EntryNames.Start))
            return false;
        foreach (var needle in _needles)
        {
            if (line.IndexOf(needle) < 0)
                return false;
        }

        return true;
    }

    public bool Matches(AuditEntry entry) => _filter.Matches(entry);

    /// <summary>Whether a closed segment of these times may hold what is asked for.</summary>
    public bool MayMatch(AnchorLine closing) =>
        closing is { From: { } from, Until: { } until }
        && (_filter.From is not { } earliest || until >= earliest)
        && (_filter.Until is not { } end || from < end);

    // A long text is kept cut, and half a character is replaced.
    private static string? Kept(string? text) => text is null ? null : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(EntryNames.Cut(text)));

    private void Need(JsonEncodedText name, string? value)
    {
        if (value is null)
            return;
        // Written as entries are, so that the same text is the same bytes.
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, EntryNames.Form))
            json.WriteString(name, EntryNames.Cut(value));
        _needles.Add(bytes.WrittenSpan.ToArray());
    }
}
