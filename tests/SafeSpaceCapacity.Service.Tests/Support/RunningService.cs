using System.Net;
using SafeSpaceCapacity.Contract.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NodaTime;
using SafeSpaceCapacity.Audit;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Service.Demo;
using SafeSpaceCapacity.Service.Engine;
using SafeSpaceCapacity.Service.ReadModel;
using AuditEntry = SafeSpaceCapacity.Audit.AuditEntry;
using AuditFilter = SafeSpaceCapacity.Audit.AuditFilter;
using HealthClient = Grpc.Health.V1.Health.HealthClient;
using Role = SafeSpaceCapacity.Identity.Role;

namespace SafeSpaceCapacity.Service.Tests.Support;

/// <summary>What a test may want otherwise than usual.</summary>
internal sealed record Wishes
{
    /// <summary>A directory with a log in it; a new one otherwise.</summary>
    public string? Directory { get; init; }

    public ManualTime? Time { get; init; }

    /// <summary>Opens another log than one in the directory.</summary>
    public Func<Task<IEventLog>>? OpenLog { get; init; }

    /// <summary>Puts something between the service and its log.</summary>
    public Func<IEventLog, IEventLog>? Between { get; init; }

    public Uri? Router { get; init; }

    public bool Demo { get; init; }

    /// <summary>Spaces live by this time instead.</summary>
    public SimulatedTime? Simulated { get; init; }

    public TokenAuthority? Authority { get; init; }

    public int AuditDays { get; init; } = ServiceChoices.AuditDaysDefault;

    /// <summary>More than any test that is not about it calls.</summary>
    public int CallsPerSecond { get; init; } = 100_000;

    /// <summary>Where the service's log goes; nowhere otherwise.</summary>
    public ILoggerProvider? Logger { get; init; }
}

/// <summary>The real service on the real log, in this process, with real clients over real connections. Only its clock is the test's.</summary>
internal sealed class RunningService : IAsyncDisposable
{
    /// <summary>Adds the engines where they are not of this process: a project that runs these tests over another kind of host sets it.</summary>
    internal static Action<IServiceCollection>? AddEngines { get; set; }

    private readonly WebApplication _app;
    private readonly IEventLog _file;
    private readonly GrpcChannel _channel;
    private bool _stopped;

    private RunningService(WebApplication app, IEventLog file, ServiceParts parts, ManualTime time, string directory, int grpcPort, int httpPort)
    {
        _app = app;
        _file = file;
        Parts = parts;
        Time = time;
        Directory = directory;
        GrpcAddress = new Uri($"http://127.0.0.1:{grpcPort}");
        HttpAddress = new Uri($"http://127.0.0.1:{httpPort}");
        _channel = GrpcChannel.ForAddress(GrpcAddress);
        Issuer = new TokenIssuer(parts.Keys, time);
        Bare = _channel.Intercept(new Impatient());
        Invoker = Bare.Intercept(new SafeSpaceCapacity.TestClient.Badge(Issuer, "tester", time));
        Crew = new(Invoker);
        Staff = new(Invoker);
        Admin = new(Invoker);
        Files = new(Invoker);
        Health = new(Invoker);
    }

    public IEventLog Log => Parts.Log;

    public ServiceParts Parts { get; }

    public TokenIssuer Issuer { get; }

    /// <summary>Calls without a token, unless the call itself brings one.</summary>
    public CallInvoker Bare { get; }

    public ManualTime Time { get; }

    public string Directory { get; }

    public Uri GrpcAddress { get; }

    public Uri HttpAddress { get; }

    public CallInvoker Invoker { get; }

    public CrewService.CrewServiceClient Crew { get; }

    public StaffService.StaffServiceClient Staff { get; }

    public AdminService.AdminServiceClient Admin { get; }

    public DirectoryService.DirectoryServiceClient Files { get; }

    public HealthClient Health { get; }

    /// <summary>Calls with this token.</summary>
    public CallInvoker With(string token) => Bare.Intercept(new Bearing(token));

    /// <summary>Issues a token of one hour.</summary>
    public string Token(Role role, string[]? spaces = null, string[]? areas = null, string subject = "somebody", string? thumbprint = null) =>
        Issuer.Issue(new TokenOrder(subject, [role], spaces ?? [], areas ?? [], thumbprint, TokenIssuer.LifeDefault));

