using System.Collections.Immutable;

namespace SafeSpaceCapacity.Domain.Staffing;

/// <summary>What somebody on duty is there as. Nobody is named.</summary>
public enum StaffRole
{
    /// <summary>Leads the team of the shift.</summary>
    TeamLead = 1,

    /// <summary>A registered clinician.</summary>
    Clinician = 2,

    /// <summary>A support worker.</summary>
    SupportWorker = 3,

    /// <summary>A peer worker: never fills the clinician minimum, never counted for restraint.</summary>
    PeerWorker = 4,

    /// <summary>A volunteer.</summary>
    Volunteer = 5,
}

/// <summary>What safe staffing means at one space.</summary>
/// <param name="VisitorsPerStaff">People that one member of staff can support. Default 3 (Leeds Well-Bean cafés, 1:3).</param>
/// <param name="MinimumOnDuty">People on duty below which nobody can be supported: nobody works alone. Default 2 (assumption).</param>
/// <param name="MinimumClinicians">Registered clinicians on duty below which nobody can be supported. Default 1 in tier 3, else 0 (assumption).</param>
/// <param name="PeerWeight">What a peer worker counts towards the ratio. Default 1 (assumption).</param>
/// <param name="VolunteerWeight">What a volunteer counts towards the ratio. Default 0.5 (assumption).</param>
public sealed record StaffingRule(
    int VisitorsPerStaff = 3,
    int MinimumOnDuty = 2,
    int MinimumClinicians = 0,
    decimal PeerWeight = 1m,
    decimal VolunteerWeight = 0.5m)
{
    /// <summary>How many on duty must be currently trained in what, below which nobody can be supported. Default none (assumption).</summary>
    public ImmutableArray<TrainingMinimum> Trained { get; init; } = [];

    /// <summary>Whether somebody who supervises must be on call, without whom nobody can be supported. Default no (assumption).</summary>
    public bool SupervisionOnCall { get; init; }

    /// <summary>What somebody in this role counts towards the ratio.</summary>
    public decimal Weight(StaffRole role) => role switch
    {
        StaffRole.TeamLead or StaffRole.Clinician or StaffRole.SupportWorker => 1m,
        StaffRole.PeerWorker => PeerWeight,
        StaffRole.Volunteer => VolunteerWeight,
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "no such role"),
    };
}
