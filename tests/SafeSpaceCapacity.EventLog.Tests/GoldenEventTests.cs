using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using NodaTime;
using SafeSpaceCapacity.Domain.Escalations;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Opening;
using SafeSpaceCapacity.Domain.Policies;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;
using SafeSpaceCapacity.EventLog.Codec;

namespace SafeSpaceCapacity.EventLog.Tests;

/// <summary>
/// One file for each event, complete (every field set) and minimal (every optional field absent), as some version of the program wrote it.
/// New code must still read all of them. Never change a file: add one beside it. To write those that are missing, run the tests once
/// with SAFESPACE_WRITE_GOLDEN=1.
/// </summary>
public sealed class GoldenEventTests
{
    private static readonly Instant Observed = Instant.FromUtc(2026, 11, 21, 22, 4, 5);
    private static readonly Instant Decided = Instant.FromUtc(2026, 11, 21, 22, 4, 6) + Duration.FromNanoseconds(123_456_700);
    private static readonly Instant Later = Instant.FromUtc(2026, 11, 21, 23, 0);
    private static readonly Guid Id = new("0190d6a4-5b1c-7c3e-9d55-3f7f4be9a001");
    private static readonly Guid Need = new("0190d6a4-5b1c-7c3e-9d55-3f7f4be9a002");

    private static readonly Dictionary<string, (SpaceEvent Complete, SpaceEvent Minimal)> Samples = new(StringComparer.Ordinal)
    {
        [nameof(SpaceRegistered)] = (new SpaceRegistered(Observed, Decided, Details(full: true)), new SpaceRegistered(Observed, Decided, Details(full: false))),
        [nameof(ShiftStarted)] = (
            new ShiftStarted(Observed, Decided, Id, StaffRole.Clinician, Observed, Later)
            {
                Agency = true,
                OnCall = true,
                Trained = [new(Training.DeEscalation, Later), new(Training.Medication, null)],
                Breaks = [new(Observed, Decided)],
            },
            new ShiftStarted(Observed, Decided, Id, StaffRole.Clinician, Observed, Later)),
        [nameof(ShiftEnded)] = (new ShiftEnded(Observed, Decided, Id, RanOut: true), new ShiftEnded(Observed, Decided, Id, RanOut: false)),
        [nameof(ArrivalRecorded)] = (new ArrivalRecorded(Observed, Decided, Id, 7, ByStaff: true), new ArrivalRecorded(Observed, Decided, null, null, ByStaff: false)),
        [nameof(DepartureRecorded)] = (new DepartureRecorded(Observed, Decided, OnwardRoute.CrisisTeam), new DepartureRecorded(Observed, Decided)),
        [nameof(OccupancyCounted)] = (new OccupancyCounted(Observed, Decided, 4), new OccupancyCounted(Observed, Decided, 0)),
        [nameof(SpaceConfirmed)] = Both(new SpaceConfirmed(Observed, Decided)),
        [nameof(SpacePaused)] = (new SpacePaused(Observed, Decided, PauseReason.Incident, Later, Decided), new SpacePaused(Observed, Decided, PauseReason.Incident, Later)),
        [nameof(SpaceResumed)] = (new SpaceResumed(Observed, Decided, RanOut: true), new SpaceResumed(Observed, Decided, RanOut: false)),
        [nameof(HoldPlaced)] = (
            new HoldPlaced(Observed, Decided, Id, Need, Later, Later, Needs.AgeAdult | Needs.Bsl | Needs.DetainedS297, true, "Golf 12"),
            new HoldPlaced(Observed, Decided, Id, Need, Later, Later, Needs.None, null, string.Empty)),
        [nameof(HoldRequested)] = (
            new HoldRequested(Observed, Decided, Id, Need, Later, Later, Needs.AgeAdult | Needs.Quiet, false, "Golf 12"),
            new HoldRequested(Observed, Decided, Id, Need, Later, Later, Needs.None, null, string.Empty)),
        [nameof(HoldAccepted)] = Both(new HoldAccepted(Observed, Decided, Id, Later)),
        [nameof(HoldDeclined)] = Both(new HoldDeclined(Observed, Decided, Id, RefusalReason.UnsafeStaffing)),
        [nameof(HoldLapsed)] = Both(new HoldLapsed(Observed, Decided, Id)),
        [nameof(HoldExtended)] = Both(new HoldExtended(Observed, Decided, Id, Later, Later)),
        [nameof(HoldReleased)] = Both(new HoldReleased(Observed, Decided, Id)),
        [nameof(HoldExpired)] = Both(new HoldExpired(Observed, Decided, Id)),
        [nameof(RefusalReported)] = (
            new RefusalReported(Observed, Decided, Id, Need, RefusalReason.Intoxication), new RefusalReported(Observed, Decided, null, null, RefusalReason.Other)),
        [nameof(OverSafeCapacity)] = Both(new OverSafeCapacity(Observed, Decided, 7, 6)),
        [nameof(BackWithinSafeCapacity)] = Both(new BackWithinSafeCapacity(Observed, Decided, 6, 6)),
        [nameof(RotaPlanned)] = (new RotaPlanned(Observed, Decided, FullRota()), new RotaPlanned(Observed, Decided, Rota.None)),
        [nameof(SafeCapacityOverridden)] = Both(new SafeCapacityOverridden(Observed, Decided, Id, OverrideReason.RiskOfTurningAway)),
        [nameof(ActUndone)] = Both(new ActUndone(Observed, Decided, Id, ActKind.Departure)),
        [nameof(StaffingBecameUnsafe)] = (
            new StaffingBecameUnsafe(Observed, Decided, [LimitingFactorCode.MinimumOnDuty, LimitingFactorCode.Clinicians], Recurrent: true),
            new StaffingBecameUnsafe(Observed, Decided, [LimitingFactorCode.Supervision], Recurrent: false)),
        [nameof(StaffingBecameSafe)] = Both(new StaffingBecameSafe(Observed, Decided)),
        [nameof(EscalationTold)] = (
            new EscalationTold(Observed, Decided, EscalationCause.UnsafeStaffing, EscalationContact.AreaDutyManager, Again: true),
            new EscalationTold(Observed, Decided, EscalationCause.OverSafeCapacity, EscalationContact.TeamLead, Again: false)),
        [nameof(EscalationAcknowledged)] = Both(new EscalationAcknowledged(Observed, Decided, EscalationCause.UnsafeStaffing, EscalationContact.OnCallManager)),
        [nameof(SpaceChanged)] = (new SpaceChanged(Observed, Decided, Details(full: true)), new SpaceChanged(Observed, Decided, Details(full: false))),
        [nameof(SpaceRetired)] = Both(new SpaceRetired(Observed, Decided, RetireReason.Moved)),
        [nameof(PolicyApplied)] = (
            new PolicyApplied(Observed, Decided, new TierPolicy(Tier.ClinicalAdjacent, 3, FullPolicy())),
            new PolicyApplied(Observed, Decided, new TierPolicy(Tier.WellbeingCafe, 1, PolicyValues.None))),
    };

