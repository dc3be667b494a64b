using System.Collections.Concurrent;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog;

namespace SafeSpaceCapacity.Service.Engine;

/// <summary>The engines of this node, one for each space that was written to.</summary>
/// <param name="log">Where the events are.</param>
/// <param name="clock">The time commands are decided with.</param>
/// <param name="lastKnown">The newest state of a space at hand, to catch up from.</param>
public sealed class SpaceEngines(IEventLog log, DecisionClock clock, Func<SpaceId, SpaceState> lastKnown) : ISpaceEngines
{
    private readonly ConcurrentDictionary<SpaceId, SpaceEngine> _engines = new();

    /// <inheritdoc/>
    public async Task<SpaceAnswer> ExecuteAsync(SpaceRequest request, CancellationToken cancellationToken = default)
    {
        if (!_engines.TryGetValue(request.Space, out var engine))
        {
            if (await IsForNobodyAsync(request, log, lastKnown, cancellationToken))
                return new SpaceAnswer(new NoSuchSpace(), null, 0);
            engine = _engines.GetOrAdd(request.Space, id => new SpaceEngine(id, log, clock, () => lastKnown(id)));
        }

        return await engine.ExecuteAsync(request);
    }

    /// <summary>Whether the space does not exist. Then it gets no engine: ids that clients make up cost nothing that stays.</summary>
    /// <param name="request">The command.</param>
    /// <param name="log">Where the events are.</param>
    /// <param name="lastKnown">The newest state of a space at hand.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async ValueTask<bool> IsForNobodyAsync(
        SpaceRequest request, IEventLog log, Func<SpaceId, SpaceState> lastKnown, CancellationToken cancellationToken) =>
        request.Command is not RegisterSpace && lastKnown(request.Space).Version == 0
        && await log.GetVersionAsync(request.Space.Stream, cancellationToken) == 0;
}
