using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SafeSpaceCapacity.Audit;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Service.Access;
using SafeSpaceCapacity.Service.Demand;
using SafeSpaceCapacity.Service.Demo;
using SafeSpaceCapacity.Service.Engine;
using SafeSpaceCapacity.Service.Grpc;
using SafeSpaceCapacity.Service.Imports;
using SafeSpaceCapacity.Service.Json;
using SafeSpaceCapacity.Service.Planning;
using SafeSpaceCapacity.Service.Policies;
using SafeSpaceCapacity.Service.ReadModel;
using SafeSpaceCapacity.Service.Region;
using SafeSpaceCapacity.Service.Search;
using SafeSpaceCapacity.Service.Travel;

namespace SafeSpaceCapacity.Service;

/// <summary>What a host brings and keeps: the service closes none of it.</summary>
/// <param name="Log">The log.</param>
/// <param name="Clock">The time that commands are decided with.</param>
/// <param name="Time">The machine's clocks; the wall clock of the database where the log is in one.</param>
/// <param name="Keys">What signs the audit trail, and tokens where no authority does.</param>
/// <param name="Audit">The audit trail.</param>
/// <param name="AuditFolder">Where the audit trails of all nodes are.</param>
/// <param name="Simulated">The time that spaces live by, in a demo where that is not the machine's.</param>
public sealed record ServiceParts(
    IEventLog Log, DecisionClock Clock, TimeProvider Time, SigningKeys Keys, AuditTrail Audit, string AuditFolder, SimulatedTime? Simulated = null)
{
    /// <summary>The time that spaces live by.</summary>
    public TimeProvider RegionTime => Simulated ?? Time;
}

/// <summary>Who issues the tokens, where not the service itself.</summary>
/// <param name="Address">An OpenID Connect authority.</param>
/// <param name="Audience">What its tokens for this service are for.</param>
public sealed record TokenAuthority(Uri Address, string Audience);

/// <summary>What a host chooses.</summary>
/// <param name="Demo">
/// Whether the fictional spaces of the demo region are set up and staffed, and whoever is on this machine may be anybody.
/// </param>
/// <param name="Router">Address of an OSRM-compatible router; null: travel is estimated from distance.</param>
/// <param name="Authority">Who issues the tokens; null: the service's own keys.</param>
/// <param name="CallsPerSecond">What one account may ask lastingly; a control room's program ten times as much.</param>
/// <param name="AuditDays">How long the audit trail is kept.</param>
/// <param name="HistoryDays">How long the hourly totals of areas are kept.</param>
public sealed record ServiceChoices(
    bool Demo,
    Uri? Router,
    TokenAuthority? Authority = null,
    int CallsPerSecond = ServiceChoices.CallsPerSecondDefault,
    int AuditDays = ServiceChoices.AuditDaysDefault,
    int HistoryDays = ServiceChoices.HistoryDaysDefault)
{
    /// <summary>Far more than a person types, and little beside what the service can do.</summary>
    public const int CallsPerSecondDefault = 20;

    /// <summary>The most that may be allowed.</summary>
    public const int CallsPerSecondMost = 1_000_000;

    /// <summary>Two years (assumption; a health board has its own rule).</summary>
    public const int AuditDaysDefault = 730;

    /// <summary>Thirteen months, so that a month can be compared with the same of the year before (assumption).</summary>
    public const int HistoryDaysDefault = 400;

    /// <summary>How long the hours of single spaces are kept: those of areas never shorter (assumption).</summary>
    public const int SpaceHistoryDays = 35;
}

/// <summary>Puts the service into a host. The host brings the log and the clock.</summary>
public static class ServiceSetup
{
    /// <summary>Largest request in bytes. The largest that makes sense, a space with 400 special days, is well under half of it.</summary>
    public const int RequestBytesMax = 64 * 1024;

