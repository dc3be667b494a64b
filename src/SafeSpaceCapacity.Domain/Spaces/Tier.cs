namespace SafeSpaceCapacity.Domain.Spaces;

/// <summary>Tiers of provision (Scottish scoping report on safe spaces).</summary>
public enum Tier
{
    /// <summary>Wellbeing café.</summary>
    WellbeingCafe = 1,

    /// <summary>Staffed community space without clinical input.</summary>
    StaffedCommunity = 2,

    /// <summary>Clinical-adjacent space, overnight possible.</summary>
    ClinicalAdjacent = 3,
}
