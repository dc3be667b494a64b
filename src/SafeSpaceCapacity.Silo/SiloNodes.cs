using SafeSpaceCapacity.Hosting;
using SafeSpaceCapacity.Web;

namespace SafeSpaceCapacity.Silo;

/// <summary>The silos of the cluster, as this one knows them.</summary>
internal sealed class SiloNodes(IGrainFactory grains) : IClusterNodes
{
    // What is on the way to a silo that just died would keep the page waiting.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ClusterNode>> ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            var silos = await grains.GetGrain<IManagementGrain>(0).GetDetailedHosts(onlyActive: false, cancellationToken).WaitAsync(Patience, cancellationToken);
            return [.. silos.OrderBy(silo => silo.StartTime).Select(silo => new ClusterNode(silo.SiloAddress.Endpoint.ToString(), silo.Status.ToString(), new DateTimeOffset(silo.StartTime, TimeSpan.Zero)))];
        }
        catch (Exception failure) when (failure is TimeoutException or OrleansException)
        {
            return [];
        }
    }
}
