using SafeSpaceCapacity.Contract.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using static SafeSpaceCapacity.Service.Tests.BadInput.ValidRequests;

namespace SafeSpaceCapacity.Service.Tests.BadInput;

/// <summary>A request in which one thing is wrong.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Request">The request.</param>
/// <param name="Field">The path of the field that must be named.</param>
/// <param name="Rule">Part of the rule that must be told.</param>
internal sealed record BrokenRule(string Name, IMessage Request, string Field, string Rule);

/// <summary>At least one for every rule of every field.</summary>
internal static class BrokenRules
{
    private static readonly (char Character, string Rule)[] Unprintable =
    [
        ('\0', "the control character U+0000"), ('\n', "the control character U+000A"), ('\u001B', "the control character U+001B"),
        ('\u0085', "the control character U+0085"), ('\u2028', "the control character U+2028"),
        ('\u202E', "the bidirectional control U+202E"), ('\u2066', "the bidirectional control U+2066"), ('\u200F', "the bidirectional control U+200F"),
        ('\u061C', "the bidirectional control U+061C"), ('\uFFFD', "U+FFFD, the mark of text that was damaged on its way"),
        ('\u200B', "the invisible or unassigned character U+200B"), ('\uE000', "the invisible or unassigned character U+E000"),
    ];

    public static IReadOnlyDictionary<string, BrokenRule> All { get; } = Make().ToDictionary(rule => rule.Name, StringComparer.Ordinal);

    private static IEnumerable<BrokenRule> Make() => [.. Origins(), .. Searches(), .. Watches(), .. Crews(), .. Staffs(), .. Registrations(), .. Rotas(), .. Policies(), .. Files(), .. Totals(), .. History(), .. Audits(), .. CommonFields()];

    private static BrokenRule Broken<T>(string name, Action<T> spoil, string field, string rule)
        where T : IMessage, new() => new(Printable($"{typeof(T).Name} {field}: {name}"), Of(spoil), field, rule);

    // Names of tests go into reports, which can't hold every character.
    private static string Printable(string name) =>
        string.Concat(name.Select(letter => letter is >= ' ' and <= '~' ? letter.ToString() : $"\\u{(int)letter:X4}"));

    private static BrokenRule Find(string name, Action<FindSpacesRequest> spoil, string field, string rule) => Broken(name, spoil, field, rule);

