using System.Buffers;

namespace Grpc.Core;

/// <summary>Where a message is written: either whole as an array, or piece by piece into the buffer writer.</summary>
public abstract class SerializationContext
{
    /// <summary>Gives the whole message; nothing may follow.</summary>
    public virtual void Complete(byte[] payload) => throw new NotSupportedException();

    /// <summary>Ends a message written to the buffer writer.</summary>
    public virtual void Complete() => throw new NotSupportedException();

    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotSupportedException();

    /// <summary>Tells the length before the buffer writer is asked for.</summary>
    public virtual void SetPayloadLength(int payloadLength)
    {
    }
}