    /// <summary>All that can be asked for over HTTP, gRPC included.</summary>
    public IReadOnlyList<Endpoint> Endpoints => _app.Services.GetRequiredService<EndpointDataSource>().Endpoints;

    /// <summary>What was recorded so far.</summary>
    public async Task<IReadOnlyList<AuditEntry>> AuditedAsync()
    {
        await Parts.Audit.FlushAsync();
        return [.. AuditReader.Query(Parts.AuditFolder, AuditFilter.Everything, null, AuditReader.LimitMax).Records.Select(record => record.Entry)];
    }

    public SpaceReadModel ReadModel => _app.Services.GetRequiredService<SpaceReadModel>();

    public SafeSpaceCapacity.Service.Imports.ImportedGazetteers Gazetteers => _app.Services.GetRequiredService<SafeSpaceCapacity.Service.Imports.ImportedGazetteers>();

    public ISpaceEngines Engines => _app.Services.GetRequiredService<ISpaceEngines>();

    public static async Task<RunningService> StartAsync(Wishes? wishes = null)
    {
        wishes ??= new Wishes();
        var directory = wishes.Directory ?? System.IO.Directory.CreateTempSubdirectory("safespace-service-").FullName;
        var time = wishes.Time ?? new ManualTime();
        TimeProvider regionTime = wishes.Simulated is { } simulated ? simulated : time;
        var file = wishes.OpenLog is { } open ? await open() : await SqliteEventLog.OpenAsync(directory, regionTime);
        var log = wishes.Between?.Invoke(file) ?? file;
        var keys = SigningKeys.Open(Path.Combine(directory, "keys"), time);
        var trails = Path.Combine(directory, "audit");
        var audit = await AuditTrail.OpenAsync(new AuditSettings(trails, "tests", time), keys);
        var parts = new ServiceParts(log, new DecisionClock(regionTime, await LastRecordedAsync(file)), time, keys, audit, trails, wishes.Simulated);
        var (app, ports) = Build(wishes, parts);
        try
        {
            await app.StartAsync();
            return new RunningService(app, file, parts, time, directory, ports[0].IPEndPoint!.Port, ports[1].IPEndPoint!.Port);
        }
        catch
        {
            await app.DisposeAsync();
            await CloseAsync(parts, file);
            throw;
        }
    }

    /// <summary>Stops as when asked to from outside, and closes the log.</summary>
    public async Task StopAsync()
    {
        if (_stopped)
            return;
        _stopped = true;
        await _app.StopAsync();
        await _app.DisposeAsync();
        await CloseAsync(Parts, _file);
    }

    /// <summary>Stops and starts again on the same directory with the same clock.</summary>
    public async Task<RunningService> RestartAsync(Wishes? wishes = null)
    {
        await StopAsync();
        _channel.Dispose();
        return await StartAsync((wishes ?? new Wishes()) with { Directory = Directory, Time = Time });
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _channel.Dispose();
        if (System.IO.Directory.Exists(Directory))
            System.IO.Directory.Delete(Directory, recursive: true);
    }

    /// <summary>Waits until searches know everything that is in the log.</summary>
    public async Task CaughtUpAsync()
    {
        using var listener = ReadModel.Listen();
        while (ReadModel.Root.Position < Log.HeadPosition)
            Assert.True(await listener.WaitAsync(Patience.Long, TimeProvider.System, CancellationToken.None), "the read model did not catch up");
    }

    public Timestamp In(TimeSpan fromNow) => Timestamp.FromDateTimeOffset(Time.GetUtcNow() + fromNow);

    public Timestamp InMinutes(double minutes) => In(TimeSpan.FromMinutes(minutes));

    /// <summary>Registers a space that is always open.</summary>
    public async Task RegisterAsync(string id, double latitude, double longitude, Action<RegisterSpaceRequest>? with = null)
    {
        var request = Ask.Space(id, latitude, longitude);
        with?.Invoke(request);
        var answer = await Admin.RegisterSpaceAsync(request);
        Assert.NotNull(answer.Registered);
        await CaughtUpAsync();
    }

    /// <summary>Registers a space that is always open, staffed for the next twelve hours and counted.</summary>
    public async Task OpenAsync(string id, double latitude, double longitude, int staff = 2, int occupied = 0, Action<RegisterSpaceRequest>? with = null)
    {
        await RegisterAsync(id, latitude, longitude, with);
        for (var i = 0; i < staff; i++)
            await ShiftAsync(id);
        await CountAsync(id, occupied);
    }

