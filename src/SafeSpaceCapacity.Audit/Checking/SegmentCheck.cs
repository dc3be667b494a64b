using System.Text;
using System.Text.Json;
using SafeSpaceCapacity.Audit.Format;

namespace SafeSpaceCapacity.Audit.Checking;

/// <summary>
/// Checks one segment, line by line. After something wrong it goes on from what the file says, so that one change is found once and
/// the next one too.
/// </summary>
internal sealed class SegmentCheck(NodeFolder folder, int number, CheckState state, AuditKeys keys, Findings findings) : IDisposable
{
    private readonly string _name = NodeFolder.NameOf(number);
    private readonly Chain _chain = new();
    private readonly byte[] _before = new byte[Chain.HashBytes];
    private readonly byte[] _stated = new byte[Chain.HashBytes];
    private readonly byte[] _computed = new byte[Chain.HashBytes];
    private long _line;

    /// <summary>Checks it.</summary>
    /// <param name="newest">Whether no segment follows. Only the newest need not be closed, and may end in a line that is not whole.</param>
    public void Run(bool newest)
    {
        (state.HasHeader, state.IsClosed, state.Span) = (false, false, default);
        using var lines = LineReader.Open(folder.Segment(number));
        try
        {
            while (lines.Read())
            {
                _line = lines.Number;
                Check(lines.Line);
            }
        }
        catch (InvalidDataException tooLong)
        {
            _line = lines.Number + 1;
            Found($"this line {tooLong.Message}; nothing behind it was read");
        }

        (state.WholeBytes, state.TornBytes) = (lines.Offset, lines.TornBytes);
        CheckEnd(newest);
    }

    public void Dispose() => _chain.Dispose();

    private void CheckEnd(bool newest)
    {
        _line++;
        if (state.IsClosed && state.TornBytes > 0)
            Found("there are bytes behind the line that closes the segment");
        else if (!newest && !state.IsClosed)
            Found("the segment ends without the line that closes it: lines were cut off");
        else if (state.TornBytes > 0)
            findings.Note(_name, _line, $"the last {state.TornBytes} bytes are no whole line: a process writes it now, or crashed");
    }

    private void Check(ReadOnlySpan<byte> line)
    {
        if (state.IsClosed)
            Found("it stands behind the line that closes the segment");
        if (!Chain.TrySplit(line, out var body, _stated))
        {
            Found("it does not end with a hash, as every line does");
            state.KnowsBefore = false;
            return;
        }

        state.Hash.CopyTo(_before, 0);
        var isHeader = line.StartsWith(HeaderLine.Start);
        if (_line == 1 && !isHeader)
            Found("the segment does not begin with its first line");
        try
        {
            if (isHeader)
                CheckHeader(body);
            CheckHash(body);
            if (line.StartsWith(EntryNames.Start))
                CheckEntry(line);
            else if (line.StartsWith(AnchorLine.Start))
                CheckAnchor(body);
            else if (line.StartsWith(RecoveredLine.Start))
                CheckRecovered(body);
            else if (!isHeader)
                Found("it is no line of a trail");
        }
        catch (JsonException unreadable)
        {
            Found($"it can't be read: {unreadable.Message}");
        }

        _stated.CopyTo(state.Hash, 0);
        state.KnowsBefore = true;
        if (state.Head?.Segment == number && state.Head.Head == state.Seq)
            state.SawHead |= string.Equals(state.Head.Hash, Chain.Text(_stated), StringComparison.Ordinal);
    }

    private void CheckHash(ReadOnlySpan<byte> body)
    {
        if (!state.KnowsBefore && _line > 1)
            return;
        _chain.Hash(_before, body, _computed);
        if (!_computed.AsSpan().SequenceEqual(_stated))
            Found("its hash is not that of the line before and its own bytes: it was changed, or lines before it were inserted, removed or moved");
    }

    private void CheckHeader(ReadOnlySpan<byte> body)
    {
        var header = Seal.Read<HeaderLine>(body);
        if (_line != 1)
            Found("it is the first line of a segment, and stands inside one");
        if (header.Trail != HeaderLine.Version)
            Found($"its format is {header.Trail}, which is not known");
        if (!string.Equals(header.Node, folder.Node, StringComparison.Ordinal) || header.Segment != number)
            Found($"it belongs to segment {header.Segment} of {header.Node}");
        if (state.KnowsBefore && (!string.Equals(header.Previous, Chain.Text(state.Hash), StringComparison.Ordinal) || header.Seq != state.Seq))
            Found("it does not follow on what was before it: segments are missing, or were exchanged");
        if (!Chain.TryParse(Encoding.UTF8.GetBytes(header.Previous), _before))
            Found("it names no hash of a segment before");
        CheckSignature(body);
        state.Seq = header.Seq;
        state.HasHeader = true;
    }

    private void CheckEntry(ReadOnlySpan<byte> line)
    {
        var (seq, entry) = EntryReader.Read(line);
        if (seq != state.Seq + 1)
            Found($"it is entry {seq}, where entry {state.Seq + 1} belongs");
        state.Seq = seq;
        state.Entries++;
        state.Unsigned++;
        if (state.From is not { } from || entry.At < from)
            state.From = entry.At;
        if (state.Until is not { } until || entry.At > until)
            state.Until = entry.At;
        var span = state.Span;
        span.Add(entry.At);
        state.Span = span;
    }

    private void CheckAnchor(ReadOnlySpan<byte> body)
    {
        var anchor = Seal.Read<AnchorLine>(body);
        var span = state.Span;
        if (!string.Equals(anchor.Node, folder.Node, StringComparison.Ordinal) || anchor.Segment != number)
            Found($"it belongs to segment {anchor.Segment} of {anchor.Node}");
        if (anchor.Anchor != state.Seq || anchor.Entries != span.Entries || anchor.From != span.From || anchor.Until != span.Until)
            Found("it signs other entries than those that stand before it");
        if (!string.Equals(anchor.Of, Chain.Text(_before), StringComparison.Ordinal))
            Found("it signs another line than the one before it");
        CheckSignature(body);
        state.IsClosed |= anchor.Closing;
        state.Unsigned = 0;
    }

    private void CheckRecovered(ReadOnlySpan<byte> body)
    {
        var recovered = JsonSerializer.Deserialize<RecoveredLine>([.. body, (byte)'}'], JsonSerializerOptions.Web)!;
        findings.Note(_name, _line, $"the process had ended without closing; {recovered.Recovered} bytes of a line were cut off on {recovered.At:O}");
    }

    private void CheckSignature(ReadOnlySpan<byte> body)
    {
        state.Anchors++;
        if (!Seal.IsGenuine(body, keys))
            Found("its signature is not genuine");
    }

    private void Found(string what) => findings.Add(_name, _line, what);
}
