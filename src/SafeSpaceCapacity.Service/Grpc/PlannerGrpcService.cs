using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using NodaTime;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Domain.Privacy;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Service.Access;
using SafeSpaceCapacity.Service.Imports;
using SafeSpaceCapacity.Service.Planning;
using SafeSpaceCapacity.Service.ReadModel;
using SafeSpaceCapacity.Service.Region;
using AreaTotals = SafeSpaceCapacity.Contract.V1.AreaTotals;
using Status = Grpc.Core.Status;
using Totals = SafeSpaceCapacity.Service.Planning.AreaTotals;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>What planners see. See <c>planner_service.proto</c>.</summary>
internal sealed class PlannerGrpcService(
    CommandRunner runner, SpaceReadModel readModel, HourlyHistory history, ImportedGazetteers gazetteers, IEventLog log, RegionData region, ServiceHealth health,
    TimeProvider time)
    : PlannerService.PlannerServiceBase
{
    private const int HoursMost = 1000;
    private const int HoursDefault = 200;
    private static readonly Duration RangeMost = Duration.FromDays(31);

    // A look at all spaces and at most one message in this time for each planner, however much happens. Who plans needs no faster.
    private static readonly TimeSpan WatchGap = TimeSpan.FromSeconds(1);

    public override Task<GetAreaTotalsResponse> GetAreaTotals(GetAreaTotalsRequest request, ServerCallContext context)
    {
        var check = runner.Check();
        var asked = check.Areas(request.AreaCodes, region);
        check.ThrowIfBroken();
        var (areas, whole) = Granted(asked, CallNotes.Of(context));
        var root = readModel.Root;
        var response = TotalsOf(root, readModel.Now(), areas, areas.Count == whole.Count);
        response.ReadModel = ContractMap.ToContract(readModel.LagOf(root));
        return Task.FromResult(response);
    }

    public override async Task WatchAreaTotals(
        WatchAreaTotalsRequest request, IServerStreamWriter<WatchAreaTotalsResponse> responseStream, ServerCallContext context)
    {
        var check = runner.Check();
        var asked = check.Areas(request.AreaCodes, region);
        var heartbeat = check.Number(request.HasHeartbeatSeconds, request.HeartbeatSeconds, "heartbeat_seconds", 1, 60, 10);
        check.ThrowIfBroken();
        var (areas, whole) = Granted(asked, CallNotes.Of(context));
        using var listener = readModel.Listen();
        GetAreaTotalsResponse? told = null;
        await WatchLoop.RunAsync(
            responseStream, context, listener, TimeSpan.FromSeconds(heartbeat), health, time, Look(), Look, changed => changed.Count > 0 && Look() is { Totals: not null } look ? [look] : [],
            WatchGap);

        // With the totals, where they are others than those that were told.
        WatchAreaTotalsResponse Look()
        {
            var root = readModel.Root;
            var now = readModel.Now();
            var totals = TotalsOf(root, now, areas, areas.Count == whole.Count);
            return new WatchAreaTotalsResponse
            {
                Totals = totals.Equals(told) ? null : told = totals,
                AsOf = ContractMap.Stamp(now),
                ReadModel = ContractMap.ToContract(readModel.LagOf(root)),
            };
        }
    }

    private static GetAreaTotalsResponse TotalsOf(ReadRoot root, Instant at, List<CouncilArea> areas, bool whole)
    {
        var totals = Totals.Of(root, areas, at);
        var spaces = root.Spaces.Values.Select(record => record.State.Details!).ToLookup(details => details.CouncilArea, StringComparer.Ordinal);
        var response = new GetAreaTotalsResponse();
        foreach (var area in areas)
        {
            response.Areas.Add(new GetAreaTotalsResponse.Types.Area
            {
                AreaCode = area.Code,
                Name = area.Name,
                Totals = ToContract(totals[area.Code], SmallNumbers.Of(totals[area.Code].People)),
                Centre = ContractMap.ToContract(area.Centroid),
                Population = area.Population,
                Spaces =
                {
                    spaces[area.Name].OrderBy(details => details.Name, StringComparer.Ordinal)
                        .Select(details => new GetAreaTotalsResponse.Types.SpaceName { SpaceId = details.Id.Value, Name = details.Name, Demo = details.Demo }),
                },
            });
        }

        response.Together = ToContract(
            totals.Values.Aggregate(Totals.None, (sum, area) => sum.Plus(area)),
            SmallNumbers.Together([.. totals.Values.Select(area => area.People)], whole));
        return response;
    }

    public override Task<GetHourlyTotalsResponse> GetHourlyTotals(GetHourlyTotalsRequest request, ServerCallContext context)
    {
        var check = runner.Check();
        var asked = check.Areas(request.AreaCodes, region);
        var (from, until) = Range(request.From, request.Until, check);
        var size = check.Number(request.HasPageSize, request.PageSize, "page_size", 1, HoursMost, HoursDefault);
        var after = After(request.PageToken, check);
        check.ThrowIfBroken();
        var (areas, _) = Granted(asked, CallNotes.Of(context));
        var root = readModel.Root;
        var reader = new HourlyReader(history, root, areas.Select(area => area.Code).ToHashSet(StringComparer.Ordinal), from, until);
        var response = new GetHourlyTotalsResponse { KeptFrom = KeptFrom(history.Kept.AreaDays), ReadModel = ContractMap.ToContract(readModel.LagOf(root)) };
        response.Areas.Add(areas.Select(area => new GetHourlyTotalsResponse.Types.Area { AreaCode = area.Code, Name = area.Name }));
        foreach (var (area, hour) in areas.SelectMany(area => reader.Hours().Select(hour => (area.Code, hour))))
        {
            if (after.IsBefore(area, hour))
            {
                if (response.Hours.Count == size)
                {
                    response.NextPageToken = HourPage.Token(log.Epoch, after);
                    break;
                }

                if (reader.OfArea(area, hour) is { } found)
                    response.Hours.Add(HourlyMap.ToContract(found));
                if (reader.DayEndingWith(area, hour) is { } day)
                    response.Days.Add(HourlyMap.ToContract(day));
                after = new HourPage(area, hour);
            }
        }

        return Task.FromResult(response);
    }

    public override async Task<GetSpaceHistoryResponse> GetSpaceHistory(GetSpaceHistoryRequest request, ServerCallContext context)
    {
        var check = runner.Check();
        var id = check.Space(request.SpaceId);
        var (from, until) = Range(request.From, request.Until, check);
        var size = check.Number(request.HasPageSize, request.PageSize, "page_size", 1, HoursMost, HoursDefault);
        var after = After(request.PageToken, check);
        check.ThrowIfBroken();
        if (await readModel.KnownAsync(id) is not { } known)
            throw CommandRunner.NotFound(id);
        var notes = CallNotes.Of(context);
        var granted = notes.Grant!.Areas;
        var now = history.AreaOf(known.Details);
        notes.Area = now;
        if (!granted.Contains(now))
            throw new RpcException(new Status(StatusCode.PermissionDenied, $"space_id: '{id}' is in no area that this account plans for"));

        // It may have been in another of them before.
        var areas = region.CouncilAreas.Select(area => area.Code).Where(granted.Contains).Order(StringComparer.Ordinal).ToList();
        var root = readModel.Root;
        var reader = new HourlyReader(history, root, new HashSet<string>(StringComparer.Ordinal) { now }, from, until);
        var response = new GetSpaceHistoryResponse
        {
            SpaceId = id.Value,
            Name = known.Details.Name,
            KeptFrom = KeptFrom(history.Kept.SpaceDays),
            ReadModel = ContractMap.ToContract(readModel.LagOf(root)),
        };
        foreach (var hour in reader.Hours())
        {
            if (!after.IsBefore(string.Empty, hour))
                continue;
            if (response.Hours.Count == size)
            {
                response.NextPageToken = HourPage.Token(log.Epoch, after);
                break;
            }

            foreach (var area in areas)
            {
                if (reader.OfSpace(area, id.Value, hour) is { } found)
                    response.Hours.Add(HourlyMap.ToContract(found, reader.Happenings(area, id.Value, hour)));
            }

            after = new HourPage(string.Empty, hour);
        }

        return response;
    }

    public override Task<GetBoundariesResponse> GetBoundaries(GetBoundariesRequest request, ServerCallContext context)
    {
        var check = runner.Check();
        var asked = check.Areas(request.AreaCodes, region);
        check.ThrowIfBroken();
        var codes = Granted(asked, CallNotes.Of(context)).Areas.Select(area => area.Code).ToHashSet(StringComparer.Ordinal);
        var response = new GetBoundariesResponse();
        foreach (var area in gazetteers.Current.Boundaries.Where(area => codes.Contains(area.Code)).OrderBy(area => area.Code, StringComparer.Ordinal))
        {
            response.Areas.Add(new GetBoundariesResponse.Types.Area
            {
                AreaCode = area.Code,
                Rings =
                {
                    area.Rings.Select(ring => new GetBoundariesResponse.Types.Ring
                    {
                        Latitudes = { ring.Select(point => TenThousandths(point.Latitude)) }, Longitudes = { ring.Select(point => TenThousandths(point.Longitude)) },
                    }),
                },
            });
        }

        return Task.FromResult(response);

        static int TenThousandths(double degrees) => (int)Math.Round(degrees * 10_000);
    }

    private Timestamp KeptFrom(int days) =>
        ContractMap.Stamp(Instant.FromUnixTimeSeconds(0) + Duration.FromDays(HourSheet.DayOf(readModel.Now().ToUnixTimeSeconds()) - days + 1));

    private (List<CouncilArea> Areas, List<CouncilArea> Whole) Granted(IReadOnlySet<string> asked, CallNotes notes)
    {
        var granted = notes.Grant!.Areas;
        if (!asked.IsSubsetOf(granted))
            throw new RpcException(new Status(StatusCode.PermissionDenied, "area_codes: not all are areas of the token"));

        // Areas of the token that do not exist are none of the grant's.
        var whole = region.CouncilAreas.Where(area => granted.Contains(area.Code)).OrderBy(area => area.Code, StringComparer.Ordinal).ToList();
        var areas = asked.Count == 0 ? whole : whole.FindAll(area => asked.Contains(area.Code));
        notes.Area = string.Join(' ', areas.Select(area => area.Code));
        return (areas, whole);
    }

    // Hours that are not over yet would tell of every arrival as it comes.
    private static (Instant From, Instant Until) Range(Timestamp? from, Timestamp? until, RequestCheck check)
    {
        var starts = check.AnyTime(from, "from");
        var ends = check.AnyTime(until, "until");
        if (from is null)
            check.Break("from", "is required: the first hour asked about");
        if (until is null)
            check.Break("until", "is required: at most 31 days after from");
        if (starts is not { } first || ends is not { } last)
            return default;
        if (last <= first)
            check.Break("until", "must be after from");
        else if (last - first > RangeMost)
            check.Break("until", "must be at most 31 days after from");
        return (first, Instant.Min(last, check.Now));
    }

    private HourPage After(string token, RequestCheck check)
    {
        if (HourPage.Read(check.Text(token, "page_token", 200), log.Epoch) is { } page)
            return page;
        check.Break("page_token", "is not one that this service gave out");
        return default;
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