    /// <summary>Registers everything.</summary>
    /// <param name="services">The host's.</param>
    /// <param name="parts">What the host brings.</param>
    /// <param name="choices">What the host chooses.</param>
    /// <param name="addEngines">
    /// Adds an <see cref="ISpaceEngines"/> and the hosted services it needs, which start after the read model and before whoever gives commands;
    /// null: engines in this process.
    /// </param>
    public static IServiceCollection AddSafeSpaceCapacity(
        this IServiceCollection services, ServiceParts parts, ServiceChoices choices, Action<IServiceCollection>? addEngines = null)
    {
        services.AddSingleton(parts);
        services.AddSingleton(choices);
        services.AddSingleton(parts.Log);
        services.AddSingleton(parts.Clock);
        services.AddSingleton(parts.Time);
        services.AddSingleton(parts.Keys);
        services.AddSingleton(parts.Audit);
        services.AddSingleton(choices.Authority is { } authority
            ? TokenReader.OfAuthority(authority.Address, authority.Audience, parts.Time)
            : TokenReader.OfOwnKeys(parts.Keys, parts.Time));
        services.AddSingleton(new RateLimits(choices.CallsPerSecond));
        services.AddSingleton<AccessGate>();
        var region = RegionData.LoadDemo();
        services.AddSingleton(region);
        services.AddSingleton(region.Travel);
        services.AddSingleton(new HourlyHistory(region, HistoryKept.Default with { AreaDays = choices.HistoryDays }));
        services.AddSingleton<ILogFold>(provider => provider.GetRequiredService<HourlyHistory>());
        services.AddSingleton<NeedLog>();
        services.AddSingleton<NeedFold>();
        services.AddSingleton<ILogFold>(provider => provider.GetRequiredService<NeedFold>());
        services.AddSingleton<NeedKeeper>();
        services.AddSingleton<DemandSources>();
        services.AddSingleton<DemandImport>();
        services.AddSingleton<DemandHistory>();
        services.AddSingleton<ForecastKeeper>();
        services.AddSingleton<TierPolicies>();
        services.AddSingleton<ILogFold>(provider => provider.GetRequiredService<TierPolicies>());
        services.AddSingleton<PolicyDesk>();
        services.AddSingleton<SpaceReadModel>();
        services.AddSingleton<PaperDirectory>();
        services.AddSingleton<ImportedGazetteers>();
        services.AddSingleton<ILogFold>(provider => provider.GetRequiredService<ImportedGazetteers>());
        services.AddSingleton<ServiceHealth>();
        services.AddSingleton(provider => new SystemReport(
            provider.GetRequiredService<ServiceHealth>(), parts, provider.GetRequiredService<SpaceReadModel>(), provider.GetRequiredService<DemandSources>(),
            provider.GetRequiredService<ForecastKeeper>(), provider.GetRequiredService<NeedLog>()));
        services.AddSingleton<OriginResolver>();
        services.AddSingleton(provider => new DetailsCheck(region, provider.GetRequiredService<OriginResolver>()) { Fictional = parts.Simulated is not null });
        services.AddSingleton<DirectoryImport>();
        services.AddSingleton<GazetteerImport>();
        services.AddSingleton<SpaceFinder>();
        services.AddSingleton<NextSteps>();
        services.AddSingleton<CommandRunner>();
        services.AddSingleton<JsonCalls>();
        if (choices.Router is { } router)
            services.AddHttpClient<ITravelTimes, OsrmTravelTimes>(http => http.BaseAddress = OsrmTravelTimes.BaseOf(router)).RemoveAllLoggers();
        else
            services.AddSingleton<ITravelTimes, StraightLineTravelTimes>();

        // In this order: searches are right before anything is written, and everything stops the other way round.
        services.AddHostedService(provider => provider.GetRequiredService<SpaceReadModel>());
        (addEngines ?? AddOwnEngines)(services);
        services.AddHostedService(provider => provider.GetRequiredService<NeedKeeper>());
        services.AddHostedService<TimeKeeper>();
        services.AddHostedService<PolicyKeeper>();
        services.AddHostedService<Retention>();
        services.AddHostedService(provider => provider.GetRequiredService<ForecastKeeper>());

        // A simulation brings its own spaces and staff.
        if (choices.Demo && parts.Simulated is null)
        {
            services.AddHostedService(provider => new DemoStaff(
                region.DemoSpaces,
                provider.GetRequiredService<ISpaceEngines>(),
                provider.GetRequiredService<SpaceReadModel>(),
                parts.Time,
                provider.GetRequiredService<ILogger<DemoStaff>>()));
        }

        // The library logs a message that it can't read as an error of the server with its stack, which lets anybody fill the log.
        // UnreadableRequest and CallerInterceptor say what is worth saying.
        services.AddLogging(logging => logging.AddFilter("Grpc.AspNetCore.Server.ServerCallHandler", LogLevel.None));
        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = RequestBytesMax;
            grpc.Interceptors.Add<CallerInterceptor>();
        });
        return services;
    }

    /// <summary>Adds engines that decide in this process.</summary>
    public static void AddOwnEngines(this IServiceCollection services) => services.AddSingleton<ISpaceEngines>(provider => new SpaceEngines(
        provider.GetRequiredService<IEventLog>(), provider.GetRequiredService<DecisionClock>(), provider.GetRequiredService<SpaceReadModel>().StateOf));

    /// <summary>Maps the gRPC services and <c>GET /healthz</c> and <c>GET /.well-known/jwks.json</c>. The host listens with HTTP/2 for the one and HTTP/1.1 for the other.</summary>
    public static void MapSafeSpaceCapacity(this WebApplication app)
    {
        app.UseMiddleware<UnreadableRequest>();
        app.UseMiddleware<CallDeadline>();
        app.MapGrpcService<CrewGrpcService>();
        app.MapGrpcService<StaffGrpcService>();
        app.MapGrpcService<AdminGrpcService>();
        app.MapGrpcService<DirectoryGrpcService>();
        app.MapGrpcService<AuditGrpcService>();
        if (app.Services.GetRequiredService<ServiceChoices>().Demo)
            app.MapGrpcService<DemoGrpcService>();
        app.MapGrpcService<PlannerGrpcService>();
        app.MapGrpcService<PlanningGrpcService>();
        app.MapGrpcService<HealthGrpcService>();
        var parts = app.Services.GetRequiredService<ServiceParts>();
        app.MapGet("/healthz", (ServiceHealth health) => health.Fault() is { } fault
            ? Results.Text(fault + "\n", statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Text(parts.Simulated is { } simulated ? $"ok, in simulated time: {simulated.GetUtcNow():u}\n" : "ok\n"));

        // Exports of the audit trail are checked with these.
        app.MapGet("/.well-known/jwks.json", (SigningKeys keys) => Results.Text(keys.PublicKeySet(), "application/jwk-set+json"));
    }
}
