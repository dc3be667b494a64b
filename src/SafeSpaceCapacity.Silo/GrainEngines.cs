using System.Text.Json;
using Orleans.Runtime;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Service.Engine;

namespace SafeSpaceCapacity.Silo;

/// <summary>
/// The engines of a cluster: each is a grain, wherever it is. A call that meets a dying silo is made again with the same command id until its caller's
/// deadline, by when the cluster has found the space another home: the caller sees a slow answer.
/// </summary>
/// <param name="grainOf">The grain of a space, by the space's stream.</param>
/// <param name="log">Where the events are.</param>
/// <param name="clock">The time commands are decided with.</param>
/// <param name="lastKnown">The newest state of a space at hand.</param>
/// <param name="logger">Says whom it could not reach.</param>
internal sealed class GrainEngines(
    Func<string, ISafeSpaceGrain> grainOf, IEventLog log, DecisionClock clock, Func<SpaceId, SpaceState> lastKnown, ILogger<GrainEngines> logger) : ISpaceEngines
{
    /// <summary>How long one try may last: longer than an engine waits for its database, shorter than callers wait.</summary>
    public static readonly TimeSpan OneTry = TimeSpan.FromSeconds(8);

    // As long as any call of a client may take; what the service does by itself has no other limit.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(200);

    // For commands that the silo of their space can't decide: it is cut off from the database, or of another version of the program. The condition of each
    // append keeps two engines of one space right.
    private readonly SpaceEngines _own = new(log, clock, lastKnown);

    /// <inheritdoc/>
    public async Task<SpaceAnswer> ExecuteAsync(SpaceRequest request, CancellationToken cancellationToken = default)
    {
        if (await SpaceEngines.IsForNobodyAsync(request, log, lastKnown, cancellationToken))
            return new SpaceAnswer(new NoSuchSpace(), null, 0);
        var grain = grainOf(request.Space.Stream);
        var parcel = Parcel.Of(request);
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                var reply = (await grain.ExecuteAsync(parcel)).Open<SpaceReply>();
                return reply.Fault is ReplyFault.NotUnderstood or ReplyFault.NotDecided
                    ? await _own.ExecuteAsync(request, cancellationToken)
                    : reply.AnswerTo(request);
            }
            catch (JsonException)
            {
                // It was decided. Here the answer is found by the command id.
                return await _own.ExecuteAsync(request, cancellationToken);
            }
            catch (Exception failure) when (failure is OrleansException or TimeoutException)
            {
                if (TimeProvider.System.GetElapsedTime(since) > Patience)
                    throw new EngineUnreachableException($"the node that decides for {request.Space} could not be reached", failure);
                logger.LogWarning("A command at {Space} is tried again: {Reason}", request.Space, failure.Message);
            }

            await Task.Delay(RetryEvery, cancellationToken);
        }
    }
}
