using SafeSpaceCapacity.Contract.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace SafeSpaceCapacity.Service.Tests.Support;

/// <summary>A method of the contract as its descriptor says it is, called with any bytes.</summary>
internal sealed record AnyMethod(MethodDescriptor Descriptor)
{
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes);

    /// <summary>Every method that a running region has; a demo has one more.</summary>
    public static IReadOnlyList<AnyMethod> All { get; } =
        [.. new[] { CrewService.Descriptor, StaffService.Descriptor, AdminService.Descriptor, DirectoryService.Descriptor, PlannerService.Descriptor, PlanningService.Descriptor, AuditService.Descriptor }.SelectMany(service => service.Methods).Select(method => new AnyMethod(method))];

    public string Name => Descriptor.Name;

    /// <summary>The method that takes this request.</summary>
    public static AnyMethod Of(IMessage request) => All.Single(method => method.Descriptor.InputType == request.Descriptor);

    /// <summary>Calls it: null if it ended as OK, which of a stream is its first message.</summary>
    public async Task<RpcException?> RefusedAsync(CallInvoker invoker, byte[] request)
    {
        var type = Descriptor.IsClientStreaming ? MethodType.DuplexStreaming : Descriptor.IsServerStreaming ? MethodType.ServerStreaming : MethodType.Unary;
        var method = new Method<byte[], byte[]>(type, Descriptor.Service.FullName, Descriptor.Name, Bytes, Bytes);
        try
        {
            if (type == MethodType.Unary)
            {
                using var call = invoker.AsyncUnaryCall(method, null, default, request);
                Descriptor.OutputType.Parser.ParseFrom(await call);
            }
            else if (type == MethodType.DuplexStreaming)
            {
                using var call = invoker.AsyncDuplexStreamingCall(method, null, default);
                await SendAsync(call.RequestStream, request);
                Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
                Descriptor.OutputType.Parser.ParseFrom(call.ResponseStream.Current);

                // What came first may say no more than that it is at work.
                while (await call.ResponseStream.MoveNext(CancellationToken.None))
                    Descriptor.OutputType.Parser.ParseFrom(call.ResponseStream.Current);
            }
            else
            {
                using var call = invoker.AsyncServerStreamingCall(method, null, default, request);
                Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
                Descriptor.OutputType.Parser.ParseFrom(call.ResponseStream.Current);
            }

            return null;
        }
        catch (RpcException refused)
        {
            return refused;
        }
    }

    private static async Task SendAsync(IClientStreamWriter<byte[]> stream, byte[] request)
    {
        try
        {
            await stream.WriteAsync(request);
            await stream.CompleteAsync();
        }
        catch (Exception ended) when (ended is RpcException or InvalidOperationException)
        {
            // Refused before it was sent: the answer says why.
        }
    }
}
