using System.Buffers;
using System.Text.Json;
using SafeSpaceCapacity.Audit.Format;
using SafeSpaceCapacity.Identity;

namespace SafeSpaceCapacity.Audit.Writing;

/// <summary>Lines on their way to the disk, each chained to the one before. Memory is used again.</summary>
internal sealed class LineBuffer : IDisposable
{
    private readonly ArrayBufferWriter<byte> _bytes = new(1024 * 1024);
    private readonly Utf8JsonWriter _json;
    private readonly Chain _chain = new();
    private readonly byte[] _head;

    public LineBuffer(ReadOnlySpan<byte> head)
    {
        _head = head.ToArray();
        _json = new Utf8JsonWriter(_bytes, EntryNames.Form);
    }

    /// <summary>The hash of the newest line.</summary>
    public ReadOnlySpan<byte> Head => _head;

    /// <summary>The lines that are not written yet.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    /// <summary>Adds an entry.</summary>
    public void Add(long seq, AuditEntry entry)
    {
        var start = _bytes.WrittenCount;
        _json.Reset();
        EntryWriter.Write(_json, seq, entry);
        _json.Flush();
        Finish(start);
    }

    /// <summary>Adds a line that is signed.</summary>
    public void AddSigned<T>(T value, SigningKeys keys)
    {
        var start = _bytes.WrittenCount;
        _bytes.Write(Seal.Write(value, keys));
        Finish(start);
    }

    /// <summary>Adds a line that is not signed.</summary>
    public void Add(RecoveredLine recovered)
    {
        var start = _bytes.WrittenCount;
        _bytes.Write(JsonSerializer.SerializeToUtf8Bytes(recovered, JsonSerializerOptions.Web).AsSpan()[..^1]);
        Finish(start);
    }

    /// <summary>Forgets the lines: they are written.</summary>
    public void Clear() => _bytes.ResetWrittenCount();

    public void Dispose()
    {
        _json.Dispose();
        _chain.Dispose();
    }

    private void Finish(int start)
    {
        _chain.Hash(_head, _bytes.WrittenSpan[start..], _head);
        Chain.Finish(_head, _bytes.GetSpan(Chain.EndBytes));
        _bytes.Advance(Chain.EndBytes);
    }
}
