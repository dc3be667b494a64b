using System.Diagnostics;
using System.Globalization;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Tests.Postgres;

namespace SafeSpaceCapacity.EndToEnd.Tests.Faults;

/// <summary>One server of a cluster, and its way to the database.</summary>
internal sealed class Node : IAsyncDisposable
{
    private static readonly TimeSpan Moments = TimeSpan.FromSeconds(10);
    private readonly string _name;
    private readonly DataDirectory _directory = new();
    private readonly string[] _options;
    private ServerProcess? _server;

    private Node(HostKind kind, string name, HaProxy toDatabase, string connection)
    {
        (_name, ToDatabase) = (name, toDatabase);
        var file = Path.Combine(_directory.Path, "connection");
        File.WriteAllText(file, connection);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _options = kind is HostKind.Silo ? ["--postgres", file, "--silo-port", $"{Loopback.FreePort()}"] : ["--postgres", file];
    }

    public (int Grpc, int Http) Ports { get; } = ServerProcess.FreePorts();

    public HaProxy ToDatabase { get; }

    public Uri HttpAddress => Server.HttpAddress;

    public SigningKeys Keys => Server.Keys;

    public int ProcessId => Server.Id;

    public string Said => _server?.Said ?? "It does not run.";

    private ServerProcess Server => _server ?? throw new InvalidOperationException($"{_name} does not run");

    /// <summary>How often it ended itself because the others went on without it.</summary>
    public int EndedItself { get; private set; }

    /// <summary>Makes a node that does not run yet.</summary>
    /// <param name="kind">Of which kind the server of these tests is.</param>
    /// <param name="name">For people.</param>
    /// <param name="connection">The database, as it is reached directly.</param>
    /// <param name="identity">A folder for what the nodes have in common.</param>
    public static async Task<Node> MakeAsync(HostKind kind, string name, string connection, string identity)
    {
        var there = new Npgsql.NpgsqlConnectionStringBuilder(connection) { Pooling = true };
        var toDatabase = await HaProxy.BetweenAsync(there.Port);
        there.Port = toDatabase.Port;
        var node = new Node(kind, name, toDatabase, there.ConnectionString);

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
        _server = await ServerProcess.StartNodeAsync(_directory, Ports, under, _options);
    }

    /// <summary>
    /// As systemd does: starts a silo again that has ended itself because the others went on without it. Whatever else ends by itself fails the test.
    /// </summary>
    public async Task WatchOverAsync()
    {
        if (Server.ExitCode is null)
            return;
        NoteGivenUp();
        await StartAsync();
    }

    /// <summary>Whether it ends by itself within moments.</summary>
    public async Task<bool> EndsAsync()
    {
        for (var since = Stopwatch.GetTimestamp(); Server.ExitCode is null && Stopwatch.GetElapsedTime(since) < Moments;)
            await Task.Delay(50);
        return Server.ExitCode is not null;
    }

    /// <summary>Somebody who calls this node and no other.</summary>
    public Crew Caller() => new(Server);

    public Task KillAsync() => Server.KillAsync();

    /// <summary>Asks it to stop. A silo may have been given up by the others meanwhile.</summary>
    public async Task StopAsync()
    {
        if (Server.ExitCode is not null || (await Server.StopAsync(Signal.Interrupt)).Code != 0)
            NoteGivenUp();
    }

    /// <summary>False where it has just ended itself.</summary>
    public bool TryFreeze() => Signals.TrySend(ProcessId, Signal.Stop);

    public void Thaw() => Signals.Send(ProcessId, Signal.Continue);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        await ToDatabase.DisposeAsync();
        _directory.Dispose();
    }

    public override string ToString() => _name;

    private void NoteGivenUp()
    {
        Assert.True(Said.Contains(ServerProcess.GivenUp, StringComparison.Ordinal), $"{_name} ended with {Server.ExitCode}.\n{Said}");
        EndedItself++;
    }
}
