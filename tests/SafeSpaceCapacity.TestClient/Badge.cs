using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Core.Interceptors;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Identity;
using Role = SafeSpaceCapacity.Identity.Role;

namespace SafeSpaceCapacity.TestClient;

/// <summary>Gives every call that brings no token of its own the one that its method and request ask for.</summary>
/// <param name="issuer">Issues them.</param>
/// <param name="subject">For whom.</param>
/// <param name="time">The service's clock.</param>
public sealed class Badge(TokenIssuer issuer, string subject, TimeProvider time) : Interceptor
{
    // A token is used for half its life.
    private static readonly TimeSpan Used = TokenIssuer.LifeMax / 2;

    // What is longer names nothing that exists, and would not fit into a header.
    private const int NameMost = 2000;

    // Where the spaces of tests are, for planners who ask about one.
    private const string Glasgow = "S12000049";

    private static readonly Dictionary<string, Role> Roles = new(StringComparer.Ordinal)
    {
        [CrewService.Descriptor.FullName] = Role.Crew,
        [StaffService.Descriptor.FullName] = Role.Staff,
        [AdminService.Descriptor.FullName] = Role.Administrator,
        [DirectoryService.Descriptor.FullName] = Role.Administrator,
        [PlannerService.Descriptor.FullName] = Role.Planner,
        [PlanningService.Descriptor.FullName] = Role.Planner,
        [AuditService.Descriptor.FullName] = Role.Auditor,
    };

    private static readonly Dictionary<string, MethodDescriptor> Methods =
        new[] { CrewService.Descriptor, StaffService.Descriptor, AdminService.Descriptor, DirectoryService.Descriptor, PlannerService.Descriptor, PlanningService.Descriptor, AuditService.Descriptor }
            .SelectMany(service => service.Methods).ToDictionary(method => $"/{method.Service.FullName}/{method.Name}", StringComparer.Ordinal);

    private readonly ConcurrentDictionary<(string Service, string Names, long Period), string> _tokens = new();

    /// <summary>The role that a service asks for; null where it asks for none.</summary>
    public static Role? RoleFor(string service) => Roles.TryGetValue(service, out var role) ? role : null;

    /// <summary>A token that may call a method with a request; null where none is needed.</summary>
    /// <param name="method">As <c>/package.Service/Method</c>.</param>
    /// <param name="request">The message, or its bytes.</param>
    public string? TokenFor(string method, object request)
    {
        if (!Methods.TryGetValue(method, out var descriptor))
            return null;
        var service = descriptor.Service.FullName;
        var role = Roles[service];
        var names = role switch
        {
            Role.Staff => Names(descriptor, request, "space_id"),
            Role.Planner when descriptor.InputType.FindFieldByName("area_codes") is null => [Glasgow],
            Role.Planner => Names(descriptor, request, "area_codes"),
            _ => [],
        };
        return _tokens.GetOrAdd((service, string.Join(' ', names), time.GetUtcNow().Ticks / Used.Ticks), _ => issuer.Issue(new TokenOrder(
            subject, [role], role is Role.Staff ? names : [], role is Role.Planner ? names : [], CertificateThumbprint: null, TokenIssuer.LifeMax)));
    }

    /// <inheritdoc/>
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, With(context, request));

    /// <inheritdoc/>
    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, With(context, request));

    /// <inheritdoc/>
    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation) =>
        continuation(With(context, Array.Empty<byte>()));

    private ClientInterceptorContext<TRequest, TResponse> With<TRequest, TResponse>(ClientInterceptorContext<TRequest, TResponse> context, object request)
        where TRequest : class
        where TResponse : class
    {
        if (context.Options.Headers?.Get("authorization") is not null || TokenFor(context.Method.FullName, request) is not { } token)
            return context;
        var headers = new Metadata();
        foreach (var header in context.Options.Headers ?? [])
            headers.Add(header);
        headers.Add("authorization", "Bearer " + token);
        return new(context.Method, context.Host, context.Options.WithHeaders(headers));
    }

    // What can't be read, or names nothing, gets a token for something else: the service then says what is wrong with the request.
    private static string[] Names(MethodDescriptor method, object request, string field)
    {
        string[] nothing = ["nowhere"];
        try
        {
            var message = request as IMessage ?? method.InputType.Parser.ParseFrom((byte[])request);
            return method.InputType.FindFieldByName(field).Accessor.GetValue(message) switch
            {
                string { Length: > 0 and < NameMost } one => [one],
                IEnumerable<string> several when several.Any() && several.Sum(one => one.Length) < NameMost => [.. several],
                _ => nothing,
            };
        }
        catch (InvalidProtocolBufferException)
        {
            return nothing;
        }
    }
}
