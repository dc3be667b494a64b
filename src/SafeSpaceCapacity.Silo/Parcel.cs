namespace SafeSpaceCapacity.Silo;

/// <summary>
/// What one silo hands another. Where both are the same it stays the object it is; else it travels as bytes, which are read by whoever opens it: one that
/// can't be, because it is of another version of the program, is found there and not in the middle of the cluster.
/// </summary>
[GenerateSerializer]
[Immutable]
[Alias("safespace.parcel")]
internal sealed class Parcel
{
    [NonSerialized]
    private object? _content;

    [NonSerialized]
    private byte[]? _bytes;

    internal Parcel()
    {
    }

    /// <summary>The content as it travels.</summary>
    [Id(0)]
    public byte[] Bytes
    {
        get => _bytes ??= MessageCodec.Encode(_content!);
        internal set => _bytes = value;
    }

    /// <summary>Of a request or a reply.</summary>
    public static Parcel Of(object content) => new() { _content = content };

    /// <summary>What is in it.</summary>
    /// <exception cref="System.Text.Json.JsonException">It is not of this version of the program.</exception>
    public T Open<T>()
        where T : class =>
        (T)(_content ??= MessageCodec.Decode<T>(_bytes));
}
