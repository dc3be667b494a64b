using SafeSpaceCapacity.Audit.Writing;

namespace SafeSpaceCapacity.Audit.Tests;

/// <summary>What can't be audited is not answered.</summary>
public sealed class FailureTests : IDisposable
{
    private readonly TestTrails _trails = new();

    public void Dispose() => _trails.Dispose();

    [Fact]
    public async Task A_full_queue_takes_nothing_and_then_everything_again()
    {
        using var gate = new ManualResetEventSlim(initialState: true);
        var accepted = 0;
        await using (var trail = await OpenAsync(gate.Wait))
        {
            gate.Reset();
            Assert.True(trail.TryAppend(Make.Read()));
            var entry = Make.Read();
            while (trail.TryAppend(entry))
                accepted++;
            Assert.InRange(accepted, AuditTrail.QueueMax - 1, 2 * AuditTrail.QueueMax);
            Assert.False(trail.TryAppend(entry));
            Assert.Null(trail.Failure);
            gate.Set();
            await trail.FlushAsync();
            Assert.True(trail.TryAppend(entry));
        }

        var report = _trails.Verify();
        Assert.True(report.IsSound, report.ToString());
        Assert.Equal(accepted + 2, report.Entries);
    }

    [Fact]
    public async Task A_failed_write_stops_the_trail_and_says_why()
    {
        var fails = false;
        await using var trail = await OpenAsync(() => ThrowIf(fails));
        Assert.True(trail.TryAppend(Make.Read()));
        await trail.FlushAsync();
        fails = true;
        Assert.True(trail.TryAppend(Make.Read(2)));
        var failure = await Assert.ThrowsAsync<AuditFailedException>(() => trail.FlushAsync());
        Assert.Equal("The audit trail can't be written: No space left on device", failure.Message);
        Assert.Same(failure, trail.Failure);
        fails = false;
        Assert.False(trail.TryAppend(Make.Read(3)));
        await Assert.ThrowsAsync<AuditFailedException>(() => trail.FlushAsync());
        await trail.DisposeAsync();
        await _trails.RunAsync(Make.Read(4));
        Assert.Equal(2, _trails.Verify().Entries);
        Assert.True(_trails.Verify().IsSound);
    }

    [Fact]
    public async Task A_failed_sync_stops_the_trail()
    {
        var fails = false;
        await using var trail = await OpenAsync(() => { }, () => ThrowIf(fails));
        fails = true;
        Assert.True(trail.TryAppend(Make.Read()));
        await Assert.ThrowsAsync<AuditFailedException>(() => trail.FlushAsync());
        Assert.False(trail.TryAppend(Make.Read()));
    }

    [Fact]
    public async Task A_head_that_can_not_be_replaced_stops_the_trail()
    {
        await using var trail = await _trails.OpenAsync();
        Directory.CreateDirectory(_trails.Head() + ".partial");
        Assert.True(trail.TryAppend(Make.Read()));
        _trails.Time.Advance(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<AuditFailedException>(() => trail.FlushAsync());
        Assert.NotNull(trail.Failure);
    }

    [Fact]
    public async Task A_folder_that_is_gone_stops_the_trail_at_the_next_segment()
    {
        await using var trail = await AuditTrail.OpenAsync(_trails.Settings() with { SegmentBytesMax = 2000 }, _trails.Keys);
        Directory.Delete(_trails.NodeFolder(), recursive: true);
        foreach (var entry in Make.Many(20))
            trail.TryAppend(entry);
        await Assert.ThrowsAsync<AuditFailedException>(() => trail.FlushAsync());
    }

    [Fact]
    public async Task A_full_disk_stops_the_trail()
    {
        await using var trail = await AuditTrail.OpenAsync(_trails.Settings() with { SegmentBytesMax = 2000 }, _trails.Keys);
        File.CreateSymbolicLink(_trails.Segment(2), "/dev/full");
        foreach (var entry in Make.Many(20))
            trail.TryAppend(entry);
        var failure = await Assert.ThrowsAsync<AuditFailedException>(() => trail.FlushAsync());
        Assert.Contains("No space left", failure.Message, StringComparison.OrdinalIgnoreCase);
        Assert.False(trail.TryAppend(Make.Read()));
    }

    private static void ThrowIf(bool fails)
    {
        if (fails)
            throw new IOException("No space left on device");
    }

    private Task<AuditTrail> OpenAsync(Action beforeWrite, Action? beforeSync = null) => AuditTrail.OpenAsync(
        _trails.Settings(),
        _trails.Keys,
        (path, mode) => new WatchedFile(path, mode, beforeWrite, beforeSync ?? (() => { })));

    private sealed class WatchedFile(string path, FileMode mode, Action beforeWrite, Action beforeSync)
        : FileStream(path, mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0)
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            beforeWrite();
            base.Write(buffer);
        }

        public override void Flush(bool flushToDisk)
        {
            beforeSync();
            base.Flush(flushToDisk);
        }
    }
}
