using System.Text;

namespace SafeSpaceCapacity.EndToEnd.Tests.Fuzz;

/// <summary>Header blocks: written as literals, so that any bytes go in, and read as a server writes them that was told to keep no table.</summary>
internal static class Hpack
{
    // RFC 7541, appendix A.
    private static readonly (string Name, string Value)[] Static =
    [
        (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"), (":path", "/index.html"), (":scheme", "http"), (":scheme",
        "https"), (":status", "200"),
        (":status", "204"), (":status", "206"), (":status", "304"), (":status", "400"), (":status", "404"), (":status", "500"), ("accept-charset", ""),
        ("accept-encoding", "gzip, deflate"), ("accept-language", ""), ("accept-ranges", ""), ("accept", ""), ("access-control-allow-origin", ""),
        ("age", ""), ("allow", ""),
        ("authorization", ""), ("cache-control", ""), ("content-disposition", ""), ("content-encoding", ""), ("content-language", ""), ("content-length", ""),
        ("content-location", ""), ("content-range", ""), ("content-type", ""), ("cookie", ""), ("date", ""), ("etag", ""), ("expect", ""),
        ("expires", ""), ("from", ""), ("host", ""),
        ("if-match", ""), ("if-modified-since", ""), ("if-none-match", ""), ("if-range", ""), ("if-unmodified-since", ""), ("last-modified", ""),
        ("link", ""), ("location", ""),
        ("max-forwards", ""), ("proxy-authenticate", ""), ("proxy-authorization", ""), ("range", ""), ("referer", ""), ("refresh", ""),
        ("retry-after", ""), ("server", ""),
        ("set-cookie", ""), ("strict-transport-security", ""), ("transfer-encoding", ""), ("user-agent", ""), ("vary", ""), ("via", ""), ("www-authenticate", ""),
    ];

    public static byte[] Write(IEnumerable<(string Name, string Value)> headers)
    {
        using var block = new MemoryStream();
        foreach (var (name, value) in headers)
        {
            block.WriteByte(0);
            foreach (var text in new[] { name, value })
            {
                block.Write(Integer(0, 7, text.Length));
                block.Write(Encoding.Latin1.GetBytes(text));
            }
        }

        return block.ToArray();
    }

    public static byte[] Integer(int pattern, int prefix, int value)
    {
        var most = (1 << prefix) - 1;
        if (value < most)
            return [(byte)(pattern | value)];
        return [(byte)(pattern | most), .. Wire.VarintOf((ulong)(value - most))];
    }

    /// <summary>The headers of a block.</summary>
    /// <exception cref="InvalidDataException">The block is none, or needs a table.</exception>
    public static List<(string Name, string Value)> Read(ReadOnlySpan<byte> block)
    {
        var headers = new List<(string, string)>();
        while (block.Length > 0)
        {
            var first = block[0];
            if (first >= 0x80)
            {
                headers.Add(At(Number(ref block, 7)));
            }
            else if ((first & 0xE0) == 0x20)
            {
                Number(ref block, 5);
            }
            else
            {
                var index = Number(ref block, (first & 0xC0) == 0x40 ? 6 : 4);
                var name = index > 0 ? At(index).Name : Text(ref block);
                headers.Add((name, Text(ref block)));
            }
        }

        return headers;
    }

    private static (string Name, string Value) At(int index) =>
        index >= 1 && index <= Static.Length ? Static[index - 1] : throw new InvalidDataException($"no header {index} in the static table");

    private static string Text(ref ReadOnlySpan<byte> block)
    {
        if (block.Length > 0 && block[0] >= 0x80)
            throw new InvalidDataException("a text in Huffman's code");
        var length = Number(ref block, 7);
        if (length > block.Length)
            throw new InvalidDataException("a text that is cut off");
        var text = Encoding.Latin1.GetString(block[..length]);
        block = block[length..];
        return text;
    }

    private static int Number(ref ReadOnlySpan<byte> block, int prefix)
    {
        if (block.Length == 0)
            throw new InvalidDataException("a block that is cut off");
        var most = (1 << prefix) - 1;
        var value = block[0] & most;
        block = block[1..];
        if (value < most)
            return value;
        for (var shift = 0; block.Length > 0 && shift < 28; shift += 7)
        {
            var next = block[0];
            block = block[1..];
            value += (next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }

        throw new InvalidDataException("a number that is cut off");
    }
}
