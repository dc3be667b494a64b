using System.Text.RegularExpressions;
using Grpc.Core;
using NodaTime;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Domain.Search;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Travel;
using SafeSpaceCapacity.Service.Access;
using SafeSpaceCapacity.Service.Demand;
using SafeSpaceCapacity.Service.Engine;
using SafeSpaceCapacity.Service.Planning;
using SafeSpaceCapacity.Service.ReadModel;
using SafeSpaceCapacity.Service.Search;
using Commands = SafeSpaceCapacity.Domain.Spaces;
using DomainMode = SafeSpaceCapacity.Domain.Travel.TravelMode;
using TravelMode = SafeSpaceCapacity.Contract.V1.TravelMode;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>What crews ask. See <c>crew_service.proto</c>.</summary>
internal sealed partial class CrewGrpcService(
    CommandRunner runner, SpaceReadModel readModel, ServiceHealth health, TravelModel model, OriginResolver origins, SpaceFinder finder, NextSteps nextSteps, NeedLog needLog,
    HourlyHistory history, TimeProvider time)
    : CrewService.CrewServiceBase
{
    private const int TravelMinutesDefault = 120;
    private const int LimitDefault = 5;

    public override async Task<FindSpacesResponse> FindSpaces(FindSpacesRequest request, ServerCallContext context)
    {
        // The root first, then the time: nothing in it is later than now.
        var root = readModel.Root;
        var check = runner.Check();
        var origin = origins.Resolve(request.Origin, check);
        var asked = check.Needs(request.Needs) | check.Age(request.AgeBand) | check.Legal(request.LegalStatus);
        var mode = ModeOf(request.TravelMode, check);
        var minutesMax = check.Number(
            request.HasTravelMinutesMax, request.TravelMinutesMax, "travel_minutes_max", 1, SpaceSearch.TravelMinutesCap, TravelMinutesDefault);
        var limit = check.Number(request.HasLimit, request.Limit, "limit", 2, 20, LimitDefault);
        var depart = check.Time(
            request.DepartAt, "depart_at", Duration.FromMinutes(2), Duration.FromHours(24), "must not be in the past and at most 24 hours ahead");
        var need = check.OptionalUuid(request.NeedId, "need_id");
        check.ThrowIfBroken();
        CallNotes.Of(context).Area = origin!.AreaCode;
        var departAt = Instant.Max(depart ?? check.Now, check.Now);
        var question = new SearchQuestion(origin.Site.Point, asked, check.Now, departAt, minutesMax, limit);
        var found = await finder.FindAsync(root, origin, mode, question, context.CancellationToken);

        // Who needs physical care first does not need a safe space now.
        if (need is { } id && !asked.HasFlag(Needs.UrgentPhysical))
            needLog.Record(Domain.Demand.Need.Searched(id, origin.AreaCode, check.Now, asked, offered: found.Answer.Options.Length > 0));
        return FindAnswer.Of(found, nextSteps.For(found, question, mode), origin, mode, question, readModel.LagOf(root), health.LogFault() is not null);
    }

    public override async Task WatchSpaces(WatchSpacesRequest request, IServerStreamWriter<WatchSpacesResponse> responseStream, ServerCallContext context)
    {
        var check = runner.Check();
        var mode = ModeOf(request.TravelMode, check);
        var needs = check.Needs(request.Needs);
        var minutesMax = check.Number(
            request.HasTravelMinutesMax, request.TravelMinutesMax, "travel_minutes_max", 1, SpaceSearch.TravelMinutesCap, 60);
        var heartbeat = check.Number(request.HasHeartbeatSeconds, request.HeartbeatSeconds, "heartbeat_seconds", 1, 60, 10);
        if (request.SpaceIds.Count > SpaceWatch.Limit)
            check.Break("space_ids", $"must have at most {SpaceWatch.Limit} ids");
        var ids = request.SpaceIds.Take(SpaceWatch.Limit).Select((id, i) => check.Space(id, $"space_ids[{i}]")).ToList();
        var origin = request.SpaceIds.Count == 0 || request.Origin is not null ? origins.Resolve(request.Origin, check) : null;
        check.ThrowIfBroken();
        var notes = CallNotes.Of(context);
        notes.Area = origin?.AreaCode;
        using var listener = readModel.Listen();
        var root = readModel.Root;
        foreach (var id in ids)
        {
            if (root.Find(id) is null)
                throw CommandRunner.NotFound(id);
        }

        var travel = origin is null ? null : model.From(origin.Site, mode, check.Now);
        var watch = new SpaceWatch(readModel, travel, mode, needs, minutesMax, ids);
        await WatchLoop.RunAsync(
            responseStream, context, listener, TimeSpan.FromSeconds(heartbeat), health, time, watch.Snapshot(root), watch.Heartbeat, watch.Changes);
    }

    public override async Task<HoldPlaceResponse> HoldPlace(HoldPlaceRequest request, ServerCallContext context)
    {
        var check = runner.CheckCommand();
        var command = check.Uuid(request.CommandId, "command_id");
        var space = check.Space(request.SpaceId);
        var eta = check.Eta(request.Eta);
        var asked = check.Needs(request.Needs) | check.Age(request.AgeBand) | check.Legal(request.LegalStatus);
        var need = check.OptionalUuid(request.NeedId, "need_id") ?? command;
        if (request.CallSign.Length > 0 && !CallSignForm().IsMatch(request.CallSign))
            check.Break("call_sign", "must be 2 to 20 letters, digits, spaces or hyphens");
        check.ThrowIfBroken();
        bool? agreed = request.HasPersonAgreed ? request.PersonAgreed : null;
        var answer = await runner.RunAsync(
            request, context, space, command, new Commands.HoldPlace(default, command, need, eta, asked, agreed, request.CallSign), need);
        var (rejected, numbers) = Read(answer, space);
        var response = new HoldPlaceResponse { Availability = numbers };
        var known = (await readModel.KnownAsync(space))?.State.Details;
        if (known is not null && answer.Outcome is Rejected { Reason.Code: var code } && IsUnmet(code))
            needLog.Record(Domain.Demand.Need.Rejected(need, history.AreaOf(known), check.Now, asked));
        if (known?.At(eta) is { } details)
        {
            response.Telephone = details.Telephone;
            response.Entrance = details.Entrance;
            response.AccessNote = details.AccessNote;
        }

        if (rejected is not null)
            response.Rejected = rejected;
        else if (ContractMap.HoldOf(answer, space) is { Status: HoldStatus.Requested } requested)
            response.Requested = requested;
        else
            response.Placed = ContractMap.HoldOf(answer, space);
        return response;
    }

    public override Task<GetHoldResponse> GetHold(GetHoldRequest request, ServerCallContext context)
    {
        // The root first, then the time, as in every read.
        var root = readModel.Root;
        var check = runner.Check();
        var space = check.Space(request.SpaceId);
        var id = check.Uuid(request.HoldId, "hold_id");
        check.ThrowIfBroken();
        if (root.Find(space) is not { } record)
            throw CommandRunner.NotFound(space);
        if (record.State.FindHold(id) is not { } hold)
            throw new RpcException(new Status(StatusCode.NotFound, $"hold_id: no such hold at '{space}' in the last two days"));
        return Task.FromResult(new GetHoldResponse
        {
            Hold = ContractMap.ToContract(hold, space, check.Now),
            Availability = ContractMap.ToContract(record.At(check.Now), record.Details.Hours.Zone),
            ReadModel = ContractMap.ToContract(readModel.LagOf(root)),
        });
    }

    public override async Task<ExtendHoldResponse> ExtendHold(ExtendHoldRequest request, ServerCallContext context)
    {
        var check = runner.CheckCommand();
        var command = check.Uuid(request.CommandId, "command_id");
        var space = check.Space(request.SpaceId);
        var hold = check.Uuid(request.HoldId, "hold_id");
        var eta = check.Eta(request.Eta);
        check.ThrowIfBroken();
        var answer = await runner.RunAsync(request, context, space, command, new Commands.ExtendHold(default, hold, eta));
        var (rejected, numbers) = Read(answer, space);
        var response = new ExtendHoldResponse { Availability = numbers };
        if (rejected is not null)
            response.Rejected = rejected;
        else
            response.Extended = ContractMap.HoldOf(answer, space);
        return response;
    }

    public override async Task<ReleaseHoldResponse> ReleaseHold(ReleaseHoldRequest request, ServerCallContext context)
    {
        var check = runner.CheckCommand();
        var command = check.Uuid(request.CommandId, "command_id");
        var space = check.Space(request.SpaceId);
        var hold = check.Uuid(request.HoldId, "hold_id");
        check.ThrowIfBroken();
        var answer = await runner.RunAsync(request, context, space, command, new Commands.ReleaseHold(default, hold));
        var (rejected, numbers) = Read(answer, space);
        var response = new ReleaseHoldResponse { Availability = numbers };
        if (rejected is not null)
            response.Rejected = rejected;
        else
            response.Released = ContractMap.HoldOf(answer, space);
        return response;
    }

    public override async Task<ConfirmArrivalResponse> ConfirmArrival(ConfirmArrivalRequest request, ServerCallContext context)
    {
        var check = runner.CheckCommand();
        var command = check.Uuid(request.CommandId, "command_id");
        var space = check.Space(request.SpaceId);
        var hold = check.OptionalUuid(request.HoldId, "hold_id");
        var handover = check.Number(request.HasHandoverMinutes, request.HandoverMinutes, "handover_minutes", 0, 1440, -1);
        var observed = check.Observed(request.ObservedAt);
        check.ThrowIfBroken();
        var answer = await runner.RunAsync(
            request, context, space, command, new Commands.RecordArrival(default, hold, handover < 0 ? null : handover, observed, ByStaff: false));
        var (rejected, numbers) = Read(answer, space);
        var response = new ConfirmArrivalResponse { Availability = numbers };
        if (rejected is not null)
            response.Rejected = rejected;
        else if (answer.Outcome is ArrivalCounted counted)
            response.Arrived = new Arrival { AlreadyReported = counted.AlreadyReported, OverSafeCapacity = counted.OverSafeCapacity };
        return response;
    }

    public override async Task<ReportRefusedResponse> ReportRefused(ReportRefusedRequest request, ServerCallContext context)
    {
        var check = runner.CheckCommand();
        var command = check.Uuid(request.CommandId, "command_id");
        var space = check.Space(request.SpaceId);
        var hold = check.OptionalUuid(request.HoldId, "hold_id");
        var reason = check.Code(request.Reason, "reason");
        var need = check.OptionalUuid(request.NeedId, "need_id");
        var observed = check.Observed(request.ObservedAt);
        check.ThrowIfBroken();
        var answer = await runner.RunAsync(
            request, context, space, command, new Commands.ReportRefused(default, hold, need, (Domain.Holds.RefusalReason)reason, observed), need);
        return new ReportRefusedResponse { Recorded = new(), Availability = Read(answer, space).Numbers };
    }

    // Not what the crew could have asked otherwise, or has.
    private static bool IsUnmet(Domain.Spaces.RejectionCode code) => code is
        Domain.Spaces.RejectionCode.NoSafeCapacity or Domain.Spaces.RejectionCode.OutsideHours or Domain.Spaces.RejectionCode.ClosesBeforeArrival or Domain.Spaces.RejectionCode.Paused
        or Domain.Spaces.RejectionCode.NeedsNotMet or Domain.Spaces.RejectionCode.NotDesignated or Domain.Spaces.RejectionCode.TooManyRequests or Domain.Spaces.RejectionCode.Retired;

    private static DomainMode ModeOf(TravelMode mode, RequestCheck check) =>
        mode == TravelMode.Unspecified ? DomainMode.Driving : (DomainMode)check.Code(mode, "travel_mode");

    private (Contract.V1.Rejection? Rejected, Contract.V1.Availability Numbers) Read(SpaceAnswer answer, SpaceId space) =>
        ContractMap.Read(answer, runner.ZoneOf(space));

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9 -]{1,19}\\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex CallSignForm();
}
