using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SafeSpaceCapacity.Tests.Postgres;

namespace SafeSpaceCapacity.EndToEnd.Tests.Harness;

/// <summary>A HAProxy of the tests alone, from Debian's package, on one port of loopback.</summary>
internal sealed class HaProxy : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly string _file = Path.GetTempFileName();
    private readonly string _configuration;
    private Process _process;

    private HaProxy(string configuration, int port)
    {
        (_configuration, Port) = (configuration, port);
        File.WriteAllText(_file, _configuration);
        _process = Start();
    }

    public int Port { get; }

    /// <summary>In front of nodes: HTTP/2 on both sides, each call to the next of those whose <c>/healthz</c> is well.</summary>
    public static Task<HaProxy> ForNodesAsync(IReadOnlyList<(int Grpc, int Http)> nodes)
    {
        var port = Loopback.FreePort();
        var servers = nodes.Select((node, i) => $"    server node-{i} 127.0.0.1:{node.Grpc} proto h2 check check-proto h1 port {node.Http} inter 500ms fastinter 250ms fall 2 rise 1 on-marked-down shutdown-sessions");
        return ReadyAsync(port, $"""
            defaults
                mode http
                timeout connect 1s
                timeout client 10m
                timeout server 10m
                timeout check 1s
            frontend calls
                bind 127.0.0.1:{port} proto h2
                default_backend nodes
            backend nodes
                balance roundrobin
                option redispatch 1
                option httpchk GET /healthz
            {string.Join('\n', servers)}

            """);
    }

    /// <summary>Between one node and what it connects to.</summary>
    public static Task<HaProxy> BetweenAsync(int target)
    {
        var port = Loopback.FreePort();
        return ReadyAsync(port, $"""
            defaults
                mode tcp
                timeout connect 1s
                timeout client 10m
                timeout server 10m
            listen between
                bind 127.0.0.1:{port}
                server there 127.0.0.1:{target}

            """);
    }

    /// <summary>From now on nothing gets through, and nobody is told: as when a cable is pulled.</summary>
    public void Freeze() => Signals.Send(_process.Id, Signal.Stop);

    /// <summary>What was held up goes on.</summary>
    public void Thaw() => Signals.Send(_process.Id, Signal.Continue);

    /// <summary>Ends all connections, and takes none.</summary>
    public async Task CloseAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Takes connections again.</summary>
    public async Task OpenAsync()
    {
        _process.Dispose();
        _process = Start();
        await AnswersAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await CloseAsync();
        _process.Dispose();
        File.Delete(_file);
    }

    private static async Task<HaProxy> ReadyAsync(int port, string configuration)
    {
        var proxy = new HaProxy(configuration, port);
        await proxy.AnswersAsync();
        return proxy;
    }

    // -db: in the foreground, as one process.
    private Process Start()
    {
        var process = new Process { StartInfo = new ProcessStartInfo("/usr/sbin/haproxy", ["-db", "-q", "-f", _file]) { UseShellExecute = false, RedirectStandardError = true } };
        process.ErrorDataReceived += (_, _) => { };
        process.Start();
        process.BeginErrorReadLine();
        return process;
    }

    private async Task AnswersAsync()
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException)
            {
                Assert.False(_process.HasExited, $"HAProxy ended with {(_process.HasExited ? _process.ExitCode : 0)}:\n{_configuration}");
                Assert.True(Stopwatch.GetElapsedTime(since) < Patience, "HAProxy does not answer.");
                await Task.Delay(20);
            }
        }
    }
}
