using System.Net.Http.Headers;
using Grpc.Core;

namespace Grpc.Standins.Tests.Calls;

public sealed class MessageTests
{
    private static readonly string LongText = new('x', 100_000);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task Compressed_messages_arrive_whole_and_are_small_on_the_wire(string encoding)
    {
        using var wire = new WireWatcher();
        await using var server = await EchoServer.Start(
            options => options.ResponseCompressionAlgorithm = encoding,
            options => options.HttpHandler = wire);
        var headers = new Metadata { { "grpc-internal-encoding-request", encoding } };
        var response = await server.Client.SayAsync(new EchoRequest { Text = LongText }, headers, cancellationToken: Stop);

        Assert.Equal(LongText, response.Text);
        Assert.Equal(encoding, wire.RequestEncoding);
        Assert.Equal(encoding, wire.ResponseEncoding);
        Assert.InRange(wire.RequestBytes, 1, 2_000);
    }

    [Fact]
    public async Task A_request_over_the_servers_limit_is_refused()
    {
        await using var server = await EchoServer.Start(options => options.MaxReceiveMessageSize = 1_000);
        await server.Client.SayAsync(new EchoRequest { Text = LongText[..900] }, cancellationToken: Stop);
        var failure = await Assert.ThrowsAsync<RpcException>(async () =>
            await server.Client.SayAsync(new EchoRequest { Text = LongText }, cancellationToken: Stop));

        Assert.Equal(StatusCode.ResourceExhausted, failure.StatusCode);
    }

    [Fact]
    public async Task A_response_over_the_clients_limit_is_refused()
    {
        await using var server = await EchoServer.Start(client: options => options.MaxReceiveMessageSize = 1_000);
        var failure = await Assert.ThrowsAsync<RpcException>(async () =>
            await server.Client.SayAsync(new EchoRequest { Text = LongText }, cancellationToken: Stop));

        Assert.Equal(StatusCode.ResourceExhausted, failure.StatusCode);
    }

    /// <summary>Notes how one call is sent and answered.</summary>
    private sealed class WireWatcher() : DelegatingHandler(new SocketsHttpHandler())
    {
        public long RequestBytes { get; private set; }

        public string? RequestEncoding { get; private set; }

        public string? ResponseEncoding { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
            RequestBytes = body.Length;
            var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
            request.Content = content;
            var response = await base.SendAsync(request, cancellationToken);
            RequestEncoding = Encoding(request.Headers);
            ResponseEncoding = Encoding(response.Headers);
            return response;
        }

        private static string? Encoding(HttpHeaders headers) =>
            headers.TryGetValues("grpc-encoding", out var values) ? values.Single() : null;
    }
}
