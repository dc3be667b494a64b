using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SafeSpaceCapacity.Service.Transport;

namespace SafeSpaceCapacity.Service.Tests.Transport;

/// <summary>Real connections to a web server that listens as the service does and answers with the certificate of who asks.</summary>
public sealed class ServiceEndpointsTests : IDisposable
{
    private readonly TestCertificates _made = new(TimeProvider.System.GetUtcNow());

    public void Dispose() => _made.Dispose();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.2")]
    [InlineData("::1")]
    public void Plain_text_is_for_this_machine(string address)
    {
        var endpoints = new ServiceEndpoints(IPAddress.Parse(address), 5080, 5081, certificate: null);
        Assert.StartsWith("http://", endpoints.GrpcUrl);
        Assert.StartsWith("http://", endpoints.HttpUrl);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("192.0.2.1")]
    [InlineData("2001:db8::1")]
    public void Other_machines_need_TLS(string address)
    {
        var refused = Assert.Throws<TransportException>(() => new ServiceEndpoints(IPAddress.Parse(address), 5080, 5081, certificate: null));
        Assert.StartsWith($"--listen {address} needs TLS: ", refused.Message);
        Assert.StartsWith("https://", new ServiceEndpoints(IPAddress.Parse(address), 5080, 5081, Certificate(_made.Chain)).GrpcUrl);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 1)]
    public async Task A_caller_may_show_any_certificate_or_none(int port, int version)
    {
        await using var app = await StartAsync(Certificate(_made.Chain));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var own = new CertificateRequest("CN=machine", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1));
        Assert.Equal("none", await AskAsync(app, port, version, certificate: null));
        Assert.Equal(own.Thumbprint, await AskAsync(app, port, version, own));
    }

    [Fact]
    public async Task The_issuers_are_sent_so_that_the_root_is_all_a_client_has_to_know()
    {
        await using (var app = await StartAsync(Certificate(_made.Chain)))
            Assert.Equal(SslPolicyErrors.None, (await HandshakeAsync(app)).Errors);

        // Of the same certificate without them nobody could tell.
        await using (var app = await StartAsync(Certificate(leaf => leaf.ExportCertificatePem())))
            Assert.Equal(SslPolicyErrors.RemoteCertificateChainErrors, (await HandshakeAsync(app)).Errors);
    }

    [Fact]
    public async Task The_ports_speak_one_protocol_each()
    {
        await using var app = await StartAsync(Certificate(_made.Chain));
        Assert.Equal((SslApplicationProtocol.Http2, SslApplicationProtocol.Http11), ((await HandshakeAsync(app, 0)).Protocol, (await HandshakeAsync(app, 1)).Protocol));
    }

    [Theory]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("127.0.0.1", HttpStatusCode.OK)]
    [InlineData("[::1]", HttpStatusCode.OK)]
    [InlineData("localhost:8080", HttpStatusCode.OK)]
    [InlineData("rebound.example", HttpStatusCode.BadRequest)]
    [InlineData("localhost.rebound.example", HttpStatusCode.BadRequest)]
    [InlineData("192.0.2.1", HttpStatusCode.BadRequest)]
    public async Task In_plain_text_HTTP_answers_to_the_names_of_this_machine_only(string host, HttpStatusCode expected)
    {
        await using var app = await StartAsync(certificate: null);
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, app.Urls.Last()) { Headers = { Host = host } };
        using var answer = await client.SendAsync(request);
        Assert.Equal(expected, answer.StatusCode);
    }

    private static async Task<WebApplication> StartAsync(CertificateFiles? certificate)
    {
        var endpoints = new ServiceEndpoints(IPAddress.Loopback, 0, 0, certificate);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(endpoints.Listen);
        var app = builder.Build();
        endpoints.Guard(app);
        app.Run(context => context.Response.WriteAsync(context.Connection.ClientCertificate?.Thumbprint ?? "none"));
        await app.StartAsync();
        return app;
    }

    private static async Task<string> AskAsync(WebApplication app, int port, int version, X509Certificate2? certificate)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null;
        if (certificate is not null)
            handler.SslOptions.ClientCertificates = [certificate];
        using var client = new HttpClient(handler) { DefaultRequestVersion = new Version(version, 0), DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        return await client.GetStringAsync(new Uri(app.Urls.ElementAt(port)));
    }

    private async Task<(SslPolicyErrors Errors, SslApplicationProtocol Protocol)> HandshakeAsync(WebApplication app, int port = 0)
    {
        var errors = SslPolicyErrors.RemoteCertificateNotAvailable;
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(app.Urls.ElementAt(port)).Port);
        await using var stream = new SslStream(socket.GetStream());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ApplicationProtocols = [SslApplicationProtocol.Http11, SslApplicationProtocol.Http2],
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { _made.Root },
                DisableCertificateDownloads = true,
                RevocationMode = X509RevocationMode.NoCheck,
            },
            RemoteCertificateValidationCallback = (_, shown, _, found) =>
            {
                errors = found;
                return shown is not null;
            },
        });
        return (errors, stream.NegotiatedApplicationProtocol);
    }

    private CertificateFiles Certificate(Func<X509Certificate2, string> chain)
    {
        using var certificate = _made.Issue();
        _made.WriteChain(chain(certificate));
        _made.WriteKey(TestCertificates.Key(certificate));
        return new CertificateFiles(_made.ChainFile, _made.KeyFile, TimeProvider.System);
    }
}
