using Google.Protobuf;

namespace SafeSpaceCapacity.EndToEnd.Tests.Fuzz;

/// <summary>Bytes to the port of HTTP/2 that are none, or nearly.</summary>
internal static class Http2Frames
{
    private static readonly byte[][] Others =
    [
        [0x16, 0x03, 0x01, 0x00, 0x05, 0x01, 0x00, 0x00, 0x01, 0x03], [.. "SSH-2.0-x\r\n"u8], [.. "GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8], [.. "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"u8],
        [.. "PRI * HTTP/2.0\n\nSM\n\n"u8], [.. "PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n"u8], [.. "PRI / HTTP/2.0\r\n\r\nSM\r\n\r\n"u8], [0], [0xFF, 0xFF, 0xFF, 0xFF], [],
    ];

    public static FuzzCase Make(Random random, Cast cast)
    {
        var (what, bytes) = random.Next(12) switch
        {
            0 => ("preface", Preface(random)),
            1 => ("noise", [.. Frames.Greeting, .. random.Bytes(random.Next(1, 400))]),
            2 => ("cut off", CutOff(random, [.. Frames.Greeting, .. Call(1, random, cast)])),
            3 => ("bits flipped", Flipped(random, [.. Frames.Greeting, .. Call(1, random, cast), .. Call(3, random, cast)])),
            4 => ("any frame", Amid(random, cast, [.. Enumerable.Range(0, random.Next(1, 6)).SelectMany(_ => AnyFrame(random))])),
            5 => ("header block", Amid(random, cast, HeaderBlocks.Any(random))),
            6 => ("frames left out, twice or swapped", [.. Frames.Greeting, .. Shuffled(random, cast)]),
            var n => Odd(random, cast, n),
        };
        return new SocketCase("HTTP/2: " + what, ToGrpc: !random.OneIn(12), bytes, random.OneIn(5) && bytes.Length < 500 ? random.Next(1, 30) : int.MaxValue);
    }

    private static (string What, byte[] Bytes) Odd(Random random, Cast cast, int n)
    {
        var (what, bytes) = n switch
        {
            7 => ("SETTINGS", OddFrames.Settings(random)),
            8 => ("CONTINUATION", OddFrames.Continuations(random)),
            9 => ("PING, RST_STREAM, WINDOW_UPDATE", OddFrames.Control(random)),
            10 => ("streams", OddFrames.Streams(random, Call(1, random, cast))),
            _ => ("padding", OddFrames.Padding(random)),
        };
        return (what, Amid(random, cast, bytes));
    }

    /// <summary>The frames of a right call.</summary>
    private static byte[] Call(uint stream, Random random, Cast cast)
    {
        var method = random.Any(Methods.All);
        return Frames.Call(stream, RawCalls.Right(method, random), Wire.Framed(new ValidMessages(random, cast).Of(method.InputType).ToByteArray()));
    }

    // After a greeting, perhaps after a call, and perhaps before one.
    private static byte[] Amid(Random random, Cast cast, byte[] frames) =>
    [
        .. Frames.Greeting,
        .. random.OneIn(2) ? Call(101, random, cast) : [],
        .. frames,
        .. random.OneIn(2) ? Call(1001, random, cast) : [],
    ];

    private static byte[] Preface(Random random) => random.Next(4) switch
    {
        0 => CutOff(random, Frames.Preface),
        1 => Flipped(random, Frames.Greeting),
        2 => random.Bytes(random.Next(1, 200)),
        _ => random.Any(Others),
    };

    private static byte[] AnyFrame(Random random)
    {
        var payload = random.Bytes(random.Any([0, 1, 4, 5, 6, 8, 9, 40, 300]));
        return Frames.Of(
            (byte)(random.OneIn(6) ? random.Next(256) : random.Next(11)), (byte)random.Next(256), random.Any<uint>([0, 1, 2, 3, 101, 103, 0x7FFF_FFFF, 0x8000_0001, 0xFFFF_FFFF]), payload,
            random.OneIn(4) ? random.Any([0, 1, payload.Length + 1, 16_384, 16_385, 0xFF_FFFF]) : null);
    }

    private static IEnumerable<byte> Shuffled(Random random, Cast cast)
    {
        var frames = new List<byte[]>();
        for (uint stream = 1; stream < 8; stream += 2)
        {
            var call = Call(stream, random, cast);
            var first = 9 + (call[0] << 16 | call[1] << 8 | call[2]);
            frames.AddRange([call[..first], call[first..]]);
        }

        for (var i = random.Next(1, 5); i > 0; i--)
        {
            var (one, other) = (random.Next(frames.Count), random.Next(frames.Count));
            switch (random.Next(3))
            {
                case 0:
                    (frames[one], frames[other]) = (frames[other], frames[one]);
                    break;
                case 1:
                    frames.Insert(other, frames[one]);
                    break;
                default:
                    frames.RemoveAt(one);
                    break;
            }
        }

        return frames.SelectMany(frame => frame);
    }

    private static byte[] CutOff(Random random, byte[] bytes) => bytes[..random.Next(bytes.Length)];

    private static byte[] Flipped(Random random, byte[] bytes)
    {
        for (var i = random.Next(1, 10); i > 0; i--)
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return bytes;
    }
}
