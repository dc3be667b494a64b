using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using SafeSpaceCapacity.Audit;
using SafeSpaceCapacity.Identity;

namespace SafeSpaceCapacity.Cli.Tests;

/// <summary>A real audit trail and a real export, sound and changed.</summary>
public sealed class AuditFileTests : CliTest
{
    private const int Entries = 7;

    private readonly TemporaryDirectory _data = new();

    private string Trails => _data["audit"];

    private string ExportFile => _data["export.jsonl"];

    private string Jwks => _data["jwks.json"];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        using var keys = SigningKeys.Open(_data["identity/keys"], new FixedTime(Now));
        await using (var trail = await AuditTrail.OpenAsync(new AuditSettings(Trails, "a", new FixedTime(Now)), keys))
        {
            for (var i = 1; i <= Entries; i++)
                Assert.True(trail.TryAppend(Entry(i)));
        }

        using (var export = File.Create(ExportFile))
            AuditExport.Write(export, Trails, new AuditFilter(Kind: AuditKind.Write), keys, new FixedTime(Now));
        await File.WriteAllTextAsync(Jwks, JsonSerializer.Serialize(new { keys = keys.PublicKeys.Select(Jwk) }), TestContext.Current.CancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        _data.Dispose();
        await base.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_sound_trail_ends_with_0_and_says_what_it_holds(bool published)
    {
        var run = await RunAsync(["audit", "verify", "--data", _data.Path, .. Keys(published)]);
        Assert.Equal((ExitCodes.Done, ""), (run.Code, run.Error));
        Assert.Contains($"The audit trail is sound: 1 nodes, 1 segments, {Entries} entries", run.Out, StringComparison.Ordinal);
        var json = JsonDocument.Parse((await RunAsync(["audit", "verify", "--data", _data.Path, "--json", .. Keys(published)])).Out).RootElement;
        Assert.True(json.GetProperty("isSound").GetBoolean());
        Assert.Equal(Entries, json.GetProperty("entries").GetInt32());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_changed_byte_of_a_trail_is_found_and_its_line_named(bool json)
    {
        Change(Path.Combine(Trails, "a", "00000001.jsonl"), "somebody-4");
        var run = await RunAsync(["audit", "verify", "--data", _data.Path, .. json ? ["--json"] : Array.Empty<string>()]);
        Assert.Equal(ExitCodes.Damaged, run.Code);
        if (json)
            Assert.Equal(5, JsonDocument.Parse(run.Out).RootElement.GetProperty("findings")[0].GetProperty("line").GetInt32());
        else
            Assert.Contains("- a/00000001.jsonl, line 5:", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trail_that_is_not_there_is_not_called_sound_and_nothing_is_made()
    {
        Directory.Delete(Trails, recursive: true);
        var run = await RunAsync("audit", "verify", "--data", _data.Path);
        Assert.Equal(ExitCodes.Damaged, run.Code);
        Assert.Contains($"no audit trail in {Trails}", run.Error, StringComparison.Ordinal);
        Directory.CreateDirectory(Trails);
        Assert.Equal(ExitCodes.Damaged, (await RunAsync("audit", "verify", "--data", _data.Path)).Code);
        Directory.Delete(_data["identity"], recursive: true);
        Assert.Equal(ExitCodes.BadInput, (await RunAsync("audit", "verify", "--data", _data.Path)).Code);
        Assert.False(Directory.Exists(_data["identity"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_genuine_export_ends_with_0_and_says_what_was_asked_for(bool published)
    {
        var run = await RunAsync(["audit", "check", ExportFile, .. KeysOrData(published)]);
        Assert.Equal((ExitCodes.Done, ""), (run.Code, run.Error));
        Assert.Contains("Genuine: 3 entries as they were exported 2026-11-22 14:20:00Z. Asked for: kind Write.", run.Out, StringComparison.Ordinal);
        var json = JsonDocument.Parse((await RunAsync(["audit", "check", ExportFile, "--json", .. KeysOrData(published)])).Out).RootElement;
        Assert.True(json.GetProperty("isGenuine").GetBoolean());
        Assert.Equal(3, json.GetProperty("count").GetInt32());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_changed_byte_of_an_export_is_found(bool published)
    {
        Change(ExportFile, "somebody-4");
        var run = await RunAsync(["audit", "check", ExportFile, .. KeysOrData(published)]);
        Assert.Equal(ExitCodes.Damaged, run.Code);
        Assert.Contains("NOT GENUINE: its entries are not those that were exported.", run.Out, StringComparison.Ordinal);
        var json = JsonDocument.Parse((await RunAsync(["audit", "check", ExportFile, "--json", .. KeysOrData(published)])).Out).RootElement;
        Assert.False(json.GetProperty("isGenuine").GetBoolean());
    }

    [Fact]
    public async Task An_export_that_other_keys_signed_is_not_genuine()
    {
        using var other = new TemporaryDirectory();
        using (SigningKeys.Open(other["identity/keys"], new FixedTime(Now)))
        {
        }

        var run = await RunAsync("audit", "check", ExportFile, "--data", other.Path);
        Assert.Equal(ExitCodes.Damaged, run.Code);
        Assert.Contains("signature is not genuine", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("{}")]
    [InlineData("""{"keys":[{"kty":"EC","crv":"P-256","kid":"a","x":"!","y":"!"}]}""")]
    [InlineData("""{"keys":[{"kty":"EC","crv":"P-256","kid":"a","x":"AA","y":"AA"}]}""")]
    [InlineData(null)]
    public async Task Keys_that_are_none_are_bad_input_that_names_the_option(string? text)
    {
        File.Delete(Jwks);
        if (text is not null)
            await File.WriteAllTextAsync(Jwks, text, TestContext.Current.CancellationToken);
        var run = await RunAsync("audit", "check", ExportFile, "--keys", Jwks);
        Assert.Equal(ExitCodes.BadInput, run.Code);
        Assert.Contains($"--keys {Jwks} can't be used", run.Error, StringComparison.Ordinal);
    }

    private static AuditEntry Entry(int number) => new(
        Now.AddSeconds(number), null, string.Create(CultureInfo.InvariantCulture, $"somebody-{number}"), "crew", "", null, "/safespacecapacity.v1.CrewService/FindSpaces",
        number % 2 == 0 ? AuditKind.Write : AuditKind.Read, null, null, null, null, null, "ok", "", null);

    private static object Jwk(SecurityKey key)
    {
        var point = JsonWebKeyConverter.ConvertFromECDsaSecurityKey((ECDsaSecurityKey)key);
        return new { kty = point.Kty, crv = point.Crv, kid = key.KeyId, x = point.X, y = point.Y };
    }

    private static void Change(string file, string text)
    {
        var bytes = File.ReadAllBytes(file);
        var at = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(text));
        bytes[at]++;
        File.WriteAllBytes(file, bytes);
    }

    private string[] Keys(bool published) => published ? ["--keys", Jwks] : [];

    private string[] KeysOrData(bool published) => published ? ["--keys", Jwks] : ["--data", _data.Path];
}
