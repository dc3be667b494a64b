using System.Text.Json;
using Orleans.Concurrency;
using Orleans.Placement;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Service;
using SafeSpaceCapacity.Service.Engine;
using SafeSpaceCapacity.Service.ReadModel;

namespace SafeSpaceCapacity.Silo;

/// <summary>
/// Hosts the engine of a space, so that the commands of all nodes meet in one queue. It is reentrant and only enqueues. That there is one of it is
/// what makes it quick; the condition of each append is what makes it right. Spaces are spread over the silos by their names: evenly, however few are busy.
/// </summary>
[Reentrant]
[HashBasedPlacement]
[GrainType("space")]
internal sealed class SafeSpaceGrain(IGrainContext context, IEventLog log, DecisionClock clock, SpaceReadModel readModel, ServiceHealth health) : Grain, ISafeSpaceGrain
{
    private readonly SpaceEngine _engine = EngineOf(new SpaceId(context.GrainId.Key.ToString()![SpaceId.StreamPrefix.Length..]), log, clock, readModel);

    public async Task<Parcel> ExecuteAsync(Parcel request)
    {
        SpaceRequest command;
        try
        {
            command = request.Open<SpaceRequest>();
        }
        catch (JsonException)
        {
            return Parcel.Of(SpaceReply.NotUnderstood);
        }

        // Whoever asks may reach what this silo can't, and decides then. It need not wait until this one has tried.
        if (health.LogFault() is { } fault)
            return Parcel.Of(new SpaceReply(null, ReplyFault.NotDecided, fault));
        var reply = await SpaceReply.OfAsync(_engine.ExecuteAsync(command));

        // While the cluster finds out who is in it there may be another grain of this space. By the next command there is one again.
        if (_engine.MetAnother)
            DeactivateOnIdle();
        return Parcel.Of(reply);
    }

    private static SpaceEngine EngineOf(SpaceId space, IEventLog log, DecisionClock clock, SpaceReadModel readModel) =>
        new(space, log, clock, () => readModel.StateOf(space));
}
