using Google.Protobuf;
using Grpc.Core;

namespace Grpc.Standins.Tests.Calls;

public sealed class CallTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_unary_call_returns_the_response_with_headers_and_trailers()
    {
        await using var server = await EchoServer.Start();
        using var call = server.Client.SayAsync(
            new EchoRequest { Text = "water" }, new Metadata { { "User", "ada" } }, cancellationToken: Stop);

        Assert.Equal("ada", (await call.ResponseHeadersAsync).GetValue("seen-user"));
        Assert.Equal("water", (await call).Text);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.Equal("5", call.GetTrailers().GetValue("echo-length"));
    }

    [Fact]
    public async Task A_blocking_unary_call_returns_the_response()
    {
        await using var server = await EchoServer.Start();
        Assert.Equal("water", server.Client.Say(new EchoRequest { Text = "water" }, cancellationToken: Stop).Text);
    }

    [Fact]
    public async Task A_client_for_another_host_calls_as_well()
    {
        await using var server = await EchoServer.Start();
        var client = server.Client.WithHost("elsewhere");
        Assert.Equal("water", (await client.SayAsync(new EchoRequest { Text = "water" }, cancellationToken: Stop)).Text);
    }

    [Fact]
    public async Task A_client_stream_is_collected()
    {
        await using var server = await EchoServer.Start();
        using var call = server.Client.Collect(cancellationToken: Stop);
        await call.RequestStream.WriteAsync(new EchoRequest { Text = "food" }, Stop);
        await call.RequestStream.WriteAsync(new EchoRequest { Text = "water" }, Stop);
        await call.RequestStream.CompleteAsync();

        Assert.Equal("food water", (await call).Text);
    }

    [Fact]
    public async Task A_server_stream_is_read_to_its_end()
    {
        await using var server = await EchoServer.Start();
        using var call = server.Client.Repeat(new EchoRequest { Text = "bed", Times = 3 }, cancellationToken: Stop);
        var texts = new List<string>();
        await foreach (var response in call.ResponseStream.ReadAllAsync(Stop))
            texts.Add(response.Text);

        Assert.Equal(["bed", "bed", "bed"], texts);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task A_server_stream_that_fails_gives_its_messages_and_then_the_status()
    {
        await using var server = await EchoServer.Start();
        var request = new EchoRequest { Text = "bed", Times = 2, FailWithCode = (int)StatusCode.Aborted };
        using var call = server.Client.Repeat(request, cancellationToken: Stop);

        Assert.True(await call.ResponseStream.MoveNext());
        Assert.True(await call.ResponseStream.MoveNext());
        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext());
        Assert.Equal(StatusCode.Aborted, failure.StatusCode);
    }

    [Fact]
    public async Task A_duplex_stream_answers_each_message_before_the_next_is_sent()
    {
        await using var server = await EchoServer.Start();
        using var call = server.Client.Converse(cancellationToken: Stop);
        foreach (var text in new[] { "one", "two", "three" })
        {
            await call.RequestStream.WriteAsync(new EchoRequest { Text = text }, Stop);
            Assert.True(await call.ResponseStream.MoveNext(Stop));
            Assert.Equal(text, call.ResponseStream.Current.Text);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(Stop));
    }

    [Fact]
    public async Task A_deadline_ends_the_call_on_both_sides()
    {
        await using var server = await EchoServer.Start();
        await server.Client.SayAsync(new EchoRequest { Text = "connect first" }, cancellationToken: Stop);
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(1);
        var failure = await Assert.ThrowsAsync<RpcException>(async () => await server.Client.SayAsync(
            new EchoRequest { Text = "late", WaitForEver = true }, deadline: deadline, cancellationToken: Stop));

        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
        Assert.Equal("late", await server.Ended.ReadAsync(Stop));
    }

    [Fact]
    public async Task A_cancelled_call_ends_on_both_sides()
    {
        await using var server = await EchoServer.Start();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var call = server.Client.SayAsync(new EchoRequest { Text = "gone", WaitForEver = true }, cancellationToken: cancel.Token);
        await call.ResponseHeadersAsync;
        await cancel.CancelAsync();

        var failure = await Assert.ThrowsAsync<RpcException>(async () => await call);
        Assert.Equal(StatusCode.Cancelled, failure.StatusCode);
        Assert.Equal("gone", await server.Ended.ReadAsync(Stop));
    }

    [Fact]
    public async Task A_disposed_stream_ends_on_the_server()
    {
        await using var server = await EchoServer.Start();
        var call = server.Client.Repeat(new EchoRequest { Text = "left", Times = 1, WaitForEver = true }, cancellationToken: Stop);
        Assert.True(await call.ResponseStream.MoveNext(Stop));
        call.Dispose();

        Assert.Equal("left", await server.Ended.ReadAsync(Stop));
    }

    [Fact]
    public async Task Every_status_code_arrives_as_sent()
    {
        await using var server = await EchoServer.Start();
        foreach (var code in Enum.GetValues<StatusCode>().Where(code => code != StatusCode.OK))
        {
            var failure = await Assert.ThrowsAsync<RpcException>(async () => await server.Client.SayAsync(
                new EchoRequest { FailWithCode = (int)code }, cancellationToken: Stop));
            Assert.Equal(code, failure.StatusCode);
            Assert.Equal("as asked", failure.Status.Detail);
        }
    }

    [Fact]
    public async Task A_failure_carries_trailers_and_a_rich_status()
    {
        await using var server = await EchoServer.Start();
        var request = new EchoRequest { Text = "full", FailWithCode = (int)StatusCode.ResourceExhausted };
        var failure = await Assert.ThrowsAsync<RpcException>(async () => await server.Client.SayAsync(request, cancellationToken: Stop));

        Assert.Equal("asked", failure.Trailers.GetValue("reason"));
        var rich = RichStatus.Parser.ParseFrom(failure.Trailers.GetValueBytes("grpc-status-details-bin"));
        Assert.Equal((int)StatusCode.ResourceExhausted, rich.Code);
        Assert.Equal(request, rich.Details.Single().Unpack<EchoRequest>());
    }

    [Fact]
    public async Task An_unknown_service_is_unimplemented_and_a_dead_server_unavailable()
    {
        await using var server = await EchoServer.Start();
        var method = new Method<EchoRequest, EchoResponse>(
            MethodType.Unary,
            "nobody.Service",
            "Say",
            Marshallers.Create<EchoRequest>(message => message.ToByteArray(), EchoRequest.Parser.ParseFrom),
            Marshallers.Create<EchoResponse>(message => message.ToByteArray(), EchoResponse.Parser.ParseFrom));
        var options = new CallOptions(cancellationToken: Stop);
        var unknown = await Assert.ThrowsAsync<RpcException>(async () =>
            await server.Channel.CreateCallInvoker().AsyncUnaryCall(method, host: null, options, new EchoRequest()));
        Assert.Equal(StatusCode.Unimplemented, unknown.StatusCode);

        using var channel = Net.Client.GrpcChannel.ForAddress("http://127.0.0.1:1");
        var dead = await Assert.ThrowsAsync<RpcException>(async () =>
            await new Echo.EchoClient(channel).SayAsync(new EchoRequest(), cancellationToken: Stop));
        Assert.Equal(StatusCode.Unavailable, dead.StatusCode);
    }
}
