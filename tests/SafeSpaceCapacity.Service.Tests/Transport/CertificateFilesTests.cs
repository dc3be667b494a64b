using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using SafeSpaceCapacity.Service.Tests.Support;
using SafeSpaceCapacity.Service.Transport;

namespace SafeSpaceCapacity.Service.Tests.Transport;

public sealed class CertificateFilesTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly TestCertificates _made = new(ManualTime.Start);
    private readonly Lines _log = new();

    public void Dispose() => _made.Dispose();

    [Fact]
    public void Changed_files_are_taken_when_it_is_time_to_look()
    {
        using var first = _made.Issue();
        using var second = _made.Issue();
        _made.Write(first);
        var files = Open();
        _made.Write(second);
        Assert.Equal(first.Thumbprint, InUse(files));
        Assert.Equal(second.Thumbprint, InUseLater(files));
        Assert.Empty(_log);
    }

    [Fact]
    public void Unchanged_files_leave_the_certificate_as_it_is()
    {
        using var certificate = _made.Issue();
        _made.Write(certificate);
        var files = Open();
        var before = files.Current(_log);
        File.SetLastWriteTimeUtc(_made.ChainFile, ManualTime.Start.UtcDateTime);
        _time.Advance(CertificateFiles.LookEvery);
        Assert.Same(before, files.Current(_log));
    }

    [Fact]
    public void A_link_turned_to_other_files_is_seen_though_they_are_older()
    {
        using var first = _made.Issue();
        using var second = _made.Issue();
        WriteFolder("first", first);
        WriteFolder("second", second);
        File.SetLastWriteTimeUtc(Path.Combine(_made.Folder, "second", "tls.crt"), DateTime.UnixEpoch);
        File.SetLastWriteTimeUtc(Path.Combine(_made.Folder, "second", "tls.key"), DateTime.UnixEpoch);
        var link = Path.Combine(_made.Folder, "current");
        Directory.CreateSymbolicLink(link, "first");
        File.CreateSymbolicLink(_made.ChainFile, "current/tls.crt");
        File.CreateSymbolicLink(_made.KeyFile, "current/tls.key");
        var files = Open();
        Assert.Equal(first.Thumbprint, InUse(files));

        Directory.Delete(link);
        Directory.CreateSymbolicLink(link, "second");
        Assert.Equal(second.Thumbprint, InUseLater(files));
    }

    [Fact]
    public void A_pair_of_which_one_is_replaced_waits_for_the_other()
    {
        using var first = _made.Issue();
        using var second = _made.Issue();
        _made.Write(first);
        var files = Open();
        _made.WriteChain(_made.Chain(second));
        Assert.Equal(first.Thumbprint, InUseLater(files));
        _made.WriteKey(TestCertificates.Key(second));
        Assert.Equal(second.Thumbprint, InUseLater(files));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void Files_that_cannot_be_used_are_logged_once_and_leave_the_one_before_in_use(string fault, string reason)
    {
        using var first = _made.Issue();
        using var second = _made.Issue();
        _made.Write(first);
        var files = Open();
        Break(fault, second);
        Assert.Equal(first.Thumbprint, InUseLater(files));
        Assert.Equal(first.Thumbprint, InUseLater(files));
        Assert.Contains(reason, Assert.Single(_log));
        AssertTellsNoSecret(_log[0], second);

        if (File.Exists(_made.KeyFile))
            File.Delete(_made.KeyFile);
        _made.Write(second);
        Assert.Equal(second.Thumbprint, InUseLater(files));
        Assert.Single(_log);

        // The same fault again is news again.
        Break(fault, first);
        Assert.Equal(second.Thumbprint, InUseLater(files));
        Assert.Equal(2, _log.Count);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void Files_that_cannot_be_used_are_refused_at_first(string fault, string reason)
    {
        using var certificate = _made.Issue();
        _made.Write(certificate);
        Break(fault, certificate);
        var refused = Assert.Throws<TransportException>(Open);
        Assert.Contains(reason, refused.Message);
        Assert.Contains(_made.Folder, refused.Message);
        AssertTellsNoSecret(refused.Message, certificate);
    }

    public static TheoryData<string, string> Faults() => new()
    {
        { "no certificate file", "tls.crt can't be read: Could not find file" },
        { "no key file", "tls.key can't be read: Could not find file" },
        { "a certificate that is no PEM", "tls.crt holds no certificate in PEM" },
        { "a certificate that is broken", "tls.crt is not a certificate in PEM" },
        { "a key that is no PEM", "tls.key is not the key, in PEM and not encrypted" },
        { "an encrypted key", "tls.key is not the key, in PEM and not encrypted" },
        { "another's key", "tls.key is not the key, in PEM and not encrypted, of the certificate in" },
        { "a key of another kind", "tls.key is not the key, in PEM and not encrypted, of the certificate in" },
        { "a key that the group can read", "tls.key can be used by others than its owner (GroupRead): set its mode to 600." },
        { "a key that others can read", "tls.key can be used by others than its owner (OtherRead): set its mode to 600." },
        { "expired", "tls.crt expired at 2026-02-10 14:00:00Z" },
        { "not valid yet", "tls.crt is not valid before 2026-02-12 14:00:00Z" },
    };

    private void Break(string fault, X509Certificate2 certificate)
    {
        switch (fault)
        {
            case "no certificate file":
                File.Delete(_made.ChainFile);
                break;
            case "no key file":
                File.Delete(_made.KeyFile);
                break;
            case "a certificate that is no PEM":
                _made.WriteChain("secret");
                break;
            case "a certificate that is broken":
                _made.WriteChain("-----BEGIN CERTIFICATE-----\nc2VjcmV0\n-----END CERTIFICATE-----\n");
                break;
            case "a key that is no PEM":
                _made.WriteKey("secret");
                break;
            case "an encrypted key":
                using (var key = certificate.GetECDsaPrivateKey()!)
                    _made.WriteKey(key.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1)));
                break;
            case "another's key":
                using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
                    _made.WriteKey(key.ExportPkcs8PrivateKeyPem());
                break;
            case "a key of another kind":
                using (var key = RSA.Create(2048))
                    _made.WriteKey(key.ExportPkcs8PrivateKeyPem());
                break;
            case "a key that the group can read":
                File.SetUnixFileMode(_made.KeyFile, UnixFileMode.UserRead | UnixFileMode.GroupRead);
                break;
            case "a key that others can read":
                File.SetUnixFileMode(_made.KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
                break;
            case "expired":
                using (var expired = _made.Issue(-2, -1))
                    _made.Write(expired);
                break;
            case "not valid yet":
                using (var early = _made.Issue(1, 2))
                    _made.Write(early);
                break;
            default:
                Assert.Fail($"{fault} is not known here");
                break;
        }
    }

    private static void AssertTellsNoSecret(string text, X509Certificate2 certificate)
    {
        Assert.DoesNotContain("secret", text);
        Assert.DoesNotContain("c2VjcmV0", text);
        Assert.DoesNotContain(TestCertificates.Key(certificate).Split('\n')[1], text);
    }

    private void WriteFolder(string name, X509Certificate2 certificate)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_made.Folder, name)).FullName;
        File.WriteAllText(Path.Combine(folder, "tls.crt"), _made.Chain(certificate));
        TestCertificates.WriteSecret(Path.Combine(folder, "tls.key"), TestCertificates.Key(certificate));
    }

    private CertificateFiles Open() => new(_made.ChainFile, _made.KeyFile, _time);

    private string InUse(CertificateFiles files) => files.Current(_log).TargetCertificate.Thumbprint;

    private string InUseLater(CertificateFiles files)
    {
        _time.Advance(CertificateFiles.LookEvery);
        return InUse(files);
    }

    /// <summary>A log that can be read.</summary>
    private sealed class Lines : List<string>, ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Add($"{logLevel}: {formatter(state, exception)}{exception}");
    }
}
