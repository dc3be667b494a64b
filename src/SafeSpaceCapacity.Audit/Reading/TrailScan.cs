using System.Text.Json;
using SafeSpaceCapacity.Audit.Format;

namespace SafeSpaceCapacity.Audit.Reading;

/// <summary>Goes through trails entry by entry: node by node in ordinal order, in each from the oldest to the newest.</summary>
internal sealed class TrailScan : IDisposable
{
    private readonly LineFilter _filter;
    private readonly IEnumerator<(NodeFolder Folder, int Segment)> _segments;
    private readonly TrailPosition _after;
    private readonly long _bytesMost;
    private LineReader? _lines;
    private long _bytes;

    /// <summary>Goes through what stands behind a position.</summary>
    /// <param name="folder">The folder of all trails.</param>
    /// <param name="filter">What is asked for.</param>
    /// <param name="after">The position.</param>
    /// <param name="bytesMost">Stops, at the end of a line, when this many bytes were read.</param>
    public TrailScan(string folder, AuditFilter filter, TrailPosition after, long bytesMost = long.MaxValue)
    {
        (_filter, _after, _bytesMost, Position) = (new LineFilter(filter), after, bytesMost, after);
        _segments = NodeFolder.All(folder)
            .Where(node => string.CompareOrdinal(node.Node, after.Node) >= 0)
            .SelectMany(node => node.Segments().Where(segment => !IsBefore(node, segment)).Select(segment => (node, segment)))
            .GetEnumerator();
    }

    /// <summary>The entry it stands at.</summary>
    public AuditRecord Current { get; private set; } = null!;

    /// <summary>The line of that entry, without its line feed; good until the next move.</summary>
    public ReadOnlySpan<byte> Line => _lines!.Line;

    /// <summary>Up to where everything was read.</summary>
    public TrailPosition Position { get; private set; }

    /// <summary>Whether nothing is left.</summary>
    public bool IsAtEnd { get; private set; }

    /// <summary>Moves on; false where nothing is left or enough was read.</summary>
    /// <exception cref="AuditDamagedException">A line can't be read.</exception>
    public bool MoveNext()
    {
        while (_bytes < _bytesMost)
        {
            if (_lines is null && !OpenNext())
            {
                IsAtEnd = true;
                return false;
            }

            if (!Read())
            {
                _lines!.Dispose();
                _lines = null;
            }
            else if (_filter.MayMatch(Line))
            {
                var (seq, entry) = Parse();
                if (!_filter.Matches(entry))
                    continue;
                Current = new AuditRecord(_segments.Current.Folder.Node, seq, entry);
                return true;
            }
        }

        return false;
    }

    public void Dispose()
    {
        _lines?.Dispose();
        _segments.Dispose();
    }

    private bool IsBefore(NodeFolder node, int segment) =>
        string.Equals(node.Node, _after.Node, StringComparison.Ordinal) && segment < _after.Segment;

    private bool OpenNext()
    {
        while (_segments.MoveNext())
        {
            var (folder, segment) = _segments.Current;
            var path = folder.Segment(segment);
            if (SegmentTail.ReadClosing(path) is { } closing && !_filter.MayMatch(closing))
                continue;
            var isFirst = string.Equals(folder.Node, _after.Node, StringComparison.Ordinal) && segment == _after.Segment;
            try
            {
                _lines = LineReader.Open(path, isFirst ? _after.Offset : 0);
                return true;
            }
            catch (FileNotFoundException)
            {
                // Retention removed it meanwhile.
            }
        }

        return false;
    }

    private bool Read()
    {
        var before = _lines!.Offset;
        try
        {
            if (!_lines.Read())
                return false;
        }
        catch (InvalidDataException tooLong)
        {
            throw Damaged(tooLong);
        }

        _bytes += _lines.Offset - before;
        Position = new TrailPosition(_segments.Current.Folder.Node, _segments.Current.Segment, _lines.Offset);
        return true;
    }

    private (long Seq, AuditEntry Entry) Parse()
    {
        try
        {
            return EntryReader.Read(Line);
        }
        catch (JsonException unreadable)
        {
            throw Damaged(unreadable);
        }
    }

    private AuditDamagedException Damaged(Exception why)
    {
        var (folder, segment) = _segments.Current;
        var message = $"The line of {folder.Segment(segment)} that ends at or behind byte {_lines!.Offset} can't be read: {why.Message}";
        return new AuditDamagedException(message, why);
    }
}
