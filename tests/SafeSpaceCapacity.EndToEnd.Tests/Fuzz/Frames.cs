using System.Buffers.Binary;
using System.Globalization;

namespace SafeSpaceCapacity.EndToEnd.Tests.Fuzz;

/// <summary>Frames of HTTP/2, right or as wrong as asked for.</summary>
internal static class Frames
{
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte Priority = 2;
    public const byte Reset = 3;
    public const byte Settings = 4;
    public const byte PushPromise = 5;
    public const byte Ping = 6;
    public const byte GoAway = 7;
    public const byte WindowUpdate = 8;
    public const byte Continuation = 9;
    public const byte EndStream = 1;
    public const byte Ack = 1;
    public const byte EndHeaders = 4;
    public const byte IsPadded = 8;
    public const byte HasPriority = 0x20;

    public static byte[] Preface => [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8];

    /// <summary>How a client begins that wants no table for headers and never stops the server from writing.</summary>
    public static byte[] Greeting =>
    [
        .. Preface,
        .. Of(Settings, 0, 0, [.. Setting(1, 0), .. Setting(2, 0), .. Setting(4, int.MaxValue)]),
        .. Of(WindowUpdate, 0, 0, Number(int.MaxValue - 65_535)),
    ];

    public static byte[] Of(byte type, byte flags, uint stream, byte[] payload, int? length = null)
    {
        var frame = new byte[9 + payload.Length];
        var told = length ?? payload.Length;
        frame[0] = (byte)((told >> 16) & 0xFF);
        frame[1] = (byte)((told >> 8) & 0xFF);
        frame[2] = (byte)(told & 0xFF);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return frame;
    }

    public static byte[] Setting(ushort id, uint value) => [(byte)(id >> 8), (byte)(id & 0xFF), .. Number(value)];

    public static byte[] Number(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>A whole call: its headers and its body.</summary>
    public static byte[] Call(uint stream, IEnumerable<(string Name, string Value)> headers, byte[] body) =>
    [
        .. Of(Headers, EndHeaders, stream, Hpack.Write(headers)),
        .. Of(Data, EndStream, stream, body),
    ];

    /// <summary>Reads one frame; null where there are no more.</summary>
    public static async Task<(byte Type, byte Flags, uint Stream, byte[] Payload)?> ReadAsync(Stream from, CancellationToken limit)
    {
        var head = new byte[9];
        if (await from.ReadAtLeastAsync(head, 9, throwOnEndOfStream: false, limit) < 9)
            return null;
        var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
        if (await from.ReadAtLeastAsync(payload, payload.Length, throwOnEndOfStream: false, limit) < payload.Length)
            return null;
        return (head[3], head[4], BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(5)) & int.MaxValue, payload);
    }

    /// <summary>How a RST_STREAM or a GOAWAY ends things, for the table.</summary>
    public static string Ending(byte type, byte[] payload)
    {
        var code = BinaryPrimitives.ReadUInt32BigEndian(payload.AsSpan(type == GoAway ? 4 : 0));
        return string.Create(CultureInfo.InvariantCulture, $"{(type == GoAway ? "GOAWAY" : "RST_STREAM")} {code}");
    }
}
