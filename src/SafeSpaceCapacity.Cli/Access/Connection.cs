using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;

namespace SafeSpaceCapacity.Cli.Access;

/// <summary>How the service is reached.</summary>
internal static class Connection
{
    /// <summary>Whether a token may be sent there: nobody on the way can read it.</summary>
    public static bool IsSafeForTokens(this Uri server) => server.IsLoopback || server.Scheme is "https";

    /// <summary>Opens it.</summary>
    /// <param name="server">The service.</param>
    /// <param name="certificate">File of the caller's own certificate.</param>
    /// <param name="key">File of its key.</param>
    /// <param name="authority">File of the only authority to trust.</param>
    public static GrpcChannel Open(Uri server, string? certificate, string? key, string? authority)
    {
        if ((certificate is null) != (key is null))
            throw new FailureException(Failure.BadInput("--certificate and --certificate-key go together: give both or neither."));
        var ssl = new SslClientAuthenticationOptions();
        if (certificate is not null)
            ssl.ClientCertificateContext = SslStreamCertificateContext.Create(Own(certificate, key!), additionalCertificates: null, offline: true);
        if (authority is not null)
        {
            ssl.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { ReadCertificate(authority, "--ca") },
                RevocationMode = X509RevocationMode.NoCheck,
            };
        }

        // A proxy that this machine is told to use would read what is meant to stay here.
        var handler = new SocketsHttpHandler { SslOptions = ssl, UseProxy = !server.IsLoopback, AllowAutoRedirect = false, EnableMultipleHttp2Connections = true };
        return GrpcChannel.ForAddress(server, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
    }

    /// <summary>Reads a certificate, without its key.</summary>
    /// <param name="file">PEM or DER.</param>
    /// <param name="option">The option that names it.</param>
    public static X509Certificate2 ReadCertificate(string file, string option)
    {
        try
        {
            return X509CertificateLoader.LoadCertificateFromFile(file);
        }
        catch (Exception unusable) when (unusable is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw OwnerFile.Unusable(file, option, unusable);
        }
    }

    private static X509Certificate2 Own(string certificate, string key)
    {
        using var alone = ReadCertificate(certificate, "--certificate");
        var pem = OwnerFile.Read(key, "--certificate-key");
        try
        {
            return X509Certificate2.CreateFromPem(alone.ExportCertificatePem(), pem);
        }
        catch (Exception unusable) when (unusable is CryptographicException or ArgumentException)
        {
            throw OwnerFile.Unusable(key, "--certificate-key", unusable);
        }
    }
}
