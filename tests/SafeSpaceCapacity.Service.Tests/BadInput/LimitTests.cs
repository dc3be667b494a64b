using System.Net;
using System.Text;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using SafeSpaceCapacity.Service.Grpc;
using SafeSpaceCapacity.Service.Tests.Support;

namespace SafeSpaceCapacity.Service.Tests.BadInput;

/// <summary>What one connection and one call may ask for.</summary>
public sealed class LimitTests : ServiceTest
{
    [Theory]
    [InlineData("", "30S", "3600S")]
    [InlineData("29S", "29S", "29S")]
    [InlineData("30000m", "30000m", "30000m")]
    [InlineData("31S", "30S", "31S")]
    [InlineData("2H", "30S", "3600S")]
    [InlineData("60M", "30S", "60M")]
    [InlineData("99999999H", "30S", "3600S")]
    [InlineData("99999999n", "99999999n", "99999999n")]
    [InlineData("5u", "5u", "5u")]
    [InlineData("-1S", "30S", "3600S")]
    [InlineData("1.5S", "30S", "3600S")]
    [InlineData("S", "30S", "3600S")]
    [InlineData("123456789S", "30S", "3600S")]
    [InlineData("soon", "30S", "3600S")]
    public async Task Every_call_has_a_deadline(string given, string ofOneAnswer, string ofAWatch)
    {
        Assert.Equal(ofOneAnswer, await DeadlineAsync(MethodType.Unary, given));
        Assert.Equal(ofAWatch, await DeadlineAsync(MethodType.ServerStreaming, given));
    }

    [Fact]
    public async Task What_is_no_call_is_left_alone()
    {
        var context = new DefaultHttpContext();
        await new CallDeadline(_ => Task.CompletedTask).InvokeAsync(context);
        Assert.Empty(context.Request.Headers);
    }

    [Fact]
    public async Task A_header_that_is_no_text_does_not_end_the_connection_of_others()
    {
        var connections = 0;
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
            ConnectCallback = async (context, cancelled) =>
            {
                Interlocked.Increment(ref connections);
                var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(context.DnsEndPoint, cancelled);
                return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
            },
        };
        using var http = new HttpClient(handler) { BaseAddress = Service.GrpcAddress };
        foreach (var value in new[] { "caf\u00e9", "\u00ff\u00fe", "plain" })
        {
            using var answer = await http.SendAsync(Asking("x-client", value), TestContext.Current.CancellationToken);
            Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound, $"{answer.StatusCode}");
        }

        Assert.Equal(1, connections);
    }

    [Fact]
    public async Task Headers_over_their_limits_are_refused()
    {
        using var handler = new SocketsHttpHandler { UseProxy = false };
        using var http = new HttpClient(handler) { BaseAddress = Service.GrpcAddress };
        using var many = Asking("x-0", "0");
        for (var i = 1; i <= ConnectionLimits.Headers; i++)
            many.Headers.Add($"x-{i}", "0");
        using var tooMany = await http.SendAsync(many, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, tooMany.StatusCode);

        // Over HTTP/2 the client knows the limit and does not send them.
        using var large = new HttpRequestMessage(HttpMethod.Get, new Uri(Service.HttpAddress, "/healthz"));
        large.Headers.Add("x-0", new string('a', ConnectionLimits.HeaderBytes / 2));
        large.Headers.Add("x-1", new string('a', ConnectionLimits.HeaderBytes / 2));
        using var tooLarge = await http.SendAsync(large, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, tooLarge.StatusCode);
    }

    private static HttpRequestMessage Asking(string header, string value)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TryAddWithoutValidation(header, value);
        return request;
    }

    private static async Task<string> DeadlineAsync(MethodType type, string given)
    {
        var method = new Method<byte[], byte[]>(type, "service", "Method", Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes), Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes));
        var context = new DefaultHttpContext();
        context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(new GrpcMethodMetadata(typeof(LimitTests), method)), null));
        if (given.Length > 0)
            context.Request.Headers["grpc-timeout"] = given;
        await new CallDeadline(_ => Task.CompletedTask).InvokeAsync(context);
        return context.Request.Headers["grpc-timeout"].ToString();
    }
}
