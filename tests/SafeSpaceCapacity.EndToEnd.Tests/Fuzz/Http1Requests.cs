using System.Globalization;
using System.Text;

namespace SafeSpaceCapacity.EndToEnd.Tests.Fuzz;

/// <summary>Broken HTTP/1.1, most of it to the port that speaks it.</summary>
internal static class Http1Requests
{
    private const string Right = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private static readonly string[] Lines =
    [
        "GET /healthz", "GET  /healthz HTTP/1.1", "GET /healthz HTTP/1.1 x", "/healthz HTTP/1.1", "GET HTTP/1.1", "GET /healthz HTTP/9.9",
        "GET /healthz HTTP/2.0", "GET /healthz http/1.1",
        "GET /healthz HTTP/1.0", "GET /healthz HTTP/0.9", "GET\t/healthz\tHTTP/1.1", " GET /healthz HTTP/1.1", "G\0T /healthz HTTP/1.1",
        "GET /\0 HTTP/1.1", "GET /healthz\u00FF HTTP/1.1",
        "GET * HTTP/1.1", "OPTIONS * HTTP/1.1", "GET http://elsewhere/healthz HTTP/1.1", "GET //elsewhere/healthz HTTP/1.1",
        "CONNECT elsewhere:443 HTTP/1.1", "CONNECT / HTTP/1.1",
        "GET /../../../../etc/passwd HTTP/1.1", "GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1", "GET /..%2f..%2fetc/passwd HTTP/1.1",
        "GET /%c0%ae%c0%ae/etc/passwd HTTP/1.1", "GET /a\\..\\..\\b HTTP/1.1",
        "GET /%zz HTTP/1.1", "GET /% HTTP/1.1", "GET /%00 HTTP/1.1", "GET /healthz?%00 HTTP/1.1", "GET /healthz#x HTTP/1.1", "PRI * HTTP/2.0",
        "TRACE /healthz HTTP/1.1", "FOO /healthz HTTP/1.1",
        "G@T /healthz HTTP/1.1", "HEAD /healthz HTTP/1.1", "POST /healthz HTTP/1.1", "DELETE /healthz HTTP/1.1", "get /healthz HTTP/1.1",
        "POST /safespacecapacity.v1.CrewService/FindSpaces HTTP/1.1", "",
    ];

    private static readonly string[] Headers =
    [
        "Host: localhost", "Host: x", "Host:", "Host: ", "Host: x\r\nHost: y", "Host: a b", "Host: [::1", "Host: x:99999", "Host: user@x", "host : x", "X", ": x",
        "X:", "X: \0", "X: \u0001", "X: \u00FF", "X : y", "X\0: y",
        " X: y", "X: y\r\n folded", "X: y\n", "X: y\rZ: z", "Content-Length: -1", "Content-Length: 1\r\nContent-Length: 2", "Content-Length: 5, 5",
        "Content-Length: 99999999999999999999",
        "Content-Length: +5", "Content-Length: 0x5", "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5", "Transfer-Encoding: chunked",
        "Transfer-Encoding: chunked, identity", "Transfer-Encoding: identity", "Transfer-Encoding: xchunked", "Transfer-Encoding:\u000Bchunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
        "Transfer-encoding: chunked\r\nTransfer-Encoding: identity", "Expect: 100-continue", "Expect: x",
        "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk",
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13", "Connection: close",
        "Connection: keep-alive, x", "Connection: Host", "Range: bytes=0-,-1,5-2",
        "Cookie: a=b; =c; ;;;", "Authorization: Bearer ..", "Content-Type: application/grpc", "Accept-Encoding: *;q=x", "If-Modified-Since: never",
        "traceparent: 00-x", "X-Forwarded-Host: elsewhere",
    ];

    private static readonly string[] Bodies =
    [
        "", "x", "5\r\nhello\r\n0\r\n\r\n", "5\r\nhel", "5;ext=\"\r\n\"\r\nhello\r\n0\r\n\r\n", "FFFFFFFFFFFFFFFF\r\nx", "-1\r\nx\r\n",
        "0x5\r\nhello\r\n0\r\n\r\n", "5\nhello\n0\n\n", "5 \r\nhello\r\n0\r\n\r\n",
        "\r\n", "z\r\n\r\n", "0\r\nX: y\r\n\r\n", "0\r\n: y\r\n\r\n", "5\r\nhelloXX0\r\n\r\n", "00000000000000000000005\r\nhello\r\n0\r\n\r\n", "0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", Right,
    ];

    public static FuzzCase Make(Random random)
    {
        var (what, text) = random.Next(9) switch
        {
            0 => ("request line", random.Any(Lines) + "\r\nHost: localhost\r\n\r\n"),
            1 => ("header", $"GET /healthz HTTP/1.1\r\n{(random.OneIn(2) ? "Host: localhost\r\n" : string.Empty)}{random.Any(Headers)}\r\n\r\n"),
            2 => ("smuggling", $"POST /healthz HTTP/1.1\r\nHost: localhost\r\n{random.Any(Headers)}\r\n{random.Any(Headers)}\r\n\r\n{random.Any(Bodies)}{Right}"),
            3 => ("giant", Giant(random)),
            4 => ("line ends", Right.Replace("\r\n", random.Any(["\n", "\r", "\n\r", "\r\r\n", "\r\n\r\n", "\0\r\n", " \r\n"]), StringComparison.Ordinal)),
            5 => ("cut off", Request(random) is var whole ? whole[..random.Next(whole.Length + 1)] : string.Empty),
            6 => ("bits flipped", Flipped(random, Request(random))),
            7 => ("one after another", string.Concat(Enumerable.Range(0, random.Next(2, 30)).Select(_ => random.OneIn(4) ? Request(random) : Right))),
            _ => ("request", Request(random)),
        };
        return new SocketCase("HTTP/1.1: " + what, ToGrpc: random.OneIn(5), Encoding.Latin1.GetBytes(text), random.OneIn(4) && text.Length < 300 ? random.Next(1, 40) : int.MaxValue);
    }

    private static string Request(Random random) =>
        random.Any(Lines) + "\r\n" + string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => random.Any(Headers) + "\r\n")) + "\r\n" + random.Any(Bodies);

    private static string Giant(Random random)
    {
        var size = random.Any([1_000, 9_000, 40_000]);
        return random.Next(5) switch
        {
            0 => $"GET /{new string('x', size)} HTTP/1.1\r\nHost: localhost\r\n\r\n",
            1 => $"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: {new string('x', size)}\r\n\r\n",
            2 => $"GET /healthz HTTP/1.1\r\nHost: localhost\r\n{new string('X', size)}: y\r\n\r\n",
            3 => $"GET /healthz HTTP/1.1\r\nHost: localhost\r\n{string.Concat(Enumerable.Range(0, size / 50).Select(i => string.Create(CultureInfo.InvariantCulture, $"X-{i}: y\r\n")))}\r\n",
            _ => $"{new string('A', size)} /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
        };
    }

    private static string Flipped(Random random, string text)
    {
        var chars = text.ToCharArray();
        for (var i = random.Next(1, 6); i > 0 && chars.Length > 0; i--)
            chars[random.Next(chars.Length)] ^= (char)(1 << random.Next(8));
        return new string(chars);
    }
}
