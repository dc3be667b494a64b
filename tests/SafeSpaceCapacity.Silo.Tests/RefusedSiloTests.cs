using System.Reflection;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;
using SafeSpaceCapacity.EventLog;

namespace SafeSpaceCapacity.Silo.Tests;

/// <summary>A silo that may not join says why, ends with 1 and changes nothing.</summary>
[Collection(SharedCluster.Name)]
public sealed class RefusedSiloTests(Cluster cluster) : IDisposable
{
    private readonly DataDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Other_machines_without_TLS_between_silos_are_refused()
    {
        var postgres = Cluster.ConnectionFile(_directory, cluster.Database);
        await AssertRefusedAsync(
            "--silo-address 192.0.2.1 needs TLS between silos: give --silo-certificate, --silo-certificate-key and --silo-authority", "--postgres", postgres, "--silo-address", "192.0.2.1");
        await AssertRefusedAsync(
            "--silo-certificate, --silo-certificate-key and --silo-authority go together: give all or none.", "--postgres", postgres, "--silo-authority", postgres);
        await AssertRefusedAsync("--silo-port is for several silos, which share a log in PostgreSQL", "--silo-port", "11111");
    }

    [Fact]
    public async Task Nodes_of_both_kinds_are_never_on_one_log()
    {
        var file = Cluster.ConnectionFile(_directory, cluster.Database);
        var (grpc, http) = ServerProcess.FreePorts();
        var embedded = typeof(Cluster).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "OtherServer").Value!;
        var (exit, _, error) = await Tool.TryAsync(
            "dotnet", [embedded, "--empty", "--data", _directory.Path, "--postgres", file, "--grpc-port", $"{grpc}", "--http-port", $"{http}"], _directory.Path);
        Assert.Equal(1, exit);
        Assert.Contains("and a node of kind embedded may not join it", error, StringComparison.Ordinal);

        var database = await cluster.Postgres.NewDatabaseAsync();
        await using var log = await PostgresEventLog.OpenAsync(PostgresAddress.Parse(database), new LogNode("by itself", HostKind.Embedded));
        await AssertRefusedAsync(
            "The log is in use by node by itself (embedded), and a node of kind silo may not join it.",
            "--postgres", Cluster.ConnectionFile(_directory, database), "--silo-port", $"{ServerProcess.FreePorts().First}");
    }

    private async Task AssertRefusedAsync(string reason, params string[] options)
    {
        var exit = await ServerProcess.RunAsync(_directory.Path, options: options);
        Assert.True(exit.Code == 1, $"It ended with {exit.Code}.\n{exit.Output}\n{exit.Error}");
        Assert.StartsWith("SafeSpaceCapacity did not start: " + reason, exit.Error, StringComparison.Ordinal);
    }
}
