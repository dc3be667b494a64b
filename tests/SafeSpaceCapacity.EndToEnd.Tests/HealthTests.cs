using System.Net;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;

namespace SafeSpaceCapacity.EndToEnd.Tests;

/// <summary>Probes on one port, gRPC on the other, and neither on both.</summary>
public sealed class HealthTests : IDisposable
{
    private readonly DataDirectory _directory = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Healthz_and_grpc_health_answer_on_their_own_port_only()
    {
        await using var server = await ServerProcess.StartAsync(_directory);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var probe = await http.GetAsync(new Uri(server.HttpAddress, "healthz"), Token);
        Assert.Equal((HttpStatusCode.OK, "ok\n"), (probe.StatusCode, await probe.Content.ReadAsStringAsync(Token)));

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, await CheckAsync(server.Address));
        var refused = await Assert.ThrowsAsync<RpcException>(() => CheckAsync(server.HttpAddress));
        Assert.NotEqual(StatusCode.OK, refused.StatusCode);

        using var wrong = await http.GetAsync(new Uri(server.Address, "healthz"), Token);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        await server.StopAsync();
    }

    [Fact]
    public async Task Grpc_answers_under_any_name_and_probes_under_those_of_this_machine()
    {
        await using var server = await ServerProcess.StartAsync(_directory);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });

        // As through a forwarded port.
        using var probe = new HttpRequestMessage(HttpMethod.Get, new Uri(server.HttpAddress, "healthz")) { Headers = { Host = "localhost:80" } };
        using var answer = await http.SendAsync(probe, Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        // As by a page whose name was made to lead here.
        using var rebound = new HttpRequestMessage(HttpMethod.Get, new Uri(server.HttpAddress, "healthz")) { Headers = { Host = "safespace.example" } };
        using var refused = await http.SendAsync(rebound, Token);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);

        // As through a proxy that keeps the name of the client's request.
        using var renaming = new Renaming("safespace.example");
        using var channel = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions { HttpHandler = renaming });
        var health = await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest(), Crew.Options);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, health.Status);
        await server.StopAsync();
    }

    private static async Task<HealthCheckResponse.Types.ServingStatus> CheckAsync(Uri address)
    {
        using var channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = new SocketsHttpHandler { UseProxy = false }, DisposeHttpClient = true });
        var answer = await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest(), Crew.Options);
        return answer.Status;
    }

    /// <summary>Asks for another name than that of the address.</summary>
    private sealed class Renaming(string host) : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Host = host;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
