using System.Threading.Channels;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Status = Grpc.Core.Status;

namespace Grpc.Standins.Tests.Calls;

internal sealed class EchoService(Channel<string> ended) : Echo.EchoBase
{
    public override async Task<EchoResponse> Say(EchoRequest request, ServerCallContext context)
    {
        context.ResponseTrailers.Add("echo-length", request.Text.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await context.WriteResponseHeadersAsync(new Metadata
        {
            { "seen-user", context.RequestHeaders.GetValue("user") ?? "" },
            { "seen-interceptor", context.UserState.TryGetValue("interceptor", out var seen) ? (string)seen : "" },
        });
        await WaitOrFail(request, context);
        return new EchoResponse { Text = request.Text };
    }

    public override async Task<EchoResponse> Collect(IAsyncStreamReader<EchoRequest> requestStream, ServerCallContext context)
    {
        var texts = new List<string>();
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
            texts.Add(request.Text);
        return new EchoResponse { Text = string.Join(' ', texts) };
    }

    public override async Task Repeat(EchoRequest request, IServerStreamWriter<EchoResponse> responseStream, ServerCallContext context)
    {
        for (var i = 0; i < request.Times; i++)
            await responseStream.WriteAsync(new EchoResponse { Text = request.Text }, context.CancellationToken);
        await WaitOrFail(request, context);
    }

    public override async Task Converse(
        IAsyncStreamReader<EchoRequest> requestStream, IServerStreamWriter<EchoResponse> responseStream, ServerCallContext context)
    {
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
            await responseStream.WriteAsync(new EchoResponse { Text = request.Text });
    }

    private async Task WaitOrFail(EchoRequest request, ServerCallContext context)
    {
        if (request.WaitForEver)
        {
            try
            {
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
            }
            finally
            {
                await ended.Writer.WriteAsync(request.Text, CancellationToken.None);
            }
        }

        if (request.FailWithCode == 0)
            return;

        var rich = new RichStatus { Code = request.FailWithCode, Message = "as asked", Details = { Any.Pack(request) } };
        throw new RpcException(
            new Status((StatusCode)request.FailWithCode, "as asked"),
            new Metadata { { "reason", "asked" }, { "grpc-status-details-bin", rich.ToByteArray() } });
    }
}
