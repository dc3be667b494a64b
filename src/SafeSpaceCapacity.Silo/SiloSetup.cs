using System.Net;
using Microsoft.AspNetCore.Connections;
using Orleans.Configuration;
using Orleans.Runtime;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Hosting;
using SafeSpaceCapacity.Service.Engine;
using SafeSpaceCapacity.Service.ReadModel;

namespace SafeSpaceCapacity.Silo;

/// <summary>Puts a silo into the service, with the engines as its grains.</summary>
internal static class SiloSetup
{
    // There is one cluster to a database.
    private const string Cluster = "safespace";

    /// <summary>Adds a silo that is the whole cluster. Whoever connects to it is turned away.</summary>
    public static void AddSilo(this IServiceCollection services) => services.AddSilo(silo =>
    {
        silo.UseDevelopmentClustering((IPEndPoint?)null);
        silo.Configure<EndpointOptions>(options =>
        {
            options.AdvertisedIPAddress = IPAddress.Loopback;
            options.GatewayPort = 0;

            // It only talks to itself, which takes no connection: any port will do.
            options.SiloListeningEndpoint = new IPEndPoint(IPAddress.Loopback, 0);
        });
        silo.Configure<SiloConnectionOptions>(options => options.ConfigureSiloInboundConnection(connection => connection.Use(_ => stranger =>
        {
            stranger.Abort();
            return Task.CompletedTask;
        })));
    });

    /// <summary>Adds a silo of a cluster.</summary>
    /// <param name="services">The service's.</param>
    /// <param name="postgres">The database in which the silos find each other: that of the log.</param>
    /// <param name="endpoint">Where the others reach it.</param>
    /// <param name="tls">How what goes between them is protected; null on one machine.</param>
    public static void AddSilo(this IServiceCollection services, PostgresAddress postgres, IPEndPoint endpoint, SiloTls? tls)
    {
        var source = postgres.Open(ClusterTables.Schema);
        services.AddHostedService(_ => new ClusterTables(source, postgres.ToString()));
        services.AddSilo(silo =>
        {
            silo.UseAdoNetClustering(options =>
            {
                options.Invariant = "Npgsql";
                options.DataSource = source;
            });
            silo.Configure<EndpointOptions>(options =>
            {
                (options.AdvertisedIPAddress, options.SiloPort) = (endpoint.Address, endpoint.Port);
                options.GatewayPort = 0; // Clients of the cluster are its own silos.
            });
            silo.Configure<ClusterMembershipOptions>(DetectFailures);
            if (tls is not null)
                silo.Configure<SiloConnectionOptions>(tls.Protect);
        });
        services.AddSingleton<ILocalSiloDetails, SiloDetails>();
    }

    private static void AddSilo(this IServiceCollection services, Action<ISiloBuilder> configure)
    {
        services.AddOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (Cluster, Cluster));
            silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = GrainEngines.OneTry);
            configure(silo);
        });
        services.AddSingleton<IClusterNodes, SiloNodes>();
        services.AddSingleton<ISpaceEngines>(provider => new GrainEngines(
            key => provider.GetRequiredService<IGrainFactory>().GetGrain<ISafeSpaceGrain>(key),
            provider.GetRequiredService<IEventLog>(),
            provider.GetRequiredService<DecisionClock>(),
            provider.GetRequiredService<SpaceReadModel>().StateOf,
            provider.GetRequiredService<ILogger<GrainEngines>>()));

        // Advice on the collector of garbage at each start, and a watchdog that begins to count before the start is done.
        services.AddLogging(logging => logging.AddFilter("Orleans.Runtime.Silo", LogLevel.Error).AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error));
    }

    /// <summary>
    /// Two probes missed, two seconds each: a silo that was killed is voted out in about four, and calls to its spaces wait no longer. One that
    /// only pauses for less, as for a collection of garbage, stays. With three or more silos two must agree.
    /// </summary>
    private static void DetectFailures(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = TimeSpan.FromSeconds(2);
        options.NumMissedProbesLimit = 2;

        // Whoever reads the table late learns of a death late: gossip tells it sooner, and this bounds it.
        options.TableRefreshTimeout = TimeSpan.FromSeconds(10);

        // After all silos died at once, one that comes back waits for those that do not until they have missed three of these; then it votes them out.
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);

        // One that reaches none of those that live gives up, and says so. The others don't give it up by when it began: that is by its machine's clock,
        // and with one that is an hour slow it could never join.
        options.MaxJoinAttemptTime = TimeSpan.FromMinutes(1);
        options.EvictWhenMaxJoinAttemptTimeExceeded = false;
    }
}
