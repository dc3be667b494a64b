using System.Collections.Immutable;
using System.Text.RegularExpressions;
using NodaTime;
using NodaTime.Text;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Opening;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Service.Grpc;
using SafeSpaceCapacity.Service.Region;
using SafeSpaceCapacity.Service.Search;
using DomainStaffingRule = SafeSpaceCapacity.Domain.Staffing.StaffingRule;
using DomainTier = SafeSpaceCapacity.Domain.Spaces.Tier;
using DomainWeekly = SafeSpaceCapacity.Domain.Opening.WeeklyOpening;

namespace SafeSpaceCapacity.Service.Imports;

/// <summary>The rules for what a space says it is, whether it is registered alone or imported with thousands.</summary>
internal sealed partial class DetailsCheck(RegionData region, OriginResolver origins)
{
    /// <summary>The zone in which all hours are.</summary>
    public const string Zone = "Europe/London";

    /// <summary>What a request says that a space is. Broken rules are told to the check; then what is returned is harmless and of no use.</summary>
    public SpaceDetails Read(RegisterSpaceRequest request, RequestCheck check)
    {
        var tier = check.Code(request.Tier, "tier");
        var clinicians = tier == Contract.V1.Tier.ClinicalAdjacent ? 1 : 0;
        var staffing = request.Staffing ?? new Contract.V1.StaffingRule();
        var site = SiteOf(request, check);
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
        var fresh = check.Number(request.HasFreshMinutes, request.FreshMinutes, "fresh_minutes", 1, 1440, FreshnessRule.Default.FreshMinutes);
        var unconfirmed = check.Number(
            request.HasUnconfirmedAfterMinutes, request.UnconfirmedAfterMinutes, "unconfirmed_after_minutes", 1, 1440,
            Math.Max(FreshnessRule.Default.UnconfirmedAfterMinutes, fresh));
        if (unconfirmed < fresh)
            check.Break("unconfirmed_after_minutes", $"must be at least fresh_minutes, {fresh}");

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
            new DomainStaffingRule(
                check.Number(staffing.HasVisitorsPerStaff, staffing.VisitorsPerStaff, "staffing.visitors_per_staff", 1, 20, 3),
                check.Number(staffing.HasMinimumOnDuty, staffing.MinimumOnDuty, "staffing.minimum_on_duty", 1, 20, 2),
                check.Number(staffing.HasMinimumClinicians, staffing.MinimumClinicians, "staffing.minimum_clinicians", 0, 20, clinicians),
                (decimal)check.Number(staffing.HasPeerWeight, staffing.PeerWeight, "staffing.peer_weight", 0, 1, 1),
                (decimal)check.Number(staffing.HasVolunteerWeight, staffing.VolunteerWeight, "staffing.volunteer_weight", 0, 1, 0.5)),
            new FreshnessRule(fresh, unconfirmed),
            new HoldRule(
                check.Number(request.HasHoldGraceMinutes, request.HoldGraceMinutes, "hold_grace_minutes", 0, 120, new HoldRule().GraceMinutes),
                check.Number(request.HasRequestAnswerMinutes, request.RequestAnswerMinutes, "request_answer_minutes", 1, 60, new HoldRule().AnswerMinutes)),
            Demo: false);
    }

    private Site? SiteOf(RegisterSpaceRequest request, RequestCheck check)
    {
        if (request.Point is null)
        {
            check.Break("point", "is required: latitude and longitude");
            return null;
        }

        var latitude = check.Number(request.Point.HasLatitude, request.Point.Latitude, "point.latitude", -90, 90, otherwise: null);
        var longitude = check.Number(request.Point.HasLongitude, request.Point.Longitude, "point.longitude", -180, 180, otherwise: null);
        if (!request.Point.HasLatitude || !request.Point.HasLongitude)
            return null;
        var point = new GeoPoint(latitude, longitude);
        if (origins.TooFar(point) is not { } fault)
            return region.Gazetteer.SiteAt(point);
        check.Break("point", fault);
        return null;
    }

    private static string Telephone(string value, RequestCheck check)
    {
        if (TelephoneForm().IsMatch(value))
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

    [GeneratedRegex("^(?=.{3,20}\\z)\\+?[0-9() ]*[0-9][0-9() ]*\\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex TelephoneForm();

    [GeneratedRegex("^[a-z]{2,3}\\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex LanguageForm();
}
