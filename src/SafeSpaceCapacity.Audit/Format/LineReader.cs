namespace SafeSpaceCapacity.Audit.Format;

/// <summary>Reads a file line by line, in memory for one line. What a line feed does not end is no line.</summary>
internal sealed class LineReader : IDisposable
{
    private const int BufferBytes = 4 * Chain.LineMax;

    private readonly Stream _stream;
    private readonly byte[] _buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int _start;
    private int _end;
    private int _lineStart;
    private int _lineLength;

    public LineReader(Stream stream, long offset = 0)
    {
        _stream = stream;
        Offset = offset;
        if (offset > 0)
            stream.Position = offset;
    }

    /// <summary>The line read last, without its line feed; good until the next one is read.</summary>
    public ReadOnlySpan<byte> Line => _buffer.AsSpan(_lineStart, _lineLength);

    /// <summary>The line read last, with its line feed.</summary>
    public ReadOnlySpan<byte> WholeLine => _buffer.AsSpan(_lineStart, _lineLength + 1);

    /// <summary>The number of the line read last, from 1; of those read by this reader.</summary>
    public long Number { get; private set; }

    /// <summary>Where the line read last ends, behind its line feed.</summary>
    public long Offset { get; private set; }

    /// <summary>At the end: how many bytes stand behind the last line feed.</summary>
    public long TornBytes { get; private set; }

    /// <summary>Opens a file that another process may write, rename or remove.</summary>
    public static LineReader Open(string path, long offset = 0) => new(
        new FileStream(path, new FileStreamOptions
        {
            Access = FileAccess.Read,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        }),
        offset);

    /// <summary>Reads the next line; false at the end.</summary>
    /// <exception cref="InvalidDataException">A line is longer than any line of a trail.</exception>
    public bool Read()
    {
        var searched = 0;
        while (true)
        {
            var length = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                (_lineStart, _lineLength) = (_start, searched + length);
                _start += _lineLength + 1;
                Offset += _lineLength + 1;
                Number++;
                return true;
            }

            searched = _end - _start;
            if (searched > Chain.LineMax)
                throw new InvalidDataException("is longer than any line of a trail");
            if (!Fill())
            {
                TornBytes = searched;
                return false;
            }
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        System.Buffers.ArrayPool<byte>.Shared.Return(_buffer);
    }

    private bool Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var read = _stream.Read(_buffer.AsSpan(_end));
        _end += read;
        return read > 0;
    }
}
