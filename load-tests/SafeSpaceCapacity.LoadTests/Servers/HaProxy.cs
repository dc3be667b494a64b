using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SafeSpaceCapacity.LoadTests.Servers;

/// <summary>A HAProxy in front of nodes, set up as <c>deploy/local-cluster</c> does, on one port of loopback.</summary>
internal sealed class HaProxy(Started process, string file, int port) : IAsyncDisposable
{
    /// <summary>How long it takes to find that a node is gone: two checks, half a second apart.</summary>
    public static readonly TimeSpan Detection = TimeSpan.FromSeconds(1);

    public Uri Address { get; } = new($"http://127.0.0.1:{port}");

    public static async Task<HaProxy> StartAsync(IEnumerable<Server> nodes)
    {
        var (port, file) = (Started.FreePort(), Path.GetTempFileName());
        var servers = nodes.Select((node, i) => string.Create(CultureInfo.InvariantCulture, $"  server node-{i} 127.0.0.1:{node.GrpcPort} proto h2 check check-proto h1 port {node.HttpPort}"));
        await File.WriteAllTextAsync(file, $"""
            defaults
              mode http
              timeout connect 1s
              timeout client 2m
              timeout server 2m
              option redispatch 1
              retries 3
              retry-on conn-failure
              default-server inter 500ms fall 2 rise 1
            frontend calls
              bind 127.0.0.1:{port} proto h2
              default_backend nodes
            backend nodes
              balance roundrobin
              option httpchk GET /healthz
            {string.Join('\n', servers)}

            """);
        var proxy = new HaProxy(await Started.StartAsync("/usr/sbin/haproxy", ["-db", "-f", file]), file, port);
        await AnswersAsync(port);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await process.StopAsync();
        File.Delete(file);
    }

    // It says nothing when it is ready.
    private static async Task AnswersAsync(int port)
    {
        for (var tries = 0; ; tries++)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (tries < 100)
            {
                await Task.Delay(50);
            }
        }
    }
}
