using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Service.Demo;
using SafeSpaceCapacity.Service.Engine;
using SafeSpaceCapacity.Service.Grpc;
using SafeSpaceCapacity.Service.ReadModel;
using SafeSpaceCapacity.Service.Region;
using SafeSpaceCapacity.Service.Search;
using SafeSpaceCapacity.Service.Travel;

namespace SafeSpaceCapacity.Service;

/// <summary>What a host chooses.</summary>
/// <param name="Demo">Whether the fictional spaces of the demo region are set up and staffed.</param>
/// <param name="Router">Address of an OSRM-compatible router; null: travel is estimated from distance.</param>
public sealed record ServiceChoices(bool Demo, Uri? Router);

/// <summary>Puts the service into a host. The host brings the log and the clock.</summary>
public static class ServiceSetup
{
    /// <summary>Largest request in bytes. The largest that makes sense, a space with 400 special days, is well under half of it.</summary>
    public const int RequestBytesMax = 64 * 1024;

    /// <summary>Registers everything.</summary>
    /// <param name="services">The host's.</param>
    /// <param name="log">The log.</param>
    /// <param name="clock">The time that commands are decided with.</param>
    /// <param name="time">The machine's clocks: the time of reads, timers and time-outs.</param>
    /// <param name="choices">What the host chooses.</param>
    public static IServiceCollection AddSafeSpaceCapacity(
        this IServiceCollection services, IEventLog log, DecisionClock clock, TimeProvider time, ServiceChoices choices)
    {
        services.AddSingleton(log);
        services.AddSingleton(clock);
        services.AddSingleton(time);
        var region = RegionData.LoadDemo();
        services.AddSingleton(region);
        services.AddSingleton(region.Travel);
        services.AddSingleton<SpaceReadModel>();
        services.AddSingleton<SpaceEngines>(provider => new SpaceEngines(log, clock, provider.GetRequiredService<SpaceReadModel>().StateOf));
        services.AddSingleton<ServiceHealth>();
        services.AddSingleton<OriginResolver>();
        services.AddSingleton<SpaceFinder>();
        services.AddSingleton<NextSteps>();
        services.AddSingleton<CommandRunner>();
        if (choices.Router is { } router)
            services.AddHttpClient<ITravelTimes, OsrmTravelTimes>(http => http.BaseAddress = OsrmTravelTimes.BaseOf(router)).RemoveAllLoggers();
        else
            services.AddSingleton<ITravelTimes, StraightLineTravelTimes>();

        // In this order: searches are right before anything is written, and everything stops the other way round.
        services.AddHostedService(provider => provider.GetRequiredService<SpaceReadModel>());
        services.AddHostedService<TimeKeeper>();
        if (choices.Demo)
        {
            services.AddHostedService(provider => new DemoStaff(
                region.DemoSpaces,
                provider.GetRequiredService<SpaceEngines>(),
                provider.GetRequiredService<SpaceReadModel>(),
                provider.GetRequiredService<TimeProvider>(),
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

    /// <summary>Maps the gRPC services and <c>GET /healthz</c>. The host listens with HTTP/2 for the one and HTTP/1.1 for the other.</summary>
    public static void MapSafeSpaceCapacity(this WebApplication app)
    {
        app.UseMiddleware<UnreadableRequest>();
        app.UseMiddleware<CallDeadline>();
        app.MapGrpcService<CrewGrpcService>();
        app.MapGrpcService<StaffGrpcService>();
        app.MapGrpcService<AdminGrpcService>();
        app.MapGrpcService<PlannerGrpcService>();
        app.MapGrpcService<HealthGrpcService>();
        app.MapGet("/healthz", (ServiceHealth health) => health.Fault() is { } fault
            ? Results.Text(fault + "\n", statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Text("ok\n"));
    }
}
