using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using SafeSpaceCapacity.Audit;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;
using SafeSpaceCapacity.Identity;
using AuditFilter = SafeSpaceCapacity.Audit.AuditFilter;
using Role = SafeSpaceCapacity.Identity.Role;
using Serving = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace SafeSpaceCapacity.EndToEnd.Tests;

/// <summary>The server with a certificate from files.</summary>
public sealed class TlsTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly DataDirectory _directory = new();
    private readonly CertificatePair _files = new();

    public void Dispose()
    {
        _files.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_replaced_certificate_is_shown_to_new_connections_and_those_before_go_on()
    {
        using var first = CertificatePair.Make();
        using var second = CertificatePair.Make();
        _files.Write(first);
        await using var server = await ServerProcess.StartWithAsync(_directory, _files.Options);
        using var before = new Client(server, first);
        Assert.Equal(Serving.Serving, await before.CheckAsync());

        _files.Write(second);
        var from = Stopwatch.GetTimestamp();
        while (!await IsShownAsync(server, second))
            Assert.True(Stopwatch.GetElapsedTime(from) < Patience, $"The new certificate was never shown.\n{server.Said}");

        Assert.Equal(Serving.Serving, await before.CheckAsync());
        Assert.Equal([first.Thumbprint], before.Shown);
        await server.StopAsync();
    }

    [Fact]
    public async Task With_a_certificate_nothing_is_said_in_plain_text()
    {
        using var certificate = CertificatePair.Make();
        _files.Write(certificate);
        await using var server = await ServerProcess.StartWithAsync(_directory, _files.Options);
        Assert.Contains($"gRPC   https://127.0.0.1:{server.GrpcPort}", server.Said, StringComparison.Ordinal);
        using var crew = new Crew(server);
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await crew.Health.CheckAsync(new HealthCheckRequest(), Crew.Options));
        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        using var plain = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        await Assert.ThrowsAsync<HttpRequestException>(() => plain.GetAsync(new Uri(server.HttpAddress, "healthz"), TestContext.Current.CancellationToken));

        // The names that a certificate may hold are anybody's, and browsers are told to keep to TLS.
        using var handler = Client.Trusting(certificate, _ => { });
        using var http = new HttpClient(handler);
        using var probe = new HttpRequestMessage(HttpMethod.Get, $"https://127.0.0.1:{server.HttpPort}/healthz") { Headers = { Host = "safespace.example" } };
        using var answer = await http.SendAsync(probe, TestContext.Current.CancellationToken);
        Assert.Equal("ok\n", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Contains("Strict-Transport-Security", answer.Headers.Select(header => header.Key), StringComparer.Ordinal);
        await server.StopAsync();
    }

    [Fact]
    public async Task Other_machines_may_connect_when_there_is_TLS_and_an_authority()
    {
        using var certificate = CertificatePair.Make();
        _files.Write(certificate);
        await using var server = await ServerProcess.StartWithAsync(
            _directory, ["--listen", "0.0.0.0", .. _files.Options, "--authority", "https://login.example/", "--audience", "safespace"]);
        Assert.Contains($"gRPC   https://0.0.0.0:{server.GrpcPort}", server.Said, StringComparison.Ordinal);
        using var client = new Client(server, certificate);
        Assert.Equal(Serving.Serving, await client.CheckAsync());
        await server.StopAsync();
    }

    [Fact]
    public async Task A_token_bound_to_a_certificate_is_of_use_over_a_connection_that_shows_it_only()
    {
        using var certificate = CertificatePair.Make();
        using var own = CertificatePair.Make();
        using var another = CertificatePair.Make();
        _files.Write(certificate);
        await using var server = await ServerProcess.StartWithAsync(_directory, _files.Options);
        var thumbprint = Base64Url.EncodeToString(SHA256.HashData(own.RawData));
        var token = new TokenIssuer(server.Keys, TimeProvider.System).Issue(
            new TokenOrder("control-room", [Role.Machine], [], [], thumbprint, TokenIssuer.LifeDefault));
        Assert.Equal(StatusCode.OK, await FindAsync(server, certificate, own, token));
        Assert.Equal(StatusCode.Unauthenticated, await FindAsync(server, certificate, another, token));
        Assert.Equal(StatusCode.Unauthenticated, await FindAsync(server, certificate, null, token));
        await server.StopAsync();
        var entries = AuditReader.Query(Path.Combine(_directory.Path, "audit"), AuditFilter.Everything, null, 10).Records;
        Assert.Equal([("ok", thumbprint), ("UNAUTHENTICATED", Base64Url.EncodeToString(SHA256.HashData(another.RawData))), ("UNAUTHENTICATED", null)],
            entries.Where(record => record.Entry.Method.EndsWith("FindSpaces", StringComparison.Ordinal)).Select(record => (record.Entry.Outcome, record.Entry.Certificate)));
    }

    private static async Task<StatusCode> FindAsync(ServerProcess server, X509Certificate2 trusted, X509Certificate2? own, string token)
    {
        using var handler = Client.Trusting(trusted, _ => { });
        if (own is not null)
            handler.SslOptions.ClientCertificates = [own];
        using var channel = GrpcChannel.ForAddress($"https://127.0.0.1:{server.GrpcPort}", new GrpcChannelOptions { HttpHandler = handler });
        try
        {
            await new CrewService.CrewServiceClient(channel).FindSpacesAsync(
                new FindSpacesRequest { Origin = new Origin { Place = "Glasgow" }, LegalStatus = LegalStatus.Voluntary },
                Crew.Options.WithHeaders(new Metadata { { "authorization", "Bearer " + token } }));
            return StatusCode.OK;
        }
        catch (RpcException refused)
        {
            return refused.StatusCode;
        }
    }

    /// <summary>Whether a new connection is shown it; an answer over that connection is part of it.</summary>
    private static async Task<bool> IsShownAsync(ServerProcess server, X509Certificate2 certificate)
    {
        using var client = new Client(server, certificate);
        try
        {
            return await client.CheckAsync() == Serving.Serving;
        }
        catch (RpcException notTrusted) when (notTrusted.StatusCode is StatusCode.Unavailable or StatusCode.Internal)
        {
            return false;
        }
    }

    /// <summary>Trusts one certificate, and notes which it was shown: one for each connection it made.</summary>
    private sealed class Client : IDisposable
    {
        private readonly GrpcChannel _channel;

        public Client(ServerProcess server, X509Certificate2 trusted) => _channel = GrpcChannel.ForAddress(
            $"https://127.0.0.1:{server.GrpcPort}",
            new GrpcChannelOptions { HttpHandler = Trusting(trusted, Shown.Enqueue), DisposeHttpClient = true });

        public ConcurrentQueue<string> Shown { get; } = new();

        public static SocketsHttpHandler Trusting(X509Certificate2 trusted, Action<string> note) => new()
        {
            UseProxy = false,
            SslOptions =
            {
                RemoteCertificateValidationCallback = (_, shown, _, _) =>
                {
                    var thumbprint = ((X509Certificate2)shown!).Thumbprint;
                    note(thumbprint);
                    return thumbprint == trusted.Thumbprint;
                },
            },
        };

        public async Task<Serving> CheckAsync() => (await new Health.HealthClient(_channel).CheckAsync(new HealthCheckRequest(), Crew.Options)).Status;

        public void Dispose() => _channel.Dispose();
    }
}
