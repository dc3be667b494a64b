using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using NodaTime;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Service.Engine;
using SafeSpaceCapacity.Service.ReadModel;
using Commands = SafeSpaceCapacity.Domain.Spaces;
using DomainRole = SafeSpaceCapacity.Domain.Staffing.StaffRole;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>How staff keep their space true. See <c>staff_service.proto</c>.</summary>
internal sealed class StaffGrpcService(CommandRunner runner, SpaceReadModel readModel, ServiceHealth health, TimeProvider time) : StaffService.StaffServiceBase
{
    // How long ago something that is still to come may be.
    private static readonly Duration AfterNow = -Duration.Epsilon;

    public override async Task<StartShiftResponse> StartShift(StartShiftRequest request, ServerCallContext context)
    {
        var check = runner.CheckCommand();
        var command = check.Uuid(request.CommandId, "command_id");
        var space = check.Space(request.SpaceId);
        var role = check.Code(request.Role, "role");
        var starts = check.Time(
            request.StartsAt, "starts_at", Duration.FromHours(24), Duration.FromDays(7), "must be at most 24 hours ago and at most 7 days ahead");
        if (request.EndsAt is null)
            check.Break("ends_at", "is required: after starts_at and after now, at most 24 hours after starts_at");
        var ends = check.Time(request.EndsAt, "ends_at", AfterNow, Duration.FromDays(8), "must be after now");
        var from = starts ?? check.Now;
        if (ends is { } end && (end <= from || end > from + Duration.FromHours(24)))
            check.Break("ends_at", "must be after starts_at, and at most 24 hours after it");
        var trained = check.Trained(request.Trained, "trained");
        var breaks = check.Breaks(request.Breaks, from, ends);
        check.ThrowIfBroken();
        var answer = await runner.RunAsync(request, context, space, command, new Commands.StartShift(default, command, (DomainRole)role, starts, ends!.Value)
        {
            Agency = request.Agency,
            OnCall = request.OnCall,
            Trained = trained,
            Breaks = breaks,
        });
        var (rejected, numbers) = Read(answer, space);
        var response = new StartShiftResponse { Availability = numbers };
        if (rejected is not null)
            response.Rejected = rejected;
        else
            response.Started = ContractMap.ToContract(((ShiftChanged)answer.Outcome).Shift);
        return response;
    }

    public override async Task<EndShiftResponse> EndShift(EndShiftRequest request, ServerCallContext context)
    {
        var check = runner.CheckCommand();
        var command = check.Uuid(request.CommandId, "command_id");
        var space = check.Space(request.SpaceId);
        var shift = check.Uuid(request.ShiftId, "shift_id");
        check.ThrowIfBroken();
        var answer = await runner.RunAsync(request, context, space, command, new Commands.EndShift(default, shift));
        var (rejected, numbers) = Read(answer, space);
        var response = new EndShiftResponse { Availability = numbers };
        if (rejected is not null)
            response.Rejected = rejected;
        else
            response.Ended = ContractMap.ToContract(((ShiftChanged)answer.Outcome).Shift);
        return response;
    }

    public override async Task<RecordArrivalResponse> RecordArrival(RecordArrivalRequest request, ServerCallContext context)
    {
        var check = runner.CheckCommand();
        var command = check.Uuid(request.CommandId, "command_id");
        var space = check.Space(request.SpaceId);
        var hold = check.OptionalUuid(request.HoldId, "hold_id");
        var observed = check.Observed(request.ObservedAt);
        check.ThrowIfBroken();
        var answer = await runner.RunAsync(request, context, space, command, new Commands.RecordArrival(default, hold, null, observed, ByStaff: true));
        var (rejected, numbers) = Read(answer, space);
        var response = new RecordArrivalResponse { Availability = numbers };
        if (rejected is not null)
            response.Rejected = rejected;
        else if (answer.Outcome is ArrivalCounted counted)
            response.Counted = new RecordArrivalResponse.Types.Counted { AlreadyReported = counted.AlreadyReported, OverSafeCapacity = counted.OverSafeCapacity };
        return response;
    }

    public override async Task<RecordDepartureResponse> RecordDeparture(RecordDepartureRequest request, ServerCallContext context)
    {
        var check = runner.CheckCommand();
        var command = check.Uuid(request.CommandId, "command_id");
        var space = check.Space(request.SpaceId);
        var observed = check.Observed(request.ObservedAt);
        Domain.Holds.OnwardRoute? onward =
            request.OnwardRoute == OnwardRoute.Unspecified ? null : (Domain.Holds.OnwardRoute)check.Code(request.OnwardRoute, "onward_route");
        check.ThrowIfBroken();
        var answer = await runner.RunAsync(request, context, space, command, new Commands.RecordDeparture(default, observed, onward));
        return new RecordDepartureResponse { Recorded = new(), Availability = Read(answer, space).Numbers };
    }

