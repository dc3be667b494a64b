using System.Net;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace SafeSpaceCapacity.Silo;

/// <summary>
/// What a silo is called among the others. Of two at one address the later one counts, by its generation: the second in which it began. That is by the
/// database's clock: after a while with a machine's clock that was an hour fast a silo could else not come back for an hour once that was set right.
/// </summary>
/// <param name="time">The database's clock.</param>
/// <param name="silo">Its name.</param>
/// <param name="cluster">The cluster's.</param>
/// <param name="endpoint">Where the others reach it.</param>
internal sealed class SiloDetails(TimeProvider time, IOptions<SiloOptions> silo, IOptions<ClusterOptions> cluster, IOptions<EndpointOptions> endpoint) : ILocalSiloDetails
{
    // From which Orleans counts, too.
    private static readonly DateTimeOffset Epoch = new(2022, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <inheritdoc/>
    public string Name => silo.Value.SiloName;

    /// <inheritdoc/>
    public string ClusterId => cluster.Value.ClusterId;

    /// <inheritdoc/>
    public string DnsHostName { get; } = Dns.GetHostName();

    /// <inheritdoc/>
    public SiloAddress SiloAddress { get; } =
        SiloAddress.New(endpoint.Value.AdvertisedIPAddress!, endpoint.Value.SiloPort, (int)(time.GetUtcNow() - Epoch).TotalSeconds);

    /// <summary>There is none: clients of the cluster are its own silos.</summary>
    public SiloAddress GatewayAddress => null!;
}
