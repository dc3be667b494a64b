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
        // Entries keep what is cut of a long text, so that is what can be looked for.
        _filter = filter with { Actor = Cut(filter.Actor), Space = Cut(filter.Space), Method = Cut(filter.Method), Outcome = Cut(filter.Outcome) };
        Need(EntryNames.Actor, _filter.Actor);
        Need(EntryNames.Space, _filter.Space);
        Need(EntryNames.Method, _filter.Method);
        Need(EntryNames.Outcome, _filter.Outcome);
        if (_filter.Kind is { } kind)
            Need(EntryNames.Kind, EntryNames.NameOf(kind).Value);
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

    private static string? Cut(string? text) => text is null ? null : EntryNames.Cut(text);

    private void Need(JsonEncodedText name, string? value)
    {
        if (value is not null)
            _needles.Add(Encoding.UTF8.GetBytes($"\"{name}\":\"{JsonEncodedText.Encode(value, EntryNames.Encoder)}\""));
    }
}
