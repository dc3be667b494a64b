using System.Globalization;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;
using SafeSpaceCapacity.Identity;

namespace SafeSpaceCapacity.EndToEnd.Tests.Faults;

/// <summary>One server of a cluster, and its way to the database.</summary>
internal sealed class Node : IAsyncDisposable
{
    private readonly string _name;
    private readonly DataDirectory _directory = new();
    private readonly string _connection;
    private ServerProcess? _server;

    private Node(string name, HaProxy toDatabase, string connection)
    {
        (_name, ToDatabase) = (name, toDatabase);
        _connection = Path.Combine(_directory.Path, "connection");
        File.WriteAllText(_connection, connection);
        File.SetUnixFileMode(_connection, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public (int Grpc, int Http) Ports { get; } = ServerProcess.FreePorts();

    public HaProxy ToDatabase { get; }

    public Uri HttpAddress => Server.HttpAddress;

    public SigningKeys Keys => Server.Keys;

    public int ProcessId => Server.Id;

    public string Said => _server?.Said ?? "It does not run.";

    private ServerProcess Server => _server ?? throw new InvalidOperationException($"{_name} does not run");

    public static async Task<Node> MakeAsync(string name, string connection, int databasePort, string identity)
    {
        var toDatabase = await HaProxy.BetweenAsync(databasePort);
        var node = new Node(name, toDatabase, new Npgsql.NpgsqlConnectionStringBuilder(connection) { Port = toDatabase.Port, Pooling = true }.ConnectionString);

        // Nodes of one machine have their keys in common.
        Directory.CreateSymbolicLink(Path.Combine(node._directory.Path, "identity"), identity);
        return node;
    }

    /// <summary>Starts it, again where it was before.</summary>
    /// <param name="clockOff">By how much its machine's clock is wrong.</param>
    public async Task StartAsync(TimeSpan clockOff = default)
    {
        if (_server is not null)
            await _server.DisposeAsync();

        // The clock that counts on steadily is right also where the one of the day is not.
        string[] under = clockOff == default
            ? []
            : [
                "env", "DONT_FAKE_MONOTONIC=1", "FAKETIME=" + clockOff.TotalSeconds.ToString("+0;-0", CultureInfo.InvariantCulture),
                "LD_PRELOAD=" + Directory.GetDirectories("/usr/lib", "*-linux-gnu").Select(folder => folder + "/faketime/libfaketimeMT.so.1").First(File.Exists),
            ];
        _server = await ServerProcess.StartNodeAsync(_directory, Ports, under, "--postgres", _connection);
    }

    /// <summary>Somebody who calls this node and no other.</summary>
    public Crew Caller() => new(Server);

    public Task KillAsync() => Server.KillAsync();

    public Task StopAsync() => Server.StopAsync();

    public void Freeze() => Signals.Send(ProcessId, Signal.Stop);

    public void Thaw() => Signals.Send(ProcessId, Signal.Continue);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        await ToDatabase.DisposeAsync();
        _directory.Dispose();
    }

    public override string ToString() => _name;
}
