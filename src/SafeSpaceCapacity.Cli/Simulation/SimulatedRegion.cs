using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.Cli.Simulation;

/// <summary>A settlement from which people in crisis are brought.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Area">The council area it is in.</param>
/// <param name="Latitude">Degrees north.</param>
/// <param name="Longitude">Degrees east.</param>
/// <param name="Population">People, roughly.</param>
internal sealed record Settlement(string Name, string Area, double Latitude, double Longitude, int Population);

/// <summary>A council area with its settlements, the largest first.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Name">Its name.</param>
/// <param name="Population">People, rounded.</param>
/// <param name="Settlements">At least one.</param>
internal sealed record SimulatedArea(string Code, string Name, int Population, ImmutableArray<Settlement> Settlements);

/// <summary>A fictional space of the simulation.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Area">The council area it is in.</param>
/// <param name="DayAndNight">Always open; else from 18:00 to 02:00.</param>
/// <param name="Places">People the rooms can hold.</param>
/// <param name="Entry">As it is entered, without a command id.</param>
internal sealed record SimulatedSpace(string Id, SimulatedArea Area, bool DayAndNight, int Places, RegisterSpaceRequest Entry)
{
    /// <summary>When a café opens.</summary>
    public static readonly LocalTime Opens = new(18, 0);

    /// <summary>When it closes, on the next day.</summary>
    public static readonly LocalTime Closes = new(2, 0);
}

/// <summary>The areas and spaces of a simulation. All spaces are fictional; areas and settlements are Scotland's.</summary>
/// <param name="Areas">By population, the largest first.</param>
/// <param name="Spaces">By area.</param>
internal sealed record SimulatedRegion(ImmutableArray<SimulatedArea> Areas, ImmutableArray<SimulatedSpace> Spaces)
{
    // Assumption: as many as would make the region worth looking at. None of these is there.
    private const int PeoplePerSpace = 80_000;

    /// <summary>All of Scotland, with a space for every 80,000 people (assumption), at least one in each area.</summary>
    public static SimulatedRegion Scotland() => Of(ReadAreas(), area => Math.Max(1, area.Population / PeoplePerSpace));

    /// <summary>The areas with most people, with two spaces each: one always open, and a café in the evening.</summary>
    public static SimulatedRegion Largest(int areas) => Of([.. ReadAreas().Take(areas)], _ => 2);

    private static SimulatedRegion Of(ImmutableArray<SimulatedArea> areas, Func<SimulatedArea, int> spaces) =>
        new(areas, [.. areas.SelectMany(area => Enumerable.Range(0, spaces(area)).Select(number => Space(area, number)))]);

    // The first of an area is always open; the others are cafés in its next settlements.
    private static SimulatedSpace Space(SimulatedArea area, int number)
    {
        var always = number == 0;
        var town = area.Settlements[number % area.Settlements.Length];
        var id = string.Create(CultureInfo.InvariantCulture, $"sim-{area.Code.ToLowerInvariant()}-{number}");
        var places = always ? 10 : 6;
        var entry = new RegisterSpaceRequest
        {
            SpaceId = id,
            Name = string.Create(CultureInfo.InvariantCulture, $"Simulated {(always ? "house" : "café")} {number + 1}, {town.Name}"),
            Tier = always ? Tier.ClinicalAdjacent : Tier.StaffedCommunity,
            Point = new Wgs84Point { Latitude = town.Latitude, Longitude = town.Longitude },
            Description = "A fictional space of a simulation.",
            Telephone = "01632 960000", // Of the range that Ofcom keeps for drama.
            Ages = { AgeBand.Young, AgeBand.Adult, AgeBand.Older },
            S297Designated = always,
            Places = places,
            AlwaysOpen = always,
            Provides = { Need.Wheelchair, Need.Interpreter, Need.Quiet, Need.Accompanied, Need.WomenOnly },
        };
        if (always)
        {
            entry.Provides.AddRange([Need.SubstanceAffected, Need.Medication, Need.Overnight, Need.Bsl]);
        }
        else
        {
            entry.Week.AddRange(Enumerable.Range(1, 7).Select(day => new WeeklyOpening { Weekday = day, Opens = "18:00", Closes = "02:00" }));
            if (number % 2 == 1)
                entry.Provides.Add(Need.SubstanceAffected);
        }

        return new SimulatedSpace(id, area, always, places, entry);
    }

    private static ImmutableArray<SimulatedArea> ReadAreas()
    {
        var settlements = Read("places.csv", row => new Settlement(row("name"), row("council_area"), Number(row("lat")), Number(row("lon")), (int)Number(row("population"))))
            .ToLookup(place => place.Area, StringComparer.Ordinal);
        return
        [
            .. Read("council_areas.csv", row => (Code: row("code"), Name: row("name"), Population: (int)Number(row("population"))))
                .OrderByDescending(area => area.Population)
                .Select(area => new SimulatedArea(area.Code, area.Name, area.Population, [.. settlements[area.Name].OrderByDescending(place => place.Population)])),
        ];

        static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    // The service's own tables.
    private static List<T> Read<T>(string table, Func<Func<string, string>, T> read)
    {
        using var text = new StreamReader(typeof(SimulatedRegion).Assembly.GetManifestResourceStream(table)!);
        return Table.Read(text, (row, _) => read(row));
    }
}
