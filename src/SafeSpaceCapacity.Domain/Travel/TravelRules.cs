using System.Collections.Immutable;
using NodaTime;
using SafeSpaceCapacity.Domain.Geography;

namespace SafeSpaceCapacity.Domain.Travel;

/// <summary>
/// How roads around a place behave: every journey has two halves, and each half starts slow at its own end and gets faster, because
/// longer journeys use better roads.
/// </summary>
/// <param name="Class">Urban–rural class of the end.</param>
/// <param name="Detour">Road distance over great-circle distance; of the two ends the mean counts.</param>
/// <param name="LocalKmh">Speed on the first <see cref="TravelRules.LocalMetres"/> of road, in km/h.</param>
/// <param name="AreaKmh">Speed from there to <see cref="TravelRules.AreaMetres"/>, in km/h.</param>
/// <param name="ThroughKmh">Speed beyond, in km/h.</param>
public sealed record RoadProfile(UrbanRural Class, double Detour, double LocalKmh, double AreaKmh, double ThroughKmh);

/// <summary>The numbers behind a travel estimate.</summary>
/// <param name="Roads">One profile for each urban–rural class.</param>
/// <param name="LocalMetres">Metres of road at each end that are driven at local speed.</param>
/// <param name="AreaMetres">Metres of road from each end beyond which through speed is driven.</param>
/// <param name="LinkDetour">Detour at an end that is a link: one passes it on the main road.</param>
/// <param name="LinkKmh">Speed on the half of a leg that ends at a link, in km/h.</param>
/// <param name="WalkingKmh">Walking speed in km/h.</param>
/// <param name="WalkingDetour">Way over great-circle distance on foot.</param>
/// <param name="FerryWaitMinutes">Standing wait at a pier: check-in and the time to the next sailing.</param>
/// <param name="FirstSailing">Local time before which no ferry sails.</param>
/// <param name="LastSailing">Local time after which no ferry sails.</param>
public sealed record TravelRules(
    ImmutableArray<RoadProfile> Roads,
    double LocalMetres,
    double AreaMetres,
    double LinkDetour,
    double LinkKmh,
    double WalkingKmh,
    double WalkingDetour,
    double FerryWaitMinutes,
    LocalTime FirstSailing,
    LocalTime LastSailing)
{
    /// <summary>
    /// The documented defaults. Speeds and detours are assumptions: fitted, then rounded, to about 75 well-known Scottish driving times
    /// (root mean square error of the logarithm 0.13), which themselves are from general knowledge; of 22 others 19 came within 35 %. Mountains
    /// without a road and sea lochs inside one land are not known: there an estimate can be half of the true time. The detours lie within what is
    /// published (mean road over straight line 1.42 to hospitals in the USA, Boscoe, Henry and Zdeb 2012; 1.2 to 1.4 for countries,
    /// Ballou, Rahardja and Sakai 2002). Walking at 4.8 km/h with a detour of 1.2, a standing wait of 30 minutes and sailings from
    /// 06:00 to 22:00 every day are assumptions.
    /// </summary>
    public static TravelRules Default { get; } = new(
        Roads:
        [
            new RoadProfile(UrbanRural.LargeUrban, 1.28, 22, 52, 87),
            new RoadProfile(UrbanRural.OtherUrban, 1.25, 34, 58, 76),
            new RoadProfile(UrbanRural.AccessibleSmallTown, 1.25, 35, 60, 80),
            new RoadProfile(UrbanRural.RemoteSmallTown, 1.27, 38, 68, 78),
            new RoadProfile(UrbanRural.AccessibleRural, 1.30, 42, 62, 85),
            new RoadProfile(UrbanRural.RemoteRural, 1.40, 30, 57, 69),
        ],
        LocalMetres: 2_000,
        AreaMetres: 10_000,
        LinkDetour: 1.25,
        LinkKmh: 62,
        WalkingKmh: 4.8,
        WalkingDetour: 1.2,
        FerryWaitMinutes: 30,
        FirstSailing: new LocalTime(6, 0),
        LastSailing: new LocalTime(22, 0));

    /// <summary>What is wrong with the numbers, or null.</summary>
    public string? Fault()
    {
        foreach (var urbanRural in Enum.GetValues<UrbanRural>())
        {
            if (Roads.Count(road => road.Class == urbanRural) != 1)
                return $"there must be exactly one road profile for {urbanRural}";
        }

        foreach (var road in Roads)
        {
            if (!(road.Detour >= 1 && double.IsFinite(road.Detour)))
                return $"the detour of {road.Class} must be at least 1";
            if (!(road.LocalKmh > 0 && road.AreaKmh >= road.LocalKmh && road.ThroughKmh >= road.AreaKmh && double.IsFinite(road.ThroughKmh)))
                return $"the speeds of {road.Class} must be positive and not fall with distance";
        }

        if (!(LocalMetres >= 0 && AreaMetres >= LocalMetres && double.IsFinite(AreaMetres)))
            return "local and area metres must not be negative, nor the area smaller than the local part";
        if (!(LinkDetour >= 1 && WalkingDetour >= 1 && double.IsFinite(LinkDetour) && double.IsFinite(WalkingDetour)))
            return "a detour must be at least 1";
        if (!(LinkKmh > 0 && WalkingKmh > 0 && double.IsFinite(LinkKmh) && double.IsFinite(WalkingKmh)))
            return "a speed must be positive";
        if (!(FerryWaitMinutes >= 0 && double.IsFinite(FerryWaitMinutes)))
            return "a wait must not be negative";
        return FirstSailing < LastSailing ? null : "the first sailing must be before the last";
    }
}