    public async Task<StartShiftResponse> ShiftAsync(string id, StaffRole role = StaffRole.SupportWorker, double startsInHours = 0, double hours = 12)
    {
        var request = new StartShiftRequest { CommandId = Ids.Next(), SpaceId = id, Role = role, EndsAt = InMinutes(60 * (startsInHours + hours)) };
        if (startsInHours > 0)
            request.StartsAt = InMinutes(60 * startsInHours);
        var answer = await Staff.StartShiftAsync(request);
        await CaughtUpAsync();
        return answer;
    }

    public async Task<RecordCountResponse> CountAsync(string id, int occupied)
    {
        var answer = await Staff.RecordCountAsync(new RecordCountRequest { CommandId = Ids.Next(), SpaceId = id, Occupied = occupied });
        await CaughtUpAsync();
        return answer;
    }

    public HoldPlaceRequest Hold(string space, double etaInMinutes = 20) => new()
    {
        CommandId = Ids.Next(), SpaceId = space, Eta = InMinutes(etaInMinutes), LegalStatus = LegalStatus.Voluntary, CallSign = "A 12", PersonAgreed = true,
    };

    public async Task<HoldPlaceResponse> HoldAsync(string space, double etaInMinutes = 20)
    {
        var answer = await Crew.HoldPlaceAsync(Hold(space, etaInMinutes));
        await CaughtUpAsync();
        return answer;
    }

    /// <summary>Everything in the log, as text, so that two readings can be compared.</summary>
    public async Task<IReadOnlyList<string>> EventsAsync() =>
        [.. (await Log.ReadAllAsync(0, 10_000)).Select(recorded => $"{recorded.Position} {recorded.Stream}/{recorded.Version} {recorded.Type}")];

    private static async Task CloseAsync(ServiceParts parts, IEventLog file)
    {
        await parts.Audit.DisposeAsync();
        parts.Keys.Dispose();
        await file.DisposeAsync();
    }

    private static (WebApplication App, IReadOnlyList<ListenOptions> Ports) Build(Wishes wishes, ServiceParts parts)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (wishes.Logger is { } logger)
            builder.Logging.AddProvider(logger);
        var ports = new List<ListenOptions>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            ConnectionLimits.Apply(kestrel);
            foreach (var protocol in new[] { HttpProtocols.Http2, HttpProtocols.Http1 })
            {
                kestrel.Listen(IPAddress.Loopback, 0, listen =>
                {
                    listen.Protocols = protocol;
                    ports.Add(listen);
                });
            }
        });
        builder.Services.AddSafeSpaceCapacity(parts, new ServiceChoices(Demo: wishes.Demo, wishes.Router, wishes.Authority, wishes.CallsPerSecond, wishes.AuditDays), AddEngines);
        var app = builder.Build();
        app.MapSafeSpaceCapacity();
        return (app, ports);
    }

    private static async Task<Instant?> LastRecordedAsync(IEventLog log) =>
        log.HeadPosition == 0 ? null : (await log.ReadAllAsync(log.HeadPosition - 1, 1))[0].RecordedAt;

    private sealed class Bearing(string token) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
            continuation(request, With(context));

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) =>
            continuation(request, With(context));

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation) =>
            continuation(With(context));

        private ClientInterceptorContext<TRequest, TResponse> With<TRequest, TResponse>(ClientInterceptorContext<TRequest, TResponse> context)
            where TRequest : class
            where TResponse : class =>
            new(context.Method, context.Host, context.Options.WithHeaders(new Metadata { { "authorization", "Bearer " + token } }));
    }

    /// <summary>Gives every call a deadline, so that a call that never ends fails the test and not the run.</summary>
    private sealed class Impatient : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
            continuation(request, InTime(context));

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) =>
            continuation(request, InTime(context));

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation) =>
            continuation(InTime(context));

        private static ClientInterceptorContext<TRequest, TResponse> InTime<TRequest, TResponse>(ClientInterceptorContext<TRequest, TResponse> context)
            where TRequest : class
            where TResponse : class =>
            new(context.Method, context.Host, context.Options.WithDeadline((TimeProvider.System.GetUtcNow() + Patience.Long).UtcDateTime));
    }
}
