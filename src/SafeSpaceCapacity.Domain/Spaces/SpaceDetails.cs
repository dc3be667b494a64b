using System.Collections.Immutable;
using NodaTime;
using SafeSpaceCapacity.Domain.Escalations;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Opening;
using SafeSpaceCapacity.Domain.Policies;
using SafeSpaceCapacity.Domain.Privacy;
using SafeSpaceCapacity.Domain.Staffing;

namespace SafeSpaceCapacity.Domain.Spaces;

/// <summary>What a space is, as its administrators state it. Changes rarely; who is there and who is on duty is in <see cref="SpaceState"/>.</summary>
/// <param name="Id">Its id, for ever.</param>
/// <param name="Name">Its name, as over the door.</param>
/// <param name="Tier">What kind of provision it is.</param>
/// <param name="CouncilArea">The council area it lies in.</param>
/// <param name="Site">Where it is.</param>
/// <param name="Description">The place in a sentence or two, to read aloud to the person.</param>
/// <param name="WhoWorksHere">Who works there, in words a person can choose by.</param>
/// <param name="Languages">Languages spoken, ISO 639-1 or 639-3 codes.</param>
/// <param name="Telephone">The number at which the staff are reached.</param>
/// <param name="Entrance">Which door, which bell.</param>
/// <param name="AccessNote">Steps, lift, toilet, parking.</param>
/// <param name="Provides">The needs that it can meet; includes the ages it is for and s.297 designation.</param>
/// <param name="Places">How many people the rooms can hold, at least 1.</param>
/// <param name="Hours">When it is open.</param>
/// <param name="Staffing">What safe staffing means here.</param>
/// <param name="Freshness">How long a confirmation is good for.</param>
/// <param name="HoldRule">How long a hold outlives the stated arrival, and how long a request may wait.</param>
/// <param name="Demo">A fictional space of the demo region.</param>
public sealed record SpaceDetails(
    SpaceId Id,
    [property: Whose(Words.Space)] string Name,
    Tier Tier,
    [property: Whose(Words.Service)] string CouncilArea,
    Site Site,
    [property: Whose(Words.Space)] string Description,
    [property: Whose(Words.Space)] string WhoWorksHere,
    [property: Whose(Words.Space)] ImmutableArray<string> Languages,
    [property: Whose(Words.Space)] string Telephone,
    [property: Whose(Words.Space)] string Entrance,
    [property: Whose(Words.Space)] string AccessNote,
    Needs Provides,
    int Places,
    OpeningHours Hours,
    StaffingRule Staffing,
    FreshnessRule Freshness,
    HoldRule HoldRule,
    bool Demo)
{
    /// <summary>Where it is on some days of the week instead; each day at most once.</summary>
    public ImmutableArray<Venue> Venues { get; init; } = [];

    /// <summary>Whom it states that it does not take, by code, so that exclusion can be seen. Needs that it does not meet are not in <see cref="Provides"/>.</summary>
    public ImmutableArray<RefusalReason> Excludes { get; init; } = [];

    /// <summary>When what it states of whom it takes must be looked at again; null: nobody has set a date.</summary>
    public LocalDate? ReviewBy { get; init; }

    /// <summary>Who is told in which order when staffing is unsafe.</summary>
    public EscalationPlan Escalation { get; init; } = EscalationPlan.Default;

    /// <summary>What it states of its rules itself; null where all of them are its own.</summary>
    public PolicyValues? Stated { get; init; }

    /// <summary>The same space by what it and its tier state; unchanged where all its rules are its own.</summary>
    public SpaceDetails Under(TierPolicy? policy) =>
        Stated is { } stated ? With(stated.Or(policy is { } known && known.Tier == Tier ? known.Values : PolicyValues.None).For(Tier)) : this;

    /// <summary>The same space where it is at an instant: by the day on which that stretch of opening began, or the next one will.</summary>
    public SpaceDetails At(Instant at)
    {
        if (Venues.IsEmpty || Hours.DayAt(at) is not { } day)
            return this;
        foreach (var venue in Venues)
        {
            if (venue.Days.Contains(day))
                return this with { Site = venue.Site, Entrance = venue.Entrance, AccessNote = venue.AccessNote };
        }

        return this;
    }

    private SpaceDetails With(Rules rules) =>
        this with { Staffing = rules.Staffing, Freshness = rules.Freshness, HoldRule = rules.Holds, Escalation = rules.Escalation };
}

/// <summary>Where a space is on some days of the week.</summary>
/// <param name="Days">The days on which a stretch of opening there begins.</param>
/// <param name="Site">Where.</param>
/// <param name="Entrance">Which door, which bell.</param>
/// <param name="AccessNote">Steps, lift, toilet, parking.</param>
public sealed record Venue(
    ImmutableArray<IsoDayOfWeek> Days, Site Site, [property: Whose(Words.Space)] string Entrance, [property: Whose(Words.Space)] string AccessNote);
