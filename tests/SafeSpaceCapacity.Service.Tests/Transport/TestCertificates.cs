using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SafeSpaceCapacity.Service.Tests.Transport;

/// <summary>A root, who it lets issue, and what those issue, all for two months around a time; and files with them.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly DateTimeOffset _now;
    private readonly ECDsa _issuerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private int _serial;

    public TestCertificates(DateTimeOffset now)
    {
        _now = now;
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var root = new CertificateRequest("CN=Test root", rootKey, HashAlgorithmName.SHA256);
        root.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority());
        Root = root.CreateSelfSigned(now.AddDays(-30), now.AddDays(30));
        var issuer = new CertificateRequest("CN=Test issuer", _issuerKey, HashAlgorithmName.SHA256);
        issuer.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority());
        using var withoutKey = issuer.Create(Root, now.AddDays(-30), now.AddDays(30), NextSerial());
        Issuer = withoutKey.CopyWithPrivateKey(_issuerKey);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("safespace-tls-").FullName;

    public string ChainFile => Path.Combine(Folder, "tls.crt");

    public string KeyFile => Path.Combine(Folder, "tls.key");

    public X509Certificate2 Root { get; }

    public X509Certificate2 Issuer { get; }

    /// <summary>A certificate for localhost with its key.</summary>
    public X509Certificate2 Issue(int fromDays = -1, int untilDays = 1)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        using var withoutKey = request.Create(Issuer, _now.AddDays(fromDays), _now.AddDays(untilDays), NextSerial());
        return withoutKey.CopyWithPrivateKey(key);
    }

    public string Chain(X509Certificate2 certificate) => $"{certificate.ExportCertificatePem()}\n{Issuer.ExportCertificatePem()}\n";

    public static string Key(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem();
    }

    public void Write(X509Certificate2 certificate)
    {
        WriteChain(Chain(certificate));
        WriteKey(Key(certificate));
    }

    public void WriteChain(string pem) => File.WriteAllText(ChainFile, pem);

    public void WriteKey(string pem) => WriteSecret(KeyFile, pem);

    public static void WriteSecret(string path, string text)
    {
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public void Dispose()
    {
        Root.Dispose();
        Issuer.Dispose();
        _issuerKey.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private byte[] NextSerial() => BitConverter.GetBytes(++_serial);
}
