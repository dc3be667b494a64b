using NodaTime;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Domain.Search;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>Whom to ring, most urgent first: a list for people, made of all spaces that are asked about.</summary>
internal static class CallList
{
    /// <summary>The most that are told at once.</summary>
    public const int Most = 500;

    // Who opens this soon should be asked now.
    private static readonly Duration Soon = Duration.FromHours(1);

    /// <summary>Everybody to ring now. A space is rung for its most urgent reason.</summary>
    public static List<GetCallListResponse.Types.Call> Of(IEnumerable<SpaceRecord> spaces, Instant now) =>
        [.. spaces.Select(space => Of(space, now)).OfType<GetCallListResponse.Types.Call>()
            .OrderBy(call => call.Reason).ThenBy(call => call.Since).ThenBy(call => call.SpaceId, StringComparer.Ordinal)];

    private static GetCallListResponse.Types.Call? Of(SpaceRecord space, Instant now)
    {
        var state = space.State;
        var details = state.Details!;
        var rule = details.Freshness;
        foreach (var escalation in state.Escalations)
        {
            if (escalation is { AcknowledgedAt: null, Told: [.., var last] })
            {
                var told = ContractMap.ToContract(escalation, details);
                return Call(CallReason.Escalation, last.At, told.Told[^1].Telephone, told);
            }
        }

        var stretch = space.Timeline.At(now);
        var opens = stretch.Open ? now : space.Timeline.FirstWhere(now, later => later.Open);
        if (opens <= now + Soon)
        {
            if (state.ConfirmedAt is not { } confirmed)
                return Call(CallReason.Unconfirmed, state.ConfirmedAt ?? opens.Value, details.Telephone);
            if (rule.At(confirmed, now) == Domain.Spaces.Freshness.Unconfirmed)
                return Call(CallReason.Unconfirmed, confirmed + Duration.FromMinutes(rule.UnconfirmedAfterMinutes), details.Telephone);
            if (rule.NudgeAt(confirmed) is { } nudge && nudge <= now)
                return Call(CallReason.Nudge, nudge, details.Telephone);
        }

        return state.Pause is { ReviewAt: { } review } pause && review <= now && now < pause.Until
            ? Call(CallReason.PauseReview, review, details.Telephone)
            : null;

        GetCallListResponse.Types.Call Call(CallReason reason, Instant since, string telephone, Escalation? escalation = null) => new()
        {
            SpaceId = details.Id.Value,
            Name = details.Name,
            Telephone = telephone,
            CouncilArea = details.CouncilArea,
            Reason = reason,
            Since = ContractMap.Stamp(since),
            Escalation = escalation,
            ConfirmedAt = ContractMap.Stamp(state.ConfirmedAt),
        };
    }
}
