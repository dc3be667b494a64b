using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;
using SafeSpaceCapacity.Domain.Search;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Service.Engine;
using SafeSpaceCapacity.Service.ReadModel;

namespace SafeSpaceCapacity.Service.Policies;

/// <summary>
/// Brings the policy of a tier to each of its spaces. It compares what a space works by with what is in force, so that it needs no memory of its own:
/// after a restart it goes on where it was.
/// </summary>
public sealed class PolicyKeeper(ISpaceEngines engines, SpaceReadModel readModel, TierPolicies policies, ServiceParts parts, ILogger<PolicyKeeper> logger)
    : BackgroundService
{
    // Policies are seldom set, and a time from which one holds is met within this.
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var listener = readModel.Listen();
        var looked = (Versions: -1, NextChange: (Instant?)null);
        try
        {
            while (true)
            {
                // All spaces where a policy was set or came into force; else only those that changed.
                var now = readModel.Now();
                var all = policies.All.Length != looked.Versions || looked.NextChange <= now;
                looked = (policies.All.Length, policies.NextChange(now));
                var changed = listener.Take();
                if (policies.All.Length > 0)
                {
                    var root = readModel.Root;
                    foreach (var space in all ? root.Spaces.Values : changed.Select(key => root.Spaces.GetValueOrDefault(key)).OfType<SpaceRecord>())
                    {
                        // Whoever could not be reached is tried again with all others.
                        if (!await TryBringAsync(space, now, stoppingToken))
                            looked.Versions = -1;
                    }
                }

                await listener.WaitAsync(Period, parts.RegionTime, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private async Task<bool> TryBringAsync(SpaceRecord space, Instant now, CancellationToken stoppingToken)
    {
        var details = space.State.Details!;
        if (policies.InForce(details.Tier, now) is not { } version
            || (space.State.Policy is { } known && known.Tier == details.Tier && known.Version >= version.Policy.Version))
        {
            return true;
        }

        try
        {
            await engines.ExecuteAsync(new SpaceRequest(details.Id, Guid.Empty, default, null, Caller.System, new ApplyPolicy(default, version.Policy)), stoppingToken);
            return true;
        }
        catch (Exception failure) when (failure is NotDecidedException or ClockException)
        {
            logger.LogError("The policy of its tier did not reach {Space}: {Reason}", details.Id, failure.Message);
            return false;
        }
    }
}
