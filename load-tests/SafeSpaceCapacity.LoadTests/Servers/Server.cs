using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Identity;
using Role = SafeSpaceCapacity.Identity.Role;

namespace SafeSpaceCapacity.LoadTests.Servers;

/// <summary>A running server, and clients of it.</summary>
internal sealed class Server : IAsyncDisposable
{
    private const string Ready = "SafeSpaceCapacity is ready.";
    private readonly HttpClient _http = new();
    private readonly SigningKeys _keys;
    private readonly Uri _address;
    private readonly Uri _httpAddress;

    private Server(Seed seed, Started process, int grpcPort, int httpPort)
    {
        (Seed, Process, GrpcPort, HttpPort) = (seed, process, grpcPort, httpPort);
        _address = new Uri($"http://127.0.0.1:{grpcPort}");
        _httpAddress = new Uri($"http://127.0.0.1:{httpPort}");
        _keys = SigningKeys.OpenExisting(Path.Combine(seed.Data, "identity", "keys"), TimeProvider.System);
        Channel = Connect();
        Token = Bearer(new TokenOrder("load-test", [Role.Machine], [], [], CertificateThumbprint: null, TokenIssuer.LifeMax));
        Crew = new CrewService.CrewServiceClient(Channel);
    }

    public Seed Seed { get; }

    public Started Process { get; }

    public int GrpcPort { get; }

    public int HttpPort { get; }

    public GrpcChannel Channel { get; }

    public CrewService.CrewServiceClient Crew { get; }

    /// <summary>Of a control room's program.</summary>
    public Metadata Token { get; }

    /// <summary>The server as it is delivered.</summary>
    public static Task<Server> StartDeliveredAsync(Seed seed) => StartAsync(seed, (grpcPort, httpPort) =>
        [Here.Server, "--empty", "--calls-per-second", "1000000", "--data", seed.Data, "--grpc-port", Text(grpcPort), "--http-port", Text(httpPort)]);

    /// <summary>The same service with an echo and a count of commits.</summary>
    public static Task<Server> StartHostAsync(Seed seed, params (string Name, string Value)[] environment) => StartAsync(
        seed, (grpcPort, httpPort) => [Here.Host, "serve", seed.Data, Text(grpcPort), Text(httpPort), .. seed.Connection is { } file ? [file] : Array.Empty<string>()], environment);

    /// <summary>A node of a cluster, as it is delivered.</summary>
    /// <param name="seed">The log, in a database, and the identity that the nodes have in common.</param>
    /// <param name="data">Its own data directory.</param>
    /// <param name="isSilo">Whether it is a silo.</param>
    public static Task<Server> StartNodeAsync(Seed seed, string data, bool isSilo) => StartAsync(seed, (grpcPort, httpPort) =>
    [
        isSilo ? Here.Silo : Here.Server, "--empty", "--calls-per-second", "1000000", "--data", data, "--postgres", seed.Connection!,
        "--grpc-port", Text(grpcPort), "--http-port", Text(httpPort), .. isSilo ? ["--silo-port", Text(Started.FreePort())] : Array.Empty<string>(),
    ]);

    /// <summary>Another connection.</summary>
    public GrpcChannel Connect() => Connect(_address);

    /// <summary>A connection to a server, or to what is in front of it.</summary>
    public static GrpcChannel Connect(Uri address) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler { UseProxy = false, EnableMultipleHttp2Connections = true },
        DisposeHttpClient = true,
        MaxReceiveMessageSize = null,
    });

    /// <summary>A token as metadata.</summary>
    public Metadata Bearer(TokenOrder order) => new() { { "authorization", "Bearer " + new TokenIssuer(_keys, TimeProvider.System).Issue(order) } };

    /// <summary>How many transactions the log has committed since the server started.</summary>
    public async Task<long> CommitsAsync() =>
        long.Parse(await _http.GetStringAsync(new Uri(_httpAddress, "/load-test/commits")), CultureInfo.InvariantCulture);

    /// <summary>So many calls, or as long as they shall go on, so many of them under way at a time.</summary>
    public static async Task CallAsync(int calls, int inFlight, Func<int, Task> call, Func<bool>? goOn = null)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(async _ =>
        {
            await Task.Yield();
            for (var i = Interlocked.Increment(ref next); i < calls && goOn?.Invoke() is not false; i = Interlocked.Increment(ref next))
                await call(i);
        }));
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        _http.Dispose();
        _keys.Dispose();
        await Process.StopAsync();
    }

    private static async Task<Server> StartAsync(Seed seed, Func<int, int, IEnumerable<string>> arguments, params (string Name, string Value)[] environment)
    {
        var (grpcPort, httpPort) = (Started.FreePort(), Started.FreePort());
        var process = await Started.StartAsync("dotnet", arguments(grpcPort, httpPort), Ready, environment);
        return new Server(seed, process, grpcPort, httpPort);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
