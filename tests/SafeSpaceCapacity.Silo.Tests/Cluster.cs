using SafeSpaceCapacity.EndToEnd.Tests.Harness;
using SafeSpaceCapacity.Tests.Postgres;

namespace SafeSpaceCapacity.Silo.Tests;

/// <summary>The tests that share two silos. They run for no longer than these tests do.</summary>
[CollectionDefinition(Name)]
public sealed class SharedCluster : ICollectionFixture<Cluster>
{
    public const string Name = "Cluster";
}

/// <summary>Two silos on a PostgreSQL of their own, with TLS between them. A test that ends one starts it again.</summary>
public sealed class Cluster : IAsyncLifetime
{
    private readonly DataDirectory[] _directories = [new(), new()];
    private readonly int[] _ports = [ServerProcess.FreePorts().First, ServerProcess.FreePorts().First];
    private readonly SiloCertificates _certificates = new();
    private ServerProcess?[] _silos = [null, null];

    internal PrivatePostgres Postgres { get; } = new();

    /// <summary>For all tests, since they write to one log.</summary>
    internal Ids Ids { get; } = new(Settings.Seed);

    internal string Database { get; private set; } = string.Empty;

    internal ServerProcess A => _silos[0]!;

    internal ServerProcess B => _silos[1]!;

    public async ValueTask InitializeAsync()
    {
        await Postgres.InitializeAsync();
        Database = await Postgres.NewDatabaseAsync();

        // Both at once on an empty database: each finds the tables made, by itself or by the other.
        _silos = await Task.WhenAll(StartAsync(0), StartAsync(1));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos.OfType<ServerProcess>())
            await silo.DisposeAsync();
        await Postgres.DisposeAsync();
        _certificates.Dispose();
        foreach (var directory in _directories)
            directory.Dispose();
    }

    /// <summary>Starts the second silo again, where it was.</summary>
    internal async Task RestartBAsync()
    {
        await B.DisposeAsync();
        _silos[1] = await StartAsync(1);
    }

    /// <summary>A file with how to reach a database.</summary>
    internal static string ConnectionFile(DataDirectory directory, string database)
    {
        var file = Path.Combine(directory.Path, "postgres.connection");
        File.WriteAllText(file, database);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }

    private Task<ServerProcess> StartAsync(int index) => ServerProcess.StartWithAsync(
        _directories[index], ["--postgres", ConnectionFile(_directories[index], Database), "--silo-port", $"{_ports[index]}", .. _certificates.Options]);
}