    public override async Task<RecordCountResponse> RecordCount(RecordCountRequest request, ServerCallContext context)
    {
        var check = runner.CheckCommand();
        var command = check.Uuid(request.CommandId, "command_id");
        var space = check.Space(request.SpaceId);
        var occupied = check.Number(request.HasOccupied, request.Occupied, "occupied", 0, 1000, otherwise: null);
        var observed = check.Observed(request.ObservedAt);
        check.ThrowIfBroken();
        var answer = await runner.RunAsync(request, context, space, command, new Commands.RecordCount(default, occupied, observed));
        return new RecordCountResponse { Recorded = new(), Availability = Read(answer, space).Numbers };
    }

    public override async Task<ConfirmSpaceResponse> ConfirmSpace(ConfirmSpaceRequest request, ServerCallContext context)
    {
        var check = runner.CheckCommand();
        var command = check.Uuid(request.CommandId, "command_id");
        var space = check.Space(request.SpaceId);
        check.ThrowIfBroken();
        var answer = await runner.RunAsync(request, context, space, command, new Commands.ConfirmSpace(default(Instant)));
        var (rejected, numbers) = Read(answer, space);
        var response = new ConfirmSpaceResponse { Availability = numbers };
        if (rejected is not null)
            response.Rejected = rejected;
        else
            response.Confirmed = new();
        return response;
    }

    public override async Task<PauseSpaceResponse> PauseSpace(PauseSpaceRequest request, ServerCallContext context)
    {
        var check = runner.CheckCommand();
        var command = check.Uuid(request.CommandId, "command_id");
        var space = check.Space(request.SpaceId);
        var reason = check.Code(request.Reason, "reason");
        if (request.Until is null)
            check.Break("until", "is required: after now, at most 7 days ahead");
        var until = check.Time(request.Until, "until", AfterNow, Duration.FromDays(7), "must be after now and at most 7 days ahead");
        var review = check.Time(request.ReviewAt, "review_at", AfterNow, Duration.FromDays(7), "must be after now and not after until");
        if (review > until)
            check.Break("review_at", "must be after now and not after until");
        check.ThrowIfBroken();
        var answer = await runner.RunAsync(request, context, space, command, new Commands.PauseSpace(default, (Commands.PauseReason)reason, until!.Value, review));
        var (rejected, numbers) = Read(answer, space);
        var response = new PauseSpaceResponse { Availability = numbers };
        if (rejected is not null)
            response.Rejected = rejected;
        else
            response.Paused = new();
        return response;
    }

    public override async Task<ResumeSpaceResponse> ResumeSpace(ResumeSpaceRequest request, ServerCallContext context)
    {
        var check = runner.CheckCommand();
        var command = check.Uuid(request.CommandId, "command_id");
        var space = check.Space(request.SpaceId);
        check.ThrowIfBroken();
        var answer = await runner.RunAsync(request, context, space, command, new Commands.ResumeSpace(default(Instant)));
        var (rejected, numbers) = Read(answer, space);
        var response = new ResumeSpaceResponse { Availability = numbers };
        if (rejected is not null)
            response.Rejected = rejected;
        else
            response.Resumed = new();
        return response;
    }

    public override async Task<AcceptHoldResponse> AcceptHold(AcceptHoldRequest request, ServerCallContext context)
    {
        var check = runner.CheckCommand();
        var command = check.Uuid(request.CommandId, "command_id");
        var space = check.Space(request.SpaceId);
        var hold = check.Uuid(request.HoldId, "hold_id");
        Domain.Holds.OverrideReason? reason =
            request.OverrideReason == OverrideReason.Unspecified ? null : (Domain.Holds.OverrideReason)check.Code(request.OverrideReason, "override_reason");
        check.ThrowIfBroken();
        var answer = await runner.RunAsync(request, context, space, command, new Commands.AcceptHold(default, hold, reason));
        var (rejected, numbers) = Read(answer, space);
        var response = new AcceptHoldResponse { Availability = numbers };
        if (rejected is not null)
            response.Rejected = rejected;
        else
            response.Accepted = ContractMap.HoldOf(answer, space);
        return response;
    }

    public override async Task<DeclineHoldResponse> DeclineHold(DeclineHoldRequest request, ServerCallContext context)
    {
        var check = runner.CheckCommand();
        var command = check.Uuid(request.CommandId, "command_id");
        var space = check.Space(request.SpaceId);
        var hold = check.Uuid(request.HoldId, "hold_id");
        var reason = check.Code(request.Reason, "reason");
        check.ThrowIfBroken();
        var answer = await runner.RunAsync(request, context, space, command, new Commands.DeclineHold(default, hold, (Domain.Holds.RefusalReason)reason));
        var (rejected, numbers) = Read(answer, space);
        var response = new DeclineHoldResponse { Availability = numbers };
        if (rejected is not null)
            response.Rejected = rejected;
        else
            response.Declined = ContractMap.HoldOf(answer, space);
        return response;
    }

