namespace SafeSpaceCapacity.Domain.Geography;

/// <summary>The Scottish Government's six-fold urban–rural classification (2016), which roads and speeds follow.</summary>
public enum UrbanRural
{
    /// <summary>125,000 people or more.</summary>
    LargeUrban = 1,

    /// <summary>10,000 to 124,999 people.</summary>
    OtherUrban = 2,

    /// <summary>3,000 to 9,999 people, within 30 minutes' drive of 10,000.</summary>
    AccessibleSmallTown = 3,

    /// <summary>3,000 to 9,999 people, further away.</summary>
    RemoteSmallTown = 4,

    /// <summary>Under 3,000 people, within 30 minutes' drive of 10,000.</summary>
    AccessibleRural = 5,

    /// <summary>Under 3,000 people, further away.</summary>
    RemoteRural = 6,
}
