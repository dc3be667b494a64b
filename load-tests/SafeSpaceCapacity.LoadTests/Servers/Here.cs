using System.Reflection;

namespace SafeSpaceCapacity.LoadTests.Servers;

/// <summary>Where what was built is, and what is kept between runs.</summary>
internal static class Here
{
    public static string Server { get; } = Metadata("Server");

    /// <summary>The server as a silo; not there where Orleans is not served.</summary>
    public static string Silo { get; } = Metadata("Silo");

    /// <summary>The command line.</summary>
    public static string Client { get; } = Metadata("Client");

    public static string Host { get; } = Metadata("Host");

    /// <summary>Seeded logs, which take long to make and are used again the same day; never committed.</summary>
    public static string Seeds { get; } = Path.Combine(Metadata("Repository"), "artifacts", "load-tests");

    private static string Metadata(string key) =>
        typeof(Here).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => string.Equals(a.Key, key, StringComparison.Ordinal)).Value!;
}
