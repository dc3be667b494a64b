using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Grpc.Standins.Tests.Calls;

public sealed class InterceptorTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_interceptor_sees_every_kind_of_call()
    {
        var seen = new SeenMethods();
        await using var server = await EchoServer.Start(options => options.Interceptors.Add<SeenOnServer>(seen));
        using (var unary = server.Client.SayAsync(new EchoRequest(), cancellationToken: Stop))
            Assert.Equal("server", (await unary.ResponseHeadersAsync).GetValue("seen-interceptor"));

        await CallEveryKind(server.Client);

        Assert.Equal(["Say", "Say", "Collect", "Repeat", "Converse"], seen.Names);
    }

    [Fact]
    public async Task A_client_interceptor_sees_every_kind_of_call()
    {
        await using var server = await EchoServer.Start();
        var seen = new SeenMethods();
        var client = new Echo.EchoClient(server.Channel.Intercept(new SeenOnClient("client", seen)));
        client.Say(new EchoRequest(), cancellationToken: Stop);
        await CallEveryKind(client);

        Assert.Equal(["client Say", "client Say", "client Collect", "client Repeat", "client Converse"], seen.Names);
    }

    [Fact]
    public async Task The_first_client_interceptor_sees_a_call_first()
    {
        await using var server = await EchoServer.Start();
        var seen = new SeenMethods();
        var client = new Echo.EchoClient(server.Channel.Intercept(new SeenOnClient("first", seen), new SeenOnClient("second", seen)));
        await client.SayAsync(new EchoRequest(), cancellationToken: Stop);

        Assert.Equal(["first Say", "second Say"], seen.Names);
    }

    [Fact]
    public async Task A_header_interceptor_adds_its_header()
    {
        await using var server = await EchoServer.Start();
        var client = new Echo.EchoClient(server.Channel.Intercept(headers =>
        {
            headers.Add("user", "ada");
            return headers;
        }));
        using var call = client.SayAsync(new EchoRequest(), cancellationToken: Stop);

        Assert.Equal("ada", (await call.ResponseHeadersAsync).GetValue("seen-user"));
    }

    [Fact]
    public async Task Call_credentials_add_their_header()
    {
        await using var server = await EchoServer.Start(client: options => options.UnsafeUseInsecureChannelCallCredentials = true);
        var credentials = CallCredentials.FromInterceptor((context, headers) =>
        {
            headers.Add("user", context.MethodName);
            return Task.CompletedTask;
        });
        using var call = server.Client.SayAsync(new EchoRequest(), new CallOptions(credentials: credentials, cancellationToken: Stop));

        Assert.Equal("Say", (await call.ResponseHeadersAsync).GetValue("seen-user"));
    }

    private static async Task CallEveryKind(Echo.EchoClient client)
    {
        await client.SayAsync(new EchoRequest(), cancellationToken: Stop);
        using var collect = client.Collect(cancellationToken: Stop);
        await collect.RequestStream.CompleteAsync();
        await collect;
        using var repeat = client.Repeat(new EchoRequest(), cancellationToken: Stop);
        Assert.False(await repeat.ResponseStream.MoveNext(Stop));
        using var converse = client.Converse(cancellationToken: Stop);
        await converse.RequestStream.CompleteAsync();
        Assert.False(await converse.ResponseStream.MoveNext(Stop));
    }
}
