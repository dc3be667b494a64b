using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>
/// Gives a request that could not be read a status that says what the caller did wrong. The gRPC library answers such a request before any
/// interceptor sees it: one over the size limit without the limit, and one that is no message as an error of the server.
/// </summary>
internal sealed class UnreadableRequest(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        var headers = context.Response.Headers;
        if (context.Response.HasStarted || !headers.TryGetValue("grpc-status", out var status))
            return;
        var message = headers["grpc-message"].ToString();
        if (status == Number(StatusCode.ResourceExhausted) && message.Contains("maximum configured message size", StringComparison.Ordinal))
        {
            headers["grpc-message"] = $"the message is larger than the limit of {ServiceSetup.RequestBytesMax} bytes";
        }
        else if (status == Number(StatusCode.Internal) && message.Contains("deserializ", StringComparison.OrdinalIgnoreCase))
        {
            headers["grpc-status"] = Number(StatusCode.InvalidArgument);
            headers["grpc-message"] = "the message can't be read as the request of this method";
        }
    }

    private static string Number(StatusCode code) => ((int)code).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
