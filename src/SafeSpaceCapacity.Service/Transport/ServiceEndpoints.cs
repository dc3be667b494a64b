using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace SafeSpaceCapacity.Service.Transport;

/// <summary>Where a host listens: in plain text for callers on this machine only, over TLS for any.</summary>
public sealed class ServiceEndpoints
{
    private readonly IPAddress _address;
    private readonly int _grpcPort;
    private readonly int _httpPort;
    private readonly CertificateFiles? _certificate;

    /// <summary>Says where, and refuses what is not safe.</summary>
    /// <param name="address">Of this machine; 0.0.0.0 or :: for all of its addresses.</param>
    /// <param name="grpcPort">Port of gRPC: HTTP/2.</param>
    /// <param name="httpPort">Port of all else: HTTP/1.1.</param>
    /// <param name="certificate">For TLS on both; null for plain text.</param>
    /// <exception cref="TransportException">Plain text for other machines.</exception>
    public ServiceEndpoints(IPAddress address, int grpcPort, int httpPort, CertificateFiles? certificate)
    {
        if (certificate is null && !IPAddress.IsLoopback(address))
        {
            throw new TransportException(
                $"--listen {address} needs TLS: give --certificate and --certificate-key; without them only this machine (127.0.0.1 or ::1) may connect.");
        }

        (_address, _grpcPort, _httpPort, _certificate) = (address, grpcPort, httpPort, certificate);
    }

    /// <summary>Whether it is TLS.</summary>
    public bool IsSecure => _certificate is not null;

    /// <summary>The URL of gRPC.</summary>
    public string GrpcUrl => UrlOf(_grpcPort);

    /// <summary>The URL of all else.</summary>
    public string HttpUrl => UrlOf(_httpPort);

    /// <summary>Listens.</summary>
    /// <param name="kestrel">The web server's options.</param>
    public void Listen(KestrelServerOptions kestrel)
    {
        Listen(kestrel, _grpcPort, HttpProtocols.Http2);
        Listen(kestrel, _httpPort, HttpProtocols.Http1);
    }

    /// <summary>Adds what comes before all else that handles a request. In plain text HTTP answers only to the names of this machine.</summary>
    /// <remarks>
    /// A page of another site whose name was made to lead to this machine would else be let read the answers by the browser it is in. Such a page
    /// can't speak gRPC in plain text, and a name in a certificate can't be made to lead elsewhere.
    /// </remarks>
    /// <param name="app">The host's.</param>
    public void Guard(WebApplication app)
    {
        if (IsSecure)
        {
            app.UseHsts();
            return;
        }

        // Options of its own: the host's builder puts the same filter before everything, with those that are registered.
        var names = new ConfigureOptions<HostFilteringOptions>(filter => filter.AllowedHosts = ["localhost", "127.0.0.1", "[::1]", new Uri(HttpUrl).Host]);
        var options = new OptionsMonitor<HostFilteringOptions>(new OptionsFactory<HostFilteringOptions>([names], []), [], new OptionsCache<HostFilteringOptions>());
        app.UseWhen(context => !HttpProtocol.IsHttp2(context.Request.Protocol), http => http.UseMiddleware<HostFilteringMiddleware>(options));
    }

    private void Listen(KestrelServerOptions kestrel, int port, HttpProtocols protocols) => kestrel.Listen(_address, port, listen =>
    {
        listen.Protocols = protocols;
        if (_certificate is not null)
            listen.UseHttps(Tls(_certificate, listen.ApplicationServices.GetRequiredService<ILogger<CertificateFiles>>()));
    });

    // A caller is asked for a certificate and may come without, or with any, its own even. Having shown it, it has proved to hold its key,
    // and what that is worth is for its token to say, which names the certificate (RFC 8705). Nothing is fetched to judge it.
    private static TlsHandshakeCallbackOptions Tls(CertificateFiles certificate, ILogger logger) => new()
    {
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate.Current(logger),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateRequired = true,
#pragma warning disable CA5359 // It is the caller's certificate, not a server's.
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
#pragma warning restore CA5359
            CertificateChainPolicy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck },
        }),
    };

    private string UrlOf(int port) => $"{(IsSecure ? "https" : "http")}://{new IPEndPoint(_address, port)}";
}
