using System.Collections.Immutable;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Opening;
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
    bool Demo);
