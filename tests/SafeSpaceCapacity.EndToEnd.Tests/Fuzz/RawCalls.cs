using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace SafeSpaceCapacity.EndToEnd.Tests.Fuzz;

/// <summary>A call over a connection by hand.</summary>
internal sealed record RawCall(string What, MethodDescriptor Target, Func<uint, byte[]> Bytes) : FuzzCase(Level.Call, What)
{
    public override async Task<Answer> SendAsync(Lane lane, CancellationToken limit)
    {
        var connection = await lane.ByHandAsync(limit);
        return await connection.CallAsync(Bytes, Target.IsServerStreaming, limit);
    }

    public override string Sent()
    {
        var bytes = Bytes(1);
        return $"{bytes.Length} bytes: {Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, 4_000)))}";
    }
}

/// <summary>Right frames of calls that no HTTP client would send.</summary>
internal static class RawCalls
{
    private static readonly string[] Controls = ["\0", "\n", "\r\n", "\r\nx-y: z", "\t", "\u0001", "\u001F", "\u007F", " ", "\u00C3\u0028", "\u00FF\u00FE", "\u00C0\u0080", "\u0080"];

    private static readonly string[] Paths =
    [
        "", "*", "x", "//", "/..", "/../../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc/passwd", "/a\\..\\b",
        "http://127.0.0.1/healthz", "/?", "/#x", "/%", "/%zz", "/%00",
        "/\0", "/\u00FF", "/ x", "/healthz", "/.", "/;x=y", "/safespacecapacity.v1.CrewService/../StaffService/GetBoard",
    ];

    private static readonly string[] Odd =
    [
        "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "te", "host", "content-length", "X-Upper", "", " ", "a b",
        "a:b", ":x", ":path", ":status", ":method",
        ":authority", ":scheme", ":protocol", "x\0", "\u00E9", "content-type", "grpc-timeout", "authorization", "grpc-encoding", "user-agent",
    ];

    public static FuzzCase Make(Random random, Cast cast)
    {
        var method = random.Any(Methods.All);
        var body = Wire.Framed(new ValidMessages(random, cast).Of(method.InputType).ToByteArray());
        var headers = Right(method, random);
        switch (random.Next(13))
        {
            case 0:
                Change(headers, random.Any([":path", ":method", ":scheme", ":authority", "content-type", "te"]), value => value + random.Any(Controls));
                return Whole("control character", method, headers, body);
            case 1:
                headers.Add((random.Any(["x", "x-bin", "authorization", "grpc-timeout", "user-agent"]), "a" + random.Any(Controls) + "b"));
                return Whole("control character in metadata", method, headers, body);
            case 2:
                Change(headers, ":path", _ => random.Any(Paths));
                return Whole("path", method, headers, body);
            case 3:
                headers.Insert(random.Next(headers.Count + 1), (random.Any(Odd), random.Any(["", "x", "trailers", "chunked", "0", "-1", "close"])));
                return Whole("odd header", method, headers, body);
            case 4:
                headers.RemoveAt(random.Next(headers.Count));
                return Whole("header missing", method, headers, body);
            case 5:
                headers.Add(random.Any(headers));
                return Whole("header twice", method, headers, body);
            case 6:
                Change(headers, random.Any([":method", ":scheme", ":authority"]), _ => random.Any(["", "CONNECT", "get", "*", "ftp", "x y", "[::1", "user@host:x", "127.0.0.1:99999", new string('a', 2_000)]));
                return Whole("pseudo-header", method, headers, body);
            case 7:
                headers.Add(("content-length", random.Any(["0", "1", "-1", "x", "99999", "99999999999999999999", $"{body.Length}"])));
                return Whole("content length", method, headers, body);
            case 8:
                headers.AddRange(Enumerable.Range(0, random.Any([90, 101, 400])).Select(i => ($"x-{i}", new string('v', random.Any([1, 100])))));
                return Pieces("many headers", method, headers, body, 16_000);
            case 9:
                headers.Add((random.Any(["x-bin", "x", "authorization", "cookie"]), new string('A', random.Any([8_000, 31_000, 33_000, 60_000]))));
                return Pieces("huge header", method, headers, body, 16_000);
            case 10:
                return Pieces("in pieces", method, headers, body, random.Next(8, 60));
            case 11:
                return Trailers(random.Any(Odd), method, headers, body);
            default:
                return GivenUp(random, method, headers, body);
        }
    }

    /// <summary>The headers of a right call.</summary>
    public static List<(string Name, string Value)> Right(MethodDescriptor method, Random random)
    {
        List<(string, string)> headers =
        [
            (":method", "POST"), (":scheme", "http"), (":path", Methods.PathOf(method)), (":authority", "127.0.0.1"), ("content-type",
            "application/grpc"), ("te", "trailers"),
        ];
        if (!random.OneIn(Access.OneInComesWithout) && Access.Token(method.Service.FullName) is { } token)
            headers.Add(("authorization", "Bearer " + token));
        return headers;
    }

    private static RawCall Whole(string what, MethodDescriptor method, List<(string Name, string Value)> headers, byte[] body) =>
        new(what, method, stream => Frames.Call(stream, headers, body));

    // Split into frames of a size, and the data padded.
    private static RawCall Pieces(string what, MethodDescriptor method, List<(string Name, string Value)> headers, byte[] body, int size) => new(what, method, stream =>
    {
        using var bytes = new MemoryStream();
        var blocks = Hpack.Write(headers).Chunk(size).ToList();
        for (var i = 0; i < blocks.Count; i++)
            bytes.Write(Frames.Of(i == 0 ? Frames.Headers : Frames.Continuation, i == blocks.Count - 1 ? Frames.EndHeaders : (byte)0, stream, blocks[i]));
        foreach (var piece in body.Chunk(size))
            bytes.Write(Frames.Of(Frames.Data, Frames.IsPadded, stream, [3, .. piece, 0, 0, 0]));
        bytes.Write(Frames.Of(Frames.Data, Frames.EndStream, stream, []));
        return bytes.ToArray();
    });

    private static RawCall Trailers(string name, MethodDescriptor method, List<(string Name, string Value)> headers, byte[] body) => new("trailers", method, stream =>
    [
        .. Frames.Of(Frames.Headers, Frames.EndHeaders, stream, Hpack.Write(headers)),
        .. Frames.Of(Frames.Data, 0, stream, body),
        .. Frames.Of(Frames.Headers, Frames.EndHeaders | Frames.EndStream, stream, Hpack.Write([(name, "x")])),
    ]);

    // Reset by the caller at some point; a PING that is answered is all that comes back.
    private static RawCall GivenUp(Random random, MethodDescriptor method, List<(string Name, string Value)> headers, byte[] body)
    {
        var (whole, reset) = (random.OneIn(2), random.Any<uint>([0, 1, 2, 7, 8, 0xFFFF_FFFF]));
        return new RawCall("given up", method, stream =>
        [
            .. Frames.Of(Frames.Headers, Frames.EndHeaders, stream, Hpack.Write(headers)),
            .. whole ? Frames.Of(Frames.Data, Frames.EndStream, stream, body) : Frames.Of(Frames.Data, 0, stream, body[..(body.Length / 2)]),
            .. Frames.Of(Frames.Reset, 0, stream, Frames.Number(reset)),
            .. Http2Connection.PingFor(stream),
        ]);
    }

    private static void Change(List<(string Name, string Value)> headers, string name, Func<string, string> to)
    {
        var at = headers.FindIndex(header => header.Name == name);
        headers[at] = (name, to(headers[at].Value));
    }
}
