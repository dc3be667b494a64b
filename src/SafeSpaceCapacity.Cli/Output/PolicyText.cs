using System.Globalization;
using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.Cli.Output;

/// <summary>Rules of a tier or a space in words.</summary>
internal static class PolicyText
{
    /// <summary>Each rule that is stated: what it is about, and what it says.</summary>
    public static IEnumerable<(string Rule, string Says)> Lines(Policy? policy)
    {
        if (policy is null)
            yield break;
        var staffing = policy.Staffing ?? new StaffingRule();
        if (staffing.HasVisitorsPerStaff)
            yield return ("people whom one member of staff can support", Number(staffing.VisitorsPerStaff));
        if (staffing.HasMinimumOnDuty)
            yield return ("fewest on duty", Number(staffing.MinimumOnDuty));
        if (staffing.HasMinimumClinicians)
            yield return ("fewest clinicians on duty", Number(staffing.MinimumClinicians));
        if (staffing.HasPeerWeight)
            yield return ("a peer worker counts as", Number(staffing.PeerWeight));
        if (staffing.HasVolunteerWeight)
            yield return ("a volunteer counts as", Number(staffing.VolunteerWeight));
        if (staffing.Trained is { } trained)
            yield return ("fewest on duty who are trained", trained.Minimums.Count == 0 ? "none" : string.Join(", ", trained.Minimums.Select(minimum => $"{Words.Of(minimum.Training)} {Number(minimum.Minimum_)}")));
        if (staffing.HasSupervisionOnCall)
            yield return ("somebody who supervises must be on call", staffing.SupervisionOnCall ? "yes" : "no");
        if (policy.HasFreshMinutes)
            yield return ("a confirmation is fresh for", Minutes(policy.FreshMinutes));
        if (policy.HasUnconfirmedAfterMinutes)
            yield return ("it is believed for", Minutes(policy.UnconfirmedAfterMinutes));
        if (policy.HasNudgeMinutes)
            yield return ("staff are asked again, before that ends, by", Minutes(policy.NudgeMinutes));
        if (policy.HasHoldGraceMinutes)
            yield return ("a place is kept after the stated arrival for", Minutes(policy.HoldGraceMinutes));
        if (policy.HasRequestAnswerMinutes)
            yield return ("a request is answered within", Minutes(policy.RequestAnswerMinutes));
        if (policy.Escalation is { } plan)
            yield return ("who is told of unsafe staffing", string.Join(", ", [.. plan.Steps.Select(Step), $"then again every {Minutes(plan.ChaseMinutes)}"]));
    }

    /// <summary>The rules that an entry of the directory states itself.</summary>
    public static Policy StatedBy(RegisterSpaceRequest entry)
    {
        var policy = new Policy { Staffing = entry.Staffing, Escalation = entry.Escalation };
        if (entry.HasFreshMinutes)
            policy.FreshMinutes = entry.FreshMinutes;
        if (entry.HasUnconfirmedAfterMinutes)
            policy.UnconfirmedAfterMinutes = entry.UnconfirmedAfterMinutes;
        if (entry.HasNudgeMinutes)
            policy.NudgeMinutes = entry.NudgeMinutes;
        if (entry.HasHoldGraceMinutes)
            policy.HoldGraceMinutes = entry.HoldGraceMinutes;
        if (entry.HasRequestAnswerMinutes)
            policy.RequestAnswerMinutes = entry.RequestAnswerMinutes;
        return policy;
    }

    /// <summary>Writes rules into an entry, which then states all of them.</summary>
    public static void State(RegisterSpaceRequest entry, Policy rules)
    {
        entry.Staffing = rules.Staffing?.Clone();
        entry.Escalation = rules.Escalation?.Clone();
        entry.FreshMinutes = rules.FreshMinutes;
        entry.UnconfirmedAfterMinutes = rules.UnconfirmedAfterMinutes;
        entry.NudgeMinutes = rules.NudgeMinutes;
        entry.HoldGraceMinutes = rules.HoldGraceMinutes;
        entry.RequestAnswerMinutes = rules.RequestAnswerMinutes;
    }

    /// <summary>What a change changed.</summary>
    public static string Of(Difference difference) => $"{difference.Field}: {Stated(difference.Before)} -> {Stated(difference.After)}";

    private static string Stated(string value) => value.Length == 0 ? "not stated" : value;

    private static string Step(EscalationStep step) =>
        $"{Words.Of(step.Contact)}{(step.Telephone.Length > 0 ? $" on {step.Telephone}" : "")} {(step.AfterMinutes == 0 ? "at once" : $"after {Minutes(step.AfterMinutes)}")}";

    private static string Minutes(int minutes) => $"{Number(minutes)} min";

    private static string Number(double number) => number.ToString(CultureInfo.InvariantCulture);
}
