namespace Grpc.Core;

/// <summary>Hints for a write.</summary>
[Flags]
public enum WriteFlags
{
    None = 0,

    /// <summary>More messages follow soon: no need to flush.</summary>
    BufferHint = 0x1,

    /// <summary>Send the message uncompressed.</summary>
    NoCompress = 0x2,
}

/// <summary>Options of a write.</summary>
public class WriteOptions(WriteFlags flags = WriteFlags.None)
{
    public static readonly WriteOptions Default = new();

    public WriteFlags Flags { get; } = flags;
}
