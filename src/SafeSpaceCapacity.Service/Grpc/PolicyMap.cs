using System.Collections.Immutable;
using System.Text.RegularExpressions;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Domain.Policies;
using DomainContact = SafeSpaceCapacity.Domain.Escalations.EscalationContact;
using DomainMinimum = SafeSpaceCapacity.Domain.Staffing.TrainingMinimum;
using DomainPlan = SafeSpaceCapacity.Domain.Escalations.EscalationPlan;
using DomainStep = SafeSpaceCapacity.Domain.Escalations.EscalationStep;
using DomainTraining = SafeSpaceCapacity.Domain.Staffing.Training;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>What a tier or a space states of its rules: read from the contract with every broken rule, and written to it.</summary>
internal static partial class PolicyMap
{
    private const int DayMinutes = 1440;

    /// <summary>What a policy states.</summary>
    /// <param name="check">Told every broken rule.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="at">How the paths of its fields begin, such as <c>policy.</c></param>
    public static PolicyValues Policy(this RequestCheck check, Policy policy, string at)
    {
        var staffing = policy.Staffing ?? new StaffingRule();
        var fresh = Whole(policy.HasFreshMinutes, policy.FreshMinutes, "fresh_minutes", 1, DayMinutes);
        var unconfirmed = Whole(policy.HasUnconfirmedAfterMinutes, policy.UnconfirmedAfterMinutes, "unconfirmed_after_minutes", 1, DayMinutes);
        if (unconfirmed < fresh)
            check.Break(at + "unconfirmed_after_minutes", $"must be at least fresh_minutes, {fresh}");
        var nudge = Whole(policy.HasNudgeMinutes, policy.NudgeMinutes, "nudge_minutes", 0, DayMinutes);
        if (nudge > unconfirmed)
            check.Break(at + "nudge_minutes", $"must be at most unconfirmed_after_minutes, {unconfirmed}");
        return new PolicyValues
        {
            VisitorsPerStaff = Whole(staffing.HasVisitorsPerStaff, staffing.VisitorsPerStaff, "staffing.visitors_per_staff", 1, 20),
            MinimumOnDuty = Whole(staffing.HasMinimumOnDuty, staffing.MinimumOnDuty, "staffing.minimum_on_duty", 1, 20),
            MinimumClinicians = Whole(staffing.HasMinimumClinicians, staffing.MinimumClinicians, "staffing.minimum_clinicians", 0, 20),
            PeerWeight = Weight(staffing.HasPeerWeight, staffing.PeerWeight, "staffing.peer_weight"),
            VolunteerWeight = Weight(staffing.HasVolunteerWeight, staffing.VolunteerWeight, "staffing.volunteer_weight"),
            Trained = staffing.Trained is { } trained ? Minimums(trained, check, at + "staffing.trained.minimums") : null,
            SupervisionOnCall = staffing.HasSupervisionOnCall ? staffing.SupervisionOnCall : null,
            FreshMinutes = fresh,
            UnconfirmedAfterMinutes = unconfirmed,
            NudgeMinutes = nudge,
            GraceMinutes = Whole(policy.HasHoldGraceMinutes, policy.HoldGraceMinutes, "hold_grace_minutes", 1, 120),
            AnswerMinutes = Whole(policy.HasRequestAnswerMinutes, policy.RequestAnswerMinutes, "request_answer_minutes", 1, 60),
            Escalation = policy.Escalation is { } escalation ? Plan(escalation, check, at + "escalation") : null,
        };

        int? Whole(bool given, int value, string field, int least, int most) =>
            given ? check.Number(given, value, at + field, least, most, otherwise: null) : null;

        decimal? Weight(bool given, double value, string field) =>
            given ? (decimal)check.Number(given, value, at + field, 0, 1, otherwise: null) : null;
    }

    /// <summary>What an entry of the directory states of its rules.</summary>
    public static Policy PolicyOf(RegisterSpaceRequest entry)
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

    /// <summary>Writes what is stated into an entry of the directory.</summary>
    public static void State(RegisterSpaceRequest entry, Policy policy)
    {
        entry.Staffing = policy.Staffing;
        entry.Escalation = policy.Escalation;
        if (policy.HasFreshMinutes)
            entry.FreshMinutes = policy.FreshMinutes;
        if (policy.HasUnconfirmedAfterMinutes)
            entry.UnconfirmedAfterMinutes = policy.UnconfirmedAfterMinutes;
        if (policy.HasNudgeMinutes)
            entry.NudgeMinutes = policy.NudgeMinutes;
        if (policy.HasHoldGraceMinutes)
            entry.HoldGraceMinutes = policy.HoldGraceMinutes;
        if (policy.HasRequestAnswerMinutes)
            entry.RequestAnswerMinutes = policy.RequestAnswerMinutes;
    }

