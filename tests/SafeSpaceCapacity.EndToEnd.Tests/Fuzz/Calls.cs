using System.IO.Compression;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace SafeSpaceCapacity.EndToEnd.Tests.Fuzz;

/// <summary>Right HTTP/2 that is no right call, as far as an HTTP client can be made to send it.</summary>
internal static class Calls
{
    private static readonly string[] ContentTypes =
    [
        "", "application/grpc+json", "application/grpc-web", "application/grpc-web-text", "application/grpc;charset=utf-8", "APPLICATION/GRPC",
        "application/grpcx", "application/json",
        "text/html", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "*/*", "application/grpc, application/grpc",
        "application/grpc+proto; v=\"", "\"", "a/b/c",
    ];

    private static readonly string[] Verbs = ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PRI", "PROPFIND", "FOO", "post", "X-Y!"];

    private static readonly string[] Timeouts =
    [
        "", "0S", "1n", "1u", "5m", "1m", "20m", "99999999H", "100000000S", "-1S", "1", "S", "1x", "1.5S", "1S1S", "0x10S", " 1S", "1 S",
        "999999999999999999999S", "٣S", "1S, 2S", "nan", "+1S", "00000001S",
    ];

    private static readonly string[] Names =
    [
        "x-bin", "grpc-tags-bin", "grpc-trace-bin", "grpc-status-details-bin", "a-bin", "x", "grpc-status", "grpc-message", "grpc-foo",
        "traceparent", "tracestate", "baggage", "correlation-context",
        "grpc-accept-encoding", "grpc-previous-rpc-attempts", "user-agent", "cookie", "accept", "accept-encoding", "content-encoding",
        "content-language", "forwarded", "x-forwarded-for",
        "x-forwarded-host", "x-forwarded-proto", "x-http-method-override", "x-original-url", "x-request-id", "range", "if-match", "if-none-match",
        "if-modified-since", "origin", "upgrade-insecure-requests",
        "access-control-request-method", "sec-websocket-key", "proxy-authorization", "via", "expect", "max-forwards", "date", "from", "referer", "te",
    ];

    private static readonly string[] Values =
    [
        "", "x", "====", "!!!", "AAAA", "AA", "A", "AAA=, BBB=", "=A==", "%", "%zz", "%00",
        "00-00000000000000000000000000000000-0000000000000000-00", "00-xyz", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x", "a=b,c", "k=v;p=%C3%28", "gzip", "gzip,,;q=x", "identity;q=-1", "bytes=-1",
        "bytes=0-99999999999999999999", "\"", "W/\"", "1; drop", "100-continue",
        "Thu, 01 Jan 1970 00:00:00 GMT", "chunked", "close", "\u00E9\u00FF", "caf\u00E9", "\u0080", "127.0.0.1, x", "javascript:1",
        "for=\"[::1]:x\"", "-1", "99999999999999999999",
    ];

    private static readonly string[] Encodings = ["gzip", "deflate", "identity", "br", "zstd", "", "GZIP", "gzip, gzip", "x\"", "unknown"];

    // Little that becomes much: up to and over the limit, and far over it.
    private static readonly byte[][] Bombs = [.. new[] { 65_000, 65_536, 65_537, 5_000_000 }.SelectMany(size => new[] { Packed(new byte[size], deflate: true), Packed(new byte[size], deflate: false) })];

