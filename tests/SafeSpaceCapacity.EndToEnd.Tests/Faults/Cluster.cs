using System.Diagnostics;
using System.Net;
using Grpc.Core;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Tests.Postgres;

namespace SafeSpaceCapacity.EndToEnd.Tests.Faults;

/// <summary>Three nodes on one PostgreSQL, each with a way of its own to the database, behind one proxy.</summary>
internal sealed class Cluster(HostKind kind) : IAsyncDisposable
{
    private const int Size = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly List<Node> _nodes = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(2) }) { Timeout = TimeSpan.FromSeconds(5) };
    private readonly DataDirectory _identity = new();
    private HaProxy? _front;
    private string _connection = null!;

    public PrivatePostgres Database { get; } = new();

    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>The way to the database that nobody cuts off.</summary>
    public PostgresAddress Log { get; private set; } = null!;

    public static async Task<Cluster> StartAsync(HostKind kind)
    {
        var cluster = new Cluster(kind);
        try
        {
            await cluster.OpenAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Somebody who calls through the proxy.</summary>
    public Crew Caller() => new(new Uri($"http://127.0.0.1:{_front!.Port}"), _nodes[0].Keys);

    /// <summary>Waits until a node says that all is well with it.</summary>
    public async Task HealthyAsync(Node node)
    {
        var since = Stopwatch.GetTimestamp();
        var said = "nothing";
        while (true)
        {
            await node.WatchOverAsync();
            try
            {
                using var answer = await _http.GetAsync(new Uri(node.HttpAddress, "/healthz"));
                if (answer.StatusCode is HttpStatusCode.OK)
                    return;
                said = await answer.Content.ReadAsStringAsync();
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                said = e.Message;
            }

            Assert.True(Stopwatch.GetElapsedTime(since) < Patience, $"{node} is not well again; it says: {said}\n{node.Said}");
            await Task.Delay(50);
        }
    }

    /// <summary>Waits until a node knows all that is in the log, as far as it is written now.</summary>
    public async Task KnowsAllAsync(Crew caller, string space)
    {
        var head = (long)(await PrivatePostgres.RunSqlAsync(_connection, "select position from log_head"))!;
        for (var since = Stopwatch.GetTimestamp(); (await caller.BoardAsync(space)).ReadModel.Position < head;)
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < Patience, $"The log is at {head}, and a node does not get there.");
            await Task.Delay(20);
        }
    }

    /// <summary>Asks a node itself, once it is well; again where it was a silo that had still to find out that the others went on without it.</summary>
    public async Task AskAsync(Node node, Func<Crew, Task> ask)
    {
        while (true)
        {
            await HealthyAsync(node);
            using var caller = node.Caller();
            try
            {
                await ask(caller);
                return;
            }
            catch (RpcException) when (kind is HostKind.Silo)
            {
                if (!await node.EndsAsync())
                    throw;
            }
        }
    }

    public async Task HealthyAsync()
    {
        foreach (var node in _nodes)
            await HealthyAsync(node);
    }

    public async ValueTask DisposeAsync()
    {
        if (_front is not null)
            await _front.DisposeAsync();
        foreach (var node in _nodes)
            await node.DisposeAsync();
        await Database.DisposeAsync();
        _http.Dispose();
        _identity.Dispose();
    }

    private async Task OpenAsync()
    {
        await Database.InitializeAsync();
        _connection = await Database.NewDatabaseAsync();
        Log = PostgresAddress.Parse(_connection);
        for (var i = 0; i < Size; i++)
            _nodes.Add(await Node.MakeAsync(kind, $"{(kind is HostKind.Silo ? "silo" : "node")} {i}", _connection, _identity.Path));

        // The first makes the keys and the tables.
        await _nodes[0].StartAsync();
        await Task.WhenAll(_nodes.Skip(1).Select(node => node.StartAsync()));
        _front = await HaProxy.ForNodesAsync([.. _nodes.Select(node => node.Ports)]);
        await HealthyAsync();
        using var caller = Caller();
        for (var since = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                await caller.Health.CheckAsync(new(), Crew.Options);
                return;
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.Cancelled && Stopwatch.GetElapsedTime(since) < Patience)
            {
                await Task.Delay(50);
            }
        }
    }
}
