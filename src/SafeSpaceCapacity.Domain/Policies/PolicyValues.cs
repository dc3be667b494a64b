using System.Collections.Immutable;
using SafeSpaceCapacity.Domain.Escalations;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;

namespace SafeSpaceCapacity.Domain.Policies;

/// <summary>
/// What a tier or a site states of its rules; null: nothing. A site's own values come before those of its tier, those before the documented
/// defaults.
/// </summary>
public sealed record PolicyValues
{
    /// <summary>Nothing.</summary>
    public static PolicyValues None { get; } = new();

    /// <summary>See <see cref="StaffingRule"/>, as the next six.</summary>
    public int? VisitorsPerStaff { get; init; }

    /// <summary>People.</summary>
    public int? MinimumOnDuty { get; init; }

    /// <summary>People.</summary>
    public int? MinimumClinicians { get; init; }

    /// <summary>0 to 1.</summary>
    public decimal? PeerWeight { get; init; }

    /// <summary>0 to 1.</summary>
    public decimal? VolunteerWeight { get; init; }

    /// <summary>Minimums by training; empty: none, whatever the tier states.</summary>
    public ImmutableArray<TrainingMinimum>? Trained { get; init; }

    /// <summary>Whether somebody who supervises must be on call.</summary>
    public bool? SupervisionOnCall { get; init; }

    /// <summary>See <see cref="FreshnessRule"/>, as the next two.</summary>
    public int? FreshMinutes { get; init; }

    /// <summary>Minutes.</summary>
    public int? UnconfirmedAfterMinutes { get; init; }

    /// <summary>Minutes.</summary>
    public int? NudgeMinutes { get; init; }

    /// <summary>See <see cref="HoldRule"/>, as the next.</summary>
    public int? GraceMinutes { get; init; }

    /// <summary>Minutes.</summary>
    public int? AnswerMinutes { get; init; }

    /// <summary>Who is told in which order.</summary>
    public EscalationPlan? Escalation { get; init; }

    /// <summary>These values where they are stated, the others' where not.</summary>
    public PolicyValues Or(PolicyValues other) => new()
    {
        VisitorsPerStaff = VisitorsPerStaff ?? other.VisitorsPerStaff,
        MinimumOnDuty = MinimumOnDuty ?? other.MinimumOnDuty,
        MinimumClinicians = MinimumClinicians ?? other.MinimumClinicians,
        PeerWeight = PeerWeight ?? other.PeerWeight,
        VolunteerWeight = VolunteerWeight ?? other.VolunteerWeight,
        Trained = Trained ?? other.Trained,
        SupervisionOnCall = SupervisionOnCall ?? other.SupervisionOnCall,
        FreshMinutes = FreshMinutes ?? other.FreshMinutes,
        UnconfirmedAfterMinutes = UnconfirmedAfterMinutes ?? other.UnconfirmedAfterMinutes,
        NudgeMinutes = NudgeMinutes ?? other.NudgeMinutes,
        GraceMinutes = GraceMinutes ?? other.GraceMinutes,
        AnswerMinutes = AnswerMinutes ?? other.AnswerMinutes,
        Escalation = Escalation ?? other.Escalation,
    };

    /// <summary>The rules of a space in a tier where these are all that is stated.</summary>
    public Rules For(Tier tier)
    {
        // A space that states one limit alone keeps the order of the three.
        var fresh = FreshMinutes ?? Math.Min(FreshnessRule.Default.FreshMinutes, UnconfirmedAfterMinutes ?? int.MaxValue);
        var unconfirmed = Math.Max(fresh, UnconfirmedAfterMinutes ?? FreshnessRule.Default.UnconfirmedAfterMinutes);
        return new Rules(
            new StaffingRule(
                VisitorsPerStaff ?? 3, MinimumOnDuty ?? 2, MinimumClinicians ?? (tier == Tier.ClinicalAdjacent ? 1 : 0), PeerWeight ?? 1m, VolunteerWeight ?? 0.5m)
            {
                Trained = Trained ?? [],
                SupervisionOnCall = SupervisionOnCall ?? false,
            },
            new FreshnessRule(fresh, unconfirmed) { NudgeMinutes = Math.Min(unconfirmed, NudgeMinutes ?? FreshnessRule.Default.NudgeMinutes) },
            new HoldRule(GraceMinutes ?? new HoldRule().GraceMinutes, AnswerMinutes ?? new HoldRule().AnswerMinutes),
            Escalation ?? EscalationPlan.Default);
    }
}

/// <summary>The rules a space works by.</summary>
/// <param name="Staffing">What safe staffing means.</param>
/// <param name="Freshness">How long a confirmation is good for.</param>
/// <param name="Holds">How long holds live.</param>
/// <param name="Escalation">Who is told in which order.</param>
public sealed record Rules(StaffingRule Staffing, FreshnessRule Freshness, HoldRule Holds, EscalationPlan Escalation);

/// <summary>One version of what a tier states.</summary>
/// <param name="Tier">The tier.</param>
/// <param name="Version">From 1.</param>
/// <param name="Values">What it states.</param>
public sealed record TierPolicy(Tier Tier, long Version, PolicyValues Values);