    public static FuzzCase Make(Random random, Cast cast)
    {
        var method = random.Any(Methods.All);
        var message = new ValidMessages(random, cast).Of(method.InputType).ToByteArray();
        var call = HttpCall.Of(Level.Call, string.Empty, method, Wire.Framed(message), random);
        return random.Next(13) switch
        {
            0 => call with { What = "content type", ContentType = random.OneIn(8) ? null : random.Any(ContentTypes) },
            1 => call with { What = "verb", Verb = random.Any(Verbs) },
            2 => call with { What = "path", Path = Path(random, method) },
            3 => call with { What = "frame", Body = Frame(random, message) },
            4 => With(call with { What = "encoding", Body = Compressed(random, message) }, ("grpc-encoding", random.Any(Encodings))),
            5 => call with { What = "several messages", Body = [.. Enumerable.Repeat(Wire.Framed(message), random.Next(2, 6)).SelectMany(frame => frame)] },
            6 => call with { What = "oversized", Body = Wire.Framed(Padded(message, random.Any([65_535, 65_536, 65_537, 70_000, 200_000]))) },
            7 => With(call with { What = "timeout" }, ("grpc-timeout", random.Any(Timeouts))),
            8 => Authorized(call, random),
            9 => With(call with { What = "long metadata" }, (random.Any(Names), new string("A=,% "[random.Next(5)], random.Any([1_000, 8_000, 14_000])))),
            10 => With(call with { What = "much metadata" }, [.. Enumerable.Range(0, random.Next(2, 60)).Select(i => ($"x-{i}{(random.OneIn(2) ? "-bin" : string.Empty)}", random.Any(Values)))]),
            11 => With(call with { What = "metadata twice" }, [.. Enumerable.Repeat((random.Any(Names), random.Any(Values)), random.Next(2, 8))]),
            _ => With(call with { What = "metadata" }, [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => (random.Any(Names), random.Any(Values)))]),
        };
    }

    private static HttpCall With(HttpCall call, params (string, string)[] headers) => call with { Headers = [.. call.Headers, .. headers] };

    private static HttpCall Authorized(HttpCall call, Random random)
    {
        var values = Enumerable.Range(0, random.OneIn(6) ? 2 : 1).Select(_ => ("authorization", Tokens.Hostile(random)));
        return call with { What = "authorization", Headers = [.. call.Headers.Where(header => header.Name != "authorization"), .. values] };
    }

    private static string Path(Random random, MethodDescriptor method)
    {
        var right = Methods.PathOf(method);
        return random.Next(12) switch
        {
            0 => "/",
            1 => right.ToUpper(System.Globalization.CultureInfo.InvariantCulture),
            2 => right + "/",
            3 => "/" + method.Service.FullName + "/NoSuchMethod",
            4 => "/no.such.Service/" + method.Name,
            5 => right + "?" + new string('a', random.Next(3_000)),
            6 => right.Replace('/', '.'),
            7 => right + "%00",
            8 => "/" + new string('x', random.Any([100, 2_000, 7_000])),
            9 => right.Replace("S", "%53", StringComparison.Ordinal),
            10 => "/healthz",
            _ => "/" + Uri.EscapeDataString(Hostile.Text(random)),
        };
    }

    private static byte[] Frame(Random random, byte[] message) => random.Next(10) switch
    {
        0 => [],
        1 => Wire.Framed(message)[..random.Next(1, 5)],
        2 => Wire.Framed(message)[..random.Next(5 + message.Length)],
        3 => Wire.Framed(message, length: (uint)message.Length + (uint)random.Next(1, 100)),
        4 => Wire.Framed(message, length: (uint)random.Next(message.Length + 1)),
        5 => Wire.Framed(message, length: random.Any<uint>([uint.MaxValue, int.MaxValue, 0x8000_0000, 65_536, 65_537])),
        6 => Wire.Framed(message, flag: (byte)random.Next(1, 256)),
        7 => [.. Wire.Framed(message), .. random.Bytes(random.Next(1, 20))],
        8 => [.. new byte[5], .. Wire.Framed(message)],
        _ => random.Bytes(random.Next(1, 100)),
    };

    private static byte[] Compressed(Random random, byte[] message)
    {
        var packed = random.OneIn(4) ? random.Any(Bombs) : Packed(message, random.OneIn(3));
        return random.Next(6) switch
        {
            0 => Wire.Framed(random.Bytes(random.Next(200)), flag: 1),
            1 => Wire.Framed(packed[..random.Next(packed.Length)], flag: 1),
            2 => Wire.Framed(message, flag: 1),
            3 => Wire.Framed(packed),
            4 => Wire.Framed([.. packed, .. packed], flag: 1),
            _ => Wire.Framed(packed, flag: 1),
        };
    }

    private static byte[] Packed(byte[] message, bool deflate)
    {
        using var packed = new MemoryStream();
        using (Stream packing = deflate ? new ZLibStream(packed, CompressionLevel.Optimal) : new GZipStream(packed, CompressionLevel.Optimal))
            packing.Write(message);
        return packed.ToArray();
    }

    // A field that no message has, so that nothing but the size is wrong.
    private static byte[] Padded(byte[] message, int size)
    {
        var missing = Math.Max(0, size - message.Length - 6);
        return [.. message, .. Wire.Write([new(536_870_911, Wire.Delimited, new byte[missing])])];
    }
}
