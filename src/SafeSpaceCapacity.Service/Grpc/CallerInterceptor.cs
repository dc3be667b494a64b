using System.Diagnostics;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Service.Engine;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>
/// The one place that says who calls and that turns what went wrong into a status. Methods take their caller from
/// <see cref="CallerOf"/> and let exceptions rise.
/// </summary>
internal sealed class CallerInterceptor(ILogger<CallerInterceptor> logger) : Interceptor
{
    /// <summary>Among the items of a request that could be read as a message of its method.</summary>
    public static readonly object WasRead = new();

    private const string CallerKey = "caller";

    /// <summary>Who calls.</summary>
    public static Caller CallerOf(ServerCallContext context) => (Caller)context.UserState[CallerKey];

    /// <summary>What the caller was given.</summary>
    public static Grant GrantOf(ServerCallContext context) => (Grant)context.UserState["grant"];

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        Identify(context);
        try
        {
            return await continuation(request, context);
        }
        catch (Exception failure) when (failure is not RpcException)
        {
            throw Explained(failure, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Identify(context);
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception failure) when (failure is not RpcException)
        {
            throw Explained(failure, context);
        }
    }

    // Until tokens say who calls, everybody on this machine is the same anonymous caller: the service listens on loopback only.
    private static void Identify(ServerCallContext context)
    {
        context.GetHttpContext().Items[WasRead] = true;
        context.UserState[CallerKey] = new Caller("anonymous", "any", "grpc", Activity.Current?.TraceId.ToString() ?? string.Empty);
    }

    private RpcException Explained(Exception failure, ServerCallContext context)
    {
        switch (failure)
        {
            case OperationCanceledException:
                return new RpcException(new Status(StatusCode.Cancelled, "the call was cancelled"));
            case CommandIdReusedException:
                return new RpcException(new Status(StatusCode.AlreadyExists, failure.Message));
            case NotDecidedException or LogStoppedException or ClockException:
                logger.LogError(failure, "{Method} was not decided: {Reason}", context.Method, failure.Message);
                return new RpcException(new Status(StatusCode.Unavailable, "not decided; try again with the same command_id: " + Reason(failure)));
            case InvariantBrokenException:
                logger.LogCritical(failure, "{Method} would have broken an invariant: {Reason}", context.Method, failure.Message);
                return new RpcException(new Status(StatusCode.Internal, "the service stopped itself from doing something wrong; nothing was written"));
            default:
                logger.LogError(failure, "{Method} failed", context.Method);
                return new RpcException(new Status(StatusCode.Internal, "the service failed; the reason is in its log"));
        }
    }

    // What a caller may know of the inside: that the clock or the log is at fault, not the details of either.
    private static string Reason(Exception failure) => failure switch
    {
        ClockException => failure.Message,
        NotDecidedException { InnerException: ClockException clock } => clock.Message,
        _ => "the log could not be written",
    };
}
