using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using NodaTime;
using NodaTime.Text;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Domain.Opening;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Service.Grpc;
using SafeSpaceCapacity.Service.Region;

namespace SafeSpaceCapacity.Service.Imports;

/// <summary>
/// A column of a directory's file: how its text becomes part of the request that would register the space, and what the text for a space is.
/// The rules are those of the request (<see cref="DetailsCheck"/>); here is only what can't be read at all.
/// </summary>
/// <param name="Name">Its name in the header.</param>
/// <param name="Field">The field of the request that it fills: a broken rule of that field is told of this column.</param>
/// <param name="IsText">Whether it holds words, in which a spreadsheet could see a formula.</param>
/// <param name="Read">Fills the request from a text that is not empty; says what is wrong with it, or nothing.</param>
/// <param name="Write">The text for the entry of a space; empty for what it does not state.</param>
internal sealed record DirectoryColumn(
    string Name, string Field, bool IsText, Func<RegisterSpaceRequest, string, string?> Read, Func<RegisterSpaceRequest, string> Write)
{
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default);
    private static readonly LocalTimePattern Clock = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

    /// <summary>All columns, in the order in which they are exported.</summary>
    public static ImmutableArray<DirectoryColumn> All { get; } =
    [
        Words("space_id", (to, text) => to.SpaceId = text, from => from.SpaceId),
        Words("name", (to, text) => to.Name = text, from => from.Name),
        new("tier", "tier", false, (to, text) => Code<Contract.V1.Tier>(text, value => to.Tier = value), from => CodeName(from.Tier)),
        Real("latitude", "point.latitude", (to, value) => PointOf(to).Latitude = value, from => from.Point.Latitude),
        Real("longitude", "point.longitude", (to, value) => PointOf(to).Longitude = value, from => from.Point.Longitude),
        Words("description", (to, text) => to.Description = text, from => from.Description),
        Words("who_works_here", (to, text) => to.WhoWorksHere = text, from => from.WhoWorksHere),
        new("languages", "languages", false, ReadLanguages, from => string.Join(' ', from.Languages)),
        Words("telephone", (to, text) => to.Telephone = text, from => from.Telephone),
        Words("entrance", (to, text) => to.Entrance = text, from => from.Entrance),
        Words("access_note", (to, text) => to.AccessNote = text, from => from.AccessNote),
        new("provides", "provides", false, (to, text) => Codes<Need>(text, to.Provides.Add), from => string.Join(' ', from.Provides.Select(CodeName))),
        new("ages", "ages", false, (to, text) => Codes<AgeBand>(text, to.Ages.Add), from => string.Join(' ', from.Ages.Select(CodeName))),
        new("s297_designated", "s297_designated", false, (to, text) => YesNo(text, value => to.S297Designated = value), from => YesNo(from.S297Designated)),
        Whole("places", "places", (to, value) => to.Places = value, from => from.HasPlaces ? from.Places : null),
        new("hours", "week", false, ReadWeek, from => HoursText.Format(WeekOf(from))),
        new("bank_holiday", "bank_holiday", false, ReadBankHoliday, from => HoursText.Format(BankHolidayOf(from))),
        new("special_days", "special_days", false, ReadSpecialDays, from => HoursText.Format(SpecialDaysOf(from))),
        Json("venues", "venues", (to, list) => to.Venues.AddRange(list), from => from.Venues),
        new("excludes", "excludes", false, (to, text) => Codes<Contract.V1.RefusalReason>(text, to.Excludes.Add), from => string.Join(' ', from.Excludes.Select(CodeName))),
        new("review_by", "review_by", false, (to, text) => { to.ReviewBy = text; return null; }, from => from.ReviewBy),
        Whole("visitors_per_staff", "staffing.visitors_per_staff", (to, value) => StaffingOf(to).VisitorsPerStaff = value, from => from.Staffing is { HasVisitorsPerStaff: true } rule ? rule.VisitorsPerStaff : null),
        Whole("minimum_on_duty", "staffing.minimum_on_duty", (to, value) => StaffingOf(to).MinimumOnDuty = value, from => from.Staffing is { HasMinimumOnDuty: true } rule ? rule.MinimumOnDuty : null),
        Whole("minimum_clinicians", "staffing.minimum_clinicians", (to, value) => StaffingOf(to).MinimumClinicians = value, from => from.Staffing is { HasMinimumClinicians: true } rule ? rule.MinimumClinicians : null),
        Real("peer_weight", "staffing.peer_weight", (to, value) => StaffingOf(to).PeerWeight = value, from => from.Staffing is { HasPeerWeight: true } rule ? rule.PeerWeight : null),
        Real("volunteer_weight", "staffing.volunteer_weight", (to, value) => StaffingOf(to).VolunteerWeight = value, from => from.Staffing is { HasVolunteerWeight: true } rule ? rule.VolunteerWeight : null),
        Json("trained", "staffing.trained", (to, one) => StaffingOf(to).Trained = one, from => from.Staffing?.Trained),
        new("supervision_on_call", "staffing.supervision_on_call", false, (to, text) => YesNo(text, value => StaffingOf(to).SupervisionOnCall = value), from => from.Staffing is { HasSupervisionOnCall: true } rule ? YesNo(rule.SupervisionOnCall) : string.Empty),
        Whole("fresh_minutes", "fresh_minutes", (to, value) => to.FreshMinutes = value, from => from.HasFreshMinutes ? from.FreshMinutes : null),
        Whole("unconfirmed_after_minutes", "unconfirmed_after_minutes", (to, value) => to.UnconfirmedAfterMinutes = value, from => from.HasUnconfirmedAfterMinutes ? from.UnconfirmedAfterMinutes : null),
        Whole("nudge_minutes", "nudge_minutes", (to, value) => to.NudgeMinutes = value, from => from.HasNudgeMinutes ? from.NudgeMinutes : null),
        Whole("hold_grace_minutes", "hold_grace_minutes", (to, value) => to.HoldGraceMinutes = value, from => from.HasHoldGraceMinutes ? from.HoldGraceMinutes : null),
        Whole("request_answer_minutes", "request_answer_minutes", (to, value) => to.RequestAnswerMinutes = value, from => from.HasRequestAnswerMinutes ? from.RequestAnswerMinutes : null),
        Json("escalation", "escalation", (to, one) => to.Escalation = one, from => from.Escalation),
    ];

    /// <summary>The place of each column by its name.</summary>
    public static IReadOnlyDictionary<string, int> Index { get; } = All.Select((column, i) => (column.Name, i)).ToDictionary(StringComparer.Ordinal);

    /// <summary>What a space has in all columns.</summary>
    public static string[] TextsOf(SpaceDetails details)
    {
        var entry = EntryMap.ToContract(details);
        return [.. All.Select(column => column.Write(entry))];
    }

    /// <summary>The column that fills a field of the request; -1 for none.</summary>
    public static int OfField(string path)
    {
        // "week[2].opens" is of the column that fills "week", "point" of the first of two.
        var field = path.Split('[')[0];
        for (; field.Length > 0; field = field[..Math.Max(0, field.LastIndexOf('.'))])
        {
            for (var i = 0; i < All.Length; i++)
            {
                if (string.Equals(All[i].Field, field, StringComparison.Ordinal) || All[i].Field.StartsWith(field + ".", StringComparison.Ordinal))
                    return i;
            }
        }

        return -1;
    }

    /// <summary>A code of the contract as files write it: without the name of its kind, in lower case.</summary>
    public static string CodeName<T>(T code)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(code.ToString());

    private static DirectoryColumn Words(string name, Action<RegisterSpaceRequest, string> read, Func<RegisterSpaceRequest, string> write) =>
        new(name, name, IsText: true, (to, text) => { read(to, text); return null; }, write);

    private static DirectoryColumn Whole(string name, string field, Action<RegisterSpaceRequest, int> read, Func<RegisterSpaceRequest, int?> write) => new(
        name,
        field,
        IsText: false,
        (to, text) =>
        {
            if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
                return $"must be a whole number; it is '{Shortened(text)}'";
            read(to, value);
            return null;
        },
        from => write(from)?.ToString(CultureInfo.InvariantCulture) ?? string.Empty);

    private static DirectoryColumn Real(string name, string field, Action<RegisterSpaceRequest, double> read, Func<RegisterSpaceRequest, double?> write) => new(
        name,
        field,
        IsText: false,
        (to, text) =>
        {
            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
                return $"must be a number such as 55.861; it is '{Shortened(text)}'";
            read(to, value);
            return null;
        },
        from => write(from)?.ToString("R", CultureInfo.InvariantCulture) ?? string.Empty);

    // What has parts of its own is written as JSON, in protobuf's mapping of the contract.
    private static DirectoryColumn Json<T>(string name, string field, Action<RegisterSpaceRequest, T> read, Func<RegisterSpaceRequest, T?> write)
        where T : class, IMessage<T>, new() => new(
        name,
        field,
        IsText: false,
        (to, text) => Parsed<T>(text, one => read(to, one)),
        from => write(from) is { } one ? Formatter.Format(one) : string.Empty);

    private static DirectoryColumn Json<T>(string name, string field, Action<RegisterSpaceRequest, IEnumerable<T>> read, Func<RegisterSpaceRequest, IReadOnlyList<T>> write)
        where T : class, IMessage<T>, new() => new(
        name,
        field,
        IsText: false,
        (to, text) =>
        {
            try
            {
                using var list = JsonDocument.Parse(text);
                if (list.RootElement.ValueKind is not JsonValueKind.Array)
                    return "must be a JSON list";
                return list.RootElement.EnumerateArray().Select(item => Parsed<T>(item.GetRawText(), one => read(to, [one]))).FirstOrDefault(fault => fault is not null);
            }
            catch (JsonException)
            {
                return "can't be read as JSON";
            }
        },
        from => write(from) is { Count: > 0 } list ? $"[{string.Join(',', list.Select(item => Formatter.Format(item)))}]" : string.Empty);

    private static string? Parsed<T>(string json, Action<T> take)
        where T : class, IMessage<T>, new()
    {
        try
        {
            take(JsonParser.Default.Parse<T>(json));
            return null;
        }
        catch (InvalidProtocolBufferException fault)
        {
            return "can't be read as JSON of the contract: " + Shortened(fault.Message);
        }
    }

    private static Wgs84Point PointOf(RegisterSpaceRequest request) => request.Point ??= new Wgs84Point();

    private static Contract.V1.StaffingRule StaffingOf(RegisterSpaceRequest request) => request.Staffing ??= new Contract.V1.StaffingRule();

    private static string[] Items(string text) => text.Split([' ', ';'], StringSplitOptions.RemoveEmptyEntries);

    private static string Shortened(string text) => text.Length <= 40 ? text : text[..(char.IsHighSurrogate(text[39]) ? 39 : 40)] + "...";

    private static string? ReadLanguages(RegisterSpaceRequest to, string text)
    {
        to.Languages.AddRange(Items(text));
        return null;
    }

    private static string YesNo(bool value) => value ? "yes" : "no";

    private static string? YesNo(string text, Action<bool> take)
    {
        if (text is not ("yes" or "no"))
            return $"must be yes or no; it is '{Shortened(text)}'";
        take(text is "yes");
        return null;
    }

    private static string? Code<T>(string text, Action<T> take)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>().Skip(1))
        {
            if (!string.Equals(CodeName(value), text, StringComparison.Ordinal))
                continue;
            take(value);
            return null;
        }

        return $"'{Shortened(text)}' is none of {string.Join(", ", Enum.GetValues<T>().Skip(1).Select(CodeName))}";
    }

    private static string? Codes<T>(string text, Action<T> take)
        where T : struct, Enum => Items(text).Select(item => Code(item, take)).FirstOrDefault(fault => fault is not null);

    private static string? ReadWeek(RegisterSpaceRequest to, string text)
    {
        if (HoursText.Week(text, out var fault) is not { } week)
            return $"{Shortened(fault)}; hours are such as 'Mon-Thu 18:00-02:00; Fri Sat 18:00-03:00' or 'daily 00:00-00:00'";
        to.Week.AddRange(week.Select(opening => new Contract.V1.WeeklyOpening
        {
            Weekday = (int)opening.Day, Opens = Clock.Format(opening.Opens), Closes = Clock.Format(opening.Closes),
        }));
        return null;
    }

    private static string? ReadBankHoliday(RegisterSpaceRequest to, string text)
    {
        var opening = HoursText.BankHoliday(text, out var fault);
        if (fault.Length > 0)
            return $"must be 'as any day', 'closed' or such as 12:30-23:00; it is '{Shortened(text)}'";
        if (opening is { } given)
            to.BankHoliday = new BankHolidayHours { Opens = Text(given.Opens), Closes = Text(given.Closes) };
        return null;
    }

    private static string? ReadSpecialDays(RegisterSpaceRequest to, string text)
    {
        var days = HoursText.SpecialDays(text, out var fault);
        if (fault.Length > 0)
            return Shortened(fault) + "; days are such as '2026-12-25 closed; 2027-01-01 14:00-22:00'";
        to.SpecialDays.AddRange(days.Select(day => new Contract.V1.SpecialDay
        {
            Date = LocalDatePattern.Iso.Format(day.Date), Opens = Text(day.Opens), Closes = Text(day.Closes),
        }));
        return null;
    }

    private static readonly ImmutableArray<Domain.Opening.WeeklyOpening> Always =
        [.. Enumerable.Range(1, 7).Select(day => new Domain.Opening.WeeklyOpening((IsoDayOfWeek)day, LocalTime.Midnight, LocalTime.Midnight))];

    private static ImmutableArray<Domain.Opening.WeeklyOpening> WeekOf(RegisterSpaceRequest entry) =>
        entry.AlwaysOpen ? Always : [.. entry.Week.Select(opening => new Domain.Opening.WeeklyOpening((IsoDayOfWeek)opening.Weekday, Clock.Parse(opening.Opens).Value, Clock.Parse(opening.Closes).Value))];

    private static BankHolidayOpening? BankHolidayOf(RegisterSpaceRequest entry) =>
        entry.BankHoliday is { } holiday ? new BankHolidayOpening(Time(holiday.Opens), Time(holiday.Closes)) : null;

    private static ImmutableArray<Domain.Opening.SpecialDay> SpecialDaysOf(RegisterSpaceRequest entry) =>
        [.. entry.SpecialDays.Select(day => new Domain.Opening.SpecialDay(LocalDatePattern.Iso.Parse(day.Date).Value, Time(day.Opens), Time(day.Closes)))];

    private static LocalTime? Time(string text) => text.Length == 0 ? null : Clock.Parse(text).Value;

    private static string Text(LocalTime? time) => time is { } known ? Clock.Format(known) : string.Empty;
}
