using System.Collections.Immutable;
using System.Text.RegularExpressions;
using NodaTime;
using NodaTime.Text;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Opening;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Service.Region;
using SafeSpaceCapacity.Service.Search;
using DomainReason = SafeSpaceCapacity.Domain.Holds.RefusalReason;
using DomainTier = SafeSpaceCapacity.Domain.Spaces.Tier;
using DomainVenue = SafeSpaceCapacity.Domain.Spaces.Venue;
using DomainWeekly = SafeSpaceCapacity.Domain.Opening.WeeklyOpening;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>The rules for what a space says it is, whether it is registered alone or imported with thousands.</summary>
internal sealed partial class DetailsCheck(RegionData region, OriginResolver origins)
{
    /// <summary>The zone in which all hours are.</summary>
    public const string Zone = "Europe/London";

    /// <summary>Whether every space that is entered is made up.</summary>
    public bool Fictional { get; init; }

    /// <summary>What a request says that a space is. Broken rules are told to the check; then what is returned is harmless and of no use.</summary>
    public SpaceDetails Read(RegisterSpaceRequest request, RequestCheck check)
    {
        var tier = check.Code(request.Tier, "tier");
        var site = SiteAt(request.Point, "point", check);
        var ages = Needs.None;
        for (var i = 0; i < request.Ages.Count && i < 10; i++)
        {
            if (request.Ages[i] == AgeBand.Unspecified)
                check.Break($"ages[{i}]", "must not be UNSPECIFIED");
            ages |= check.Age(request.Ages[i], $"ages[{i}]");
        }

        if (request.Ages.Count is 0 or > 4)
            check.Break("ages", "is required: 1 to 4 age bands that the space is for");
        var provides = check.Needs(request.Provides, "provides");
        if (provides.HasFlag(Needs.UrgentPhysical))
            check.Break("provides", "must not hold NEED_URGENT_PHYSICAL: that is for the emergency department");
        var stated = check.Policy(PolicyMap.PolicyOf(request), string.Empty);
        var rules = stated.For((DomainTier)tier);

        return new SpaceDetails(
            check.Space(request.SpaceId),
            check.Text(request.Name, "name", 120, required: true),
            (DomainTier)tier,
            site is { } known ? region.Gazetteer.Nearest(known.Point).Place.CouncilArea : string.Empty,
            site ?? new Site(default, string.Empty, UrbanRural.RemoteRural),
            check.Text(request.Description, "description", 500),
            check.Text(request.WhoWorksHere, "who_works_here", 500),
            Languages(request, check),
            Telephone(request.Telephone, check),
            check.Text(request.Entrance, "entrance", 300),
            check.Text(request.AccessNote, "access_note", 500),
            provides | ages | (request.S297Designated ? Needs.DetainedS297 : Needs.None),
            check.Number(request.HasPlaces, request.Places, "places", 1, 1000, otherwise: null),
            Hours(request, check),
            rules.Staffing,
            rules.Freshness,
            rules.Holds,
            Demo: Fictional)
        {
            Stated = stated,
            Escalation = rules.Escalation,
            Venues = Venues(request, check),
            Excludes = Excludes(request, check),
            ReviewBy = ReviewBy(request, check),
        };
    }

    private Site? SiteAt(Wgs84Point? given, string field, RequestCheck check)
    {
        if (given is null)
        {
            check.Break(field, "is required: latitude and longitude");
            return null;
        }

        var latitude = check.Number(given.HasLatitude, given.Latitude, field + ".latitude", -90, 90, otherwise: null);
        var longitude = check.Number(given.HasLongitude, given.Longitude, field + ".longitude", -180, 180, otherwise: null);
        if (!given.HasLatitude || !given.HasLongitude)
            return null;
        var point = new GeoPoint(latitude, longitude);
        if (origins.TooFar(point) is not { } fault)
            return region.Gazetteer.SiteAt(point);
        check.Break(field, fault);
        return null;
    }

    private ImmutableArray<DomainVenue> Venues(RegisterSpaceRequest request, RequestCheck check)
    {
        var venues = ImmutableArray.CreateBuilder<DomainVenue>();
        var taken = new HashSet<int>();
        if (request.Venues.Count > 7)
            check.Break("venues", "must have at most 7 venues");
        for (var i = 0; i < Math.Min(7, request.Venues.Count); i++)
        {
            var venue = request.Venues[i];
            if (venue.Weekdays.Count is 0 or > 7)
                check.Break($"venues[{i}].weekdays", "is required: 1 to 7 days");
            var days = ImmutableArray.CreateBuilder<IsoDayOfWeek>();
            foreach (var day in venue.Weekdays.Take(7))
            {
                if (day is < 1 or > 7)
                    check.Break($"venues[{i}].weekdays", $"must be 1 (Monday) to 7 (Sunday); one is {day}");
                else if (!taken.Add(day))
                    check.Break($"venues[{i}].weekdays", $"must name each day at most once among all venues; {day} is there twice");
                else
                    days.Add((IsoDayOfWeek)day);
            }

            var site = SiteAt(venue.Point, $"venues[{i}].point", check) ?? new Site(default, string.Empty, UrbanRural.RemoteRural);
            venues.Add(new DomainVenue(
                days.ToImmutable(), site, check.Text(venue.Entrance, $"venues[{i}].entrance", 300), check.Text(venue.AccessNote, $"venues[{i}].access_note", 500)));
        }

        return venues.ToImmutable();
    }

