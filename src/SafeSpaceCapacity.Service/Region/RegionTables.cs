using System.Collections.Immutable;
using System.Text.RegularExpressions;
using NodaTime;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Opening;
using SafeSpaceCapacity.Domain.Policies;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;
using SafeSpaceCapacity.Domain.Travel;

namespace SafeSpaceCapacity.Service.Region;

/// <summary>Reads the tables of a region and checks them against each other.</summary>
internal sealed partial class RegionTables(Func<string, TextReader> open, DateTimeZone zone)
{
    private const string CouncilAreas = "council_areas.csv";
    private const string PlacesTable = "places.csv";
    private const string Lands = "lands.csv";
    private const string Links = "links.csv";
    private const string EmergencyDepartments = "emergency_departments.csv";
    private const string TelephoneLines = "telephone_lines.csv";
    private const string DemoSpaces = "demo_spaces.csv";
    private const double MetresFromPlaceAtMost = 5_000;

    private readonly List<RegionTableError> errors = [];

    public static ImmutableArray<string> Names { get; } =
        [CouncilAreas, PlacesTable, Lands, Links, EmergencyDepartments, TelephoneLines, DemoSpaces];

    public RegionData Read()
    {
        var lands = Rows(Lands, ["code", "name", "kind"])
            .Select(row => (row, land: new Land(row.Text("code"), row.Text("name"), row.OneOf<LandKind>("kind"))))
            .ToList();
        var landCodes = Distinct(lands, land => land.Code, "code");
        var links = ReadLinks(landCodes);
        var councils = ReadCouncils();
        var councilNames = Distinct(councils, council => council.Name, "name");
        var places = ReadPlaces(landCodes, councilNames);
        ThrowIfFaulty();

        var gazetteer = new Gazetteer(places);
        var departments = ReadDepartments(landCodes, councilNames);
        var lines = ReadLines();
        var spaces = ReadSpaces(gazetteer, councilNames);
        ThrowIfFaulty();
        return new RegionData(
            [.. councils.Select(entry => entry.council)],
            places,
            departments,
            lines,
            spaces,
            Model([.. lands.Select(entry => entry.land)], links),
            gazetteer);
    }

    private TravelModel Model(ImmutableArray<Land> lands, ImmutableArray<Link> links)
    {
        try
        {
            return new TravelModel(lands, links, zone, TravelRules.Default);
        }
        catch (ArgumentException fault)
        {
            throw new RegionTableException([new RegionTableError(Links, 0, string.Empty, fault.Message)]);
        }
    }

    private ImmutableArray<Link> ReadLinks(HashSet<string> lands)
    {
        var rows = Rows(
            Links,
            ["name", "kind", "from_land", "from_lat", "from_lon", "to_land", "to_lat", "to_lon", "minutes", "wait_minutes", "driving"]);
        var links = rows.Select(row => (row, link: new Link(
            row.Text("name"),
            row.OneOf<LinkKind>("kind"),
            new LinkEnd(row.Point("from_lat", "from_lon"), Known(row, "from_land", lands)),
            new LinkEnd(row.Point("to_lat", "to_lon"), Known(row, "to_land", lands)),
            row.Number("minutes", 0, 24 * 60),
            row.OptionalNumber("wait_minutes", 0, 24 * 60),
            row.YesNo("driving")))).ToList();
        foreach (var (row, link) in links)
        {
            if (string.Equals(link.From.Land, link.To.Land, StringComparison.Ordinal))
                row.Fail("to_land", "joins a land with itself");
            if (link.Minutes <= 0 && link.LengthMetres > 1)
                row.Fail("minutes", "a crossing of some length takes a positive time");
            if (link.Kind != LinkKind.Ferry && link.WaitMinutes is not null)
                row.Fail("wait_minutes", "only ferries are waited for");
        }

        Distinct(links, link => link.Name, "name");
        return [.. links.Select(entry => entry.link)];
    }

    private List<(TableRow row, CouncilArea council)> ReadCouncils() =>
        [.. Rows(CouncilAreas, ["code", "name", "health_board", "population", "lat", "lon"]).Select(row => (row, new CouncilArea(
            row.Text("code"),
            row.Text("name"),
            row.Text("health_board"),
            row.Whole("population", 1, 10_000_000),
            row.Point("lat", "lon"))))];

