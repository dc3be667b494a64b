using System.Collections.Frozen;
using Google.Protobuf.Collections;
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
    private const int AreasMost = 50;

    private readonly FrozenSet<string> _codes = region.CouncilAreas.Select(area => area.Code).ToFrozenSet(StringComparer.Ordinal);

    public override Task<GetAreaTotalsResponse> GetAreaTotals(GetAreaTotalsRequest request, ServerCallContext context)
    {
        var check = runner.Check();
        var asked = Asked(request.AreaCodes, check);
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

    private HashSet<string> Asked(RepeatedField<string> codes, RequestCheck check)
    {
        var asked = new HashSet<string>(StringComparer.Ordinal);
        if (codes.Count > AreasMost)
            check.Break("area_codes", $"must have at most {AreasMost} areas; it has {codes.Count}");
        for (var i = 0; i < Math.Min(AreasMost, codes.Count); i++)
        {
            if (!_codes.Contains(codes[i]))
                check.Break($"area_codes[{i}]", "is not the code of a council area, such as S12000049");
            else if (!asked.Add(codes[i]))
                check.Break($"area_codes[{i}]", "must name each area at most once");
        }

        return asked;
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
