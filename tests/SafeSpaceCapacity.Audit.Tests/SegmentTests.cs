namespace SafeSpaceCapacity.Audit.Tests;

/// <summary>When a segment ends, and when there is a signature.</summary>
public sealed class SegmentTests : IDisposable
{
    private readonly TestTrails _trails = new();

    public void Dispose() => _trails.Dispose();

    [Fact]
    public async Task A_full_segment_is_followed_by_another_and_numbers_go_on()
    {
        await using (var trail = await AuditTrail.OpenAsync(_trails.Settings() with { SegmentBytesMax = 4000 }, _trails.Keys))
        {
            foreach (var entry in Make.Many(100))
                Assert.True(trail.TryAppend(entry));
        }

        var report = _trails.Verify();
        Assert.True(report.IsSound, report.ToString());
        Assert.InRange(report.Segments, 12, 20);
        Assert.Equal(2 * report.Segments, report.Anchors);
        Assert.All(Enumerable.Range(1, report.Segments - 1), number => Assert.InRange(new FileInfo(_trails.Segment(number)).Length, 4000, 6000));
        Assert.Equal(Enumerable.Range(1, 100).Select(seq => (long)seq), Query.All(_trails.Folder, AuditFilter.Everything).Select(record => record.Seq));
    }

    [Fact]
    public async Task An_old_segment_is_followed_by_another_once_there_is_an_entry_for_it()
    {
        await using var trail = await _trails.OpenAsync();
        await AppendAsync(trail);
        _trails.Time.Advance(TimeSpan.FromHours(23));
        await AppendAsync(trail);
        Assert.False(File.Exists(_trails.Segment(2)));
        _trails.Time.Advance(TimeSpan.FromHours(1));
        await trail.FlushAsync();
        Assert.False(File.Exists(_trails.Segment(2)));
        await AppendAsync(trail);
        Assert.True(File.Exists(_trails.Segment(2)));
        await AppendAsync(trail);
        Assert.False(File.Exists(_trails.Segment(3)));
        Assert.True(_trails.Verify().IsSound);
    }

    [Fact]
    public async Task What_is_new_is_signed_after_ten_seconds_and_nothing_new_is_not()
    {
        await using var trail = await _trails.OpenAsync();
        await AppendAsync(trail);
        Assert.Equal((1L, 1L), Unsigned());
        _trails.Time.Advance(TimeSpan.FromSeconds(9));
        await AppendAsync(trail);
        Assert.Equal((2L, 1L), Unsigned());
        _trails.Time.Advance(TimeSpan.FromSeconds(1));
        await trail.FlushAsync();
        Assert.Equal((0L, 2L), Unsigned());
        _trails.Time.Advance(TimeSpan.FromMinutes(1));
        await trail.FlushAsync();
        Assert.Equal((0L, 2L), Unsigned());
        await AppendAsync(trail);
        Assert.Equal((0L, 3L), Unsigned());
    }

    [Fact]
    public async Task The_last_entries_before_a_lull_are_signed_without_another_call()
    {
        await using var trail = await _trails.OpenAsync();
        await AppendAsync(trail);
        _trails.Time.Advance(TimeSpan.FromSeconds(10));
        while (Unsigned() != (0L, 2L))
            await Task.Delay(10, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Each_opening_begins_a_segment_and_a_new_key_signs_what_follows()
    {
        await _trails.RunAsync(Make.Read());
        _trails.Time.Advance(TimeSpan.FromDays(31));
        await _trails.RunAsync(Make.Read(2));
        var report = _trails.Verify();
        Assert.True(report.IsSound, report.ToString());
        Assert.Equal(2, report.Segments);
        Assert.Equal(2, _trails.Keys.PublicKeys.Count());
    }

    [Fact]
    public async Task A_run_without_entries_leaves_a_sound_segment()
    {
        await _trails.RunAsync();
        await _trails.RunAsync();
        await _trails.RunAsync(Make.Read());
        var report = _trails.Verify();
        Assert.True(report.IsSound, report.ToString());
        Assert.Equal((3, 1L, 6L), (report.Segments, report.Entries, report.Anchors));
        Assert.Single(Query.All(_trails.Folder, new AuditFilter(From: ManualTime.Start)));
        Assert.Equal(
            new AuditRemoval("a", 1, 2, 0, null, null),
            Assert.Single(AuditRetention.Remove(_trails.Folder, ManualTime.Start.AddDays(1), _trails.Keys, _trails.Time)));
        Assert.True(_trails.Verify().IsSound);
    }

    private static async Task AppendAsync(AuditTrail trail)
    {
        Assert.True(trail.TryAppend(Make.Read()));
        await trail.FlushAsync();
    }

    private (long Unsigned, long Anchors) Unsigned()
    {
        var report = _trails.Verify();
        Assert.True(report.IsSound, report.ToString());
        return (report.Unsigned, report.Anchors);
    }
}
