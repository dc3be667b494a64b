namespace SafeSpaceCapacity.Audit.Tests;

/// <summary>Whatever somebody without the key does to a closed trail is found.</summary>
public sealed class TamperingTests : IAsyncLifetime
{
    private readonly TestTrails _trails = new();

    public async ValueTask InitializeAsync()
    {
        await _trails.RunAsync(Make.Many(2));
        await _trails.RunAsync(Make.Many(2, first: 3));
        var report = _trails.Verify();
        Assert.True(report.IsSound, report.ToString());
        Assert.Equal((2, 4L), (report.Segments, report.Entries));
    }

    public ValueTask DisposeAsync()
    {
        _trails.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void One_flipped_bit_in_any_byte_of_any_file_is_found()
    {
        foreach (var file in Files())
        {
            var bytes = File.ReadAllBytes(file);
            for (var at = 0; at < bytes.Length; at++)
            {
                var bit = (byte)(1 << (at % 8));
                bytes[at] ^= bit;
                File.WriteAllBytes(file, bytes);
                AssertFound($"bit {bit} of byte {at} of {file}");
                bytes[at] ^= bit;
            }

            File.WriteAllBytes(file, bytes);
        }

        Assert.True(_trails.Verify().IsSound);
    }

    [Fact]
    public void A_file_cut_off_at_any_byte_is_found()
    {
        foreach (var file in Files())
        {
            var bytes = File.ReadAllBytes(file);
            for (var length = 0; length < bytes.Length; length++)
            {
                File.WriteAllBytes(file, bytes.AsSpan(0, length));
                AssertFound($"{file} cut to {length}");
            }

            File.WriteAllBytes(file, bytes);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_line_removed_repeated_or_exchanged_with_another_is_found(int segment)
    {
        var file = _trails.Segment(segment);
        var lines = File.ReadAllLines(file);
        for (var i = 0; i < lines.Length; i++)
        {
            AssertFound([.. lines[..i], .. lines[(i + 1)..]], $"line {i} removed");
            AssertFound([.. lines[..i], lines[i], .. lines[i..]], $"line {i} repeated");
            for (var j = i + 1; j < lines.Length; j++)
            {
                var exchanged = (string[])lines.Clone();
                (exchanged[i], exchanged[j]) = (exchanged[j], exchanged[i]);
                AssertFound(exchanged, $"lines {i} and {j} exchanged");
            }
        }

        void AssertFound(string[] changed, string what)
        {
            File.WriteAllLines(file, changed);
            this.AssertFound(what);
            File.WriteAllLines(file, lines);
        }
    }

    [Fact]
    public void Any_file_removed_is_found()
    {
        foreach (var file in Files())
        {
            File.Move(file, file + "-away");
            File.Move(file + "-away", Path.Combine(_trails.Folder, "away"));
            AssertFound($"{file} removed");
            File.Move(Path.Combine(_trails.Folder, "away"), file);
        }
    }

    [Fact]
    public void Segments_exchanged_renumbered_or_added_are_found()
    {
        var (first, second) = (File.ReadAllBytes(_trails.Segment(1)), File.ReadAllBytes(_trails.Segment(2)));
        File.WriteAllBytes(_trails.Segment(1), second);
        File.WriteAllBytes(_trails.Segment(2), first);
        AssertFound("exchanged");
        File.WriteAllBytes(_trails.Segment(1), first);
        File.WriteAllBytes(_trails.Segment(2), second);
        File.WriteAllBytes(_trails.Segment(3), second);
        AssertFound("added");
        File.Move(_trails.Segment(3), Path.Combine(_trails.NodeFolder(), "3.jsonl"));
        AssertFound("a stranger");
    }

    [Fact]
    public void The_newest_lines_cut_off_together_are_found_also_with_the_newest_segment()
    {
        var lines = File.ReadAllLines(_trails.Segment(2));
        for (var keep = 0; keep < lines.Length; keep++)
        {
            File.WriteAllLines(_trails.Segment(2), lines[..keep]);
            AssertFound($"{keep} lines kept");
        }

        File.Delete(_trails.Segment(2));
        var finding = Assert.Single(_trails.Verify().Findings);
        Assert.Equal("a/head.json: the line it names is not in segment 2: the end of the trail was cut off or exchanged", finding.ToString());
    }

    [Fact]
    public async Task An_end_cut_off_behind_an_earlier_signature_is_found_and_no_head_can_be_made_of_what_is_left()
    {
        var trail = await _trails.OpenAsync();
        Assert.True(trail.TryAppend(Make.Read()));
        _trails.Time.Advance(TimeSpan.FromSeconds(10));
        await trail.FlushAsync();
        var kept = _trails.Lines(3);
        Assert.Equal(3, kept.Length);
        Assert.True(trail.TryAppend(Make.Read()));
        await trail.DisposeAsync();
        await File.WriteAllLinesAsync(_trails.Segment(3), kept, TestContext.Current.CancellationToken);
        AssertFound("cut off");
        await File.WriteAllTextAsync(_trails.Head(), kept[^1] + "\n", TestContext.Current.CancellationToken);
        AssertFound("with an anchor for a head");
    }

    [Fact]
    public void A_changed_entry_whose_hashes_were_all_computed_anew_is_found_by_the_signatures()
    {
        var forged = Forge.Rechain(_trails.Lines(1), line => line.Replace("golf-2", "golf-9", StringComparison.Ordinal));
        File.WriteAllLines(_trails.Segment(1), forged);
        var findings = _trails.Verify().Findings;
        Assert.Contains(findings, finding => finding is { File: "00000001.jsonl", Line: 4 } && finding.What.StartsWith("it signs another line", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.File == "00000002.jsonl" && finding.Line == 1);
    }

    [Fact]
    public void A_finding_names_node_file_and_line_once_for_one_change()
    {
        File.WriteAllText(_trails.Segment(1), File.ReadAllText(_trails.Segment(1)).Replace("golf-2", "golf-9", StringComparison.Ordinal));
        var finding = Assert.Single(_trails.Verify().Findings);
        Assert.Equal(("a", "00000001.jsonl", 3L), (finding.Node, finding.File, finding.Line));
        Assert.StartsWith("a/00000001.jsonl, line 3: its hash is not", finding.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_nodes_segments_are_found()
    {
        await using (var other = await _trails.OpenAsync("b"))
            Assert.True(other.TryAppend(Make.Read()));
        Assert.True(_trails.Verify().IsSound);
        File.Copy(_trails.Segment(1, "b"), _trails.Segment(1), overwrite: true);
        AssertFound("another node's");
    }

    [Fact]
    public void Signatures_by_keys_of_another_service_are_found()
    {
        using var other = new TestTrails();
        var findings = AuditVerifier.Verify(_trails.Folder, other.Keys).Findings;
        Assert.Equal(5, findings.Count);
        Assert.All(findings, finding => Assert.EndsWith("its signature is not genuine", finding.What, StringComparison.Ordinal));
    }

    private string[] Files() => [_trails.Segment(1), _trails.Segment(2), _trails.Head()];

    private void AssertFound(string what) => Assert.False(_trails.Verify().IsSound, what);
}
