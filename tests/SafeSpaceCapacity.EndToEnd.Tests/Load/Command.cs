using Google.Protobuf;
using Grpc.Core;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;

namespace SafeSpaceCapacity.EndToEnd.Tests.Load;

/// <summary>A write with its own command id. It can be sent again, and is then the very same bytes.</summary>
internal sealed class Command(string space, string? holdId, IMessage request)
{
    public string Space { get; } = space;

    /// <summary>The hold that it places or ends.</summary>
    public string? HoldId { get; } = holdId;

    public IMessage Request { get; } = request;

    /// <summary>What the server answered; null while it has not.</summary>
    public IMessage? Answer { get; set; }

    public static Command Hold(string space, Guid id) => new(space, id.ToString(), Crew.HoldAt(space, id));

    public static Command Release(string space, Guid id, string hold) =>
        new(space, hold, new ReleaseHoldRequest { CommandId = id.ToString(), SpaceId = space, HoldId = hold });

    public static Command Arrive(string space, Guid id, string hold) =>
        new(space, hold, new ConfirmArrivalRequest { CommandId = id.ToString(), SpaceId = space, HoldId = hold, HandoverMinutes = 3 });

    public static Command WalkIn(string space, Guid id) =>
        new(space, null, new RecordArrivalRequest { CommandId = id.ToString(), SpaceId = space });

    public static Command Depart(string space, Guid id) =>
        new(space, null, new RecordDepartureRequest { CommandId = id.ToString(), SpaceId = space });

    public static Command Count(string space, Guid id, int occupied) =>
        new(space, null, new RecordCountRequest { CommandId = id.ToString(), SpaceId = space, Occupied = occupied });

    /// <summary>The space's numbers as this answer gives them.</summary>
    public static Availability NumbersOf(IMessage answer) => answer switch
    {
        HoldPlaceResponse hold => hold.Availability,
        ReleaseHoldResponse release => release.Availability,
        ConfirmArrivalResponse arrival => arrival.Availability,
        RecordArrivalResponse walkIn => walkIn.Availability,
        RecordDepartureResponse departure => departure.Availability,
        RecordCountResponse count => count.Availability,
        _ => throw new ArgumentOutOfRangeException(nameof(answer), answer, "no such answer"),
    };

    public Task<IMessage> SendAsync(Crew crew) => SendAsync(crew, Crew.Options);

    public async Task<IMessage> SendAsync(Crew crew, CallOptions options)
    {
        return Request switch
        {
            HoldPlaceRequest hold => await crew.Calls.HoldPlaceAsync(hold, options),
            ReleaseHoldRequest release => await crew.Calls.ReleaseHoldAsync(release, options),
            ConfirmArrivalRequest arrival => await crew.Calls.ConfirmArrivalAsync(arrival, options),
            RecordArrivalRequest walkIn => await crew.Staff.RecordArrivalAsync(walkIn, options),
            RecordDepartureRequest departure => await crew.Staff.RecordDepartureAsync(departure, options),
            RecordCountRequest count => await crew.Staff.RecordCountAsync(count, options),
            _ => throw new InvalidOperationException($"no such request: {Request}"),
        };
    }

    public override string ToString() => $"{Request.Descriptor.Name} {Request} answered {Answer?.ToString() ?? "(not)"}";
}
