using System.Text;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;

namespace SafeSpaceCapacity.EndToEnd.Tests.Fuzz;

/// <summary>One case at a time: a share of an HTTP client's connection, and a connection by hand of its own.</summary>
internal sealed class Lane(ServerProcess server, HttpClient http) : IDisposable
{
    private Http2Connection? _byHand;

    public HttpClient Http { get; } = http;

    public int GrpcPort => server.GrpcPort;

    public int HttpPort => server.HttpPort;

    /// <summary>A client with one connection, which the lanes of it share.</summary>
    public static HttpClient NewClient(ServerProcess server) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        EnableMultipleHttp2Connections = false,
        RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
    })
    {
        BaseAddress = server.Address,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>The connection by hand, a new one where the last was closed.</summary>
    public async Task<Http2Connection> ByHandAsync(CancellationToken limit)
    {
        if (_byHand is { IsUsable: true })
            return _byHand;
        _byHand?.Dispose();
        _byHand = null;
        return _byHand = await Http2Connection.OpenAsync(GrpcPort, limit);
    }

    public void Dispose() => _byHand?.Dispose();
}
