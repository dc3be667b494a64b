using Grpc.Core;
using Microsoft.AspNetCore.Http;
using SafeSpaceCapacity.Identity;

namespace SafeSpaceCapacity.Service.Json;

/// <summary>A call that came as JSON, from somebody whom the host has found out already. To methods it is like any other.</summary>
/// <param name="http">The request.</param>
/// <param name="method">As <c>/package.Service/Method</c>.</param>
/// <param name="grant">Who calls.</param>
/// <param name="ended">Cancelled when the caller has gone or the call has lasted long enough.</param>
internal sealed class JsonCallContext(HttpContext http, string method, Grant grant, CancellationToken ended) : ServerCallContext
{
    // Where the gRPC library looks for the request of a call that is not its own.
    private readonly Dictionary<object, object> _state = new() { ["__HttpContext"] = http };

    /// <summary>Who calls.</summary>
    public Grant Grant { get; } = grant;

    protected override string MethodCore => method;

    protected override string HostCore => http.Request.Host.Value ?? string.Empty;

    protected override string PeerCore => http.Connection.RemoteIpAddress?.ToString() ?? string.Empty;

    protected override DateTime DeadlineCore => DateTime.MaxValue;

    protected override Metadata RequestHeadersCore { get; } = [];

    protected override CancellationToken CancellationTokenCore => ended;

    protected override Metadata ResponseTrailersCore { get; } = [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore { get; } = new(null, []);

    protected override IDictionary<object, object> UserStateCore => _state;

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => throw new NotSupportedException();

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) => throw new NotSupportedException();
}
