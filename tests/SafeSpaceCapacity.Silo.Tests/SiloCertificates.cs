using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SafeSpaceCapacity.Silo.Tests;

/// <summary>An authority and a certificate that it issued for silos, in files.</summary>
internal sealed class SiloCertificates : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("safespace-silo-tls-").FullName;

    public SiloCertificates()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var ofAuthority = new CertificateRequest("CN=Silos", authorityKey, HashAlgorithmName.SHA256);
        ofAuthority.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        using var authority = ofAuthority.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var ofSilo = new CertificateRequest("CN=A silo", key, HashAlgorithmName.SHA256);
        using var silo = ofSilo.Create(authority, now.AddHours(-1), now.AddDays(1), [1]);
        File.WriteAllText(Authority, authority.ExportCertificatePem());
        File.WriteAllText(Certificate, silo.ExportCertificatePem());
        File.WriteAllText(Key, key.ExportPkcs8PrivateKeyPem());
        File.SetUnixFileMode(Key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public string Authority => Path.Combine(_folder, "authority.crt");

    public string Certificate => Path.Combine(_folder, "silo.crt");

    public string Key => Path.Combine(_folder, "silo.key");

    public string[] Options => ["--silo-certificate", Certificate, "--silo-certificate-key", Key, "--silo-authority", Authority];

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
