using Grpc.Core;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Domain.Privacy;
using SafeSpaceCapacity.Service.Access;
using SafeSpaceCapacity.Service.ReadModel;
using SafeSpaceCapacity.Service.Region;
using Totals = SafeSpaceCapacity.Service.Planning.AreaTotals;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>What planners see. See <c>planner_service.proto</c>.</summary>
internal sealed class PlannerGrpcService(CommandRunner runner, SpaceReadModel readModel, RegionData region) : PlannerService.PlannerServiceBase
{
    public override Task<GetAreaTotalsResponse> GetAreaTotals(GetAreaTotalsRequest request, ServerCallContext context)
    {
        var check = runner.Check();
        var asked = check.Areas(request.AreaCodes, region);
        check.ThrowIfBroken();
        var notes = CallNotes.Of(context);
        var granted = notes.Grant!.Areas;
        if (!asked.IsSubsetOf(granted))
            throw new RpcException(new Status(StatusCode.PermissionDenied, "area_codes: not all are areas of the token"));

        // Areas of the token that do not exist are none of the grant's.
        var whole = region.CouncilAreas.Where(area => granted.Contains(area.Code)).OrderBy(area => area.Code, StringComparer.Ordinal).ToList();
        var areas = asked.Count == 0 ? whole : whole.FindAll(area => asked.Contains(area.Code));
        notes.Area = string.Join(' ', areas.Select(area => area.Code));
        var root = readModel.Root;
        var totals = Totals.Of(root, areas, readModel.Now());
        var response = new GetAreaTotalsResponse { ReadModel = ContractMap.ToContract(readModel.LagOf(root)) };
        foreach (var area in areas)
        {
            response.Areas.Add(new GetAreaTotalsResponse.Types.Area
            {
                AreaCode = area.Code,
                Name = area.Name,
                Totals = ToContract(totals[area.Code], SmallNumbers.Of(totals[area.Code].People)),
            });
        }

        response.Together = ToContract(
            totals.Values.Aggregate(Totals.None, (sum, area) => sum.Plus(area)),
            SmallNumbers.Together([.. totals.Values.Select(area => area.People)], areas.Count == whole.Count));
        return Task.FromResult(response);
    }

    private static AreaTotals ToContract(Totals from, ShownCounts shown) => new()
    {
        Spaces = from.Spaces,
        Open = from.Open,
        Unconfirmed = from.Unconfirmed,
        Places = from.Places,
        SafeCapacity = from.People.SafeCapacity,
        Occupied = ToContract(from.People.Occupied, shown.Occupied),
        Held = ToContract(from.People.Held, shown.Held),
        Available = ToContract(from.People.Available, shown.Available),
    };

    private static SuppressibleCount ToContract(int count, bool shown) => shown ? new() { Count = count } : new() { Suppressed = true };
}
