using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace SafeSpaceCapacity.LoadTests.Host;

/// <summary>
/// What a call costs without its answer being found: where the client names an answer that was kept, the method is not run and that answer is
/// sent, with the same bytes, after the same interceptors and the same record in the audit trail.
/// </summary>
internal sealed class EchoInterceptor : Interceptor
{
    private const string Keep = "load-test-keep";
    private const string Echo = "load-test-echo";

    private readonly ConcurrentDictionary<string, object> _kept = new(StringComparer.Ordinal);

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        if (context.RequestHeaders.GetValue(Echo) is { } name)
            return (TResponse)_kept[name];
        var response = await continuation(request, context);
        if (context.RequestHeaders.GetValue(Keep) is { } keep)
            _kept[keep] = response;
        return response;
    }
}