    private static ImmutableArray<DomainReason> Excludes(RegisterSpaceRequest request, RequestCheck check)
    {
        var excludes = ImmutableArray.CreateBuilder<DomainReason>();
        if (request.Excludes.Count > 9)
            check.Break("excludes", "must have each reason at most once");
        for (var i = 0; i < Math.Min(9, request.Excludes.Count); i++)
        {
            var reason = (DomainReason)check.Code(request.Excludes[i], $"excludes[{i}]");
            if (excludes.Contains(reason))
                check.Break($"excludes[{i}]", "must be there at most once");
            excludes.Add(reason);
        }

        return excludes.ToImmutable();
    }

    private static LocalDate? ReviewBy(RegisterSpaceRequest request, RequestCheck check)
    {
        if (request.ReviewBy.Length == 0)
            return null;
        var date = LocalDatePattern.Iso.Parse(request.ReviewBy);
        if (!date.Success)
            check.Break("review_by", "must be a date such as 2027-03-31");
        return date.Success ? date.Value : null;
    }

    private static string Telephone(string value, RequestCheck check)
    {
        if (PolicyMap.IsTelephone(value))
            return value;
        check.Break("telephone", "is required: 3 to 20 digits, spaces, + or ( )");
        return string.Empty;
    }

    private static ImmutableArray<string> Languages(RegisterSpaceRequest request, RequestCheck check)
    {
        if (request.Languages.Count == 0)
            return ["en"];
        if (request.Languages.Count > 50)
            check.Break("languages", "must have at most 50 languages");
        for (var i = 0; i < Math.Min(50, request.Languages.Count); i++)
        {
            if (!LanguageForm().IsMatch(request.Languages[i]))
                check.Break($"languages[{i}]", "must be an ISO 639 code of 2 or 3 lower-case letters");
        }

        return [.. request.Languages];
    }

    private static OpeningHours Hours(RegisterSpaceRequest request, RequestCheck check)
    {
        var week = new List<DomainWeekly>();
        if (request.AlwaysOpen)
        {
            if (request.Week.Count > 0)
                check.Break("week", "must be empty with always_open");
            foreach (var day in System.Enum.GetValues<IsoDayOfWeek>().Where(day => day != IsoDayOfWeek.None))
                week.Add(new DomainWeekly(day, LocalTime.Midnight, LocalTime.Midnight));
        }
        else if (request.Week.Count is 0 or > 50)
        {
            check.Break("week", "is required unless always_open: 1 to 50 stretches of opening");
        }

        for (var i = 0; i < Math.Min(50, request.Week.Count); i++)
        {
            var opening = request.Week[i];
            if (opening.Weekday is < 1 or > 7)
                check.Break($"week[{i}].weekday", $"must be 1 (Monday) to 7 (Sunday); it is {opening.Weekday}");
            else
                week.Add(new DomainWeekly((IsoDayOfWeek)opening.Weekday, Clock(opening.Opens, $"week[{i}].opens", check), Clock(opening.Closes, $"week[{i}].closes", check)));
        }

        BankHolidayOpening? bankHoliday = null;
        if (request.BankHoliday is { } holiday)
        {
            var (opens, closes) = Stretch(holiday.Opens, holiday.Closes, "bank_holiday", check);
            bankHoliday = new BankHolidayOpening(opens, closes);
        }

        if (request.SpecialDays.Count > 400)
            check.Break("special_days", "must have at most 400 days");
        var special = ImmutableArray.CreateBuilder<Domain.Opening.SpecialDay>();
        for (var i = 0; i < Math.Min(400, request.SpecialDays.Count); i++)
        {
            var day = request.SpecialDays[i];
            var date = LocalDatePattern.Iso.Parse(day.Date);
            if (!date.Success)
                check.Break($"special_days[{i}].date", "must be a date such as 2026-12-25");
            var (opens, closes) = Stretch(day.Opens, day.Closes, $"special_days[{i}]", check);
            if (date.Success)
                special.Add(new Domain.Opening.SpecialDay(date.Value, opens, closes));
        }

        return new OpeningHours(Zone, [.. week], bankHoliday, special.ToImmutable());
    }

    private static (LocalTime? Opens, LocalTime? Closes) Stretch(string opens, string closes, string field, RequestCheck check) =>
        opens.Length == 0 && closes.Length == 0
            ? (null, null)
            : (Clock(opens, field + ".opens", check), Clock(closes, field + ".closes", check));

    private static LocalTime Clock(string value, string field, RequestCheck check)
    {
        var parsed = ClockForm.Parse(value);
        if (!parsed.Success)
            check.Break(field, "must be a time such as 18:00, 00:00 to 23:59");
        return parsed.Success ? parsed.Value : LocalTime.Midnight;
    }

    private static readonly LocalTimePattern ClockForm = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

    [GeneratedRegex("^[a-z]{2,3}\\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex LanguageForm();
}
