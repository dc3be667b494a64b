using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Service.ReadModel;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>The board of one space, as its staff see it.</summary>
internal static class BoardView
{
    // Who is on duty now and who comes within a day.
    private static readonly NodaTime.Duration ShiftsAhead = NodaTime.Duration.FromHours(24);

    /// <summary>The board now; null where there is no such space.</summary>
    public static GetBoardResponse? Of(SpaceReadModel readModel, SpaceId space)
    {
        // The root first, then the time, as in every read.
        var root = readModel.Root;
        if (root.Find(space) is not { } record)
            return null;
        var now = readModel.Now();
        var state = record.State;
        var details = state.Details!;
        var response = new GetBoardResponse
        {
            Choice = ContractMap.ToContract(details.At(now), voluntary: true),
            Availability = ContractMap.ToContract(record.At(now), details.Hours.Zone),
            ReadModel = ContractMap.ToContract(readModel.LagOf(root)),
            ConfirmBy = ContractMap.Stamp(details.Freshness.NudgeAt(state.ConfirmedAt)),
            AskNow = !(details.Freshness.NudgeAt(state.ConfirmedAt) > now),
        };
        var own = state.Shifts.Select(shift => shift.Id).ToHashSet();
        foreach (var shift in state.ShiftsBetween(now, now + ShiftsAhead).Where(shift => shift.Until > now).OrderBy(shift => shift.From))
        {
            var told = ContractMap.ToContract(shift);
            told.ByRota = !own.Contains(shift.Id);
            response.Shifts.Add(told);
        }

        response.Holds.AddRange(state.Holds.Where(hold => hold.IsActive(now)).OrderBy(hold => hold.Eta).Select(hold => ContractMap.ToContract(hold, space, now)));
        response.Escalations.AddRange(state.Escalations.Select(escalation => ContractMap.ToContract(escalation, details)));
        if (state.LastAct is { } act && now <= act.At + Act.UndoWithin)
        {
            response.LastAct = new LastAct
            {
                ActId = act.Id.ToString(),
                Kind = (Contract.V1.ActKind)act.Kind,
                At = ContractMap.Stamp(act.At),
                UndoUntil = ContractMap.Stamp(act.At + Act.UndoWithin),
            };
        }

        return response;
    }
}
