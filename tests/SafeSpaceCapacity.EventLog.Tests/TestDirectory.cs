namespace SafeSpaceCapacity.EventLog.Tests;

/// <summary>A directory that is gone after the test.</summary>
internal sealed class TestDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("safespace-log-").FullName;

    public string Database => File("log.db");

    public string WriteAheadLog => File("log.db-wal");

    public string Mark => File("log.acknowledged");

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>What is on disk now, as a crash of the process would leave it.</summary>
    public TestDirectory Copy()
    {
        var copy = new TestDirectory();
        foreach (var name in new[] { "log.db", "log.db-wal", "log.acknowledged" }.Where(name => System.IO.File.Exists(File(name))))
            System.IO.File.WriteAllBytes(copy.File(name), Read(File(name)));
        return copy;
    }

    /// <summary>The content of the files that must never change unasked.</summary>
    public IReadOnlyDictionary<string, string> Evidence() => Directory.GetFiles(Path)
        .Where(path => !path.EndsWith("-shm", StringComparison.Ordinal) && !path.EndsWith(".lock", StringComparison.Ordinal))
        .Where(path => new FileInfo(path).Length > 0)
        .ToDictionary(path => System.IO.Path.GetFileName(path), path => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Read(path))), StringComparer.Ordinal);

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static byte[] Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
