using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace SafeSpaceCapacity.Audit.Tests;

/// <summary>An export proves itself anywhere.</summary>
public sealed class ExportTests : IAsyncLifetime
{
    private readonly TestTrails _trails = new();

    public async ValueTask InitializeAsync() => await _trails.RunAsync(Make.Many(6));

    public ValueTask DisposeAsync()
    {
        _trails.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void An_export_is_genuine_and_says_what_was_asked_for()
    {
        var filter = new AuditFilter(Kind: AuditKind.Write, From: ManualTime.Start);
        var report = Verify(Export(filter));
        Assert.Equal(new AuditExportReport(3, ManualTime.Start, filter, null), report);
    }

    [Fact]
    public void An_export_of_nothing_is_genuine()
    {
        var report = Verify(Export(new AuditFilter(Actor: "nobody")));
        Assert.Equal((0L, true), (report.Count, report.IsGenuine));
    }

    [Fact]
    public void One_flipped_bit_in_any_byte_is_found()
    {
        var export = Export(new AuditFilter(Kind: AuditKind.Write));
        for (var at = 0; at < export.Length; at++)
        {
            export[at] ^= (byte)(1 << (at % 8));
            Assert.False(Verify(export).IsGenuine, $"byte {at}");
            export[at] ^= (byte)(1 << (at % 8));
        }

        Assert.True(Verify(export).IsGenuine);
    }

    [Fact]
    public void An_export_cut_off_anywhere_or_added_to_is_found()
    {
        var export = Export(new AuditFilter(Kind: AuditKind.Write));
        for (var length = 0; length < export.Length; length++)
            Assert.False(Verify(export[..length]).IsGenuine, $"cut to {length}");
        Assert.False(Verify([.. export, (byte)'\n']).IsGenuine);
        Assert.False(Verify([.. export, .. export]).IsGenuine);
    }

    [Fact]
    public void The_published_keys_are_enough_to_check_an_export_and_a_trail()
    {
        var keys = AuditKeys.FromJwks(Jwks(_trails));
        using var export = new MemoryStream(Export(AuditFilter.Everything));
        Assert.True(AuditExport.Verify(export, keys).IsGenuine);
        Assert.True(AuditVerifier.Verify(_trails.Folder, keys).IsSound);
        using var others = new TestTrails();
        using var again = new MemoryStream(Export(AuditFilter.Everything));
        Assert.Equal(
            "its last line is not what an export ends with: its signature is not genuine",
            AuditExport.Verify(again, AuditKeys.FromJwks(Jwks(others))).Problem);
    }

    [Fact]
    public void Without_its_node_a_line_is_what_the_trail_holds()
    {
        var exported = Encoding.UTF8.GetString(Export(AuditFilter.Everything)).Split('\n')[..6];
        Assert.Equal(_trails.Lines(1)[1..7], exported.Select(line => line.Replace("{\"node\":\"a\",", "{", StringComparison.Ordinal)));
    }

    private static string Jwks(TestTrails trails) => JsonSerializer.Serialize(new
    {
        keys = trails.Keys.PublicKeys.Select(key => JsonWebKeyConverter.ConvertFromSecurityKey(key)).Select(key => new
        {
            kty = "EC", crv = "P-256", kid = key.Kid ?? key.KeyId, x = key.X, y = key.Y,
        }),
    });

    private byte[] Export(AuditFilter filter)
    {
        using var stream = new MemoryStream();
        AuditExport.Write(stream, _trails.Folder, filter, _trails.Keys, _trails.Time);
        return stream.ToArray();
    }

    private AuditExportReport Verify(byte[] export)
    {
        using var stream = new MemoryStream(export);
        return AuditExport.Verify(stream, AuditKeys.Of(_trails.Keys));
    }
}
