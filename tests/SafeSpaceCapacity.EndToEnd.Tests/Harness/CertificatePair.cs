using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SafeSpaceCapacity.EndToEnd.Tests.Harness;

/// <summary>The files of a certificate for 127.0.0.1 that vouches for itself.</summary>
internal sealed class CertificatePair : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("safespace-e2e-tls-").FullName;

    public string CertificateFile => Path.Combine(_folder, "tls.crt");

    public string KeyFile => Path.Combine(_folder, "tls.key");

    public string[] Options => ["--certificate", CertificateFile, "--certificate-key", KeyFile];

    /// <summary>A new one with its key.</summary>
    public static X509Certificate2 Make(int validForDays = 1)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        var request = new CertificateRequest("CN=Test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-2), now.AddDays(validForDays));
    }

    /// <summary>Puts it in the place of the one that is there, each file at once.</summary>
    public void Write(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        Replace(KeyFile, key.ExportPkcs8PrivateKeyPem());
        Replace(CertificateFile, certificate.ExportCertificatePem());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Replace(string path, string text)
    {
        File.WriteAllText(path + ".new", text);
        File.SetUnixFileMode(path + ".new", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Move(path + ".new", path, overwrite: true);
    }
}
