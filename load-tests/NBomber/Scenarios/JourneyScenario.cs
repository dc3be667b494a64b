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
        var options = await service.AsCrewAsync();
        var found = await turn.CallAsync("find", async () => await service.Crews.FindSpacesAsync(incident.Search(), options), SearchScenario.Meaning);
        if (found is null || found.Options.Count == 0)
            return turn.End("NOWHERE");

        var option = draw.OneOf([.. found.Options.Take(OptionsConsidered)]);
        var request = incident.Hold(option.SpaceId, option.Eta, NewId());
        options = await service.AsCrewAsync();
        var kept = await turn.CallAsync("hold", async () => await service.Crews.HoldPlaceAsync(request, options), Meaning);
        return kept switch
        {
            { Placed: { } hold } => await DriveAsync(turn, hold),
            { Requested: { } hold } => await ReleaseAsync(turn, hold, "NOT_WAITED_FOR"),
            { Rejected: not null } => turn.End("NO_PLACE"),
            _ => turn.End(string.Empty),
        };
    }

    private async Task<IResponse> DriveAsync(Turn turn, Hold hold)
    {
        await Task.Delay(Drive, TimeProvider.System);
        if (draw.InPercent(LatePercent))
            await ExtendAsync(turn, hold);
        return draw.InPercent(NotNeededPercent) ? await ReleaseAsync(turn, hold, "RELEASED") : await ArriveAsync(turn, hold);
    }

    private async Task ExtendAsync(Turn turn, Hold hold)
    {
        var later = Timestamp.FromDateTimeOffset(hold.Eta.ToDateTimeOffset().AddMinutes(LateMinutes));
        var request = new ExtendHoldRequest { CommandId = NewId(), SpaceId = hold.SpaceId, HoldId = hold.HoldId, Eta = later };
        var options = await service.AsCrewAsync();
        await turn.CallAsync(
            "extend",
            async () => await service.Crews.ExtendHoldAsync(request, options),
            answer => answer.Rejected is { } rejected ? Turn.Rejected(rejected) : "EXTENDED");
    }

    private async Task<IResponse> ReleaseAsync(Turn turn, Hold hold, string outcome)
    {
        var request = new ReleaseHoldRequest { CommandId = NewId(), SpaceId = hold.SpaceId, HoldId = hold.HoldId };
        var options = await service.AsCrewAsync();
        await turn.CallAsync(
            "release",
            async () => await service.Crews.ReleaseHoldAsync(request, options),
            answer => answer.Rejected is { } rejected ? Turn.Rejected(rejected) : "RELEASED");
        return turn.End(outcome);
    }

    private async Task<IResponse> ArriveAsync(Turn turn, Hold hold)
    {
        var arrival = new ConfirmArrivalRequest { CommandId = NewId(), SpaceId = hold.SpaceId, HoldId = hold.HoldId, HandoverMinutes = HandoverMinutes };
        var options = await service.AsCrewAsync();
        var arrived = await turn.CallAsync(
            "arrive",
            async () => await service.Crews.ConfirmArrivalAsync(arrival, options),
            answer => answer.Rejected is { } rejected ? Turn.Rejected(rejected) : "ARRIVED");
        if (arrived?.Arrived is null)
            return turn.End("NOT_ARRIVED");

        await Task.Delay(Stay, TimeProvider.System);
        var departure = new RecordDepartureRequest { CommandId = NewId(), SpaceId = hold.SpaceId, OnwardRoute = OnwardRoute.Home };
        var asStaff = await service.AsStaffAsync(hold.SpaceId);
        await turn.CallAsync("leave", async () => await service.Staff.RecordDepartureAsync(departure, asStaff), _ => "RECORDED");
        return turn.End("ARRIVED");
    }

    private static string Meaning(HoldPlaceResponse answer) =>
        answer.Rejected is { } rejected ? Turn.Rejected(rejected) : answer.Requested is null ? "PLACED" : "REQUESTED";

    private static string NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();
}
