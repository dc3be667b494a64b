using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using SafeSpaceCapacity.Identity;

namespace SafeSpaceCapacity.Cli.Tests;

/// <summary>Tokens signed with the keys of a service on this machine.</summary>
public sealed class TokenTests : CliTest
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryDirectory _data = new();

    private string Keys => _data["identity/keys"];

    public override async ValueTask DisposeAsync()
    {
        _data.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_token_says_what_was_ordered_and_the_service_finds_it_genuine()
    {
        MakeKeys();
        var run = await RunAsync(
            "token", "--data", _data.Path, "--role", "staff", "--role", "planner", "--space", "gla-harbour", "--space", "gla-lantern", "--area", "S12000049", "--subject", "night-desk", "--minutes", "90");
        Assert.Equal((ExitCodes.Done, ""), (run.Code, run.Error));
        var grant = await ReadAsync(run.Out.TrimEnd('\n'));
        Assert.Equal("night-desk", grant.Subject);
        Assert.Equal([Role.Staff, Role.Planner], grant.Roles.Order());
        Assert.Equal(["gla-harbour", "gla-lantern"], grant.Spaces.Order(StringComparer.Ordinal));
        Assert.Equal(["S12000049"], grant.Areas);
        Assert.Equal(Now.AddMinutes(90), grant.Expires);
        Assert.Null(grant.CertificateThumbprint);
    }

    [Fact]
    public async Task A_token_is_good_for_an_hour_unless_told_otherwise()
    {
        MakeKeys();
        var run = await RunAsync("token", "--data", _data.Path, "--role", "crew", "--json");
        var json = JsonDocument.Parse(run.Out).RootElement;
        Assert.Equal(Now.AddHours(1), (await ReadAsync(json.GetProperty("token").GetString()!)).Expires);
        Assert.Equal(Now.AddHours(1), json.GetProperty("expiresAt").GetDateTimeOffset());
    }

    [Fact]
    public async Task A_token_can_be_bound_to_a_certificate()
    {
        MakeKeys();
        using var certificate = Certificates.Make("control-room");
        var file = _data.Write("own.pem", certificate.ExportCertificatePem());
        var run = await RunAsync("token", "--data", _data.Path, "--role", "machine", "--certificate", file);
        var grant = await ReadAsync(run.Out.TrimEnd('\n'));
        Assert.Equal(Base64Url.EncodeToString(SHA256.HashData(certificate.RawData)), grant.CertificateThumbprint);
        Assert.Equal(ExitCodes.BadInput, (await RunAsync("token", "--data", _data.Path, "--role", "machine", "--certificate", _data["absent.pem"])).Code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_token_file_is_its_owners_alone_whatever_it_was_before(bool json)
    {
        MakeKeys();
        var file = _data.Write("crew.token", "older", OwnerOnly | UnixFileMode.OtherRead);
        var run = await RunAsync(["token", "--data", _data.Path, "--role", "crew", "--out", file, .. json ? ["--json"] : Array.Empty<string>()]);
        Assert.Equal(ExitCodes.Done, run.Code);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(file));
        var token = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.Equal([Role.Crew], (await ReadAsync(token.TrimEnd('\n'))).Roles);
        Assert.DoesNotContain(token.Trim(), run.Out, StringComparison.Ordinal);
        Assert.Equal([file], Directory.GetFiles(_data.Path));
        Assert.Equal(ExitCodes.Done, (await RunAsync("staff", "confirm", "gla-harbour", "--token-file", file)).Code);
        Assert.Equal($"Bearer {token.Trim()}", Assert.Single(Server.Authorizations));
    }

    [Theory]
    [InlineData("--space:", "--role", "staff")]
    [InlineData("--space:", "--role", "crew", "--space", "gla-harbour")]
    [InlineData("--area:", "--role", "planner")]
    [InlineData("--subject:", "--role", "crew", "--subject", "")]
    [InlineData("--minutes: must be more than 0 and at most 720", "--role", "crew", "--minutes", "721")]
    [InlineData("--minutes:", "--role", "crew", "--minutes", "0")]
    [InlineData("--minutes:", "--role", "crew", "--minutes", "-5")]
    [InlineData("--role: at least one is needed")]
    public async Task A_bad_order_is_bad_input_that_names_the_option(string says, params string[] order)
    {
        MakeKeys();
        var run = await RunAsync(["token", "--data", _data.Path, .. order]);
        Assert.Equal(ExitCodes.BadInput, run.Code);
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task Where_no_service_has_made_keys_there_is_no_token_and_no_key_is_made()
    {
        var none = await RunAsync("token", "--data", _data.Path, "--role", "crew");
        Assert.Equal(ExitCodes.BadInput, none.Code);
        Assert.Contains($"--data {_data.Path}: no service has made keys there", none.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_data.Path));
        Directory.CreateDirectory(Keys);
        Assert.Equal(ExitCodes.BadInput, (await RunAsync("token", "--data", _data.Path, "--role", "crew")).Code);
        Assert.Empty(Directory.GetFileSystemEntries(Keys));
    }

    [Fact]
    public async Task Keys_that_others_can_read_sign_nothing()
    {
        MakeKeys();
        var key = Directory.GetFiles(Keys).Single();
        File.SetUnixFileMode(key, OwnerOnly | UnixFileMode.GroupRead);
        var run = await RunAsync("token", "--data", _data.Path, "--role", "crew");
        Assert.Equal(ExitCodes.BadInput, run.Code);
        Assert.Contains(key, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }

    private void MakeKeys()
    {
        using var keys = SigningKeys.Open(Keys, new FixedTime(Now));
    }

    private async Task<Grant> ReadAsync(string token)
    {
        using var keys = SigningKeys.OpenExisting(Keys, new FixedTime(Now));
        var reading = await TokenReader.OfOwnKeys(keys, new FixedTime(Now)).ReadAsync(token);
        Assert.Null(reading.Problem);
        return reading.Grant!;
    }
}
