using System.Security.Cryptography.X509Certificates;

namespace SafeSpaceCapacity.Cli.Tests;

/// <summary>A service with a certificate, which asks for the caller's.</summary>
public sealed class TlsTests : CliTest
{
    private readonly TemporaryDirectory _files = new();
    private readonly X509Certificate2 _service = Certificates.Make("service");
    private readonly X509Certificate2 _own = Certificates.Make("control-room");

    public override async ValueTask InitializeAsync() => Server = await TestServer.StartAsync(_service);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _files.Dispose();
        _service.Dispose();
        _own.Dispose();
    }

    [Fact]
    public async Task Only_the_authority_that_was_named_is_trusted()
    {
        var right = _files.Write("service.pem", _service.ExportCertificatePem());
        var wrong = _files.Write("other.pem", _own.ExportCertificatePem());
        Assert.Equal(ExitCodes.Done, (await RunAsync("staff", "confirm", "gla-harbour", "--ca", right)).Code);
        Assert.NotEqual(ExitCodes.Done, (await RunAsync("staff", "confirm", "gla-harbour", "--ca", wrong)).Code);
        Assert.NotEqual(ExitCodes.Done, (await RunAsync("staff", "confirm", "gla-harbour")).Code);
        Assert.Single(Server.Received);
        Assert.Equal("", Assert.Single(Server.Certificates));
        var none = await RunAsync("staff", "confirm", "gla-harbour", "--ca", _files["absent.pem"]);
        Assert.Equal(ExitCodes.BadInput, none.Code);
        Assert.Contains("--ca", none.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_callers_own_certificate_is_shown()
    {
        var authority = _files.Write("service.pem", _service.ExportCertificatePem());
        var certificate = _files.Write("own.pem", _own.ExportCertificatePem());
        var key = _files.Write("own.key", _own.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        var run = await RunAsync("staff", "confirm", "gla-harbour", "--ca", authority, "--certificate", certificate, "--certificate-key", key);
        Assert.Equal(("", ExitCodes.Done), (run.Error, run.Code));
        Assert.Equal(_own.Thumbprint, Assert.Single(Server.Certificates));
    }

    [Fact]
    public async Task A_certificate_without_its_key_or_with_one_that_others_can_read_is_refused()
    {
        var certificate = _files.Write("own.pem", _own.ExportCertificatePem());
        var open = _files.Write("own.key", _own.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(), UnixFileMode.UserRead | UnixFileMode.OtherRead);
        var other = _files.Write("other.key", _service.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        var alone = await RunAsync("staff", "confirm", "gla-harbour", "--certificate", certificate);
        var readable = await RunAsync("staff", "confirm", "gla-harbour", "--certificate", certificate, "--certificate-key", open);
        var foreign = await RunAsync("staff", "confirm", "gla-harbour", "--certificate", certificate, "--certificate-key", other);
        Assert.Equal([ExitCodes.BadInput, ExitCodes.BadInput, ExitCodes.BadInput], [alone.Code, readable.Code, foreign.Code]);
        Assert.Contains("go together", alone.Error, StringComparison.Ordinal);
        Assert.Contains("chmod 600", readable.Error, StringComparison.Ordinal);
        Assert.Contains($"--certificate-key {other}", foreign.Error, StringComparison.Ordinal);
        Assert.Empty(Server.Received);
    }
}
