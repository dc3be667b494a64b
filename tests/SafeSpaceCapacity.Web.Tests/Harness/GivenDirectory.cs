namespace SafeSpaceCapacity.Web.Tests.Harness;

/// <summary>The spaces that a test gives, as a service would say them.</summary>
internal sealed class GivenDirectory : IDirectory
{
    public const string MadeAt = "Fri 6 November 2026 22:15 GMT";

    // Two differ in case only.
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal)
    {
        ["glasgow-cross"] = "Glasgow Cross Sanctuary (demo)", ["paisley-road"] = "Rooms, Paisley Road", ["rooms-north"] = "The Rooms", ["rooms-south"] = "The rooms",
    };

    public IReadOnlyList<NamedArea> CouncilAreas { get; } = [new("S12000047", "Fife"), new("S12000049", "Glasgow City"), new("S12000036", "City of Edinburgh")];

    public bool IsBehind { get; set; }

    public List<SheetSpace> Spaces { get; } =
    [
        new("Glasgow Cross Sanctuary (demo)", "Glasgow City", ["The blue door in Saltmarket; step-free, lift; at 55.85680, -4.24420"], "0141 496 0001", ["Every day and night"],
            ["a place for adults", "wheelchair access", "a quiet room"],
            "open day and night; 3 free of 6 places: 4 safely staffed, 1 occupied, 0 held; confirmed Fri 6 November 2026 22:03 GMT, 12 min before printing", false, true),
        new("<b>Nan's & Co</b>", "Na h-Eileanan Siar", ["\"Side\" door", "on Monday, Tuesday: the church hall <script>alert(1)</script>"], "",
            ["Monday to Friday 09:00-17:00", "Saturday and Sunday closed"], [], "not known: nobody there has confirmed anything yet", true, false),
    ];

    public string? NameOf(string space) => _names.GetValueOrDefault(space);

    public IReadOnlyList<string> SpacesNamed(string name) => [.. _names.Where(space => string.Equals(space.Value, name, StringComparison.OrdinalIgnoreCase)).Select(space => space.Key)];

    public Sheet Read(string? area)
    {
        var areas = Spaces.Select(space => space.Area).Distinct(StringComparer.Ordinal).ToList();
        var asked = areas.Find(name => string.Equals(name, area, StringComparison.OrdinalIgnoreCase));
        return new Sheet(MadeAt, IsBehind, areas, asked, [.. Spaces.Where(space => area is null || space.Area == asked)]);
    }
}
