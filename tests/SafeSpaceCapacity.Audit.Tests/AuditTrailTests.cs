using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SafeSpaceCapacity.Audit.Tests;

/// <summary>What a trail is, byte by byte, and what comes back.</summary>
public sealed class AuditTrailTests : IDisposable
{
    private readonly TestTrails _trails = new();

    public void Dispose() => _trails.Dispose();

    [Fact]
    public async Task What_was_appended_is_read_back_whole()
    {
        var entries = Make.Many(50).ToList();
        await _trails.RunAsync(entries);
        var page = AuditReader.Query(_trails.Folder, AuditFilter.Everything, page: null, limit: 100);
        Assert.Equal(entries, page.Records.Select(record => record.Entry));
        Assert.Equal(Enumerable.Range(1, 50).Select(seq => ("a", (long)seq)), page.Records.Select(record => (record.Node, record.Seq)));
        Assert.Null(page.NextPage);
        var report = _trails.Verify();
        Assert.True(report.IsSound, report.ToString());
        Assert.Equal((1, 1, 50L, 2L, 0L), (report.Nodes, report.Segments, report.Entries, report.Anchors, report.Unsigned));
    }
}
