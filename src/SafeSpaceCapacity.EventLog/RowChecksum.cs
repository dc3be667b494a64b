using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SafeSpaceCapacity.EventLog;

/// <summary>
/// The checksum kept with every row: the first 16 bytes of SHA-256 over all its content. Variable parts carry their length, so that
/// nothing can move from one field to the next unnoticed. It finds damage, not forgery. Not for use by two threads at once.
/// </summary>
internal sealed class RowChecksum
{
    private const int Length = 16;
    private readonly ArrayBufferWriter<byte> content = new(1024);

    public byte[] Of(RecordedEvent row) => Add(row.Epoch).Add(row.Position).Add(row.Stream).Add(row.Version).Add(row.Type).Add(row.Schema)
        .Add(row.CommandId).Add(row.RequestHash.Span).Add(row.Actor).Add(row.Role).Add(row.Client).Add(row.Correlation)
        .Add(row.NeedId is null ? 0 : 1).Add(row.NeedId ?? Guid.Empty)
        .Add(row.ObservedAt.ToNanoseconds()).Add(row.DecidedAt.ToNanoseconds()).Add(row.RecordedAt.ToNanoseconds()).Add(row.Payload.Span)
        .Finish();

    public byte[] Of(CommandRecord row) => Add(row.CommandId).Add(row.Stream).Add(row.RequestHash.Span).Add(row.Outcome.Span)
        .Add(row.Actor).Add(row.Role).Add(row.Client).Add(row.Correlation).Add(row.DecidedAt.ToNanoseconds())
        .Finish();

    public byte[] Of(Checkpoint row) => Add(row.Epoch).Add(row.Stream).Add(row.Version).Add(row.Position).Add(row.Schema).Add(row.Body.Span)
        .Finish();

    public byte[] Of(Guid epoch, long number) => Add(epoch).Add(number).Finish();

    private RowChecksum Add(long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(content.GetSpan(sizeof(long)), number);
        content.Advance(sizeof(long));
        return this;
    }

    private RowChecksum Add(Guid id)
    {
        id.TryWriteBytes(content.GetSpan(16), bigEndian: true, out _);
        content.Advance(16);
        return this;
    }

    private RowChecksum Add(ReadOnlySpan<byte> bytes)
    {
        Add((long)bytes.Length);
        content.Write(bytes);
        return this;
    }

    private RowChecksum Add(string text)
    {
        Add((long)Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, content);
        return this;
    }

    private byte[] Finish()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content.WrittenSpan, hash);
        content.ResetWrittenCount();
        return hash[..Length].ToArray();
    }
}