    /// <summary>What is stated, as the contract writes it.</summary>
    public static Policy ToContract(PolicyValues from)
    {
        var staffing = new StaffingRule();
        if (from.VisitorsPerStaff is { } visitors)
            staffing.VisitorsPerStaff = visitors;
        if (from.MinimumOnDuty is { } onDuty)
            staffing.MinimumOnDuty = onDuty;
        if (from.MinimumClinicians is { } clinicians)
            staffing.MinimumClinicians = clinicians;
        if (from.PeerWeight is { } peers)
            staffing.PeerWeight = (double)peers;
        if (from.VolunteerWeight is { } volunteers)
            staffing.VolunteerWeight = (double)volunteers;
        if (from.Trained is { } trained)
        {
            staffing.Trained = new TrainingMinimums
            {
                Minimums = { trained.Select(minimum => new TrainingMinimums.Types.Minimum { Training = (Training)minimum.Code, Minimum_ = minimum.Minimum }) },
            };
        }

        if (from.SupervisionOnCall is { } supervision)
            staffing.SupervisionOnCall = supervision;
        var to = new Policy { Staffing = staffing.CalculateSize() > 0 ? staffing : null };
        if (from.FreshMinutes is { } fresh)
            to.FreshMinutes = fresh;
        if (from.UnconfirmedAfterMinutes is { } unconfirmed)
            to.UnconfirmedAfterMinutes = unconfirmed;
        if (from.NudgeMinutes is { } nudge)
            to.NudgeMinutes = nudge;
        if (from.GraceMinutes is { } grace)
            to.HoldGraceMinutes = grace;
        if (from.AnswerMinutes is { } answer)
            to.RequestAnswerMinutes = answer;
        if (from.Escalation is { } plan)
        {
            to.Escalation = new EscalationPlan
            {
                Steps = { plan.Steps.Select(step => new EscalationStep { Contact = (EscalationContact)step.Who, Telephone = step.Telephone, AfterMinutes = step.AfterMinutes }) },
                ChaseMinutes = plan.ChaseMinutes,
            };
        }

        return to;
    }

    /// <summary>The rules a space works by, all of them stated.</summary>
    public static PolicyValues ValuesOf(Domain.Spaces.SpaceDetails details) => new()
    {
        VisitorsPerStaff = details.Staffing.VisitorsPerStaff,
        MinimumOnDuty = details.Staffing.MinimumOnDuty,
        MinimumClinicians = details.Staffing.MinimumClinicians,
        PeerWeight = details.Staffing.PeerWeight,
        VolunteerWeight = details.Staffing.VolunteerWeight,
        Trained = details.Staffing.Trained,
        SupervisionOnCall = details.Staffing.SupervisionOnCall,
        FreshMinutes = details.Freshness.FreshMinutes,
        UnconfirmedAfterMinutes = details.Freshness.UnconfirmedAfterMinutes,
        NudgeMinutes = details.Freshness.NudgeMinutes,
        GraceMinutes = details.HoldRule.GraceMinutes,
        AnswerMinutes = details.HoldRule.AnswerMinutes,
        Escalation = details.Escalation,
    };

    /// <summary>Whether a text is a telephone number.</summary>
    public static bool IsTelephone(string value) => TelephoneForm().IsMatch(value);

    private static ImmutableArray<DomainMinimum> Minimums(TrainingMinimums from, RequestCheck check, string at)
    {
        var minimums = ImmutableArray.CreateBuilder<DomainMinimum>();
        if (from.Minimums.Count > 4)
            check.Break(at, "must have each training at most once");
        for (var i = 0; i < Math.Min(4, from.Minimums.Count); i++)
        {
            var code = (DomainTraining)check.Code(from.Minimums[i].Training, $"{at}[{i}].training");
            var minimum = check.Number(given: true, from.Minimums[i].Minimum_, $"{at}[{i}].minimum", 1, 20, otherwise: null);
            if (minimums.Any(known => known.Code == code))
                check.Break($"{at}[{i}].training", "must be there at most once");
            minimums.Add(new DomainMinimum(code, minimum));
        }

        return minimums.ToImmutable();
    }

    private static DomainPlan Plan(EscalationPlan from, RequestCheck check, string at)
    {
        var steps = ImmutableArray.CreateBuilder<DomainStep>();
        if (from.Steps.Count is 0 or > 10)
            check.Break(at + ".steps", "is required: 1 to 10 who are told in order");
        var before = 0;
        for (var i = 0; i < Math.Min(10, from.Steps.Count); i++)
        {
            var step = from.Steps[i];
            var who = (DomainContact)check.Code(step.Contact, $"{at}.steps[{i}].contact");
            if (step.Telephone.Length > 0 && !IsTelephone(step.Telephone))
                check.Break($"{at}.steps[{i}].telephone", "must be 3 to 20 digits, spaces, + or ( ), or empty for the space's own");
            var after = check.Number(given: true, step.AfterMinutes, $"{at}.steps[{i}].after_minutes", 0, DayMinutes, otherwise: null);
            if (after < before)
                check.Break($"{at}.steps[{i}].after_minutes", $"must not be less than that of the step before, {before}");
            before = Math.Max(before, after);
            steps.Add(new DomainStep(who, step.Telephone, after));
        }

        return new DomainPlan(steps.ToImmutable(), check.Number(given: true, from.ChaseMinutes, at + ".chase_minutes", 1, DayMinutes, otherwise: null));
    }

    [GeneratedRegex("^(?=.{3,20}\\z)\\+?[0-9() ]*[0-9][0-9() ]*\\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex TelephoneForm();
}
