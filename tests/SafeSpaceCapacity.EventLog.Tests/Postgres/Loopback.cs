using System.Net;
using System.Net.Sockets;

namespace SafeSpaceCapacity.Tests.Postgres;

/// <summary>
/// Ports of loopback for servers that tests start, and start again. They are below those that the system gives to outgoing connections: of such a port
/// a loaded machine may make another use while its server is down, and a connection to it may even meet itself.
/// </summary>
internal static class Loopback
{
    private const int FirstPort = 12_000;
    private const int PortCount = 18_000;

    // Test runs side by side begin at different places.
    private static int _tried = Environment.ProcessId * 131;

    /// <summary>A port that nobody had a moment ago. No port is tried twice.</summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = FirstPort + (int)((uint)Interlocked.Increment(ref _tried) % PortCount);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // The next one, then.
            }
        }
    }
}
