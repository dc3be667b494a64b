using SafeSpaceCapacity.Audit.Format;
using SafeSpaceCapacity.Identity;

namespace SafeSpaceCapacity.Audit.Writing;

/// <summary>
/// Writes the segments of one node, on one thread. A head file never names what is not on disk: the segment is synced first.
/// </summary>
internal sealed class TrailWriter : IDisposable
{
    /// <summary>How long entries may wait for a signature.</summary>
    public static readonly TimeSpan AnchorEvery = TimeSpan.FromSeconds(10);

    /// <summary>How long what is written may wait for the disk, unless somebody flushes.</summary>
    public static readonly TimeSpan SyncEvery = TimeSpan.FromSeconds(1);

    private const int WriteAtBytes = 256 * 1024;

    private readonly AuditSettings _settings;
    private readonly NodeFolder _folder;
    private readonly SigningKeys _keys;
    private readonly OpenSegment _open;
    private readonly LineBuffer _lines;
    private FileStream? _file;
    private SegmentSpan _span;
    private int _segment;
    private long _seq;
    private long _bytes;
    private long _opened;
    private long _synced;
    private long _anchored;
    private bool _isSynced = true;
    private bool _isAnchored = true;

    public TrailWriter(AuditSettings settings, NodeFolder folder, SigningKeys keys, OpenSegment open, TrailHead head)
    {
        (_settings, _folder, _keys, _open) = (settings, folder, keys, open);
        (_segment, _seq, _lines) = (head.Segment, head.Seq, new LineBuffer(head.Hash));
        _opened = _synced = _anchored = settings.Time.GetTimestamp();
    }

    /// <summary>Opens the file of a segment to write it: a new one, or what is there, at its end.</summary>
    public delegate FileStream OpenSegment(string path, FileMode mode);

    /// <summary>Whether there is something that only time makes due.</summary>
    public bool IsWaiting => !_isSynced || !_isAnchored;

    public static FileStream OpenFile(string path, FileMode mode)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (mode == FileMode.Create)
            options.UnixCreateMode = NodeFolder.FileMode;
        return new FileStream(path, options);
    }

    public void Add(AuditEntry entry)
    {
        if (_bytes + _lines.Bytes.Length >= _settings.SegmentBytesMax)
            Rotate();
        _lines.Add(checked(_seq + 1), entry);
        _seq++;
        _span.Add(entry.At);
        _isAnchored = false;
        if (_lines.Bytes.Length >= WriteAtBytes)
            Write();
    }

    /// <summary>The process before ended without closing: says so.</summary>
    public void AddRecovered(long tornBytes)
    {
        _lines.Add(new RecoveredLine(tornBytes, _settings.Time.GetUtcNow()));
        _isAnchored = false;
    }

    /// <summary>Before entries of a new batch: a segment that is old enough is followed by another.</summary>
    public void BeginBatch()
    {
        if (_span.Entries > 0 && _settings.Time.GetElapsedTime(_opened) >= _settings.SegmentLife)
            Rotate();
    }

    /// <summary>After a batch: writes it, and does what is due.</summary>
    public void EndBatch(bool flush)
    {
        Write();
        if (!_isAnchored && _settings.Time.GetElapsedTime(_anchored) >= AnchorEvery)
            Anchor(closing: false);
        if (!_isSynced && (flush || _settings.Time.GetElapsedTime(_synced) >= SyncEvery))
            Sync();
    }

    /// <summary>Goes on in the newest segment, behind its whole lines.</summary>
    public void Continue(long bytes, SegmentSpan span)
    {
        _file = _open(_folder.Segment(_segment), FileMode.Open);
        _file.SetLength(bytes);
        _file.Position = bytes;
        (_bytes, _span) = (bytes, span);
    }

    /// <summary>Begins the next segment.</summary>
    public void Begin()
    {
        _segment++;
        _span = default;
        _file = _open(_folder.Segment(_segment), FileMode.Create);
        _bytes = 0;
        var header = new HeaderLine(HeaderLine.Version, _folder.Node, _segment, _seq, _settings.Time.GetUtcNow(), Chain.Text(_lines.Head));
        _lines.AddSigned(header, _keys);
        WriteAndSync();
        _opened = _anchored;
    }

    /// <summary>Ends the segment.</summary>
    public void Close()
    {
        Anchor(closing: true);
        _file!.Dispose();
        _file = null;
    }

    public void Dispose()
    {
        _file?.Dispose();
        _lines.Dispose();
    }

    private void Rotate()
    {
        Close();
        Begin();
    }

    private void Anchor(bool closing)
    {
        var anchor = new AnchorLine(
            _seq, _folder.Node, _segment, _settings.Time.GetUtcNow(), Chain.Text(_lines.Head), _span.Entries, closing, _span.From, _span.Until);
        _lines.AddSigned(anchor, _keys);
        WriteAndSync();
    }

    // What is behind the newest line is on disk before the head names it.
    private void WriteAndSync()
    {
        Write();
        Sync();
        Seal.WriteFile(_folder.Head, new HeadLine(_seq, _folder.Node, _segment, Chain.Text(_lines.Head), _settings.Time.GetUtcNow()), _keys);
        _anchored = _settings.Time.GetTimestamp();
        _isAnchored = true;
    }

    private void Write()
    {
        if (_lines.Bytes.IsEmpty)
            return;
        _file!.Write(_lines.Bytes);
        _bytes += _lines.Bytes.Length;
        _lines.Clear();
        _isSynced = false;
    }

    private void Sync()
    {
        _file!.Flush(flushToDisk: true);
        _synced = _settings.Time.GetTimestamp();
        _isSynced = true;
    }
}
