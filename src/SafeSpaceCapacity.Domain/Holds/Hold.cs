using NodaTime;
using SafeSpaceCapacity.Domain.Privacy;
using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.Domain.Holds;

/// <summary>Where a hold stands.</summary>
public enum HoldStatus
{
    /// <summary>Kept for a crew on its way.</summary>
    Placed = 1,

    /// <summary>Asked of an unconfirmed space; staff answer or it lapses.</summary>
    Requested = 2,

    /// <summary>They are here.</summary>
    Arrived = 3,

    /// <summary>The crew gave it back.</summary>
    Released = 4,

    /// <summary>Nobody came by the arrival plus grace.</summary>
    Expired = 5,

    /// <summary>Staff said no.</summary>
    Declined = 6,

    /// <summary>Staff did not answer the request in time.</summary>
    Lapsed = 7,
}

/// <summary>Why somebody was refused: a code, never words about a person.</summary>
public enum RefusalReason
{
    /// <summary>No place.</summary>
    NoCapacity = 1,

    /// <summary>Too few staff, or not the right ones.</summary>
    UnsafeStaffing = 2,

    /// <summary>Physical care was needed first.</summary>
    UrgentPhysicalNeed = 3,

    /// <summary>Not for this age.</summary>
    Age = 4,

    /// <summary>Under the influence of alcohol or drugs.</summary>
    Intoxication = 5,

    /// <summary>Behaviour.</summary>
    Behaviour = 6,

    /// <summary>From another area.</summary>
    OutOfArea = 7,

    /// <summary>Detained, or not.</summary>
    LegalStatus = 8,

    /// <summary>None of these.</summary>
    Other = 9,
}

/// <summary>Why staff take somebody although that is over safe capacity: a code.</summary>
public enum OverrideReason
{
    /// <summary>There is nowhere else.</summary>
    NowhereElse = 1,

    /// <summary>Turning them away would be the greater risk.</summary>
    RiskOfTurningAway = 2,

    /// <summary>More staff are on their way.</summary>
    StaffOnTheWay = 3,

    /// <summary>Somebody is about to leave.</summary>
    AboutToLeave = 4,

    /// <summary>None of these.</summary>
    Other = 5,
}

/// <summary>Where somebody went: a code and nothing else.</summary>
public enum OnwardRoute
{
    /// <summary>Home.</summary>
    Home = 1,

    /// <summary>To family or friends.</summary>
    FamilyOrFriends = 2,

    /// <summary>To another safe space.</summary>
    AnotherSpace = 3,

    /// <summary>To Distress Brief Intervention.</summary>
    DistressBriefIntervention = 4,

    /// <summary>To a community mental health or crisis team.</summary>
    CrisisTeam = 5,

    /// <summary>To the emergency department.</summary>
    EmergencyDepartment = 6,

    /// <summary>Into hospital, otherwise.</summary>
    HospitalAdmission = 7,

    /// <summary>With the police.</summary>
    Police = 8,

    /// <summary>None of these.</summary>
    Other = 9,
}

/// <summary>A place kept for a crew on its way, or asked for.</summary>
/// <param name="Id">The id of the command that placed it.</param>
/// <param name="NeedId">The need it serves; random, not a person.</param>
/// <param name="Eta">The stated arrival.</param>
/// <param name="ExpiresAt">When the place is kept until; of a request, when it lapses.</param>
/// <param name="Status">Where it stands, as far as written down; see <see cref="IsActive"/>.</param>
/// <param name="Asked">What was asked for.</param>
/// <param name="PersonAgreed">Whether the person was asked and agreed; null: not asked.</param>
/// <param name="CallSign">How staff call the crew.</param>
/// <param name="DeclinedReason">Why staff declined.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="MadeAt">When it was placed or requested.</param>
public sealed record Hold(
    Guid Id,
    Guid NeedId,
    Instant MadeAt,
    Instant Eta,
    Instant ExpiresAt,
    HoldStatus Status,
    Needs Asked,
    bool? PersonAgreed,
    [property: Whose(Words.Client)] string CallSign,
    RefusalReason? DeclinedReason,
    Instant? EndedAt)
{
    /// <summary>Whether it keeps a place at an instant. Time ends it, whether or not anybody wrote that down.</summary>
    public bool IsActive(Instant at) => Status is HoldStatus.Placed or HoldStatus.Requested && at < ExpiresAt;

    /// <summary>Where it stands at an instant, time counted in.</summary>
    public HoldStatus StatusAt(Instant at) => Status switch
    {
        HoldStatus.Placed when at >= ExpiresAt => HoldStatus.Expired,
        HoldStatus.Requested when at >= ExpiresAt => HoldStatus.Lapsed,
        _ => Status,
    };
}
