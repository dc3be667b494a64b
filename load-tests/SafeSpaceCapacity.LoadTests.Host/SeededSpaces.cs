using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Opening;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;
using SafeSpaceCapacity.Service.Region;

namespace SafeSpaceCapacity.LoadTests.Host;

/// <summary>What kind of spaces a log is filled with.</summary>
internal enum SeedKind
{
    /// <summary>Around the towns of the region, with varied needs, places, hours and staff.</summary>
    Region,

    /// <summary>Always open and with room for a hundred.</summary>
    Roomy,
}

/// <summary>Fictional spaces, the same for the same seed but for the day.</summary>
internal sealed class SeededSpaces(SeedKind kind, Instant now, Random random)
{
    private const double MetresPerDegree = 111_195;

    // Most live in a town, some well outside.
    private const double SpreadMetres = 6_000;

    private static readonly Needs[] Offered = [.. Enum.GetValues<Needs>().Where(need => need is >= Needs.Wheelchair and <= Needs.Overnight)];

    private readonly RegionData _region = RegionData.LoadDemo();

    public SeededSpace[] Make(int count)
    {
        var until = new long[_region.Places.Length];
        var people = 0L;
        for (var i = 0; i < until.Length; i++)
            until[i] = people += _region.Places[i].Population;
        var made = new SeededSpace[count];
        for (var i = 0; i < count; i++)
        {
            var place = Array.BinarySearch(until, random.NextInt64(people));
            made[i] = kind is SeedKind.Roomy ? Roomy(i) : Make(i, _region.Places[place < 0 ? ~place : place + 1]);
        }

        return made;
    }

    private SeededSpace Make(int i, Place place)
    {
        var provides = Needs.AgeAdult | Needs.AgeOlder;
        foreach (var need in Offered)
        {
            if (random.NextDouble() < 0.5)
                provides |= need;
        }

        if (random.NextDouble() < 0.4)
            provides |= Needs.AgeYoung;
        if (random.NextDouble() < 0.1)
            provides |= Needs.DetainedS297;
        var places = random.Next(2, 13);
        var staff = random.NextDouble() < 0.1 ? 0 : Math.Max(2, (places + 2) / 3);
        return new SeededSpace(
            Details(i, place, Around(place.Site), provides, places, Hours(), new StaffingRule()),
            staff,
            random.Next(0, Math.Max(1, Math.Min(places, 3 * staff) + 1)),
            now - Duration.FromMinutes(random.Next(1, 6 * 60)),
            now + Duration.FromMinutes(random.Next(16 * 60, 30 * 60)));
    }

    private SeededSpace Roomy(int i)
    {
        var place = _region.Places[0];
        return new SeededSpace(
            Details(i, place, place.Site, Needs.AgeAdult | Needs.Quiet, 100, OpenDays(Enum.GetValues<IsoDayOfWeek>(), default, default), new StaffingRule(VisitorsPerStaff: 50)),
            staff: 2,
            occupied: 0,
            now - Duration.FromMinutes(5),
            now + Duration.FromHours(24));
    }

    private SpaceDetails Details(int i, Place place, Site site, Needs provides, int places, OpeningHours hours, StaffingRule staffing)
    {
        var like = _region.DemoSpaces[i % _region.DemoSpaces.Length].Details;
        return new SpaceDetails(
            new SpaceId(string.Create(CultureInfo.InvariantCulture, $"space-{i:D7}")),
            string.Create(CultureInfo.InvariantCulture, $"{place.Name} space {i}"),
            (Tier)((i % 3) + 1),
            place.CouncilArea,
            site,
            like.Description,
            like.WhoWorksHere,
            like.Languages,
            string.Create(CultureInfo.InvariantCulture, $"0141 496 {i % 10_000:D4}"),
            like.Entrance,
            like.AccessNote,
            provides,
            places,
            hours,
            staffing,
            new FreshnessRule(FreshMinutes: 720, UnconfirmedAfterMinutes: 1_440),
            new HoldRule(),
            Demo: true);
    }

    private OpeningHours Hours()
    {
        if (random.NextDouble() < 0.5)
            return OpenDays(Enum.GetValues<IsoDayOfWeek>(), default, default);
        var days = Enum.GetValues<IsoDayOfWeek>().Where(day => day is not (IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday) || random.NextDouble() < 0.6);
        return OpenDays([.. days], Quarter(6, 14), Quarter(17, 26));
    }

    private LocalTime Quarter(int fromHour, int untilHour) => LocalTime.Midnight.PlusMinutes(15 * random.Next(4 * fromHour, 4 * untilHour) % 1_440);

    private static OpeningHours OpenDays(IEnumerable<IsoDayOfWeek> days, LocalTime opens, LocalTime closes) => new(
        "Europe/London",
        [.. days.Where(day => day is not IsoDayOfWeek.None).Select(day => new WeeklyOpening(day, opens, closes))],
        BankHoliday: null,
        ImmutableArray<SpecialDay>.Empty);

    private Site Around(Site site)
    {
        var (north, east) = (Normal() * SpreadMetres, Normal() * SpreadMetres);
        var perDegreeEast = MetresPerDegree * Math.Cos(double.DegreesToRadians(site.Point.Latitude));
        return site with { Point = new GeoPoint(site.Point.Latitude + (north / MetresPerDegree), site.Point.Longitude + (east / perDegreeEast)) };
    }

    // Box–Muller.
    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble());
}
