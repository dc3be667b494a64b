using System.Collections.Frozen;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Service.Grpc;
using Status = Grpc.Core.Status;

namespace SafeSpaceCapacity.Service.Json;

/// <summary>
/// The contract in JSON, for the service's own pages: the same methods behind the same interceptor, so the same rules, limits and record. The body
/// is the request message, or a line for each of several; the answer is the response message or, of what streams, a line for each. Names of fields are
/// those of the contract.
/// </summary>
/// <param name="services">The host's.</param>
public sealed class JsonCalls(IServiceProvider services)
{
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default);
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));

    private readonly FrozenDictionary<string, Func<JsonCallContext, HttpContext, Task>> _methods = Bind(services);

    /// <summary>Answers a call. What goes wrong is answered too: an object <c>error</c> with code, message and fields; of what streams, as its last line.</summary>
    /// <param name="http">The request and its answer.</param>
    /// <param name="method">As <c>/package.Service/Method</c>.</param>
    /// <param name="grant">Who calls, found genuine by the host; a watch ends when it does.</param>
    public async Task AnswerAsync(HttpContext http, string method, Grant grant)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        try
        {
            if (!_methods.TryGetValue(method, out var answer))
                throw new RpcException(new Status(StatusCode.Unimplemented, "there is no such method for pages"));
            ended.CancelAfter(IsLong(method) ? CallDeadline.Stream : CallDeadline.OneAnswer);
            await answer(new JsonCallContext(http, method, grant, ended.Token), http);
        }
        catch (RpcException failure)
        {
            await FailAsync(http, failure);
        }
    }

    private static bool IsLong(string method) =>
        method.Contains("/Watch", StringComparison.Ordinal) || method.Contains("/Import", StringComparison.Ordinal) || method.Contains("/Train", StringComparison.Ordinal);

    private static FrozenDictionary<string, Func<JsonCallContext, HttpContext, Task>> Bind(IServiceProvider services)
    {
        var methods = new Methods(ActivatorUtilities.CreateInstance<CallerInterceptor>(services));
        CrewService.BindService(methods, ActivatorUtilities.CreateInstance<CrewGrpcService>(services));
        StaffService.BindService(methods, ActivatorUtilities.CreateInstance<StaffGrpcService>(services));
        PlannerService.BindService(methods, ActivatorUtilities.CreateInstance<PlannerGrpcService>(services));
        PlanningService.BindService(methods, ActivatorUtilities.CreateInstance<PlanningGrpcService>(services));
        AdminService.BindService(methods, ActivatorUtilities.CreateInstance<AdminGrpcService>(services));
        AuditService.BindService(methods, ActivatorUtilities.CreateInstance<AuditGrpcService>(services));
        DirectoryService.BindService(methods, ActivatorUtilities.CreateInstance<DirectoryGrpcService>(services));
        return methods.All.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static async Task<TRequest> ReadAsync<TRequest>(HttpContext http)
        where TRequest : class
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        return Parse<TRequest>(await reader.ReadToEndAsync(http.RequestAborted));
    }

    private static TRequest Parse<TRequest>(string json)
        where TRequest : class
    {
        try
        {
            return (TRequest)Parser.Parse(json, ((IMessage)Activator.CreateInstance<TRequest>()).Descriptor);
        }
        catch (Exception unread) when (unread is InvalidJsonException or InvalidProtocolBufferException)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "the body can't be read as the request of this method"));
        }
    }

    private static async Task FailAsync(HttpContext http, RpcException failure)
    {
        if (http.RequestAborted.IsCancellationRequested)
            return;
        if (!http.Response.HasStarted)
        {
            http.Response.StatusCode = JsonFault.HttpStatusOf(failure.StatusCode);
            http.Response.ContentType = "application/json; charset=utf-8";
        }

        await http.Response.WriteAsync(JsonFault.Of(failure) + "\n");
    }

    /// <summary>Takes the methods of services as the generated code names them.</summary>
    private sealed class Methods(CallerInterceptor around) : ServiceBinderBase
    {
        public Dictionary<string, Func<JsonCallContext, HttpContext, Task>> All { get; } = new(StringComparer.Ordinal);

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
            All.Add(method.FullName, async (call, http) =>
            {
                var answer = await around.UnaryServerHandler(await ReadAsync<TRequest>(http), call, handler!);
                http.Response.ContentType = "application/json; charset=utf-8";
                await http.Response.WriteAsync(Formatter.Format((IMessage)answer), http.RequestAborted);
            });

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
            All.Add(method.FullName, async (call, http) =>
                await around.ServerStreamingServerHandler(await ReadAsync<TRequest>(http), new Lines<TResponse>(http), call, handler!));

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
            All.Add(method.FullName, async (call, http) =>
            {
                using var body = new StreamReader(http.Request.Body, Encoding.UTF8);
                await around.DuplexStreamingServerHandler(new Requests<TRequest>(body), new Lines<TResponse>(http), call, handler!);
            });
    }

    /// <summary>Reads each line as a message.</summary>
    private sealed class Requests<T>(StreamReader body) : IAsyncStreamReader<T>
        where T : class
    {
        public T Current { get; private set; } = null!;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (await body.ReadLineAsync(cancellationToken) is not { } line)
                return false;
            Current = Parse<T>(line);
            return true;
        }
    }

    /// <summary>Writes each message as a line of its own, at once.</summary>
    private sealed class Lines<T>(HttpContext http) : IServerStreamWriter<T>
    {
        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

        public async Task WriteAsync(T message, CancellationToken cancellationToken)
        {
            http.Response.ContentType ??= "application/x-ndjson; charset=utf-8";
            await http.Response.WriteAsync(Formatter.Format((IMessage)message!) + "\n", cancellationToken);
            await http.Response.Body.FlushAsync(cancellationToken);
        }
    }
}