    private ImmutableArray<Place> ReadPlaces(HashSet<string> lands, HashSet<string> councils)
    {
        var places = Rows(PlacesTable, ["name", "also", "council_area", "lat", "lon", "land", "class", "population"])
            .Select(row => (row, place: new Place(
                row.Text("name"),
                row.Optional("also"),
                Known(row, "council_area", councils),
                SiteOf(row, lands),
                row.Whole("population", 0, 10_000_000))))
            .ToList();
        Distinct(places, place => place.Label, "name");
        return [.. places.Select(entry => entry.place)];
    }

    private ImmutableArray<EmergencyDepartment> ReadDepartments(HashSet<string> lands, HashSet<string> councils)
    {
        var departments = Rows(
            EmergencyDepartments,
            ["code", "name", "health_board", "council_area", "lat", "lon", "land", "class", "children_only"])
            .Select(row => (row, department: new EmergencyDepartment(
                row.Text("code"),
                row.Text("name"),
                row.Text("health_board"),
                Known(row, "council_area", councils),
                SiteOf(row, lands),
                row.YesNo("children_only"))))
            .ToList();
        Distinct(departments, department => department.Code, "code");
        return [.. departments.Select(entry => entry.department)];
    }

    private ImmutableArray<SupportLine> ReadLines()
    {
        var lines = Rows(TelephoneLines, ["code", "name", "kind", "telephone", "for_whom", "age_from", "age_to", "hours", "note"])
            .Select(row => (row, line: new SupportLine(
                row.Text("code"),
                row.Text("name"),
                row.OneOf<SupportLineKind>("kind"),
                row.Optional("telephone") is { Length: > 0 } telephone ? telephone : null,
                row.Text("for_whom"),
                row.OptionalWhole("age_from", 0, 120),
                row.OptionalWhole("age_to", 0, 120),
                new OpeningHours(zone.Id, WeekOf(row), BankHoliday: null, SpecialDays: []),
                row.Optional("note"))))
            .ToList();
        foreach (var (row, line) in lines)
        {
            if ((line.Kind == SupportLineKind.Telephone) != (line.Telephone is not null))
                row.Fail("telephone", "a telephone line has a number, a referral has none");
            if (line.AgeFrom > line.AgeTo)
                row.Fail("age_to", "is below age_from");
        }

        Distinct(lines, line => line.Code, "code");
        return [.. lines.Select(entry => entry.line)];
    }

    private ImmutableArray<DemoSpace> ReadSpaces(Gazetteer gazetteer, HashSet<string> councils)
    {
        var spaces = Rows(
            DemoSpaces,
            [
                "id", "name", "tier", "place", "council_area", "lat", "lon", "description", "who_works_here", "languages", "telephone",
                "entrance",
                "access_note", "provides", "places", "hours", "bank_holidays", "special_days", "visitors_per_staff", "minimum_on_duty",
                "minimum_clinicians", "typical_occupied", "forgetful",
            ]).Select(row => (row, space: ReadSpace(row, gazetteer, councils))).ToList();
        Distinct(spaces, space => space.Details.Id.Value, "id");
        return [.. spaces.Select(entry => entry.space)];
    }

    private DemoSpace ReadSpace(TableRow row, Gazetteer gazetteer, HashSet<string> councils)
    {
        var council = Known(row, "council_area", councils);
        var id = row.Text("id");
        if (!SpaceId.IsValid(id))
            row.Fail("id", "must be " + SpaceId.Rule);
        var name = row.Text("name");
        if (!name.EndsWith("(demo)", StringComparison.Ordinal))
            row.Fail("name", "must end in (demo)");
        var telephone = row.Text("telephone");
        if (!DramaNumber().IsMatch(telephone))
            row.Fail("telephone", "must be from the ranges kept for drama");
        var tier = (Tier)row.Whole("tier", 1, 3);
        var stated = Stated(row, PolicyValues.None.For(tier).Staffing);
        var rules = stated.For(tier);
        var details = new SpaceDetails(
            new SpaceId(id),
            name,
            tier,
            council,
            SpaceSite(row, gazetteer, council),
            row.Text("description"),
            row.Text("who_works_here"),
            LanguagesOf(row),
            telephone,
            row.Text("entrance"),
            row.Text("access_note"),
            ProvidesOf(row),
            row.Whole("places", 1, 100),
            HoursOf(row),
            rules.Staffing,
            rules.Freshness,
            rules.Holds,
            Demo: true)
        {
            Stated = stated,
            Escalation = rules.Escalation,
        };
        if (details.Provides.HasFlag(Needs.DetainedS297) && details.Tier != Tier.ClinicalAdjacent)
            row.Fail("provides", "only tier 3 is designated under s.297");
        return new DemoSpace(details, row.Whole("typical_occupied", 0, details.Places), row.YesNo("forgetful"));
    }

