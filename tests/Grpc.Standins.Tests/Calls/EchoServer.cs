using System.Net;
using System.Threading.Channels;
using Grpc.AspNetCore.Server;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Grpc.Standins.Tests.Calls;

/// <summary>Kestrel on a free loopback port with the echo service, and a channel to it.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EchoServer(WebApplication app, GrpcChannel channel, ChannelReader<string> ended)
    {
        _app = app;
        Channel = channel;
        Client = new Echo.EchoClient(channel);
        Ended = ended;
    }

    public GrpcChannel Channel { get; }

    public Echo.EchoClient Client { get; }

    /// <summary>The texts of waiting calls that the server saw end.</summary>
    public ChannelReader<string> Ended { get; }

    public static async Task<EchoServer> Start(Action<GrpcServiceOptions>? server = null, Action<GrpcChannelOptions>? client = null)
    {
        var ended = System.Threading.Channels.Channel.CreateUnbounded<string>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(ended);
        builder.Services.AddGrpc(options => server?.Invoke(options));
        var app = builder.Build();
        app.MapGrpcService<EchoService>();
        await app.StartAsync(TestContext.Current.CancellationToken);

        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        var channelOptions = new GrpcChannelOptions();
        client?.Invoke(channelOptions);
        return new EchoServer(app, GrpcChannel.ForAddress(address, channelOptions), ended.Reader);
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}
