using System.Buffers.Binary;

namespace SafeSpaceCapacity.EndToEnd.Tests.Fuzz;

/// <summary>A field as it stands in the bytes of a message.</summary>
/// <param name="Number">Its number; any at all.</param>
/// <param name="Type">Its wire type, 0 to 7.</param>
/// <param name="Content">What follows the tag; of wire type 2 without the length.</param>
internal readonly record struct WireField(uint Number, int Type, byte[] Content);

/// <summary>The bytes of a message as a list of fields, which need make no sense.</summary>
internal static class Wire
{
    public const int Varint = 0;
    public const int Fixed64 = 1;
    public const int Delimited = 2;
    public const int StartGroup = 3;
    public const int EndGroup = 4;
    public const int Fixed32 = 5;

    /// <summary>The fields of a right message.</summary>
    public static List<WireField> Read(byte[] message)
    {
        var fields = new List<WireField>();
        var at = 0;
        while (at < message.Length)
        {
            var tag = ReadVarint(message, ref at);
            var type = (int)(tag & 7);
            var length = type switch { Delimited => (int)ReadVarint(message, ref at), Fixed64 => 8, _ => 4 };
            var start = at;
            if (type == Varint)
                ReadVarint(message, ref at);
            else
                at += length;
            fields.Add(new((uint)(tag >> 3), type, message[start..at]));
        }

        return fields;
    }

    public static byte[] Write(IEnumerable<WireField> fields)
    {
        using var bytes = new MemoryStream();
        foreach (var field in fields)
        {
            bytes.Write(VarintOf(((ulong)field.Number << 3) | (uint)field.Type));
            if (field.Type == Delimited)
                bytes.Write(VarintOf((ulong)field.Content.Length));
            bytes.Write(field.Content);
        }

        return bytes.ToArray();
    }

    public static byte[] VarintOf(ulong value)
    {
        Span<byte> bytes = stackalloc byte[10];
        var length = 0;
        while (value >= 0x80)
        {
            bytes[length++] = (byte)(value & 0x7F | 0x80);
            value >>= 7;
        }

        bytes[length++] = (byte)value;
        return bytes[..length].ToArray();
    }

    /// <summary>A message as a gRPC body has it: a flag, its length, itself.</summary>
    public static byte[] Framed(byte[] message, byte flag = 0, uint? length = null)
    {
        var framed = new byte[5 + message.Length];
        framed[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(framed.AsSpan(1), length ?? (uint)message.Length);
        message.CopyTo(framed, 5);
        return framed;
    }

    private static ulong ReadVarint(byte[] bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var b = bytes[at++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return value;
        }
    }
}
