using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace SafeSpaceCapacity.Service;

/// <summary>What one connection may ask of the web server. Every host applies them.</summary>
public static class ConnectionLimits
{
    /// <summary>How many connections may be open; a further one is closed as it comes.</summary>
    public const int Connections = 10_000;

    /// <summary>Calls under way over one connection.</summary>
    public const int StreamsPerConnection = 100;

    /// <summary>Headers of one call, in bytes.</summary>
    public const int HeaderBytes = 16 * 1024;

    /// <summary>Headers of one call, in number.</summary>
    public const int Headers = 64;

    /// <summary>Applies the limits.</summary>
    /// <param name="kestrel">The web server's options.</param>
    public static void Apply(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;

        // A byte that is no UTF-8 in one call's header would else end the connection, with everybody's calls on it.
        kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
        kestrel.Limits.MaxConcurrentConnections = Connections;
        kestrel.Limits.MaxRequestHeadersTotalSize = HeaderBytes;
        kestrel.Limits.MaxRequestHeaderCount = Headers;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.Http2.MaxStreamsPerConnection = StreamsPerConnection;
        kestrel.Limits.Http2.MaxRequestHeaderFieldSize = HeaderBytes;

        // A peer that is gone without a word, as on a bad mobile network, is noticed.
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
    }
}
