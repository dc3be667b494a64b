using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using NodaTime;
using SafeSpaceCapacity.Audit;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.EventLog.Codec;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Service;
using SafeSpaceCapacity.Service.Engine;

namespace SafeSpaceCapacity.Embedded;

/// <summary>What the embedded host was asked to do.</summary>
/// <param name="Data">Folder that holds the log.</param>
/// <param name="GrpcPort">Port of gRPC.</param>
/// <param name="HttpPort">Port of probes.</param>
/// <param name="Empty">Without the demo region.</param>
/// <param name="Router">A road router.</param>
internal sealed record EmbeddedOptions(string Data, int GrpcPort, int HttpPort, bool Empty, Uri? Router);

/// <summary>One process with everything in it: the log on SQLite, the engine, and gRPC on loopback.</summary>
internal static class EmbeddedHost
{
    // Under the five seconds in which the service promises to be gone.
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(4);

    // There is one process on a log of SQLite.
    private const string NodeName = "embedded";

    /// <summary>Runs until told to stop. Exit codes: 0 stopped when asked; 1 could not start, and said why.</summary>
    public static async Task<int> RunAsync(EmbeddedOptions options)
    {
        try
        {
            RequirePorts(options);
            await using var log = await SqliteEventLog.OpenAsync(options.Data, TimeProvider.System);
            using var keys = SigningKeys.Open(Path.Combine(options.Data, "identity", "keys"), TimeProvider.System);
            var trails = Path.Combine(options.Data, "audit");
            await using var audit = await AuditTrail.OpenAsync(new AuditSettings(trails, NodeName, TimeProvider.System), keys);
            var clock = new DecisionClock(TimeProvider.System, await LastRecordedAsync(log));
            var app = Build(options, new ServiceParts(log, clock, TimeProvider.System, keys, audit, trails));
            await app.StartAsync();
            Greet(options);
            await app.WaitForShutdownAsync();
            Console.WriteLine("Stopped. Everything acknowledged is on disk.");
            return 0;
        }
        catch (Exception failure) when (failure is LogCorruptException or LogInUseException or LogSchemaException or UnknownEventException or ClockException or SigningKeyException
            or AuditDamagedException or AuditInUseException or UnauthorizedAccessException or IOException)
        {
            await Console.Error.WriteLineAsync("SafeSpaceCapacity did not start: " + failure.Message);
            return 1;
        }
    }

    /// <summary>Looks before anything is started or written: the web server finds a port in use only after all else has begun.</summary>
    private static void RequirePorts(EmbeddedOptions options)
    {
        if (options.GrpcPort == options.HttpPort)
            throw new IOException($"--grpc-port and --http-port must differ; both are {options.GrpcPort}.");
        foreach (var (port, option) in new[] { (options.GrpcPort, "--grpc-port"), (options.HttpPort, "--http-port") })
        {
            if (port is < 1 or > IPEndPoint.MaxPort)
                throw new IOException($"{option} must be 1 to {IPEndPoint.MaxPort}; it is {port}.");
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            }
            catch (SocketException failure)
            {
                throw new IOException(
                    $"Cannot listen on 127.0.0.1:{port}: {failure.Message}. Stop what listens there, or choose another port with {option}.", failure);
            }
        }
    }

    private static WebApplication Build(EmbeddedOptions options, ServiceParts parts)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = DrainTime);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            ConnectionLimits.Apply(kestrel);
            kestrel.Listen(IPAddress.Loopback, options.GrpcPort, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, options.HttpPort, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddSafeSpaceCapacity(parts, new ServiceChoices(Demo: !options.Empty, options.Router));
        var app = builder.Build();
        app.MapSafeSpaceCapacity();
        return app;
    }

    private static async Task<Instant?> LastRecordedAsync(SqliteEventLog log)
    {
        if (log.HeadPosition == 0)
            return null;
        var last = await log.ReadAllAsync(log.HeadPosition - 1, 1);
        return last[0].RecordedAt;
    }

    private static void Greet(EmbeddedOptions options) => Console.WriteLine(
        $"""
        SafeSpaceCapacity is ready.
          gRPC   http://127.0.0.1:{options.GrpcPort}
          HTTP   http://127.0.0.1:{options.HttpPort}/healthz
          data   {options.Data}
          {(options.Empty ? "no spaces yet: register one with ./safespace space register" : "demo region: every space in it is fictional")}

        Try     ./safespace find --near Glasgow{(options.GrpcPort == 5080 ? string.Empty : $" --server http://127.0.0.1:{options.GrpcPort}")}
        Stop    Ctrl-C
        """);
}
