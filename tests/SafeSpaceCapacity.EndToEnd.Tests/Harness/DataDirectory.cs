using System.Security.Cryptography;

namespace SafeSpaceCapacity.EndToEnd.Tests.Harness;

/// <summary>A server's data directory for one test. It stays when the test fails, as evidence.</summary>
internal sealed class DataDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("safespace-e2e-").FullName;

    public string Database => System.IO.Path.Combine(Path, "log.db");

    public string WriteAheadLog => System.IO.Path.Combine(Path, "log.db-wal");

    /// <summary>Name, length and hash of every file that holds something; the -shm is an index that SQLite makes of the others.</summary>
    public IReadOnlyList<string> Evidence() =>
        [.. Directory.GetFiles(Path).Order(StringComparer.Ordinal)
            .Where(file => new FileInfo(file).Length > 0 && !file.EndsWith("-shm", StringComparison.Ordinal))
            .Select(file => $"{System.IO.Path.GetFileName(file)} {new FileInfo(file).Length} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}")];

    public void Dispose()
    {
        if (TestContext.Current.TestState is { Result: TestResult.Failed })
            TestContext.Current.TestOutputHelper?.WriteLine($"Kept for inspection: {Path}");
        else
            Directory.Delete(Path, recursive: true);
    }
}
