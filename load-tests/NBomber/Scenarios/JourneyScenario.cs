using Google.Protobuf.WellKnownTypes;
using NBomber.Contracts;
using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.LoadTests.Scenarios;

/// <summary>A crew finds a space, keeps a place and brings somebody, who leaves again. Its steps are what is measured: the rest is waiting.</summary>
internal sealed class JourneyScenario(DemoService service, Draw draw)
{
    // Minutes and hours, shortened so that in a run of a minute places fill up and come free.
    private static readonly TimeSpan Drive = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Stay = TimeSpan.FromSeconds(3);

    private const int NotNeededPercent = 15;
    private const int LatePercent = 30;
    private const int LateMinutes = 10;
    private const int HandoverMinutes = 6;

    // Crews do not all take the nearest.
    private const int OptionsConsidered = 3;

    public async Task<IResponse> RunAsync(IScenarioContext context)
    {
        var turn = new Turn(context);
        var incident = Incident.From(draw);
        var found = await turn.CallAsync("find", async () => await service.Crews.FindSpacesAsync(incident.Search(), service.AsCrew()), SearchScenario.Meaning);
        if (found is { Options.Count: > 0 })
            await HoldAsync(turn, incident, draw.OneOf([.. found.Options.Take(OptionsConsidered)]));
        return turn.End();
    }

    private async Task HoldAsync(Turn turn, Incident incident, SpaceOption option)
    {
        var request = incident.Hold(option.SpaceId, option.Eta, NewId());
        var kept = await turn.CallAsync("hold", async () => await service.Crews.HoldPlaceAsync(request, service.AsCrew()), Meaning);
        if (kept?.Placed is { } placed)
            await DriveAsync(turn, placed);
        else if (kept?.Requested is { } requested)
            await ReleaseAsync(turn, requested);
    }

    private async Task DriveAsync(Turn turn, Hold hold)
    {
        await Task.Delay(Drive, TimeProvider.System);
        if (draw.InPercent(LatePercent))
            await ExtendAsync(turn, hold);
        if (draw.InPercent(NotNeededPercent))
            await ReleaseAsync(turn, hold);
        else if (await ArriveAsync(turn, hold))
            await LeaveAsync(turn, hold.SpaceId);
    }

    private async Task ExtendAsync(Turn turn, Hold hold)
    {
        var later = Timestamp.FromDateTimeOffset(hold.Eta.ToDateTimeOffset().AddMinutes(LateMinutes));
        var request = new ExtendHoldRequest { CommandId = NewId(), SpaceId = hold.SpaceId, HoldId = hold.HoldId, Eta = later };
        await turn.CallAsync(
            "extend",
            async () => await service.Crews.ExtendHoldAsync(request, service.AsCrew()),
            answer => answer.Rejected is { } rejected ? Turn.Rejected(rejected) : "EXTENDED");
    }

    private async Task ReleaseAsync(Turn turn, Hold hold)
    {
        var request = new ReleaseHoldRequest { CommandId = NewId(), SpaceId = hold.SpaceId, HoldId = hold.HoldId };
        await turn.CallAsync(
            "release",
            async () => await service.Crews.ReleaseHoldAsync(request, service.AsCrew()),
            answer => answer.Rejected is { } rejected ? Turn.Rejected(rejected) : "RELEASED");
    }

    private async Task<bool> ArriveAsync(Turn turn, Hold hold)
    {
        var request = new ConfirmArrivalRequest { CommandId = NewId(), SpaceId = hold.SpaceId, HoldId = hold.HoldId, HandoverMinutes = HandoverMinutes };
        var answer = await turn.CallAsync(
            "arrive",
            async () => await service.Crews.ConfirmArrivalAsync(request, service.AsCrew()),
            answer => answer.Rejected is { } rejected ? Turn.Rejected(rejected) : "ARRIVED");
        return answer?.Arrived is not null;
    }

    private async Task LeaveAsync(Turn turn, string space)
    {
        await Task.Delay(Stay, TimeProvider.System);
        var request = new RecordDepartureRequest { CommandId = NewId(), SpaceId = space, OnwardRoute = OnwardRoute.Home };

        // With the first at a space its staff get their token.
        await turn.CallAsync("leave", async () => await service.Staff.RecordDepartureAsync(request, await service.AsStaffAsync(space)), _ => "RECORDED");
    }

    private static string Meaning(HoldPlaceResponse answer) =>
        answer.Rejected is { } rejected ? Turn.Rejected(rejected) : answer.Requested is null ? "PLACED" : "REQUESTED";

    private static string NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();
}
