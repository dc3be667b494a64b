using SafeSpaceCapacity.Identity;

namespace SafeSpaceCapacity.Audit.Tests;

/// <summary>A folder of trails with the keys that sign them; gone after the test.</summary>
internal sealed class TestTrails : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("safespace-audit-").FullName;

    public TestTrails() => Keys = SigningKeys.Open(Path.Combine(_path, "keys"), Time);

    public ManualTime Time { get; } = new();

    public SigningKeys Keys { get; }

    public string Folder => Path.Combine(_path, "audit");

    public AuditSettings Settings(string node = "a") => new(Folder, node, Time);

    public Task<AuditTrail> OpenAsync(string node = "a") => AuditTrail.OpenAsync(Settings(node), Keys);

    public string NodeFolder(string node = "a") => Path.Combine(Folder, node);

    public string Segment(int number, string node = "a") => Path.Combine(NodeFolder(node), $"{number:D8}.jsonl");

    public string Head(string node = "a") => Path.Combine(NodeFolder(node), "head.json");

    public AuditReport Verify() => AuditVerifier.Verify(Folder, Keys);

    /// <summary>The lines of a segment that is not being written.</summary>
    public string[] Lines(int segment, string node = "a") => File.ReadAllLines(Segment(segment, node));

    /// <summary>Runs a trail with these entries and closes it.</summary>
    public async Task RunAsync(params IEnumerable<AuditEntry> entries)
    {
        await using var trail = await OpenAsync();
        foreach (var entry in entries)
            Assert.True(trail.TryAppend(entry));
    }

    /// <summary>What is on disk now, as a crash of the process would leave it. The keys are the same.</summary>
    public void CopyTo(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(Folder, "*.json*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            using var from = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var to = File.Create(copy);
            from.CopyTo(to);
        }
    }

    public void Dispose()
    {
        Keys.Dispose();
        Directory.Delete(_path, recursive: true);
    }
}
