namespace SafeSpaceCapacity.EndToEnd.Tests.Fuzz;

/// <summary>Header blocks that can't be read, or should not be.</summary>
internal static class HeaderBlocks
{
    public static byte[] Any(Random random)
    {
        var right = Hpack.Write([(":method", "GET"), (":scheme", "http"), (":path", "/"), (":authority", "x")]);
        byte[] block = random.Next(14) switch
        {
            0 => random.Bytes(random.Next(1, 200)),
            1 => [0x80, .. right],
            2 => [.. right, .. Hpack.Integer(0x80, 7, random.Any([62, 63, 500, int.MaxValue - 200]))],
            3 => [.. right, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
            4 => [.. Hpack.Integer(0x20, 5, random.Any([0, 4_096, 4_097, int.MaxValue - 200])), .. right],
            5 => [.. right, .. Hpack.Integer(0x20, 5, 0)],
            6 => [.. right, 0x00, 0x81, 0xFF, 0x81, 0xFF],
            7 => [.. right, 0x00, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, (byte)'x'],
            8 => [.. right, 0x00, 0x01, (byte)'x', .. Hpack.Integer(0, 7, random.Any([10, 10_000, int.MaxValue - 200]))],
            9 => right[..random.Next(1, right.Length)],
            10 => [.. right, 0x40, 0x01, (byte)'x', .. Hpack.Integer(0, 7, 3_900), .. new byte[3_900].Select(_ => (byte)'v'), .. Enumerable.Repeat((byte)0xBE, random.Any([1, 5, 50, 3_000]))],
            11 => [.. Enumerable.Repeat(right, random.Next(2, 20)).SelectMany(again => again)],
            12 => [.. right, .. Enumerable.Repeat((byte)0x82, random.Next(1, 5_000))],
            _ => Flipped(random, right),
        };
        return Frames.Of(Frames.Headers, (byte)(Frames.EndHeaders | (random.OneIn(3) ? 0 : Frames.EndStream)), 201, block);
    }

    private static byte[] Flipped(Random random, byte[] bytes)
    {
        for (var i = random.Next(1, 6); i > 0; i--)
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return bytes;
    }
}
