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

    [Fact]
    public async Task The_chain_can_be_recomputed_from_the_documented_format_alone()
    {
        await _trails.RunAsync(Make.Many(10));
        var lines = _trails.Lines(1);
        Assert.Equal(lines, Forge.Rechain(lines, body => body));
        Assert.StartsWith(
            "{\"trail\":1,\"node\":\"a\",\"segment\":1,\"seq\":0,\"opened\":\"2026-11-06T22:15:00+00:00\",\"previous\":\"0000",
            lines[0],
            StringComparison.Ordinal);
        using var anchor = JsonDocument.Parse(lines[^1]);
        Assert.Equal(10, anchor.RootElement.GetProperty("anchor").GetInt64());
        Assert.True(anchor.RootElement.GetProperty("closing").GetBoolean());
        var signed = Encoding.UTF8.GetBytes(lines[^1][..lines[^1].IndexOf(",\"key\":\"", StringComparison.Ordinal)]);
        var signature = System.Buffers.Text.Base64Url.DecodeFromChars(anchor.RootElement.GetProperty("signature").GetString());
        Assert.True(_trails.Keys.Verify(anchor.RootElement.GetProperty("key").GetString()!, signed, signature));
        Assert.Contains(lines[^1][^66..^2], await File.ReadAllTextAsync(_trails.Head(), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_says_what_was_done_in_plain_json_and_leaves_out_what_is_not_there()
    {
        await _trails.RunAsync(Make.Read(), Make.Write(2));
        Assert.StartsWith(
            "{\"seq\":1,\"at\":\"2026-11-06T22:15:01.0000000Z\",\"actor\":\"golf-1\",\"role\":\"crew\",\"client\":\"control-room\","
            + "\"method\":\"/safespacecapacity.v1.CrewService/FindSpaces\",\"kind\":\"read\",\"area\":\"S12000049\",\"outcome\":\"ok\",",
            _trails.Lines(1)[1],
            StringComparison.Ordinal);
        Assert.Contains(
            "\"before\":{\"places\":8,\"safe\":6,\"occupied\":4,\"held\":1,\"paused\":false,\"freshness\":\"fresh\",\"version\":41},\"after\":{",
            _trails.Lines(1)[2],
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two\nlines, a \"quote\", a \\ and \u0000")]
    [InlineData("Gàidhlig, 日本, 🜁, </script> & +")]
    [InlineData(",\"hash\":\"0000000000000000000000000000000000000000000000000000000000000000\"}")]
    [InlineData(",\"key\":\"a\",\"signature\":\"b\"")]
    public async Task Any_text_comes_back_as_it_was_and_can_be_asked_for(string text)
    {
        var entry = Make.Write() with { Actor = text, Space = text, Method = text, Outcome = text, Correlation = text, CommandId = text };
        await _trails.RunAsync(Make.Read(), entry, Make.Read());
        var filter = new AuditFilter(Actor: text, Space: text, Method: text, Outcome: text);
        Assert.Equal([entry], AuditReader.Query(_trails.Folder, filter, null, 10).Records.Select(record => record.Entry));
        Assert.True(_trails.Verify().IsSound);
    }

    [Fact]
    public async Task A_long_text_is_cut_and_half_a_character_is_replaced()
    {
        var text = new string('x', AuditEntry.TextMax - 2) + "🜁 and more";
        await _trails.RunAsync(Make.Read() with { Actor = text, Client = "\ud83d", Method = new string('y', 100_000) });
        var entry = Assert.Single(AuditReader.Query(_trails.Folder, new AuditFilter(Actor: text), null, 10).Records).Entry;
        Assert.Equal(new string('x', AuditEntry.TextMax - 2) + "\ufffd…", entry.Actor);
        Assert.Equal("\ufffd", entry.Client);
        Assert.Equal(AuditEntry.TextMax, entry.Method.Length);
        Assert.True(_trails.Verify().IsSound);
    }

    [Fact]
    public async Task Times_are_kept_in_utc_to_the_last_digit()
    {
        var at = new DateTimeOffset(2026, 7, 1, 0, 30, 0, TimeSpan.FromHours(1)).AddTicks(1);
        await _trails.RunAsync(Make.Read(at: at));
        var kept = Assert.Single(AuditReader.Query(_trails.Folder, AuditFilter.Everything, null, 1).Records).Entry.At;
        Assert.Equal((at.UtcTicks, TimeSpan.Zero), (kept.Ticks, kept.Offset));
    }

    [Fact]
    public async Task Many_threads_append_at_once_and_the_numbers_have_no_gap()
    {
        const int Threads = 8;
        const int Each = 5000;
        await using (var trail = await _trails.OpenAsync())
        {
            await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
            {
                for (var i = 0; i < Each; i++)
                    Assert.True(trail.TryAppend(Make.Read(i) with { Actor = $"thread-{thread}" }));
            })));
        }

        Assert.True(_trails.Verify().IsSound);
        var records = Query.All(_trails.Folder, AuditFilter.Everything);
        Assert.Equal(Enumerable.Range(1, Threads * Each).Select(seq => (long)seq), records.Select(record => record.Seq));
        foreach (var own in records.GroupBy(record => record.Entry.Actor, StringComparer.Ordinal))
            Assert.Equal(Enumerable.Range(0, Each).Select(i => ManualTime.Start.AddSeconds(i)), own.Select(record => record.Entry.At));
    }

    [Fact]
    public async Task An_entry_is_written_within_moments_without_being_asked_for_and_flushed_when_asked()
    {
        await using var trail = await _trails.OpenAsync();
        Assert.True(trail.TryAppend(Make.Read()));
        while (AuditReader.Query(_trails.Folder, AuditFilter.Everything, null, 1).Records.Count == 0)
            await Task.Delay(1, TestContext.Current.CancellationToken);
        for (var number = 2; number < 20; number++)
        {
            Assert.True(trail.TryAppend(Make.Read(number)));
            await trail.FlushAsync();
            Assert.Equal(number, AuditReader.Query(_trails.Folder, AuditFilter.Everything, null, 100).Records.Count);
        }
    }

    [Fact]
    public async Task After_closing_nothing_is_taken_and_a_flush_has_nothing_to_do()
    {
        var trail = await _trails.OpenAsync();
        await trail.DisposeAsync();
        await trail.DisposeAsync();
        Assert.False(trail.TryAppend(Make.Read()));
        await trail.FlushAsync();
        Assert.Null(trail.Failure);
    }

    [Fact]
    public async Task A_node_has_one_writer_and_a_name_that_can_be_a_folder()
    {
        await using var trail = await _trails.OpenAsync();
        await Assert.ThrowsAsync<AuditInUseException>(() => _trails.OpenAsync());
        foreach (var name in new[] { "", ".", "..", "../a", "a/b", ".hidden", "ä", new string('a', 65) })
            await Assert.ThrowsAsync<ArgumentException>(() => _trails.OpenAsync(name));
    }

    [Fact]
    public async Task Others_can_not_read_it()
    {
        await _trails.RunAsync(Make.Read());
        var none = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        foreach (var file in Directory.EnumerateFileSystemEntries(_trails.Folder, "*", SearchOption.AllDirectories))
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(file) & none);
    }

    [Fact]
    public async Task No_kind_is_refused_at_once()
    {
        await using var trail = await _trails.OpenAsync();
        Assert.Throws<ArgumentException>(() => trail.TryAppend(Make.Read() with { Kind = (AuditKind)5 }));
    }
}