    // A space states what it has otherwise than its tier by default: the rest is its tier's to say.
    private static PolicyValues Stated(TableRow row, StaffingRule standard)
    {
        return new PolicyValues
        {
            VisitorsPerStaff = Other(row.Whole("visitors_per_staff", 1, 20), standard.VisitorsPerStaff),
            MinimumOnDuty = Other(row.Whole("minimum_on_duty", 1, 20), standard.MinimumOnDuty),
            MinimumClinicians = Other(row.Whole("minimum_clinicians", 0, 20), standard.MinimumClinicians),
        };

        static int? Other(int stated, int otherwise) => stated == otherwise ? null : stated;
    }

    private static Site SpaceSite(TableRow row, Gazetteer gazetteer, string council)
    {
        var point = row.Point("lat", "lon");
        if (gazetteer.Find($"{row.Text("place")}, {council}").Place is not { } place)
        {
            row.Fail("place", $"no place, or more than one, is called so in {council}");
            return new Site(point, string.Empty, UrbanRural.LargeUrban);
        }

        if (point.DistanceMetresTo(place.Site.Point) > MetresFromPlaceAtMost)
            row.Fail("lat", $"is more than {MetresFromPlaceAtMost / 1000} km from {place.Name}");
        return place.Site with { Point = point };
    }

    private static ImmutableArray<string> LanguagesOf(TableRow row)
    {
        var languages = Words(row.Text("languages"));
        foreach (var language in languages.Where(language => language.Length is not (2 or 3) || !language.All(char.IsAsciiLetterLower)))
            row.Fail("languages", $"'{language}' is no ISO 639 code");
        return languages;
    }

    private static Needs ProvidesOf(TableRow row)
    {
        const Needs ages = Needs.AgeChild | Needs.AgeYoung | Needs.AgeAdult | Needs.AgeOlder;
        var provides = Needs.None;
        foreach (var word in Words(row.Text("provides")))
        {
            if (Enum.TryParse<Needs>(word, ignoreCase: false, out var need) && Enum.IsDefined(need) && need != Needs.UrgentPhysical)
                provides |= need;
            else
                row.Fail("provides", $"'{word}' is no need that a space can meet");
        }

        if ((provides & ages) == Needs.None)
            row.Fail("provides", "no age is named");
        return provides;
    }

    private static ImmutableArray<string> Words(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)];

    private static ImmutableArray<WeeklyOpening> WeekOf(TableRow row)
    {
        var week = HoursText.Week(row.Text("hours"), out var fault);
        if (fault.Length > 0)
            row.Fail("hours", fault);
        return week ?? [];
    }

    private OpeningHours HoursOf(TableRow row)
    {
        var bankHoliday = HoursText.BankHoliday(row.Text("bank_holidays"), out var bankFault);
        if (bankFault.Length > 0)
            row.Fail("bank_holidays", bankFault);
        var specialDays = HoursText.SpecialDays(row.Optional("special_days"), out var specialFault);
        if (specialFault.Length > 0)
            row.Fail("special_days", specialFault);
        return new OpeningHours(zone.Id, WeekOf(row), bankHoliday, specialDays);
    }

    private static Site SiteOf(TableRow row, HashSet<string> lands) =>
        new(row.Point("lat", "lon"), Known(row, "land", lands), (UrbanRural)row.Whole("class", 1, 6));

    private static string Known(TableRow row, string column, HashSet<string> known)
    {
        var text = row.Text(column);
        if (!known.Contains(text))
            row.Fail(column, $"'{text}' is not in its table");
        return text;
    }

    private static HashSet<string> Distinct<T>(List<(TableRow Row, T Item)> entries, Func<T, string> key, string column)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries.Where(entry => !seen.Add(key(entry.Item))))
            entry.Row.Fail(column, $"'{key(entry.Item)}' is there twice");
        return seen;
    }

    private ImmutableArray<TableRow> Rows(string table, ImmutableArray<string> columns)
    {
        using var text = open(table);
        return TableReader.Read(table, text, columns, errors);
    }

    private void ThrowIfFaulty()
    {
        if (errors.Count > 0)
            throw new RegionTableException([.. errors]);
    }

    // Ofcom: 0141 496 0xxx, 0131 496 0xxx and, for no area in particular, 01632 960xxx.
    [GeneratedRegex(@"^(0141 496 0|0131 496 0|01632 960)\d{3}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex DramaNumber();
}
