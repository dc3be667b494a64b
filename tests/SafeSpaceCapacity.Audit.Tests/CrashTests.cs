namespace SafeSpaceCapacity.Audit.Tests;

/// <summary>
/// A crash is no tampering: what stands behind the newest signature may end anywhere. The next opening says so, signs, and goes on.
/// </summary>
public sealed class CrashTests : IDisposable
{
    private readonly TestTrails _trails = new();

    // What a crash left: a header, two entries, an anchor, two entries that nothing signs yet.
    private readonly TestTrails _crashed = new();

    public void Dispose()
    {
        _trails.Dispose();
        _crashed.Dispose();
    }

    [Fact]
    public async Task A_crash_at_any_byte_behind_the_newest_signature_is_accepted_and_before_it_is_damage()
    {
        await CrashAsync();
        var file = await ReadAsync();
        var signed = IndexOfLine(file, 4);
        for (var length = 0; length <= file.Length; length++)
        {
            await File.WriteAllBytesAsync(Segment, file[..length], Token);
            var report = Verify();
            Assert.Equal(length >= signed, report.IsSound);
            if (length < signed && length % 29 == 0)
            {
                await Assert.ThrowsAsync<AuditDamagedException>(() => ReopenAsync());
                Assert.Equal(file[..length], await ReadAsync());
            }
        }
    }

    [Fact]
    public async Task The_next_opening_cuts_off_half_a_line_says_so_and_goes_on()
    {
        await CrashAsync();
        var file = await ReadAsync();
        var last = IndexOfLine(file, 5);
        var kept = Directory.GetFiles(Path.GetDirectoryName(Segment)!).ToDictionary(path => path, File.ReadAllBytes, StringComparer.Ordinal);
        for (var length = last; length <= file.Length; length += 7)
        {
            Directory.Delete(Path.GetDirectoryName(Segment)!, recursive: true);
            Directory.CreateDirectory(Path.GetDirectoryName(Segment)!);
            foreach (var (path, bytes) in kept)
                await File.WriteAllBytesAsync(path, bytes, Token);
            await File.WriteAllBytesAsync(Segment, file[..length], Token);
            await using (var trail = await ReopenAsync())
                Assert.True(trail.TryAppend(Make.Read(9)));
            var report = Verify();
            Assert.True(report.IsSound, report.ToString());
            Assert.Equal((2, 4L, 0L), (report.Segments, report.Entries, report.Unsigned));
            var note = Assert.Single(report.Notes);
            Assert.Equal(("00000001.jsonl", 6L), (note.File, note.Line));
            Assert.Contains($"; {length - last} bytes of a line were cut off on 2026", note.What, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_crash_before_a_new_segment_had_its_first_line_is_said_in_it()
    {
        await _trails.RunAsync(Make.Read());
        await File.WriteAllTextAsync(_trails.Segment(2), "{\"trail\":1,\"no", Token);
        Assert.True(_trails.Verify().IsSound);
        await _trails.RunAsync(Make.Read(2));
        var report = _trails.Verify();
        Assert.True(report.IsSound, report.ToString());
        Assert.Equal((2, 2L), (report.Segments, report.Entries));
        Assert.Contains("14 bytes", Assert.Single(report.Notes, note => note is { File: "00000002.jsonl", Line: 2 }).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_crash_between_a_signature_and_its_copy_in_the_head_is_no_damage()
    {
        await CrashAsync();
        var head = await File.ReadAllBytesAsync(Path.Combine(_crashed.NodeFolder(), "head.json"), Token);
        await (await ReopenAsync()).DisposeAsync();
        await File.WriteAllBytesAsync(Path.Combine(_crashed.NodeFolder(), "head.json"), head, Token);
        AssertSound();
        await (await ReopenAsync()).DisposeAsync();
        AssertSound();
    }

    [Fact]
    public async Task A_crash_while_the_first_segment_was_made_leaves_nothing_to_say()
    {
        Directory.CreateDirectory(Path.Combine(_trails.Folder, ".a.new"));
        await File.WriteAllTextAsync(Path.Combine(_trails.Folder, ".a.new", "00000001.jsonl"), "{", Token);
        await _trails.RunAsync(Make.Read());
        var report = _trails.Verify();
        Assert.True(report.IsSound, report.ToString());
        Assert.Empty(report.Notes);
    }

    [Fact]
    public async Task A_changed_line_behind_the_newest_signature_is_refused_by_the_next_opening()
    {
        await CrashAsync();
        var file = await ReadAsync();
        file[IndexOfLine(file, 4) + 20] ^= 1;
        await File.WriteAllBytesAsync(Segment, file, Token);
        var refused = await Assert.ThrowsAsync<AuditDamagedException>(() => ReopenAsync());
        Assert.Contains("a/00000001.jsonl, line 5", refused.Message, StringComparison.Ordinal);
        Assert.Contains("move it away", refused.Message, StringComparison.Ordinal);
        Directory.Move(_crashed.NodeFolder(), Path.Combine(_crashed.Folder, "..", "evidence"));
        await (await ReopenAsync()).DisposeAsync();
        AssertSound();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Segment => _crashed.Segment(1);

    // Where a line begins, counted from 0.
    private static int IndexOfLine(byte[] file, int line)
    {
        var at = 0;
        for (; line > 0; line--)
            at += Array.IndexOf(file[at..], (byte)'\n') + 1;
        return at;
    }

    private async Task CrashAsync()
    {
        await using var trail = await _trails.OpenAsync();
        for (var number = 1; number <= 2; number++)
            Assert.True(trail.TryAppend(Make.Read(number)));
        _trails.Time.Advance(TimeSpan.FromSeconds(10));
        await trail.FlushAsync();
        Assert.True(trail.TryAppend(Make.Read(3)));
        Assert.True(trail.TryAppend(Make.Write(4)));
        await trail.FlushAsync();
        _trails.CopyTo(_crashed.Folder);
        Assert.Equal(6, (await File.ReadAllLinesAsync(Segment, Token)).Length);
    }

    private Task<byte[]> ReadAsync() => File.ReadAllBytesAsync(Segment, Token);

    private AuditReport Verify() => AuditVerifier.Verify(_crashed.Folder, _trails.Keys);

    private void AssertSound()
    {
        var report = Verify();
        Assert.True(report.IsSound, report.ToString());
    }

    private Task<AuditTrail> ReopenAsync() => AuditTrail.OpenAsync(_crashed.Settings(), _trails.Keys);
}
