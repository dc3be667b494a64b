using System.Collections.Immutable;
using NodaTime;
using SafeSpaceCapacity.Domain.Travel;

namespace SafeSpaceCapacity.Service.Region;

/// <summary>What the service knows of its region before anybody tells it: immutable, checked when read, safe to share.</summary>
/// <param name="CouncilAreas">The council areas.</param>
/// <param name="Places">The gazetteer's places.</param>
/// <param name="EmergencyDepartments">The emergency departments.</param>
/// <param name="SupportLines">Telephone lines and referrals.</param>
/// <param name="DemoSpaces">Fictional spaces.</param>
/// <param name="Travel">Travel times.</param>
/// <param name="Gazetteer">Finds places by name and by point.</param>
public sealed record RegionData(
    ImmutableArray<CouncilArea> CouncilAreas,
    ImmutableArray<Place> Places,
    ImmutableArray<EmergencyDepartment> EmergencyDepartments,
    ImmutableArray<SupportLine> SupportLines,
    ImmutableArray<DemoSpace> DemoSpaces,
    TravelModel Travel,
    Gazetteer Gazetteer)
{
    /// <summary>Names of the tables.</summary>
    public static ImmutableArray<string> TableNames { get; } = RegionTables.Names;

    /// <summary>Scotland with its fictional spaces, from the tables within the program.</summary>
    /// <exception cref="RegionTableException">A table is faulty.</exception>
    public static RegionData LoadDemo() => Load(OpenBuiltIn, DateTimeZoneProviders.Tzdb["Europe/London"]);

    /// <summary>A region from tables of the same form.</summary>
    /// <param name="open">Opens a table by its name, one of <see cref="TableNames"/>.</param>
    /// <param name="zone">The zone of the region.</param>
    /// <exception cref="RegionTableException">A table is faulty; says where.</exception>
    public static RegionData Load(Func<string, TextReader> open, DateTimeZone zone) => new RegionTables(open, zone).Read();

    /// <summary>Opens one of the tables within the program.</summary>
    public static TextReader OpenBuiltIn(string table) =>
        new StreamReader(
            typeof(RegionData).Assembly.GetManifestResourceStream("Region/Tables/" + table)
            ?? throw new RegionTableException($"the program has no table {table}"));
}
