using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;
using SafeSpaceCapacity.Audit;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Service.Access;
using SafeSpaceCapacity.Service.Engine;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>
/// What happens around every call: who calls and whether they may, what went wrong as a status, and the entry in the audit trail. Methods
/// take their caller from <see cref="CallNotes"/> and let exceptions rise.
/// </summary>
internal sealed class CallerInterceptor(AccessGate gate, RateLimits limits, AuditTrail audit, TimeProvider time, ILogger<CallerInterceptor> logger) : Interceptor
{
    /// <summary>Among the items of a request that could be read as a message of its method.</summary>
    public static readonly object WasRead = new();

    // No timer runs longer; a stream's deadline is long before it.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        var notes = Begin(request, context);
        try
        {
            await AdmitAsync(notes);
            var response = await continuation(request, context);
            Record(notes);
            return response;
        }
        catch (Exception failure) when (failure is not NotRecordedException)
        {
            throw Refused(failure, notes);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        var notes = Begin(request, context);
        await StreamAsync(notes, context, responseStream, stream => continuation(request, stream, context));
    }

    /// <summary>Who calls is asked when the first message is there, as for every other call: it says what the call is about.</summary>
    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        var requests = new PatientStream<TRequest>(requestStream, time);
        await requests.PeekAsync(context.CancellationToken);
        var notes = Begin(requests.First ?? Activator.CreateInstance<TRequest>(), context);
        await StreamAsync(notes, context, responseStream, stream => continuation(requests, stream, context));
    }

    private async Task StreamAsync<TResponse>(
        CallNotes notes, ServerCallContext context, IServerStreamWriter<TResponse> responseStream, Func<RecordedStream<TResponse>, Task> run)
    {
        var stream = new RecordedStream<TResponse>(responseStream, () => Record(notes), time, context.CancellationToken);
        try
        {
            await AdmitAsync(notes);
            if (notes.Grant is not { } grant)
            {
                await run(stream);
                return;
            }

            using var watch = limits.Watch(grant);
            using var ended = new CancellationTokenSource(Left(grant), time);
            notes.TokenEnded = ended.Token;
            await run(stream);
            stream.End();
        }
        catch (OperationCanceledException) when (notes.TokenEnded.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Unauthenticated, "the token has ended: get a new one and watch again"));
        }
        catch (Exception failure) when (failure is not NotRecordedException)
        {
            if (stream.WasBegun && failure is RpcException)
                throw;
            throw stream.WasBegun ? Explained(failure, notes.Method) : Refused(failure, notes);
        }
    }

    private CallNotes Begin(object request, ServerCallContext context)
    {
        var notes = CallNotes.Begin(context, (IMessage)request, time.GetUtcNow());
        notes.Http.Items[WasRead] = true;
        return notes;
    }

    private TimeSpan Left(Grant grant)
    {
        var left = grant.Expires - time.GetUtcNow();
        return left < TimeSpan.Zero ? TimeSpan.Zero : left < LongestTimer ? left : LongestTimer;
    }

    private ValueTask AdmitAsync(CallNotes notes)
    {
        // What could not be recorded is not begun.
        if (audit.Failure is not null && notes.Rule is { Kind: not null })
            throw NotRecorded();
        return gate.AdmitAsync(notes);
    }

    private void Record(CallNotes notes)
    {
        if (notes.Rule is { Kind: not null } && !audit.TryAppend(notes.ToEntry()))
            throw NotRecorded();
    }

    private RpcException Refused(Exception failure, CallNotes notes)
    {
        var refused = failure as RpcException ?? Explained(failure, notes.Method);

        // One that was turned away because of too many calls is not written down: it saw nothing, and writing would be the next thing to fill.
        var record = notes.Rule is null or { Kind: not null } && refused.StatusCode is not StatusCode.ResourceExhausted;
        if (record && !audit.TryAppend(notes.ToEntry(refused.StatusCode)))
            return NotRecorded();
        return refused;
    }

    private static NotRecordedException NotRecorded() => new();

    private RpcException Explained(Exception failure, string method)
    {
        switch (failure)
        {
            case OperationCanceledException:
                return new RpcException(new Status(StatusCode.Cancelled, "the call was cancelled"));
            case CommandIdReusedException:
                return new RpcException(new Status(StatusCode.AlreadyExists, failure.Message));
            case NotDecidedException or LogStoppedException or LogUnavailableException or ClockException:
                logger.LogError(failure, "{Method} was not decided: {Reason}", method, failure.Message);
                return new RpcException(new Status(StatusCode.Unavailable, "not decided; try again with the same command_id: " + Reason(failure)));
            case InvariantBrokenException:
                logger.LogCritical(failure, "{Method} would have broken an invariant: {Reason}", method, failure.Message);
                return new RpcException(new Status(StatusCode.Internal, "the service stopped itself from doing something wrong; nothing was written"));
            default:
                logger.LogError(failure, "{Method} failed", method);
                return new RpcException(new Status(StatusCode.Internal, "the service failed; the reason is in its log"));
        }
    }

    // What a caller may know of the inside: that the clock or the log is at fault, not the details of either.
    private static string Reason(Exception failure) => failure switch
    {
        ClockException or EngineUnreachableException => failure.Message,
        NotDecidedException { InnerException: ClockException clock } => clock.Message,
        _ => "the log could not be written",
    };

    /// <summary>Nobody is answered what could not be recorded. A command may have been carried out: the same id gives its answer later.</summary>
    private sealed class NotRecordedException()
        : RpcException(new Status(StatusCode.Unavailable, "the call could not be recorded, so it is not answered; try again with the same command_id"));
}
