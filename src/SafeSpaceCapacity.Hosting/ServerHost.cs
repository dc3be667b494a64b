using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;
using SafeSpaceCapacity.Audit;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.EventLog.Codec;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Service;
using SafeSpaceCapacity.Service.Demo;
using SafeSpaceCapacity.Service.Engine;
using SafeSpaceCapacity.Service.Region;
using SafeSpaceCapacity.Service.Transport;
using SafeSpaceCapacity.Web;

namespace SafeSpaceCapacity.Hosting;

/// <summary>One process with everything in it: the log on SQLite, the engines, gRPC and the pages. Several share a log on PostgreSQL.</summary>
internal static class ServerHost
{
    // Under the five seconds in which the service promises to be gone.
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(4);

    /// <summary>Holds the connection string where <c>--postgres</c> is not given: arguments can be read by every user of the machine.</summary>
    internal const string PostgresVariable = "SAFESPACE_POSTGRES";

    /// <summary>Runs until told to stop. Exit codes: 0 stopped when asked; 1 could not start, and said why.</summary>
    /// <param name="options">What was asked.</param>
    /// <param name="kind">The kind of host.</param>
    /// <param name="engines">Says how engines are added, given the database that holds the log.</param>
    public static async Task<int> RunAsync(ServerOptions options, ServerKind kind, Func<PostgresAddress?, Action<IServiceCollection>> engines)
    {
        try
        {
            var endpoints = RequireEndpoints(options);
            RequireIdentity(options);
            var organisation = RequireOrganisation(options);
            RequirePorts(options);

            // Only this user's, where it is not there yet.
            Directory.CreateDirectory(options.Data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var simulated = SimulatedTimeOf(options);
            var postgres = PostgresOf(options);
            var addEngines = engines(postgres);

            // There is one process on a log of SQLite.
            var node = postgres is null ? kind.Name : NodeName(options);
            await using IEventLog log = postgres is null
                ? await SqliteEventLog.OpenAsync(options.Data, simulated ?? TimeProvider.System)
                : await PostgresEventLog.OpenAsync(postgres, new LogNode(node, kind.Host));
            if (postgres is not null)
                await File.WriteAllTextAsync(PostgresMark(options), postgres.ToString());
            var time = log is PostgresEventLog shared ? shared.Time : TimeProvider.System;
            var last = await LastRecordedAsync(log);
            if (last?.ToDateTimeOffset() is { } end && end > simulated?.GetUtcNow())
                simulated.Advance(end);
            using var keys = SigningKeys.Open(Path.Combine(options.Data, "identity", "keys"), TimeProvider.System);
            var trails = Path.Combine(options.Data, "audit");
            await using var audit = await AuditTrail.OpenAsync(new AuditSettings(trails, node, TimeProvider.System), keys);
            var clock = new DecisionClock(simulated ?? time, last);
            var parts = new ServiceParts(log, clock, time, keys, audit, trails, simulated);
            var pages = new PagesChoices(options.Data, endpoints.IsSecure, options.Empty ? [] : [.. DemoAccounts()], organisation, simulated);
            var app = Build(options, endpoints, parts, pages, addEngines);
            await app.StartAsync();
            Greet(options, endpoints, postgres, options.Empty ? await app.EnrolmentPathAsync() : null);
            await StoppedAsync(app);
            Console.WriteLine("Stopped. Everything acknowledged is on disk.");
            return 0;
        }
        catch (Exception failure) when (failure is LogCorruptException or LogInUseException or LogSchemaException or LogRefusedException or LogUnavailableException or LogReplacedException or LogDetachedException or UnknownEventException or ClockException or TransportException
            or SigningKeyException or AuditDamagedException or AuditInUseException or UnauthorizedAccessException or IOException
            || kind.IsRefusal(failure))
        {
            await Console.Error.WriteLineAsync("SafeSpaceCapacity did not start: " + failure.Message);
            return 1;
        }
    }

    /// <summary>Waits until it was asked to stop and has; also where its time to do so ran out, as of a silo whose machine is too slow to hand over.</summary>
    private static async Task StoppedAsync(WebApplication app)
    {
        try
        {
            await app.WaitForShutdownAsync();
        }
        catch (Exception cut) when (cut is OperationCanceledException || cut is AggregateException { InnerExceptions: var all } && all.All(one => one is OperationCanceledException))
        {
            await Console.Error.WriteLineAsync($"Not everything was handed over within {DrainTime.TotalSeconds:F0} s. The others find out by themselves.");
        }
    }

    private static ServiceEndpoints RequireEndpoints(ServerOptions options)
    {
        var certificate = (options.Certificate, options.CertificateKey) switch
        {
            (null, null) => null,
            ({ } chain, { } key) => new CertificateFiles(chain, key, TimeProvider.System),
            _ => throw new TransportException("--certificate and --certificate-key go together: give both or neither."),
        };
        return new ServiceEndpoints(options.Listen, options.GrpcPort, options.HttpPort, certificate);
    }

    private static void RequireIdentity(ServerOptions options)
    {
        if ((options.Authority is null) != string.IsNullOrEmpty(options.Audience))
            throw new TransportException("--authority and --audience go together: give both or neither.");
        if (options.Authority is { } authority && !IsSafe(authority))
            throw new TransportException($"--authority must be an https URL, or http on this machine; it is {authority}.");
        if (options.Router is { } router && !IsSafe(router))
            throw new TransportException($"--router must be an https URL, or http on this machine: it is told where crews are; it is {router}.");
        if (!options.Empty && options.Authority is not null)
            throw new TransportException("--authority needs --empty: the demo hands out its own tokens to whoever asks.");
        if (!options.Empty && !IPAddress.IsLoopback(options.Listen))
            throw new TransportException($"--listen {options.Listen} needs --empty: the demo hands out tokens to whoever asks, and its spaces are fictional.");
        if (options.SimulatedFrom is not null && options.Empty)
            throw new TransportException("--simulated-from is for the demo: leave --empty out.");
        if (options.AuditDays is < 1 or > 36_500)
            throw new TransportException($"--audit-days must be 1 to 36500; it is {options.AuditDays}.");
        if (options.HistoryDays is < ServiceChoices.SpaceHistoryDays or > 3_660)
            throw new TransportException($"--history-days must be {ServiceChoices.SpaceHistoryDays} to 3660; it is {options.HistoryDays}.");
        if (options.CallsPerSecond is < 1 or > ServiceChoices.CallsPerSecondMost)
            throw new TransportException($"--calls-per-second must be 1 to {ServiceChoices.CallsPerSecondMost}; it is {options.CallsPerSecond}.");
    }

    /// <summary>
    /// The clock of a simulation; null for real time. Times that were made up and real ones are never in one log: the folder of a simulation bears a
    /// mark, which says how far its time had come, so that it goes on from there.
    /// </summary>
    private static SimulatedTime? SimulatedTimeOf(ServerOptions options)
    {
        var mark = Path.Combine(options.Data, DirectoryMarks.SimulatedMark);
        if (options.SimulatedFrom is not { } from)
        {
            return File.Exists(mark)
                ? throw new IOException($"--data {options.Data} holds a simulation, whose times are made up: choose another folder, or go on with it with --simulated-from.")
                : null;
        }

        if (File.Exists(mark))
            from = DateTimeOffset.TryParse(File.ReadAllText(mark), CultureInfo.InvariantCulture, out var reached) && reached > from ? reached : from;
        else if (File.Exists(Path.Combine(options.Data, "log.db")))
            throw new IOException($"--data {options.Data} holds a log in real time: --simulated-from needs a folder of its own.");
        File.WriteAllText(mark, from.ToString("O"));
        return new SimulatedTime(from, moved => File.WriteAllText(mark, moved.ToString("O")));
    }

    private static string PostgresMark(ServerOptions options) => Path.Combine(options.Data, DirectoryMarks.PostgresMark);

    /// <summary>The database that holds the log; null where it is in the data folder.</summary>
    private static PostgresAddress? PostgresOf(ServerOptions options)
    {
        var inEnvironment = Environment.GetEnvironmentVariable(PostgresVariable);
        if (options.Postgres is not null && !string.IsNullOrEmpty(inEnvironment))
            throw new TransportException($"--postgres and the environment variable {PostgresVariable} both name a database: give one of them.");
        var text = options.Postgres is { } file ? PrivateFile.Read(file) : inEnvironment;
        if (string.IsNullOrEmpty(text))
        {
            return File.Exists(PostgresMark(options))
                ? throw new IOException($"--data {options.Data} belongs to a log in PostgreSQL: give --postgres, or choose another folder.")
                : null;
        }

        if (options.SimulatedFrom is not null)
            throw new TransportException("--simulated-from is for one machine: leave --postgres out.");
        return PostgresAddress.Parse(text);
    }

    /// <summary>Unlike that of every other node, since no two have the same port of a machine, and the same after a restart.</summary>
    private static string NodeName(ServerOptions options)
    {
        var machine = string.Concat(Environment.MachineName.Where(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-'));
        return string.Create(CultureInfo.InvariantCulture, $"node-{(machine.Length > 50 ? machine[..50] : machine)}-{options.GrpcPort}");
    }

    private static Organisation? RequireOrganisation(ServerOptions options)
    {
        if (options.ClientId is null && options.ClientSecretFile is null)
            return null;
        if (options.Authority is null || string.IsNullOrEmpty(options.ClientId) || options.ClientSecretFile is not { } file)
            throw new TransportException("--client-id, --client-secret-file and --authority go together: give all or neither of the first two.");
        return new Organisation(options.Authority, options.ClientId, PrivateFile.Read(file).Trim());
    }

    // One of each that uses a browser; staff of one space, as most are.
    private static IEnumerable<DemoAccount> DemoAccounts()
    {
        var region = RegionData.LoadDemo();
        return Enum.GetValues<Role>().Where(role => role is not Role.Machine).Select(role => new DemoAccount(
            role,
            role is Role.Staff ? [region.DemoSpaces[0].Details.Id.Value] : [],
            role is Role.Planner ? [.. region.CouncilAreas.Select(area => area.Code)] : []));
    }

    private static bool IsSafe(Uri authority) => authority.Scheme is "https" || (authority.Scheme is "http" && authority.IsLoopback);

    /// <summary>Looks before anything is started or written: the web server finds a port in use only after all else has begun.</summary>
    private static void RequirePorts(ServerOptions options)
    {
        if (options.GrpcPort == options.HttpPort)
            throw new IOException($"--grpc-port and --http-port must differ; both are {options.GrpcPort}.");
        foreach (var (port, option) in new[] { (options.GrpcPort, "--grpc-port"), (options.HttpPort, "--http-port") })
        {
            if (port is < 1 or > IPEndPoint.MaxPort)
                throw new IOException($"{option} must be 1 to {IPEndPoint.MaxPort}; it is {port}.");
            var endpoint = new IPEndPoint(options.Listen, port);
            using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(endpoint);
            }
            catch (SocketException failure)
            {
                throw new IOException(
                    $"Cannot listen on {endpoint}: {failure.Message}. Stop what listens there, or choose another port with {option}.", failure);
            }
        }
    }

    private static WebApplication Build(ServerOptions options, ServiceEndpoints endpoints, ServiceParts parts, PagesChoices pages, Action<IServiceCollection> addEngines)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter("SafeSpaceCapacity.Service.Retention", LogLevel.Information);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = DrainTime);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            ConnectionLimits.Apply(kestrel);
            endpoints.Listen(kestrel);
        });
        builder.Services.AddSafeSpaceCapacity(parts, new ServiceChoices(
            Demo: !options.Empty,
            options.Router,
            options.Authority is { } authority ? new TokenAuthority(authority, options.Audience!) : null,
            options.SimulatedFrom is null ? options.CallsPerSecond : ServiceChoices.CallsPerSecondMost, // Hours of calls come within a second.
            options.AuditDays,
            options.HistoryDays), addEngines);
        builder.Services.AddSingleton<IDirectory, PagesDirectory>().AddSingleton<IPageCalls, PagesCalls>().AddSingleton<ISystemState, PagesSystemState>().AddSafeSpacePages(pages);
        var app = builder.Build();
        endpoints.Guard(app);
        app.MapSafeSpaceCapacity();
        app.MapSafeSpacePages();
        return app;
    }

    private static async Task<Instant?> LastRecordedAsync(IEventLog log)
    {
        if (log.HeadPosition == 0)
            return null;
        var last = await log.ReadAllAsync(log.HeadPosition - 1, 1);
        return last[0].RecordedAt;
    }

    private static void Greet(ServerOptions options, ServiceEndpoints endpoints, PostgresAddress? postgres, string? enrolment)
    {
        // Passkeys need the name; the address alone has none.
        var pages = endpoints.IsSecure ? $"https://NAME:{options.HttpPort}" : $"http://localhost:{options.HttpPort}";
        var server = endpoints.GrpcUrl switch
        {
            "http://127.0.0.1:5080" => string.Empty,
            _ when endpoints.IsSecure => $" --server https://NAME:{options.GrpcPort}",
            var url => " --server " + url,
        };
        Console.WriteLine(
            $"""
            SafeSpaceCapacity is ready.
              gRPC   {endpoints.GrpcUrl}
              HTTP   {endpoints.HttpUrl}/healthz
              pages  {pages}/{(endpoints.IsSecure ? "   (NAME: one that the certificate is for)" : string.Empty)}
              data   {options.Data}{(postgres is null ? string.Empty : "; the log in " + postgres)}
              {(options.SimulatedFrom is not null ? "SIMULATED TIME, which stands still until ./safespace simulate moves it on: nothing here is real"
                : options.Empty ? "no spaces yet: register one with ./safespace space register" : "demo region: every space in it is fictional")}
            """);
        if (enrolment is not null)
            Console.WriteLine($"  There is no administrator yet. This link makes the first, once, within a day:\n    {pages}{enrolment}");
        Console.WriteLine($"\nTry     ./safespace find --near Glasgow{server}\nStop    Ctrl-C");
    }
}
