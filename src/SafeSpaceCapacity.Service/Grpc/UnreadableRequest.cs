using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>
/// Gives a request that could not be read a status that says what the caller did wrong. The gRPC library answers such a request before any
/// interceptor sees it: one over the size limit without the limit, and one that is no message as an error of the server.
/// </summary>
internal sealed class UnreadableRequest(RequestDelegate next, ILogger<UnreadableRequest> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        var headers = context.Response.Headers;

        if (context.Response.HasStarted || !headers.TryGetValue("grpc-status", out var status))
            return;

        // Whatever was read went on to the interceptor, which answers for all that came after but the writing of an answer.
        if (context.Items.ContainsKey(CallerInterceptor.WasRead))
        {
            if (status == Number(StatusCode.Unknown))
                logger.LogError("{Path} was carried out and its answer could not be written", context.Request.Path);
            return;
        }

        if (status == Number(StatusCode.ResourceExhausted))
        {
            headers["grpc-message"] = $"the message is larger than the limit of {ServiceSetup.RequestBytesMax} bytes";
        }
        else if (status == Number(StatusCode.Unknown) || status == Number(StatusCode.Internal))
        {
            headers["grpc-status"] = Number(StatusCode.InvalidArgument);
            headers["grpc-message"] = "the message can't be read as the request of this method";
        }
    }

    private static string Number(StatusCode code) => ((int)code).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
