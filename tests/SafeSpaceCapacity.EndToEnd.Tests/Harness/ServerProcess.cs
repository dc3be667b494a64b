using System.Diagnostics;
using System.Text;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Tests.Postgres;

namespace SafeSpaceCapacity.EndToEnd.Tests.Harness;

/// <summary>How a server that was started ended.</summary>
internal sealed record ServerExit(int Code, string Output, string Error, TimeSpan Took);

/// <summary>The real server, a process of its own on free ports of loopback.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    // Most tests are not about limits.
    private static readonly string[] Unhurried = ["--calls-per-second", "100000"];

    /// <summary>What Orleans writes when a silo ends itself because the others went on without it.</summary>
    public const string GivenUp = "I have been told I am dead";

    private const string Ready = "SafeSpaceCapacity is ready.";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly string _data;
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _outputEnded;
    private readonly Task _errorEnded;
    private bool _disposed;

    private ServerProcess(string data, int grpcPort, int httpPort, bool empty, IReadOnlyList<string> under, IReadOnlyList<string> options)
    {
        (GrpcPort, HttpPort, _data) = (grpcPort, httpPort, data);

        // env gives SIGINT back to a server whose test run was started in the background, where shells make it ignored. A file that may not grow
        // is an error then, as on a full disk, and not the end.
        string[] arguments =
        [
            "--default-signal=INT", "--ignore-signal=XFSZ", .. under, "dotnet", Here.Server,
            "--data", data, "--grpc-port", $"{grpcPort}", "--http-port", $"{httpPort}", .. empty ? ["--empty"] : Array.Empty<string>(),
            .. options,
        ];
        var start = new ProcessStartInfo("env", arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        _process = Process.Start(start)!;
        _outputEnded = ReadAsync(_process.StandardOutput, _output);
        _errorEnded = ReadAsync(_process.StandardError, _error);
    }

    public int GrpcPort { get; }

    public int HttpPort { get; }

    public int Id => _process.Id;

    /// <summary>How it ended; null while it has not.</summary>
    public int? ExitCode => _process.HasExited ? _process.ExitCode : null;

    public Uri Address => new($"http://127.0.0.1:{GrpcPort}");

    public Uri HttpAddress => new($"http://127.0.0.1:{HttpPort}");

    /// <summary>Its signing keys, once it is ready: tests issue tokens as <c>safespace token</c> does.</summary>
    public SigningKeys Keys => field ??= SigningKeys.OpenExisting(Path.Combine(_data, "identity", "keys"), TimeProvider.System);

    /// <summary>All it has written, for the message of an assertion.</summary>
    public string Said => $"--- the server's output\n{Text(_output)}--- the server's errors\n{Text(_error)}";

    /// <summary>Starts a server and waits until it says that it is ready.</summary>
    /// <param name="directory">Its data directory.</param>
    /// <param name="empty">Without the demo region.</param>
    /// <param name="under">A program, with its arguments, that runs the server; it must stay the same process.</param>
    public static Task<ServerProcess> StartAsync(DataDirectory directory, bool empty = true, params IReadOnlyList<string> under) =>
        StartAsync(directory, empty, under, Unhurried);

    /// <summary>Starts a server without the demo region and with more options.</summary>
    public static Task<ServerProcess> StartWithAsync(DataDirectory directory, params IReadOnlyList<string> options) =>
        StartAsync(directory, empty: true, [], [.. Unhurried, .. options]);

    /// <summary>Starts a node of a cluster.</summary>
    /// <param name="directory">Its data directory.</param>
    /// <param name="ports">Of gRPC and of HTTP, where it is started again.</param>
    /// <param name="under">A program, with its arguments, that becomes the server.</param>
    /// <param name="options">More options.</param>
    public static Task<ServerProcess> StartNodeAsync(
        DataDirectory directory, (int Grpc, int Http) ports, IReadOnlyList<string> under, params IReadOnlyList<string> options) =>
        StartAsync(directory, empty: true, under, [.. Unhurried, .. options], ports);

    /// <summary>Starts a demo in simulated time.</summary>
    /// <param name="directory">Its data directory.</param>
    /// <param name="from">Where that time begins.</param>
    /// <param name="ports">Of gRPC and of HTTP, so that it can be started again there.</param>
    public static Task<ServerProcess> StartSimulatedAsync(DataDirectory directory, string from, (int Grpc, int Http) ports) =>
        StartAsync(directory, empty: false, [], ["--simulated-from", from], ports);

    private static async Task<ServerProcess> StartAsync(
        DataDirectory directory, bool empty, IReadOnlyList<string> under, IReadOnlyList<string> options, (int Grpc, int Http)? ports = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (grpc, http) = ports ?? FreePorts();
            var server = new ServerProcess(directory.Path, grpc, http, empty, under, options);
            var ended = server._process.WaitForExitAsync();
            var first = await Task.WhenAny(server._ready.Task, ended, Task.Delay(Patience));
            if (first == server._ready.Task)
                return server;
            var why = first == ended ? $"ended with {server._process.ExitCode}" : $"was not ready after {Patience.TotalMinutes} minutes";
            await server.DisposeAsync();

            // A port that was free a moment ago may have gone to somebody else since. A silo that begins too slowly may be given up by the others.
            if (attempt == 5 || !new[] { "already in use", GivenUp }.Any(passing => server.Said.Contains(passing, StringComparison.Ordinal)))
                Assert.Fail($"The server {why}.\n{server.Said}");
        }
    }

    /// <summary>Starts a server that is to end by itself.</summary>
    public static async Task<ServerExit> RunAsync(string data, int? grpcPort = null, int? httpPort = null, bool empty = true, params IReadOnlyList<string> options)
    {
        var (grpc, http) = FreePorts();
        await using var server = new ServerProcess(data, grpcPort ?? grpc, httpPort ?? http, empty, [], options);
        return await server.ExitAsync();
    }

    /// <summary>Two ports of loopback that nobody had a moment ago.</summary>
    public static (int First, int Second) FreePorts() => (Loopback.FreePort(), Loopback.FreePort());

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await ExitAsync();
    }

    /// <summary>Asks it to stop, and waits until it has.</summary>
    public async Task<ServerExit> StopAsync(Signal signal)
    {
        Signals.Send(Id, signal);
        return await ExitAsync();
    }

    /// <summary>Stops it as Ctrl-C does; anything but a clean end fails the test.</summary>
    public async Task StopAsync()
    {
        var exit = await StopAsync(Signal.Interrupt);
        Assert.True(exit.Code == 0, $"The server ended with {exit.Code}.\n{Said}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        await Task.WhenAll(_outputEnded, _errorEnded);
        _process.Dispose();
    }

    private async Task<ServerExit> ExitAsync()
    {
        var started = Stopwatch.GetTimestamp();
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The server had not ended after {Patience.TotalMinutes} minutes.\n{Said}");
        }

        var took = Stopwatch.GetElapsedTime(started);
        await Task.WhenAll(_outputEnded, _errorEnded);
        return new ServerExit(_process.ExitCode, Text(_output), Text(_error), took);
    }

    private async Task ReadAsync(StreamReader from, StringBuilder into)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            lock (into)
                into.AppendLine(line);
            if (line.Contains(Ready, StringComparison.Ordinal))
                _ready.TrySetResult();
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
            return text.ToString();
    }
}
