using Google.Protobuf.Reflection;

namespace SafeSpaceCapacity.EndToEnd.Tests.Fuzz;

/// <summary>Spoils the bytes of a message.</summary>
internal static class Mutations
{
    private static readonly (string Name, Func<Random, byte[], byte[]> Do)[] OfBytes =
    [
        ("bit flipped", (random, bytes) => Flipped(random, bytes, 1)),
        ("bit flipped", (random, bytes) => Flipped(random, bytes, 1)),
        ("bits flipped", (random, bytes) => Flipped(random, bytes, random.Next(2, 20))),
        ("cut off", (random, bytes) => bytes[..random.Next(bytes.Length + 1)]),
        ("bytes put in", (random, bytes) => Spliced(random, bytes, random.Bytes(random.Next(1, 20)), 0)),
        ("bytes taken out", (random, bytes) => Spliced(random, bytes, [], random.Next(1, 10))),
        ("bytes twice", (random, bytes) => [.. bytes, .. bytes]),
        ("varint put in", (random, bytes) => Spliced(random, bytes, Hostile.Varint(random), random.Next(2))),
        ("noise", (random, _) => random.Bytes(random.Next(300))),
    ];

    /// <summary>A message with up to four things wrong with it, and their names.</summary>
    public static (byte[] Bytes, string What) Spoil(Random random, MessageDescriptor type, byte[] valid)
    {
        var what = new List<string>();
        var bytes = valid;
        if (!random.OneIn(4))
        {
            var fields = Wire.Read(valid);
            for (var i = random.Next(1, 4); i > 0; i--)
                what.Add(FieldMutations.Apply(random, type, fields));
            bytes = Wire.Write(fields);
        }

        if (what.Count == 0 || random.OneIn(6))
        {
            var (name, change) = random.Any(OfBytes);
            what.Add(name);
            bytes = change(random, bytes);
        }

        return (bytes, string.Join(", ", what));
    }

    private static byte[] Flipped(Random random, byte[] bytes, int times)
    {
        var flipped = (byte[])bytes.Clone();
        for (; times > 0 && flipped.Length > 0; times--)
            flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
        return flipped;
    }

    private static byte[] Spliced(Random random, byte[] bytes, byte[] with, int instead)
    {
        var at = random.Next(bytes.Length + 1);
        return [.. bytes[..at], .. with, .. bytes[Math.Min(bytes.Length, at + instead)..]];
    }
}
