using SafeSpaceCapacity.Hosting;
using SafeSpaceCapacity.Web;

namespace SafeSpaceCapacity.Silo;

/// <summary>The silos of the cluster, as this one knows them. One that was started again at the same address is told once.</summary>
internal sealed class SiloNodes(IGrainFactory grains, ILocalSiloDetails own) : IClusterNodes
{
    // What is on the way to a silo that just died would keep the page waiting.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ClusterNode>> ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            var silos = await grains.GetGrain<IManagementGrain>(0).GetDetailedHosts(onlyActive: false, cancellationToken).WaitAsync(Patience, cancellationToken);
            return
            [
                .. silos.GroupBy(silo => silo.SiloAddress.Endpoint).Select(lives => lives.MaxBy(silo => silo.SiloAddress.Generation)!).OrderBy(silo => silo.StartTime)
                    .Select(silo => new ClusterNode(
                        silo.SiloAddress.Endpoint.ToString(), StatusOf(silo.Status), new DateTimeOffset(silo.StartTime, TimeSpan.Zero), silo.SiloAddress.Equals(own.SiloAddress))),
            ];
        }
#pragma warning disable CA1031 // Without its database the cluster fails in many ways: the rest of the page is what is needed then.
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return [];
        }
    }

    private static NodeStatus StatusOf(SiloStatus status) => status switch
    {
        SiloStatus.Active => NodeStatus.Working,
        SiloStatus.ShuttingDown or SiloStatus.Stopping => NodeStatus.Leaving,
        SiloStatus.Dead => NodeStatus.Gone,
        _ => NodeStatus.Joining,
    };
}