    public override Task<GetBoardResponse> GetBoard(GetBoardRequest request, ServerCallContext context)
    {
        var check = runner.Check();
        var space = check.Space(request.SpaceId);
        check.ThrowIfBroken();
        return Task.FromResult(BoardView.Of(readModel, space) ?? throw CommandRunner.NotFound(space));
    }

    public override async Task WatchBoard(WatchBoardRequest request, IServerStreamWriter<WatchBoardResponse> responseStream, ServerCallContext context)
    {
        var check = runner.Check();
        var space = check.Space(request.SpaceId);
        var heartbeat = check.Number(request.HasHeartbeatSeconds, request.HeartbeatSeconds, "heartbeat_seconds", 1, 60, 10);
        check.ThrowIfBroken();
        using var listener = readModel.Listen();
        var first = BoardView.Of(readModel, space) ?? throw CommandRunner.NotFound(space);
        await WatchLoop.RunAsync(
            responseStream, context, listener, TimeSpan.FromSeconds(heartbeat), health, time, new WatchBoardResponse { Board = first },
            () => new WatchBoardResponse { Heartbeat = ContractMap.Stamp(readModel.Now()) }, Changes);

        IEnumerable<WatchBoardResponse?> Changes(IReadOnlyCollection<string> changed)
        {
            if (!changed.Contains(space.Value))
                yield break;
            if (BoardView.Of(readModel, space) is { } board)
            {
                yield return new WatchBoardResponse { Board = board };
                yield break;
            }

            yield return new WatchBoardResponse { Retired = ContractMap.Stamp(readModel.Now()) };
            yield return null;
        }
    }

    public override async Task<UndoActResponse> UndoAct(UndoActRequest request, ServerCallContext context)
    {
        var check = runner.CheckCommand();
        var command = check.Uuid(request.CommandId, "command_id");
        var space = check.Space(request.SpaceId);
        var act = check.Uuid(request.ActId, "act_id");
        check.ThrowIfBroken();
        var answer = await runner.RunAsync(request, context, space, command, new Commands.UndoAct(default, act));
        var (rejected, numbers) = Read(answer, space);
        var response = new UndoActResponse { Availability = numbers };
        if (rejected is not null)
            response.Rejected = rejected;
        else
            response.Undone = new();
        return response;
    }

    public override async Task<PlanRotaResponse> PlanRota(PlanRotaRequest request, ServerCallContext context)
    {
        var check = runner.CheckCommand();
        var command = check.Uuid(request.CommandId, "command_id");
        var space = check.Space(request.SpaceId);
        var rota = check.Rota(request);
        check.ThrowIfBroken();
        var answer = await runner.RunAsync(request, context, space, command, new Commands.PlanRota(default, rota));
        var (rejected, numbers) = Read(answer, space);
        var response = new PlanRotaResponse { Availability = numbers };
        if (rejected is not null)
            response.Rejected = rejected;
        else
            response.Planned = new();
        return response;
    }

    public override Task<GetRotaResponse> GetRota(GetRotaRequest request, ServerCallContext context)
    {
        var check = runner.Check();
        var space = check.Space(request.SpaceId);
        check.ThrowIfBroken();
        var root = readModel.Root;
        if (root.Find(space) is not { } record)
            throw CommandRunner.NotFound(space);
        var response = RotaMap.ToContract(record.State, readModel.Now());
        response.ReadModel = ContractMap.ToContract(readModel.LagOf(root));
        return Task.FromResult(response);
    }

    public override async Task<AcknowledgeEscalationResponse> AcknowledgeEscalation(AcknowledgeEscalationRequest request, ServerCallContext context)
    {
        var check = runner.CheckCommand();
        var command = check.Uuid(request.CommandId, "command_id");
        var space = check.Space(request.SpaceId);
        var cause = check.Code(request.Cause, "cause");
        var contact = check.Code(request.Contact, "contact");
        check.ThrowIfBroken();
        var answer = await runner.RunAsync(
            request, context, space, command,
            new Commands.AcknowledgeEscalation(default, (Domain.Escalations.EscalationCause)cause, (Domain.Escalations.EscalationContact)contact));
        var (rejected, numbers) = Read(answer, space);
        var response = new AcknowledgeEscalationResponse { Availability = numbers };
        if (rejected is not null)
            response.Rejected = rejected;
        else
            response.Acknowledged = new();
        return response;
    }

    private (Contract.V1.Rejection? Rejected, Contract.V1.Availability Numbers) Read(SpaceAnswer answer, SpaceId space) =>
        ContractMap.Read(answer, runner.ZoneOf(space));
}
