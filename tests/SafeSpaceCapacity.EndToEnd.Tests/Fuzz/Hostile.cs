using System.Text;

namespace SafeSpaceCapacity.EndToEnd.Tests.Fuzz;

/// <summary>Values that programs stumble over.</summary>
internal static class Hostile
{
    public static readonly double[] Reals =
    [
        double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, double.MinValue, double.Epsilon, -0.0, 0, 90, -90, 180, -180,
        90.000001, 1e-300, 700_000, 1_300_000, BitConverter.Int64BitsToDouble(0x7FF0_0000_0000_0001), 4.9e-324, 55.86, -4.25,
    ];

    public static readonly long[] Integers =
    [
        0, 1, -1, 2, 20, 21, 63, 64, 127, 128, 200, 201, 1000, 1001, 1440, 1441, int.MaxValue, int.MinValue, uint.MaxValue, 1L << 32, long.MaxValue, long.MinValue,
        -62_135_596_801, -62_135_596_800, 253_402_300_799, 253_402_300_800, 999_999_999, 1_000_000_000,
    ];

    private static readonly string[] Short =
    [
        "", " ", "\0", "a\0b", "\r\n", "\t", "\u202Eevil", "\uFFFD", "\uFEFF", "\u200B", "\U0001F600", "e\u0301", "\uE000", "٣", "%s%n", "%00", "{0}", "${x}", "<b>",
        "'; drop table events; --", "../../etc/passwd", "{\"a\":1}", "00000000-0000-0000-0000-000000000000", "{0190d6a4-5b1c-7c3e-9d55-3f7f4be9a001}",
        "0190d6a4-5b1c-7c3e-9d55-3f7f4be9a00g", "fuzzed-1", "FUZZED-1", "fuzzed-1\n", "a--", "-", "NS 590 655", "NS 59 655", "ns55", "ZZ 00 00",
        "24:00", "23:59:59", "2026-02-30",
        "0000-00-00", "Tarbert", "glasgow", "GLASGOW ", "St", "Ballachulish, Nowhere", "İstanbul", "ß", "AAAA", "AA==", "_-_-", "+44", "(((((((((((((((((((",
    ];

    public static string Text(Random random) => random.Next(8) switch
    {
        0 => new string((char)random.Next(0x20, 0x2FF), random.Next(1, 600)),
        1 => string.Concat(Enumerable.Repeat(random.Any(Short), random.Next(1, 40))),
        2 => string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => (Rune.TryCreate(random.Next(0x1_0000), out var rune) ? rune : new Rune('x')).ToString())),
        _ => random.Any(Short),
    };

    /// <summary>Bytes that are no text.</summary>
    public static byte[] NoText(Random random) => random.Next(6) switch
    {
        0 => [0xC3, 0x28],
        1 => [0xED, 0xA0, 0x80],
        2 => [0xC0, 0x80],
        3 => [0xF4, 0x90, 0x80, 0x80],
        4 => [.. "Glasgow"u8, 0xFF],
        _ => random.Bytes(random.Next(1, 64)),
    };

    public static byte[] Varint(Random random) => random.Next(6) switch
    {
        0 => [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
        1 => [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
        2 => [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
        3 => [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
        _ => Wire.VarintOf(unchecked((ulong)random.Any(Integers))),
    };
}