    public static TheoryData<string> EarlierFiles() =>
        [.. Directory.GetFiles(Folder(), "*.json").Select(file => Path.GetFileName(file)!).Where(IsOfEarlierSchema).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(EarlierFiles))]
    public void What_an_earlier_schema_lacked_has_its_default_and_the_rest_is_kept(string file)
    {
        var parts = file.Split('.');
        var golden = File.ReadAllText(Path.Combine(Folder(), file));
        var read = SpaceCodec.Decode(parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture), Encoding.UTF8.GetBytes(golden));
        using var now = JsonDocument.Parse(SpaceCodec.Encode(read, Guid.Empty, null).Payload);
        using var then = JsonDocument.Parse(golden);
        Assert.Equal([], Lost(then.RootElement, now.RootElement, parts[0]));
    }

    private static IEnumerable<string> Lost(JsonElement then, JsonElement now, string path) => then.ValueKind switch
    {
        JsonValueKind.Object => then.EnumerateObject().SelectMany(member => now.TryGetProperty(member.Name, out var kept)
            ? Lost(member.Value, kept, $"{path}.{member.Name}")
            : [$"{path}.{member.Name}"]),
        JsonValueKind.Array when then.GetArrayLength() == now.GetArrayLength() =>
            then.EnumerateArray().Zip(now.EnumerateArray()).SelectMany((pair, at) => Lost(pair.First, pair.Second, $"{path}[{at}]")),
        _ => JsonElement.DeepEquals(then, now) ? [] : [path],
    };

    private static bool IsOfEarlierSchema(string file)
    {
        var parts = file.Split('.');
        return SpaceCodec.EventTypes.Contains(parts[0])
            && int.Parse(parts[1], CultureInfo.InvariantCulture) < SpaceCodec.Encode(Samples[parts[0]].Minimal, Guid.Empty, null).Schema;
    }

    private static Rota FullRota() => new(
        [
            new RotaLine(Id, StaffRole.SupportWorker, [IsoDayOfWeek.Monday, IsoDayOfWeek.Sunday], new LocalTime(22, 0), new LocalTime(6, 30))
            {
                Agency = true,
                OnCall = true,
                Trained = [new(Training.PhysicalIntervention, Later), new(Training.TraumaInformed, null)],
                Breaks = [new(new LocalTime(1, 0), new LocalTime(1, 30))],
                FirstDay = new LocalDate(2026, 11, 1),
                LastDay = new LocalDate(2027, 1, 31),
            },
        ],
        [new RotaAbsence(Id, new LocalDate(2026, 12, 25))]);

    private static PolicyValues FullPolicy() => new()
    {
        VisitorsPerStaff = 2,
        MinimumOnDuty = 3,
        MinimumClinicians = 1,
        PeerWeight = 0.5m,
        VolunteerWeight = 0.25m,
        Trained = [new(Training.DeEscalation, 1)],
        SupervisionOnCall = true,
        FreshMinutes = 30,
        UnconfirmedAfterMinutes = 120,
        NudgeMinutes = 20,
        GraceMinutes = 10,
        AnswerMinutes = 4,
        Escalation = new([new(EscalationContact.ClinicalLead, "0131 496 0000", 5)], 20),
    };

    public static TheoryData<string, string> Files()
    {
        var files = new TheoryData<string, string>();
        foreach (var type in SpaceCodec.EventTypes.Order(StringComparer.Ordinal))
        {
            files.Add(type, "complete");
            files.Add(type, "minimal");
        }

        return files;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void What_an_earlier_version_wrote_is_read_as_it_was_meant(string type, string kind)
    {
        Assert.True(Samples.TryGetValue(type, out var samples), $"{type} has no sample here: every event needs one, complete and minimal");
        var meant = kind == "complete" ? samples.Complete : samples.Minimal;
        var written = SpaceCodec.Encode(meant, Guid.Empty, null);
        var file = Path.Combine(Folder(), $"{type}.{written.Schema}.{kind}.json");
        if (!File.Exists(file) && Environment.GetEnvironmentVariable("SAFESPACE_WRITE_GOLDEN") == "1")
            File.WriteAllText(file, Encoding.UTF8.GetString(written.Payload.Span) + "\n");
        Assert.True(File.Exists(file), $"{Path.GetFileName(file)} is missing: run once with SAFESPACE_WRITE_GOLDEN=1, read it, commit it");

        var golden = File.ReadAllText(file).TrimEnd('\n');
        var read = SpaceCodec.Decode(type, written.Schema, Encoding.UTF8.GetBytes(golden));

        // Records that hold arrays are not equal by value, so both are compared as they are written.
        Assert.Equal(golden, Encoding.UTF8.GetString(SpaceCodec.Encode(read, Guid.Empty, null).Payload.Span));
        Assert.Equal(golden, Encoding.UTF8.GetString(written.Payload.Span));
    }

    [Fact]
    public void Every_event_of_the_domain_has_a_name_in_the_codec()
    {
        var events = typeof(SpaceEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(SpaceEvent))).Select(type => type.Name);
        Assert.Equal(events.Order(StringComparer.Ordinal), SpaceCodec.EventTypes.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_outcome_of_the_domain_but_an_unknown_space_can_be_kept()
    {
        var availability = Availability.Of(Space.Evolve(SpaceState.None, Samples[nameof(SpaceRegistered)].Complete, Id), Decided);
        var hold = new Hold(Id, Need, Decided, Later, Later, HoldStatus.Placed, Needs.Bsl, null, "Golf 12", null, null);
        SpaceOutcome[] outcomes =
        [
            new Recorded(), new HoldChanged(hold), new ShiftChanged(new Shift(Id, StaffRole.Volunteer, Observed, Later)), new ArrivalCounted(true, false),
            new Rejected(new Rejection(RejectionCode.HoldEnded, Later, Needs.Quiet, HoldStatus.Lapsed)),
        ];
        var kept = typeof(SpaceOutcome).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(SpaceOutcome)) && type != typeof(NoSuchSpace));
        Assert.Equal(kept.Select(type => type.Name).Order(StringComparer.Ordinal), outcomes.Select(outcome => outcome.GetType().Name).Order(StringComparer.Ordinal));
        foreach (var outcome in outcomes)
            Assert.Equal(outcome, SpaceCodec.DecodeAnswer(SpaceCodec.EncodeAnswer(outcome, availability)).Outcome);
    }

    [Theory]
    [InlineData("HoldPlaced", 2)]
    [InlineData("SpacePaused", 3)]
    [InlineData("SomethingNew", 1)]
    public void An_unknown_event_is_an_error_and_never_skipped(string type, int schema) =>
        Assert.Contains(type, Assert.Throws<UnknownEventException>(() => SpaceCodec.Decode(type, schema, "{}"u8)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"observed_at":"2026-11-21T22:04:05Z"}""")]
    [InlineData("""{"observed_at":"2026-11-21T22:04:05Z","decided_at":"2026-11-21T22:04:05Z","surplus":1}""")]
    [InlineData("""{"observed_at":"2026-11-21T22:04:05","decided_at":"2026-11-21T22:04:05Z"}""")]
    public void A_field_missing_unknown_or_malformed_is_an_error(string payload) =>
        Assert.Throws<JsonException>(() => SpaceCodec.Decode("SpaceConfirmed", 1, Encoding.UTF8.GetBytes(payload)));

    private static (SpaceEvent Complete, SpaceEvent Minimal) Both(SpaceEvent sample) => (sample, sample);

    private static SpaceDetails Details(bool full) => new(
        new SpaceId("clyde-lantern"),
        "Clyde Lantern House",
        Tier.ClinicalAdjacent,
        "Glasgow City",
        new Site(new GeoPoint(55.858, -4.245), "mainland", UrbanRural.LargeUrban),
        full ? "A calm house." : string.Empty,
        full ? "Nurses and peer workers" : string.Empty,
        full ? ["en", "pl"] : [],
        "0141 496 0101",
        full ? "Blue door" : string.Empty,
        full ? "Level entrance, lift" : string.Empty,
        full ? Needs.AgeAdult | Needs.Wheelchair | Needs.DetainedS297 : Needs.AgeAdult,
        10,
        full
            ? new OpeningHours(
                "Europe/London",
                [new WeeklyOpening(IsoDayOfWeek.Friday, new LocalTime(18, 0), new LocalTime(2, 0))],
                new BankHolidayOpening(new LocalTime(12, 30), new LocalTime(23, 0)),
                [new SpecialDay(new LocalDate(2026, 12, 25), null, null), new SpecialDay(new LocalDate(2026, 12, 31), new LocalTime(10, 0), new LocalTime(4, 0))])
            : new OpeningHours("Europe/London", [], null, []),
        full ? new StaffingRule(4, 3, 1, 0.75m, 0.25m) { Trained = [new(Training.Medication, 1)], SupervisionOnCall = true } : new StaffingRule(),
        full ? FreshnessRule.Default with { NudgeMinutes = 20 } : FreshnessRule.Default,
        new HoldRule(),
        Demo: full)
    {
        Venues = full ? [new([IsoDayOfWeek.Saturday], new Site(new GeoPoint(55.86, -4.25), "mainland", UrbanRural.LargeUrban), "Red door", "Ramp")] : [],
        Excludes = full ? [RefusalReason.Intoxication, RefusalReason.OutOfArea] : [],
        ReviewBy = full ? new LocalDate(2027, 3, 31) : null,
        Escalation = full ? FullPolicy().Escalation! : EscalationPlan.Default,
        Stated = full ? FullPolicy() : null,
    };

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Golden");
}
