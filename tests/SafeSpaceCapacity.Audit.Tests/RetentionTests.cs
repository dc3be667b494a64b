namespace SafeSpaceCapacity.Audit.Tests;

/// <summary>Whole old segments may go, if retention signed for them; anything else is a deletion.</summary>
public sealed class RetentionTests : IAsyncLifetime
{
    private readonly TestTrails _trails = new();

    private string Removed => Path.Combine(_trails.NodeFolder(), "removed.json");

    public async ValueTask InitializeAsync()
    {
        for (var day = 0; day < 4; day++)
        {
            var at = _trails.Time.Now;
            await _trails.RunAsync(Enumerable.Range(1, 3).Select(number => Make.Read(number, at.AddMinutes(number))));
            _trails.Time.Advance(TimeSpan.FromDays(1));
        }
    }

    public ValueTask DisposeAsync()
    {
        _trails.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Old_segments_go_and_the_rest_is_sound_and_goes_on()
    {
        var removal = Assert.Single(Remove(ManualTime.Start.AddDays(2)));
        Assert.Equal(new AuditRemoval("a", 1, 2, 6, ManualTime.Start.AddMinutes(1), ManualTime.Start.AddDays(1).AddMinutes(3)), removal);
        Assert.Equal([_trails.Segment(3), _trails.Segment(4), Removed], Files());
        await _trails.RunAsync(Make.Read());
        var report = _trails.Verify();
        Assert.True(report.IsSound, report.ToString());
        Assert.Contains(report.Notes, note => note is { File: "removed.json" } && note.What.Contains("up to 2", StringComparison.Ordinal));
        Assert.Equal(7, AuditReader.Query(_trails.Folder, AuditFilter.Everything, null, 1).Records[0].Seq);
    }

    [Fact]
    public void A_segment_with_one_entry_that_is_not_old_enough_stays()
    {
        Assert.Single(Remove(ManualTime.Start.AddDays(1).AddMinutes(3)), removal => removal.LastSegment == 1);
        Assert.Empty(Remove(ManualTime.Start.AddDays(1).AddMinutes(3)));
        Assert.Equal(3, Files().Count(file => file.EndsWith(".jsonl", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_newest_segment_stays_whatever_its_age()
    {
        Assert.Equal(3, Assert.Single(Remove(DateTimeOffset.MaxValue)).LastSegment);
        Assert.True(_trails.Verify().IsSound);
    }

    [Fact]
    public void Removing_again_goes_on_from_what_was_removed()
    {
        Remove(ManualTime.Start.AddDays(1));
        Assert.Equal((2, 3), Remove(ManualTime.Start.AddDays(3)) is [var removal] ? (removal.FirstSegment, removal.LastSegment) : default);
        Assert.True(_trails.Verify().IsSound);
    }

    [Fact]
    public void A_crash_before_the_files_went_is_no_damage_and_the_next_time_finishes()
    {
        var (first, second) = (File.ReadAllBytes(_trails.Segment(1)), File.ReadAllBytes(_trails.Segment(2)));
        Remove(ManualTime.Start.AddDays(2));
        File.WriteAllBytes(_trails.Segment(2), second);
        Assert.True(_trails.Verify().IsSound);
        File.WriteAllBytes(_trails.Segment(1), first);
        Assert.True(_trails.Verify().IsSound);
        Assert.Equal(2, Assert.Single(Remove(ManualTime.Start.AddDays(2))).LastSegment);
        Assert.True(_trails.Verify().IsSound);
    }

    [Fact]
    public void A_segment_too_many_removed_is_found_and_removed_is_signed_for_in_every_byte()
    {
        Remove(ManualTime.Start.AddDays(2));
        var bytes = File.ReadAllBytes(Removed);
        for (var at = 0; at < bytes.Length; at++)
        {
            bytes[at] ^= (byte)(1 << (at % 8));
            File.WriteAllBytes(Removed, bytes);
            Assert.False(_trails.Verify().IsSound, $"byte {at}");
            bytes[at] ^= (byte)(1 << (at % 8));
        }

        File.WriteAllBytes(Removed, bytes);
        File.Delete(_trails.Segment(3));
        Assert.Contains(_trails.Verify().Findings, finding => finding.What == "segment 3 is missing, and not by retention");
        File.Delete(Removed);
        Assert.Contains(_trails.Verify().Findings, finding => finding.What == "segments 1 to 3 are missing, and not by retention");
    }

    [Fact]
    public void What_is_not_sound_is_kept_as_evidence()
    {
        File.WriteAllText(_trails.Segment(2), File.ReadAllText(_trails.Segment(2)).Replace("golf-2", "golf-9", StringComparison.Ordinal));
        Assert.Contains("a/00000002.jsonl, line 3", Assert.Throws<AuditDamagedException>(() => Remove(DateTimeOffset.MaxValue)).Message, StringComparison.Ordinal);
        File.Delete(_trails.Segment(1));
        Assert.Contains("segment 1 is missing", Assert.Throws<AuditDamagedException>(() => Remove(DateTimeOffset.MaxValue)).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Removed));
    }

    private IReadOnlyList<AuditRemoval> Remove(DateTimeOffset olderThan) => AuditRetention.Remove(_trails.Folder, olderThan, _trails.Keys, _trails.Time);

    private IEnumerable<string> Files() => Directory.EnumerateFiles(_trails.NodeFolder()).Where(file => file != _trails.Head()).Order(StringComparer.Ordinal);
}
