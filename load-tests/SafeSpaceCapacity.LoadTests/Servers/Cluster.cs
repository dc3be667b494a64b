using System.Globalization;

namespace SafeSpaceCapacity.LoadTests.Servers;

/// <summary>Nodes, or silos, on one PostgreSQL of their own, as they are delivered.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly Seed _seed;
    private readonly bool _isOfSilos;
    private readonly List<Server> _nodes = [];

    private Cluster(Postgres postgres, Seed seed, bool isOfSilos) => (Postgres, _seed, _isOfSilos) = (postgres, seed, isOfSilos);

    public Postgres Postgres { get; }

    public IReadOnlyList<Server> Nodes => _nodes;

    /// <summary>Starts one, its log filled.</summary>
    public static async Task<Cluster> StartAsync(Seed seed, bool isOfSilos, int size = 3)
    {
        if (isOfSilos && !File.Exists(Here.Silo))
            throw new InvalidOperationException("There is no silo to measure: Orleans is needed to build it, and this package feed lacks it.");
        var postgres = await Postgres.StartAsync(isDurable: true);
        var cluster = new Cluster(postgres, await seed.InAsync(postgres), isOfSilos);
        for (var i = 0; i < size; i++)
            cluster._nodes.Add(await cluster.StartAsync(i));
        return cluster;
    }

    /// <summary>Kills a node, as it stands.</summary>
    public Task KillAsync(int node) => _nodes[node].Process.KillAsync();

    /// <summary>Starts a node that was killed again, on other ports.</summary>
    public async Task StartAgainAsync(int node)
    {
        await _nodes[node].DisposeAsync();
        _nodes[node] = await StartAsync(node);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
        await Postgres.DisposeAsync();
    }

    private Task<Server> StartAsync(int node)
    {
        var data = Postgres.NewFolder(string.Create(CultureInfo.InvariantCulture, $"node-{node}"));
        var identity = Path.Combine(data, "identity");
        if (!Directory.Exists(identity))
            Directory.CreateSymbolicLink(identity, Path.Combine(_seed.Data, "identity"));
        return Server.StartNodeAsync(_seed, data, _isOfSilos);
    }
}
