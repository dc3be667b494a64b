using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace SafeSpaceCapacity.EventLog.Sqlite;

/// <summary>
/// A small file beside the database: epoch and last acknowledged position, written after every commit and never synced. SQLite takes
/// a write-ahead log that was cut off for one that ends there; the mark tells that entries are missing. It can be behind the log, after a
/// loss of power, but never ahead of it, since the log is synced first.
/// </summary>
internal sealed class AcknowledgedMark : IDisposable
{
    private const int Length = 16 + sizeof(long) + 16;
    private readonly SafeFileHandle handle;
    private readonly RowChecksum checksum = new();

    public AcknowledgedMark(LogFiles files) => handle = File.OpenHandle(files.Mark, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);

    /// <summary>The mark, or null where there is none or it is not whole: it is not synced, so a loss of power may leave anything.</summary>
    public static (Guid Epoch, long Position)? Read(LogFiles files)
    {
        if (!File.Exists(files.Mark))
            return null;
        using var file = File.OpenHandle(files.Mark, share: FileShare.ReadWrite);
        Span<byte> bytes = stackalloc byte[Length];
        if (RandomAccess.Read(file, bytes, 0) != Length)
            return null;
        var epoch = new Guid(bytes[..16], bigEndian: true);
        var position = BinaryPrimitives.ReadInt64BigEndian(bytes[16..]);
        return new RowChecksum().Of(epoch, position).AsSpan().SequenceEqual(bytes[24..]) ? (epoch, position) : null;
    }

    public void Write(Guid epoch, long position)
    {
        Span<byte> bytes = stackalloc byte[Length];
        epoch.TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(bytes[16..], position);
        checksum.Of(epoch, position).CopyTo(bytes[24..]);
        RandomAccess.Write(handle, bytes, 0);
    }

    /// <summary>Waits until what was written is on disk.</summary>
    public void Sync() => RandomAccess.FlushToDisk(handle);

    public void Dispose() => handle.Dispose();
}
