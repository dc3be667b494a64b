using System.Collections.Immutable;
using NodaTime;
using SafeSpaceCapacity.Domain.Privacy;

namespace SafeSpaceCapacity.Domain.Escalations;

/// <summary>What somebody must be told.</summary>
public enum EscalationCause
{
    /// <summary>Fewer on duty than the minimum, while the space is open or people are here.</summary>
    UnsafeStaffing = 1,

    /// <summary>More people are here than those on duty can safely support.</summary>
    OverSafeCapacity = 2,
}

/// <summary>Who is told.</summary>
public enum EscalationContact
{
    /// <summary>Who leads the team of the shift.</summary>
    TeamLead = 1,

    /// <summary>The manager on call.</summary>
    OnCallManager = 2,

    /// <summary>Who leads clinically.</summary>
    ClinicalLead = 3,

    /// <summary>The duty manager of the area or health board.</summary>
    AreaDutyManager = 4,
}

/// <summary>Somebody in the order of telling.</summary>
/// <param name="Who">Who.</param>
/// <param name="Telephone">The number; empty where the space's own is meant.</param>
/// <param name="AfterMinutes">Minutes after which they are told if nobody has acknowledged; not less than those of the step before.</param>
public sealed record EscalationStep(EscalationContact Who, [property: Whose(Words.Space)] string Telephone, int AfterMinutes);

/// <summary>Who is told in which order, until somebody acknowledges.</summary>
/// <param name="Steps">In order; at least one.</param>
/// <param name="ChaseMinutes">Minutes after which the last of them is told again, and again.</param>
public sealed record EscalationPlan(ImmutableArray<EscalationStep> Steps, int ChaseMinutes)
{
    /// <summary>
    /// The team lead after 5 minutes, so that a shift that begins one by one alarms nobody, the manager on call after 15, the duty manager after
    /// 30, who is chased every 15 (assumption).
    /// </summary>
    public static EscalationPlan Default { get; } = new(
        [new(EscalationContact.TeamLead, "", 5), new(EscalationContact.OnCallManager, "", 15), new(EscalationContact.AreaDutyManager, "", 30)], 15);
}

/// <summary>Somebody was told.</summary>
/// <param name="Who">Who.</param>
/// <param name="At">When.</param>
public sealed record Told(EscalationContact Who, Instant At);

/// <summary>Something that somebody must be told of, until it is over.</summary>
/// <param name="Cause">What.</param>
/// <param name="Since">Since when.</param>
/// <param name="Recurrent">It keeps happening: see <see cref="RecurrentTimes"/>.</param>
/// <param name="Told">Who was told, in order; more than the steps of the plan where the last was chased.</param>
/// <param name="AcknowledgedAt">When somebody acknowledged it; null: nobody has.</param>
/// <param name="AcknowledgedBy">Who.</param>
public sealed record Escalation(
    EscalationCause Cause, Instant Since, bool Recurrent, ImmutableArray<Told> Told, Instant? AcknowledgedAt, EscalationContact? AcknowledgedBy)
{
    /// <summary>How often somebody had to be told within <see cref="RecurrentWithin"/> makes a risk recurrent (Health and Care (Staffing) (Scotland) Act 2019, s.12IE; the number is an assumption).</summary>
    public const int RecurrentTimes = 3;

    /// <summary>See <see cref="RecurrentTimes"/> (assumption).</summary>
    public static readonly Duration RecurrentWithin = Duration.FromDays(7);

    /// <summary>When the next is to be told, or the last again, at most every minute; null where somebody acknowledged or there is nobody to tell.</summary>
    public Instant? NextAt(EscalationPlan plan) =>
        AcknowledgedAt is not null || plan.Steps.IsEmpty ? null
        : Told.Length < plan.Steps.Length ? Since + Duration.FromMinutes(plan.Steps[Told.Length].AfterMinutes)
        : Told[^1].At + Duration.FromMinutes(Math.Max(1, plan.ChaseMinutes));

    /// <summary>Who that is.</summary>
    public EscalationContact NextWho(EscalationPlan plan) => plan.Steps[Math.Min(Told.Length, plan.Steps.Length - 1)].Who;
}