    private static IEnumerable<BrokenRule> Origins()
    {
        foreach (var latitude in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity, 91, -90.001 })
            yield return Find($"latitude {latitude}", r => r.Origin.Wgs84.Latitude = latitude, "origin.wgs84.latitude", "must be -90 to 90");
        foreach (var longitude in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity, 181, -180.001 })
            yield return Find($"longitude {longitude}", r => r.Origin.Wgs84.Longitude = longitude, "origin.wgs84.longitude", "must be -180 to 180");
        yield return Find("London", r => (r.Origin.Wgs84.Latitude, r.Origin.Wgs84.Longitude) = (51.507, -0.128), "origin.wgs84", "at most 50 km is served");
        yield return Find("the middle of nowhere", r => (r.Origin.Wgs84.Latitude, r.Origin.Wgs84.Longitude) = (0, 0), "origin.wgs84", "the nearest place of this region");
        yield return Find("half a point", r => r.Origin.Wgs84.ClearLongitude(), "origin.wgs84.longitude", "absent is not zero");
        yield return Find("the other half", r => r.Origin.Wgs84.ClearLatitude(), "origin.wgs84.latitude", "absent is not zero");
        yield return Find("no origin", r => r.Origin = null, "origin", "is required");
        yield return Find("an empty origin", r => r.Origin = new Origin(), "origin", "is required");
        yield return Find("an empty grid point", r => r.Origin = new Origin { Grid = new GridPoint() }, "origin.grid", "is required");
        yield return Grid("half a grid point", new EastingNorthing { EastingMetres = 259_000 }, "origin.grid.metres.northing_metres", "absent is not zero");
        yield return Grid("the other half", new EastingNorthing { NorthingMetres = 665_000 }, "origin.grid.metres.easting_metres", "absent is not zero");
        yield return Grid("NaN on the grid", new EastingNorthing { EastingMetres = double.NaN, NorthingMetres = 665_000 }, "origin.grid.metres", "British National Grid");
        yield return Grid("off the grid", new EastingNorthing { EastingMetres = 259_000, NorthingMetres = 1_300_001 }, "origin.grid.metres", "British National Grid");
        yield return Grid("London on the grid", new EastingNorthing { EastingMetres = 530_000, NorthingMetres = 180_000 }, "origin.grid", "at most 50 km is served");
        yield return Find("a grid reference that is none", r => r.Origin = new Origin { Grid = new GridPoint { Reference = "ZZ 99 9" } }, "origin.grid.reference", "two letters and 2 to 10 figures");
        yield return Find("an empty place", r => r.Origin = new Origin { Place = " " }, "origin.place", "is required");
        yield return Find("a place with a slip", r => r.Origin = new Origin { Place = "Glasgo" }, "origin.place", "did you mean: Glasgow, Glasgow City");
        yield return Find("a place nowhere", r => r.Origin = new Origin { Place = "Xyzzyqwf" }, "origin.place", "is not in the gazetteer; give coordinates");
        yield return Find("a place that is several", r => r.Origin = new Origin { Place = "Tarbert" }, "origin.place", "Tarbert (Harris), Na h-Eileanan Siar");
        yield return Find("a place too long", r => r.Origin = new Origin { Place = new string('x', 101) }, "origin.place", "must have at most 100 characters; it has 101");
        foreach (var (character, rule) in Unprintable)
            yield return Find($"a place with U+{(int)character:X4}", r => r.Origin = new Origin { Place = $"Glas{character}gow" }, "origin.place", rule);
        foreach (var metres in new[] { -1, 50_001, double.NaN, double.PositiveInfinity })
            yield return Find($"uncertainty {metres}", r => r.Origin.UncertaintyMetres = metres, "origin.uncertainty_metres", "must be 0 to 50000");

        static BrokenRule Grid(string name, EastingNorthing metres, string field, string rule) =>
            Find(name, r => r.Origin = new Origin { Grid = new GridPoint { Metres = metres } }, field, rule);
    }

    private static IEnumerable<BrokenRule> Rotas()
    {
        yield return Line("no id", l => l.LineId = "", "lines[0].line_id", "is required: a random UUID");
        yield return Line("no role", l => l.Role = StaffRole.Unspecified, "lines[0].role", "is required");
        yield return Line("no days", l => l.Weekdays.Clear(), "lines[0].weekdays", "is required: 1 to 7 days");
        yield return Line("day 8", l => l.Weekdays.Add(8), "lines[0].weekdays", "must be 1 (Monday) to 7 (Sunday); one is 8");
        yield return Line("a day twice", l => l.Weekdays.Add(1), "lines[0].weekdays", "1 is there twice");
        yield return Line("no beginning", l => l.Starts = "", "lines[0].starts", "must be a time such as 18:00");
        yield return Line("an end", l => l.Ends = "24:00", "lines[0].ends", "must be a time such as 18:00");
        yield return Line("a break outside", l => l.Breaks[0].Ends = "06:15", "lines[0].breaks[0]", "must be within the hours");
        yield return Line("an empty break", l => l.Breaks[0].Ends = "23:45", "lines[0].breaks[0]", "must be within the hours, and not empty");
        yield return Line("eleven breaks", l => l.Breaks.Add(Enumerable.Repeat(l.Breaks[0], 10)), "lines[0].breaks", "at most 10 breaks");
        yield return Line("training", l => l.Trained.Add(new HeldTraining { Training = (Training)5 }), "lines[0].trained[0].training", "has no value 5");
        yield return Line("training twice", l => l.Trained.Add([Medication, Medication]), "lines[0].trained[1].training", "must be there at most once");
        yield return Line("five trainings", l => l.Trained.Add(Enumerable.Repeat(Medication, 5)), "lines[0].trained", "each training at most once");
        yield return Line("a first date", l => l.FirstDate = "1 May", "lines[0].first_date", "must be a date such as");
        yield return Line("last before first", l => (l.FirstDate, l.LastDate) = ("2026-12-02", "2026-12-01"), "lines[0].last_date", "must not be before first_date");
        yield return Rota("a line twice", r => r.Lines.Add(r.Lines[0].Clone()), "lines[1].line_id", "must be another than those before");
        yield return Rota("101 lines", r => r.Lines.Add(Enumerable.Range(0, 100).Select(_ => ValidRequests.Line())), "lines", "at most 100 lines");
        yield return Rota("an absence of nobody", r => r.Absences.Add(new RotaAbsence { LineId = Support.Ids.Next(), Date = "2026-12-25" }), "absences[0].line_id", "must be that of a line of this rota");
        yield return Rota("an absence without a date", r => r.Absences.Add(new RotaAbsence { LineId = r.Lines[0].LineId }), "absences[0].date", "must be a date such as");
        yield return Rota("401 absences", r => r.Absences.Add(Enumerable.Repeat(new RotaAbsence { LineId = r.Lines[0].LineId, Date = "2026-12-25" }, 401)), "absences", "at most 400 absences");
        yield return Broken<StartShiftRequest>("training", r => r.Trained.Add(new HeldTraining()), "trained[0].training", "is required");
        yield return Broken<StartShiftRequest>("training twice", r => r.Trained.Add([Medication, Medication]), "trained[1].training", "must be there at most once");
        yield return Broken<StartShiftRequest>("a break outside", r => r.Breaks.Add(new Break { StartsAt = In(30), EndsAt = In(61) }), "breaks[0]", "both within the shift");
        yield return Broken<StartShiftRequest>("half a break", r => r.Breaks.Add(new Break { StartsAt = In(30) }), "breaks[0]", "must have starts_at and a later ends_at");
        yield return Broken<StartShiftRequest>("eleven breaks", r => r.Breaks.Add(Enumerable.Repeat(new Break { StartsAt = In(30), EndsAt = In(31) }, 11)), "breaks", "at most 10 breaks");
        yield return Broken<RecordDepartureRequest>("a route", r => r.OnwardRoute = (OnwardRoute)10, "onward_route", "has no value 10; known are 1 to 9");
        yield return Broken<PauseSpaceRequest>("a review that is over", r => r.ReviewAt = In(-1), "review_at", "must be after now");
        yield return Broken<PauseSpaceRequest>("a review after the end", r => r.ReviewAt = In(61), "review_at", "not after until");
        yield return Broken<AcceptHoldRequest>("a reason", r => r.OverrideReason = (OverrideReason)6, "override_reason", "has no value 6; known are 1 to 5");
        yield return Broken<AcknowledgeEscalationRequest>("no cause", r => r.Cause = EscalationCause.Unspecified, "cause", "is required");
        yield return Broken<AcknowledgeEscalationRequest>("nobody", r => r.Contact = EscalationContact.Unspecified, "contact", "is required");
        yield return Broken<WatchBoardRequest>("no heartbeat", r => r.HeartbeatSeconds = 0, "heartbeat_seconds", "must be 1 to 60");

        static BrokenRule Line(string name, Action<RotaLine> spoil, string field, string rule) => Rota(name, r => spoil(r.Lines[0]), field, rule);
        static BrokenRule Rota(string name, Action<PlanRotaRequest> spoil, string field, string rule) => Broken(name, spoil, field, rule);
    }

    private static IEnumerable<BrokenRule> Files()
    {
        var tooMuch = ByteString.CopyFrom(new byte[(32 * 1024) + 1]);
        yield return Broken<ImportDirectoryRequest>("no format", r => r.Format = DirectoryFormat.Unspecified, "format", "is required");
        yield return Broken<ImportDirectoryRequest>("a format", r => r.Format = (DirectoryFormat)3, "format", "has no value 3; known are 1 to 2");
        yield return Broken<ImportDirectoryRequest>("nothing in it", r => r.Content = ByteString.Empty, "content", "is required: the file");
        yield return Broken<ImportDirectoryRequest>("too much at once", r => r.Content = tooMuch, "content", "must have at most 32768 bytes a message; it has 32769");
        yield return Broken<ExportDirectoryRequest>("no format", r => r.Format = DirectoryFormat.Unspecified, "format", "is required");
        yield return Broken<ExportDirectoryRequest>("an area that is none", r => r.AreaCodes.Add("S12000099"), "area_codes[0]", "is not the code of a council area");
        yield return Broken<ExportDirectoryRequest>("an area twice", r => r.AreaCodes.Add(["S12000036", "S12000036"]), "area_codes[1]", "must name each area at most once");
        yield return Broken<ImportGazetteerRequest>("no kind", r => r.Kind = GazetteerKind.Unspecified, "kind", "is required");
        yield return Broken<ImportGazetteerRequest>("a kind", r => r.Kind = (GazetteerKind)9, "kind", "has no value 9; known are 1 to 8");
        yield return Broken<ImportGazetteerRequest>("nothing in it", r => r.Content = ByteString.Empty, "content", "is required: the file");
        yield return Broken<ImportGazetteerRequest>("too much at once", r => r.Content = tooMuch, "content", "must have at most 32768 bytes a message; it has 32769");
    }

    private static HeldTraining Medication => new() { Training = Training.Medication };

    private static IEnumerable<BrokenRule> Policies()
    {
        yield return Policy("none", r => r.Policy = null, "policy", "is required");
        yield return Policy("no tier", r => r.Tier = Tier.Unspecified, "tier", "is required");
        yield return Policy("long ago", r => r.EffectiveFrom = In(-3), "effective_from", "must not be in the past");
        yield return Policy("in a year and more", r => r.EffectiveFrom = In(367 * 1440), "effective_from", "at most 366 days ahead");
        yield return Policy("a version before none", r => r.ExpectedVersion = -1, "expected_version", "must be 0 to");
        yield return Policy("nobody on duty", r => r.Policy.Staffing = new StaffingRule { MinimumOnDuty = 0 }, "policy.staffing.minimum_on_duty", "must be 1 to 20; it is 0");
        yield return Policy("order of freshness", r => r.Policy.UnconfirmedAfterMinutes = 29, "policy.unconfirmed_after_minutes", "must be at least fresh_minutes, 30");
        yield return Policy("no training", r => r.Policy.Staffing = Trained(Training.Unspecified, 1), "policy.staffing.trained.minimums[0].training", "is required");
        yield return Policy("nobody trained", r => r.Policy.Staffing = Trained(Training.Medication, 0), "policy.staffing.trained.minimums[0].minimum", "must be 1 to 20; it is 0");
        yield return Policy("nobody told", r => r.Policy.Escalation = new EscalationPlan { ChaseMinutes = 15 }, "policy.escalation.steps", "is required: 1 to 10");
        yield return Policy("never chased", r => r.Policy.Escalation = Plan(0, (EscalationContact.TeamLead, "", 0)), "policy.escalation.chase_minutes", "must be 1 to 1440; it is 0");
        yield return Policy("somebody", r => r.Policy.Escalation = Plan(1, ((EscalationContact)9, "", 0)), "policy.escalation.steps[0].contact", "has no value 9");
        yield return Policy("a number", r => r.Policy.Escalation = Plan(1, (EscalationContact.TeamLead, "ring", 0)), "policy.escalation.steps[0].telephone", "must be 3 to 20 digits");
        yield return Policy("the wrong order", r => r.Policy.Escalation = Plan(1, (EscalationContact.TeamLead, "", 9), (EscalationContact.ClinicalLead, "", 8)), "policy.escalation.steps[1].after_minutes", "must not be less than that of the step before, 9");
        yield return Entry("none", r => r.Entry = null, "entry", "is required");
        yield return Entry("another command", r => r.Entry.CommandId = r.CommandId, "entry.command_id", "must be empty");
        yield return Entry("another space", r => r.Entry.SpaceId = "another-space", "entry.space_id", "must be empty or the same");
        yield return Entry("no name", r => r.Entry.Name = "", "entry.name", "is required");
        yield return Entry("read never", r => r.ExpectedChanges = 0, "expected_changes", "must be 1 to");
        yield return Entry("a nudge after all", r => (r.Entry.UnconfirmedAfterMinutes, r.Entry.NudgeMinutes) = (60, 61), "entry.nudge_minutes", "must be at most unconfirmed_after_minutes, 60");
        yield return Entry("told never", r => r.Entry.Escalation = Plan(0, (EscalationContact.TeamLead, "", 0)), "entry.escalation.chase_minutes", "must be 1 to 1440; it is 0");
        yield return Entry("no days", r => r.Entry.Venues.Add(new Venue { Point = Here }), "entry.venues[0].weekdays", "is required: 1 to 7 days");
        yield return Entry("day 0", r => r.Entry.Venues.Add(new Venue { Weekdays = { 0 }, Point = Here }), "entry.venues[0].weekdays", "one is 0");
        yield return Entry("a day twice", r => r.Entry.Venues.Add([new Venue { Weekdays = { 1 }, Point = Here }, new Venue { Weekdays = { 1 }, Point = Here }]), "entry.venues[1].weekdays", "1 is there twice");
        yield return Entry("nowhere", r => r.Entry.Venues.Add(new Venue { Weekdays = { 1 } }), "entry.venues[0].point", "is required");
        yield return Entry("far away", r => r.Entry.Venues.Add(new Venue { Weekdays = { 1 }, Point = new Wgs84Point { Latitude = 51.5, Longitude = 0 } }), "entry.venues[0].point", "at most 50 km is served");
        yield return Entry("a door", r => r.Entry.Venues.Add(new Venue { Weekdays = { 1 }, Point = Here, Entrance = new string('x', 301) }), "entry.venues[0].entrance", "at most 300");
        yield return Entry("steps", r => r.Entry.Venues.Add(new Venue { Weekdays = { 1 }, Point = Here, AccessNote = new string('x', 501) }), "entry.venues[0].access_note", "at most 500");
        yield return Entry("eight venues", r => r.Entry.Venues.Add(Enumerable.Repeat(new Venue { Weekdays = { 1 }, Point = Here }, 8)), "entry.venues", "at most 7 venues");
        yield return Entry("an exclusion", r => r.Entry.Excludes.Add((RefusalReason)10), "entry.excludes[0]", "has no value 10");
        yield return Entry("an exclusion twice", r => r.Entry.Excludes.Add([RefusalReason.Age, RefusalReason.Age]), "entry.excludes[1]", "must be there at most once");
        yield return Entry("ten exclusions", r => r.Entry.Excludes.Add(Enumerable.Repeat(RefusalReason.Age, 10)), "entry.excludes", "each reason at most once");
        yield return Entry("a review", r => r.Entry.ReviewBy = "spring", "entry.review_by", "must be a date such as 2027-03-31");
        yield return Broken<RetireSpaceRequest>("no reason", r => r.Reason = RetireReason.Unspecified, "reason", "is required");
        yield return Broken<GetCallListRequest>("an area that is none", r => r.AreaCodes.Add("S12000099"), "area_codes[2]", "is not the code of a council area");

        static BrokenRule Policy(string name, Action<SetTierPolicyRequest> spoil, string field, string rule) => Broken(name, spoil, field, rule);
        static BrokenRule Entry(string name, Action<ChangeSpaceRequest> spoil, string field, string rule) => Broken(name, spoil, field, rule);
        static StaffingRule Trained(Training training, int minimum) =>
            new() { Trained = new TrainingMinimums { Minimums = { new TrainingMinimums.Types.Minimum { Training = training, Minimum_ = minimum } } } };
        static EscalationPlan Plan(int chase, params (EscalationContact Who, string Telephone, int After)[] steps) => new()
        {
            ChaseMinutes = chase,
            Steps = { steps.Select(step => new EscalationStep { Contact = step.Who, Telephone = step.Telephone, AfterMinutes = step.After }) },
        };
    }

    private static Wgs84Point Here => new() { Latitude = Support.Ask.Latitude, Longitude = Support.Ask.Longitude };

    private static IEnumerable<BrokenRule> Totals()
    {
        yield return Broken<GetBoundariesRequest>("an area that is none", r => r.AreaCodes.Add("S12000099"), "area_codes[2]", "is not the code of a council area");
        yield return Broken<GetBoundariesRequest>("an area twice", r => r.AreaCodes.Add("S12000036"), "area_codes[2]", "must name each area at most once");
        yield return Broken<GetAreaTotalsRequest>("an area that is none", r => r.AreaCodes.Add("S12000099"), "area_codes[2]", "is not the code of a council area");
        yield return Broken<GetAreaTotalsRequest>("an area twice", r => r.AreaCodes.Add("S12000036"), "area_codes[2]", "must name each area at most once");
        yield return Broken<WatchAreaTotalsRequest>("an area that is none", r => r.AreaCodes.Add("S12000099"), "area_codes[2]", "is not the code of a council area");
        yield return Broken<WatchAreaTotalsRequest>("a rare heartbeat", r => r.HeartbeatSeconds = 61, "heartbeat_seconds", "must be 1 to 60");
        yield return Broken<GetAreaTotalsRequest>("too many areas", r => r.AreaCodes.Add(Enumerable.Range(0, 50).Select(i => $"S120001{i:D2}")), "area_codes", "must have at most 50 areas; it has 52");
    }

    private static IEnumerable<BrokenRule> History()
    {
        yield return Broken<ImportDemandRequest>("no name", r => r.Source = "", "source", "must be 1 to 40 lower-case letters");
        yield return Broken<ImportDemandRequest>("a name in capitals", r => r.Source = "Police", "source", "must be 1 to 40 lower-case letters");
        yield return Broken<ImportDemandRequest>("no counts", r => r.Content = ByteString.Empty, "content", "is required");
        yield return Broken<ImportDemandRequest>("a large piece", r => r.Hierarchy = ByteString.CopyFrom(new byte[33_000]), "hierarchy", "must have at most 32768 bytes a message");
        yield return Broken<ImportDemandRequest>("another large piece", r => r.Calendar = ByteString.CopyFrom(new byte[33_000]), "calendar", "must have at most 32768 bytes a message");
        yield return Broken<GetDemandHistoryRequest>("an area that is none", r => r.AreaCodes.Add("S12000099"), "area_codes[2]", "is not the code of a council area");
        yield return Broken<GetDemandHistoryRequest>("no beginning", r => r.From = null, "from", "is required");
        yield return Broken<GetDemandHistoryRequest>("no end", r => r.Until = null, "until", "is required");
        yield return Broken<GetDemandHistoryRequest>("an end before the beginning", r => r.Until = ValidRequests.In(-181), "until", "must be after from");
        yield return Broken<GetDemandHistoryRequest>("too many hours", r => r.From = ValidRequests.In(-31 * 24 * 60 - 1), "until", "must be at most 31 days after from");
        yield return Broken<GetDemandHistoryRequest>("no period", r => r.Period = DemandPeriod.Unspecified, "period", "is required");
        yield return Broken<GetDemandHistoryRequest>("a long name", r => r.Source = new string('a', 41), "source", "must have at most 40 characters");
        yield return Broken<GetForecastRequest>("an area twice", r => r.AreaCodes.Add("S12000049"), "area_codes[2]", "must name each area at most once");
        yield return Broken<GetForecastRequest>("no period", r => r.Period = DemandPeriod.Unspecified, "period", "is required");
        yield return Broken<GetForecastRequest>("a long name", r => r.Source = new string('a', 41), "source", "must have at most 40 characters");
        yield return Broken<GetForecastRequest>("too many periods", r => r.Periods = 1345, "periods", "must be 1 to 1344; it is 1345");
        yield return Broken<GetHourlyTotalsRequest>("an area that is none", r => r.AreaCodes.Add("S12000099"), "area_codes[2]", "is not the code of a council area");
        yield return Broken<GetHourlyTotalsRequest>("no beginning", r => r.From = null, "from", "is required");
        yield return Broken<GetHourlyTotalsRequest>("no end", r => r.Until = null, "until", "is required");
        yield return Broken<GetHourlyTotalsRequest>("an end before the beginning", r => r.Until = ValidRequests.In(-181), "until", "must be after from");
        yield return Broken<GetHourlyTotalsRequest>("too long", r => r.From = ValidRequests.In(-31 * 24 * 60 - 1), "until", "must be at most 31 days after from");
        yield return Broken<GetHourlyTotalsRequest>("no time", r => r.From = new Timestamp { Seconds = long.MaxValue }, "from", "is not a valid timestamp");
        yield return Broken<GetHourlyTotalsRequest>("no hours", r => r.PageSize = 0, "page_size", "must be 1 to 1000; it is 0");
        yield return Broken<GetHourlyTotalsRequest>("a page of somebody else", r => r.PageToken = "next", "page_token", "is not one that this service gave out");
        yield return Broken<GetSpaceHistoryRequest>("no space", r => r.SpaceId = "", "space_id", "is required");
        yield return Broken<GetSpaceHistoryRequest>("no beginning", r => r.From = null, "from", "is required");
        yield return Broken<GetSpaceHistoryRequest>("no end", r => r.Until = null, "until", "is required");
        yield return Broken<GetSpaceHistoryRequest>("too long", r => r.From = ValidRequests.In(-31 * 24 * 60 - 1), "until", "must be at most 31 days after from");
        yield return Broken<GetSpaceHistoryRequest>("too many hours", r => r.PageSize = 1001, "page_size", "must be 1 to 1000; it is 1001");
        yield return Broken<GetSpaceHistoryRequest>("a page of somebody else", r => r.PageToken = "!", "page_token", "is not one that this service gave out");
    }

    private static IEnumerable<BrokenRule> Audits() =>
    [
        .. AuditFilters<QueryAuditRequest>((request, filter) => request.Filter = filter),
        .. AuditFilters<ExportAuditRequest>((request, filter) => request.Filter = filter),
        Broken<QueryAuditRequest>("no entries", r => r.PageSize = 0, "page_size", "must be 1 to 200; it is 0"),
        Broken<QueryAuditRequest>("too many entries", r => r.PageSize = 201, "page_size", "must be 1 to 200; it is 201"),
        Broken<QueryAuditRequest>("a page of somebody else", r => r.PageToken = "next", "page_token", "is not one of this service"),
    ];

    private static IEnumerable<BrokenRule> AuditFilters<T>(Action<T, AuditFilter> set)
        where T : IMessage, new()
    {
        var never = new Timestamp { Seconds = long.MaxValue };
        var tooLong = new string('x', 257);
        yield return Broken<T>("from never", r => set(r, new AuditFilter { From = never }), "filter.from", "is not a valid timestamp");
        yield return Broken<T>("until never", r => set(r, new AuditFilter { Until = never }), "filter.until", "is not a valid timestamp");
        yield return Broken<T>("a kind that is none", r => set(r, new AuditFilter { Kind = (AuditKind)9 }), "filter.kind", "has no value 9; known are 1 to 4");
        yield return Broken<T>("a long actor", r => set(r, new AuditFilter { Actor = tooLong }), "filter.actor", "must have at most 256 characters; it has 257");
        yield return Broken<T>("a long space", r => set(r, new AuditFilter { SpaceId = tooLong }), "filter.space_id", "must have at most 256 characters");
        yield return Broken<T>("a long method", r => set(r, new AuditFilter { Method = tooLong }), "filter.method", "must have at most 256 characters");
        yield return Broken<T>("a long outcome", r => set(r, new AuditFilter { Outcome = tooLong }), "filter.outcome", "must have at most 256 characters");
    }

    private static IEnumerable<BrokenRule> Searches()
    {
        foreach (var code in new[] { 99, -1, int.MinValue, int.MaxValue })
        {
            yield return Find($"need {code}", r => r.Needs.Add((Need)code), "needs[0]", $"has no value {code}; known are 1 to 13");
            yield return Find($"age band {code}", r => r.AgeBand = (AgeBand)code, "age_band", $"has no value {code}; known are 1 to 4");
            yield return Find($"legal status {code}", r => r.LegalStatus = (LegalStatus)code, "legal_status", $"has no value {code}; known are 1 to 2");
            yield return Find($"travel mode {code}", r => r.TravelMode = (TravelMode)code, "travel_mode", $"has no value {code}; known are 1 to 2");
        }

        yield return Find("a need unspecified", r => r.Needs.Add(Need.Unspecified), "needs[0]", "must not be UNSPECIFIED");
        yield return Find("a need twice", r => r.Needs.AddRange([Need.Bsl, Need.Quiet, Need.Bsl]), "needs[2]", "each need at most once");
        yield return Find("a thousand needs", r => r.Needs.AddRange(Enumerable.Repeat(Need.Bsl, 1000)), "needs[1]", "each need at most once");
        yield return Find("no legal status", r => r.LegalStatus = LegalStatus.Unspecified, "legal_status", "is required and must not be UNSPECIFIED");
        foreach (var minutes in new[] { 0, -1, 241 })
            yield return Find($"{minutes} minutes", r => r.TravelMinutesMax = minutes, "travel_minutes_max", $"must be 1 to 240; it is {minutes}");
        foreach (var limit in new[] { 1, 0, -1, 21 })
            yield return Find($"limit {limit}", r => r.Limit = limit, "limit", $"must be 2 to 20; it is {limit}");
        yield return Find("departed", r => r.DepartAt = In(-3), "depart_at", "must not be in the past");
        yield return Find("departs in 25 hours", r => r.DepartAt = In(25 * 60), "depart_at", "at most 24 hours ahead");
        yield return Find("a need id that is none", r => r.NeedId = "John Smith", "need_id", "must be a UUID");
        yield return Find("a need id of zeros", r => r.NeedId = Guid.Empty.ToString(), "need_id", "not all zeros");
        foreach (var (seconds, nanos) in new[] { (long.MaxValue, 0), (long.MinValue, 0), (253_402_300_800, 0), (-62_135_596_801, 0), (0L, -1), (0L, 1_000_000_000) })
            yield return Find($"{seconds} seconds and {nanos} nanos", r => r.DepartAt = new Timestamp { Seconds = seconds, Nanos = nanos }, "depart_at", "is not a valid timestamp");
    }

    private static IEnumerable<BrokenRule> Watches()
    {
        yield return Watch("nothing to watch", r => r.Origin = null, "origin", "is required");
        yield return Watch("201 spaces", r => r.SpaceIds.AddRange(Enumerable.Range(0, 201).Select(i => $"space-{i}")), "space_ids", "at most 200 ids");
        yield return Watch("an id that is none", r => r.SpaceIds.AddRange([Space, "No Such"]), "space_ids[1]", "3 to 48 lower-case letters");
        yield return Watch("half a point", r => r.Origin.Wgs84.ClearLatitude(), "origin.wgs84.latitude", "absent is not zero");
        yield return Watch("no heartbeat", r => r.HeartbeatSeconds = 0, "heartbeat_seconds", "must be 1 to 60; it is 0");
        yield return Watch("a slow heartbeat", r => r.HeartbeatSeconds = 61, "heartbeat_seconds", "must be 1 to 60");
        yield return Watch("no way", r => r.TravelMinutesMax = 0, "travel_minutes_max", "must be 1 to 240");
        yield return Watch("travel mode", r => r.TravelMode = (TravelMode)9, "travel_mode", "has no value 9");
        yield return Watch("a need twice", r => r.Needs.AddRange([Need.Bsl, Need.Bsl]), "needs[1]", "at most once");

        static BrokenRule Watch(string name, Action<WatchSpacesRequest> spoil, string field, string rule) => Broken(name, spoil, field, rule);
    }

    private static IEnumerable<BrokenRule> Crews()
    {
        yield return Hold("no arrival", r => r.Eta = null, "eta", "is required");
        yield return Hold("arrived", r => r.Eta = In(-0.51), "eta", "must not be in the past");
        yield return Hold("arrives too late", r => r.Eta = In(240.1), "eta", "at most 240 minutes ahead");
        yield return Hold("arrives at no time", r => r.Eta = new Timestamp { Seconds = long.MaxValue }, "eta", "is not a valid timestamp");
        yield return Hold("no legal status", r => r.LegalStatus = LegalStatus.Unspecified, "legal_status", "is required");
        yield return Hold("an age", r => r.AgeBand = (AgeBand)17, "age_band", "has no value 17");
        yield return Hold("a need twice", r => r.Needs.AddRange([Need.Bsl, Need.Bsl]), "needs[1]", "at most once");
        foreach (var sign in new[] { "x", "-12", "A\u202E12", "A\n12", "A\uFFFD", new string('x', 21), "Пётр" })
            yield return Hold($"call sign {sign}", r => r.CallSign = sign, "call_sign", "must be 2 to 20 letters");
        yield return Hold("a need id", r => r.NeedId = "1", "need_id", "must be a UUID");
        yield return Broken<ExtendHoldRequest>("no arrival", r => r.Eta = null, "eta", "is required");
        yield return Broken<ExtendHoldRequest>("arrives too late", r => r.Eta = In(241), "eta", "at most 240 minutes ahead");
        yield return Broken<ConfirmArrivalRequest>("a negative handover", r => r.HandoverMinutes = -1, "handover_minutes", "must be 0 to 1440; it is -1");
        yield return Broken<ConfirmArrivalRequest>("a long handover", r => r.HandoverMinutes = 1441, "handover_minutes", "must be 0 to 1440");
        yield return Broken<ReportRefusedRequest>("no reason", r => r.Reason = RefusalReason.Unspecified, "reason", "is required");
        yield return Broken<ReportRefusedRequest>("a reason", r => r.Reason = (RefusalReason)(-1), "reason", "has no value -1; known are 1 to 9");
        yield return Broken<ReportRefusedRequest>("a need id", r => r.NeedId = "?", "need_id", "must be a UUID");

        static BrokenRule Hold(string name, Action<HoldPlaceRequest> spoil, string field, string rule) => Broken(name, spoil, field, rule);
    }

    private static IEnumerable<BrokenRule> Staffs()
    {
        yield return Shift("no role", r => r.Role = StaffRole.Unspecified, "role", "is required");
        yield return Shift("a role", r => r.Role = (StaffRole)6, "role", "has no value 6; known are 1 to 5");
        yield return Shift("no end", r => r.EndsAt = null, "ends_at", "is required");
        yield return Shift("ended", r => r.EndsAt = In(-1), "ends_at", "must be after now");
        yield return Shift("begins and ends now", r => (r.StartsAt, r.EndsAt) = (In(-60), In(0)), "ends_at", "must be after now");
        yield return Shift("ends now", r => r.EndsAt = In(0), "ends_at", "must be after");
        yield return Shift("ends before it starts", r => (r.StartsAt, r.EndsAt) = (In(60), In(60)), "ends_at", "must be after starts_at");
        yield return Shift("a day and more", r => r.EndsAt = In((24 * 60) + 1), "ends_at", "at most 24 hours after it");
        yield return Shift("began two days ago", r => r.StartsAt = In(-25 * 60), "starts_at", "at most 24 hours ago");
        yield return Shift("begins in nine days", r => (r.StartsAt, r.EndsAt) = (In(9 * 1440), In((9 * 1440) + 60)), "starts_at", "at most 7 days ahead");
        yield return Broken<RecordCountRequest>("absent", r => r.ClearOccupied(), "occupied", "absent is not zero");
        yield return Broken<RecordCountRequest>("negative", r => r.Occupied = -1, "occupied", "must be 0 to 1000; it is -1");
        yield return Broken<RecordCountRequest>("a crowd", r => r.Occupied = 1001, "occupied", "must be 0 to 1000; it is 1001");
        yield return Broken<PauseSpaceRequest>("no reason", r => r.Reason = PauseReason.Unspecified, "reason", "is required");
        yield return Broken<PauseSpaceRequest>("a reason", r => r.Reason = (PauseReason)77, "reason", "has no value 77");
        yield return Broken<PauseSpaceRequest>("no end", r => r.Until = null, "until", "is required");
        yield return Broken<PauseSpaceRequest>("over", r => r.Until = In(-1), "until", "must be after now");
        yield return Broken<PauseSpaceRequest>("ends now", r => r.Until = In(0), "until", "must be after now");
        yield return Broken<PauseSpaceRequest>("for ever", r => r.Until = In((7 * 1440) + 1), "until", "at most 7 days ahead");
        yield return Broken<DeclineHoldRequest>("no reason", r => r.Reason = RefusalReason.Unspecified, "reason", "is required");
        yield return Broken<DeclineHoldRequest>("a reason", r => r.Reason = (RefusalReason)10, "reason", "has no value 10");

        static BrokenRule Shift(string name, Action<StartShiftRequest> spoil, string field, string rule) => Broken(name, spoil, field, rule);
    }

    private static IEnumerable<BrokenRule> Registrations()
    {
        var texts = new (string Field, int Longest, Action<RegisterSpaceRequest, string> Set)[]
        {
            ("name", 120, (r, text) => r.Name = text), ("description", 500, (r, text) => r.Description = text),
            ("who_works_here", 500, (r, text) => r.WhoWorksHere = text), ("entrance", 300, (r, text) => r.Entrance = text),
            ("access_note", 500, (r, text) => r.AccessNote = text),
        };
        foreach (var (field, longest, set) in texts)
        {
            yield return Space($"{field} too long", r => set(r, new string('x', longest + 1)), field, $"must have at most {longest} characters; it has {longest + 1}");
            foreach (var (character, rule) in Unprintable)
                yield return Space($"{field} with U+{(int)character:X4}", r => set(r, $"a{character}b"), field, rule);
        }

        yield return Space("no name", r => r.Name = "\t ", "name", "is required");
        yield return Space("no tier", r => r.Tier = Tier.Unspecified, "tier", "is required");
        yield return Space("tier 4", r => r.Tier = (Tier)4, "tier", "has no value 4; known are 1 to 3");
        yield return Space("no point", r => r.Point = null, "point", "is required");
        yield return Space("half a point", r => r.Point.ClearLatitude(), "point.latitude", "absent is not zero");
        yield return Space("NaN", r => r.Point.Longitude = double.NaN, "point.longitude", "must be -180 to 180");
        yield return Space("off the earth", r => r.Point.Latitude = 91, "point.latitude", "must be -90 to 90");
        yield return Space("London", r => (r.Point.Latitude, r.Point.Longitude) = (51.507, -0.128), "point", "at most 50 km is served");
        foreach (var telephone in new[] { "", "12", "call me", "+", "()  ()", "0141\n496", "012345678901234567890", "٠١٢٣٤" })
            yield return Space($"telephone {telephone}", r => r.Telephone = telephone, "telephone", "is required: 3 to 20 digits");
        yield return Space("a language", r => r.Languages.Add("English"), "languages[2]", "ISO 639 code");
        yield return Space("51 languages", r => r.Languages.AddRange(Enumerable.Repeat("gd", 49)), "languages", "at most 50 languages");
        yield return Space("provides urgent care", r => r.Provides.Add(Need.UrgentPhysical), "provides", "for the emergency department");
        yield return Space("provides something else", r => r.Provides.Add((Need)50), "provides[0]", "has no value 50");
        yield return Space("provides twice", r => r.Provides.AddRange([Need.Bsl, Need.Bsl]), "provides[1]", "at most once");
        yield return Space("for nobody", r => r.Ages.Clear(), "ages", "is required: 1 to 4 age bands");
        yield return Space("for unspecified", r => r.Ages.Add(AgeBand.Unspecified), "ages[2]", "must not be UNSPECIFIED");
        yield return Space("for an age", r => r.Ages.Add((AgeBand)5), "ages[2]", "has no value 5");
        yield return Space("for five ages", r => r.Ages.AddRange([AgeBand.Child, AgeBand.Young, AgeBand.Child]), "ages", "1 to 4 age bands");
        yield return Space("places absent", r => r.ClearPlaces(), "places", "absent is not zero");
        foreach (var places in new[] { 0, -1, 1001, int.MinValue })
            yield return Space($"{places} places", r => r.Places = places, "places", $"must be 1 to 1000; it is {places}");
        yield return Space("never open", r => r.AlwaysOpen = false, "week", "is required unless always_open");
        yield return Space("always open and more", r => r.Week.Add(new WeeklyOpening { Weekday = 1, Opens = "09:00", Closes = "17:00" }), "week", "must be empty with always_open");
        yield return Week("day 0", "week[0].weekday", "must be 1 (Monday) to 7 (Sunday); it is 0", new WeeklyOpening { Opens = "09:00", Closes = "17:00" });
        yield return Week("day 8", "week[1].weekday", "it is 8", Day("09:00", "17:00"), new WeeklyOpening { Weekday = 8, Opens = "09:00", Closes = "17:00" });
        foreach (var text in new[] { "", "9:00", "25:00", "24:00", "18:60", "18.00", "six", "18:00Z" })
        {
            yield return Week($"opens {text}", "week[0].opens", "must be a time such as 18:00", Day(text, "17:00"));
            yield return Week($"closes {text}", "week[0].closes", "must be a time such as 18:00", Day("09:00", text));
        }

        yield return Week("51 stretches", "week", "1 to 50 stretches", [.. Enumerable.Repeat(Day("09:00", "17:00"), 51)]);
        yield return Space("half a bank holiday", r => r.BankHoliday = new BankHolidayHours { Opens = "09:00" }, "bank_holiday.closes", "must be a time");
        yield return Space("the other half", r => r.BankHoliday = new BankHolidayHours { Closes = "09:00" }, "bank_holiday.opens", "must be a time");
        foreach (var date in new[] { "", "25 December", "2026-02-29", "2026-13-01", "26-12-25" })
            yield return Space($"special day {date}", r => r.SpecialDays.Add(new SpecialDay { Date = date }), "special_days[0].date", "must be a date such as");
        yield return Space("half a special day", r => r.SpecialDays.Add(new SpecialDay { Date = "2026-12-25", Opens = "09:00" }), "special_days[0].closes", "must be a time");
        yield return Space("401 special days", r => r.SpecialDays.AddRange(Enumerable.Repeat(new SpecialDay { Date = "2026-12-25" }, 401)), "special_days", "at most 400 days");

        foreach (var number in new[] { 0, 21, -1 })
        {
            yield return Staffing($"{number} for each", s => s.VisitorsPerStaff = number, "visitors_per_staff", $"must be 1 to 20; it is {number}");
            yield return Staffing($"{number} on duty", s => s.MinimumOnDuty = number, "minimum_on_duty", $"must be 1 to 20; it is {number}");
        }

        yield return Staffing("clinicians", s => s.MinimumClinicians = -1, "minimum_clinicians", "must be 0 to 20; it is -1");
        foreach (var weight in new[] { -0.1, 1.1, double.NaN, double.PositiveInfinity })
        {
            yield return Staffing($"peers {weight}", s => s.PeerWeight = weight, "peer_weight", "must be 0 to 1");
            yield return Staffing($"volunteers {weight}", s => s.VolunteerWeight = weight, "volunteer_weight", "must be 0 to 1");
        }

        yield return Space("never fresh", r => r.FreshMinutes = 0, "fresh_minutes", "must be 1 to 1440");
        yield return Space("fresh for days", r => r.FreshMinutes = 1441, "fresh_minutes", "must be 1 to 1440");
        yield return Space("unconfirmed for days", r => r.UnconfirmedAfterMinutes = 1441, "unconfirmed_after_minutes", "must be 1 to 1440");
        yield return Space("unconfirmed while fresh", r => (r.FreshMinutes, r.UnconfirmedAfterMinutes) = (60, 59), "unconfirmed_after_minutes", "must be at least fresh_minutes, 60");
        yield return Space("grace", r => r.HoldGraceMinutes = 121, "hold_grace_minutes", "must be 1 to 120; it is 121");
        yield return Space("no grace", r => r.HoldGraceMinutes = 0, "hold_grace_minutes", "must be 1 to 120; it is 0");
        yield return Space("no time to answer", r => r.RequestAnswerMinutes = 0, "request_answer_minutes", "must be 1 to 60");
        yield return Space("an hour to answer", r => r.RequestAnswerMinutes = 61, "request_answer_minutes", "must be 1 to 60");

        foreach (var size in new[] { 0, -1, 201 })
            yield return Broken<ListSpacesRequest>($"page of {size}", r => r.PageSize = size, "page_size", $"must be 1 to 200; it is {size}");
        foreach (var token in new[] { "2", "near-space", "AAAA", "a b", "/etc/passwd", "bmVhci1zcGFjZQ", "😀" })
            yield return Broken<ListSpacesRequest>($"page token {token}", r => r.PageToken = token, "page_token", "is not one that this service gave out");
        yield return Broken<ListSpacesRequest>("a long page token", r => r.PageToken = new string('A', 201), "page_token", "at most 200 characters");

        static BrokenRule Space(string name, Action<RegisterSpaceRequest> spoil, string field, string rule) => Broken(name, spoil, field, rule);
        static WeeklyOpening Day(string opens, string closes) => new() { Weekday = 2, Opens = opens, Closes = closes };
        static BrokenRule Week(string name, string field, string rule, params WeeklyOpening[] week) =>
            Space(name, r => { r.AlwaysOpen = false; r.Week.AddRange(week); }, field, rule);
        static BrokenRule Staffing(string name, Action<StaffingRule> spoil, string field, string rule) =>
            Space(name, r => { r.Staffing = new StaffingRule(); spoil(r.Staffing); }, "staffing." + field, rule);
    }

    /// <summary>Ids and times of observation, wherever a method has them: by descriptor, so that a new method is not forgotten.</summary>
    private static IEnumerable<BrokenRule> CommonFields()
    {
        foreach (var method in Support.AnyMethod.All)
        {
            var type = method.Descriptor.InputType;
            foreach (var field in type.Fields.InFieldNumberOrder().Where(field => !field.IsRepeated))
            {
                switch (field.Name)
                {
                    case "command_id" or "shift_id" or "act_id":
                        yield return With("", "is required: a random UUID");
                        yield return With("12345", "must be a UUID");
                        yield return With("0190d6a45b1c7c3e9d553f7f4be9a001", "must be a UUID");
                        yield return With("{0190d6a4-5b1c-7c3e-9d55-3f7f4be9a001}", "must be a UUID");
                        yield return With(Guid.Empty.ToString(), "not all zeros");
                        break;
                    case "hold_id":
                        yield return With("near-space", "must be a UUID");
                        break;
                    case "space_id":
                        yield return With("", "is required: 3 to 48 lower-case letters");
                        yield return With("ab", "must be 3 to 48 lower-case letters");
                        yield return With(new string('a', 49), "must be 3 to 48");
                        yield return With("Near-Space", "must be 3 to 48");
                        yield return With("1near", "must be 3 to 48");
                        yield return With("near/space", "must be 3 to 48");
                        yield return With("near\nspace", "must be 3 to 48");
                        yield return With("near\0space", "must be 3 to 48");
                        break;
                    case "observed_at":
                        yield return With(In(3), "not in the future");
                        yield return With(In(-1441), "at most 24 hours ago");
                        yield return With(new Timestamp { Seconds = long.MinValue }, "is not a valid timestamp");
                        break;
                    default:
                        break;
                }

                BrokenRule With(object value, string rule)
                {
                    var request = Any(type.ClrType);
                    field.Accessor.SetValue(request, value);
                    return new(Printable($"{type.Name} {field.Name}: {value}"), request, field.Name, rule);
                }
            }
        }
    }

    /// <summary>A valid request of a type.</summary>
    public static IMessage Any(System.Type type) =>
        (IMessage)typeof(ValidRequests).GetMethod(nameof(Of))!.MakeGenericMethod(type).Invoke(null, [null])!;
}
