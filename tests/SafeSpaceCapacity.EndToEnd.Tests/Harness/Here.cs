using System.Reflection;

namespace SafeSpaceCapacity.EndToEnd.Tests.Harness;

/// <summary>Where the built server and the sources are.</summary>
internal static class Here
{
    public static string Server { get; } = Metadata("Server");

    public static string Repository { get; } = Metadata("Repository");

    public static string Proto { get; } = Path.Combine(Repository, "proto");

    public static string Clients { get; } = Path.Combine(Repository, "tests", "clients");

    /// <summary>A folder for what a test makes, emptied first; in the tests' own output, never committed.</summary>
    public static string Artifacts(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "artifacts", name);
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        Directory.CreateDirectory(path);
        return path;
    }

    private static string Metadata(string key) =>
        typeof(Here).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => string.Equals(a.Key, key, StringComparison.Ordinal)).Value!;
}
