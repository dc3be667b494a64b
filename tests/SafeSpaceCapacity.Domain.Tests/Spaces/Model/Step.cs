using System.Collections.Immutable;
using NodaTime;
using SafeSpaceCapacity.Domain.Escalations;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Holds;
using SafeSpaceCapacity.Domain.Opening;
using SafeSpaceCapacity.Domain.Policies;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;

namespace SafeSpaceCapacity.Domain.Tests.Spaces.Model;

/// <summary>What may be asked of a space.</summary>
internal enum Kind
{
    Shift, PlanShift, EndShift, EndRotaShift, PlanRota, Arrive, ArriveByCrew, WalkIn, Depart, Count, Confirm, Pause, Resume, Hold, HoldAgain, Extend,
    Release, Accept, AcceptOver, Decline, Refuse, Undo, UndoOlder, Repeat, Acknowledge, Change, ChangeBack, Policy, Retire, Settle,
}

/// <summary>Minutes of waiting, then a command. What it is about is drawn from the numbers, so that a step means the same when others are left out.</summary>
/// <param name="Which">Which of those known, counted from the newest.</param>
/// <param name="Amount">Minutes, people or whatever the command has.</param>
/// <param name="Late">How many minutes ago it was seen; negative: a fast clock.</param>
/// <param name="Dice">Whatever else is to be thrown.</param>
internal sealed record Step(Kind Kind, int Wait, int Which, int Amount, int Late, int Dice);

/// <summary>A space, an instant and what is then asked, all from one seed.</summary>
internal sealed record Tale(int Seed, Instant From, SpaceDetails Details, ImmutableArray<Step> Steps)
{
    public const int Length = 60;

    // As often as it takes for spaces that are sometimes staffed and sometimes full.
    private static readonly Kind[] Often =
    [
        Kind.Hold, Kind.Hold, Kind.Hold, Kind.Hold, Kind.Hold, Kind.Hold, Kind.Hold, Kind.HoldAgain, Kind.Shift, Kind.Shift, Kind.Accept, Kind.Accept,
        Kind.AcceptOver, Kind.AcceptOver, Kind.Arrive, Kind.ArriveByCrew, Kind.Undo, Kind.Undo, Kind.Undo, Kind.Confirm, Kind.Confirm, Kind.Decline, Kind.Decline,
        Kind.Extend, Kind.Release, Kind.Count, Kind.EndShift, Kind.Settle,
    ];

    private static readonly Kind[] Every = [.. Enum.GetValues<Kind>().Where(kind => kind != Kind.Retire)];

    private static readonly LocalTime[] Times =
    [
        new(0, 0), new(0, 30), new(1, 0), new(1, 15), new(1, 30), new(1, 45), new(2, 0), new(2, 30), new(6, 0), new(9, 0), new(14, 30), new(18, 0), new(19, 20),
        new(22, 0), new(23, 59),
    ];

    public static Tale Of(int seed)
    {
        var random = new Random(seed);
        var from = random.Next(10) switch
        {
            // The evenings before the clocks change, and the turn of a year with its bank holidays.
            < 3 => Instant.FromUtc(2026, 3, 28, 20, 0) + Duration.FromMinutes(random.Next(360)),
            < 6 => Instant.FromUtc(2026, 10, 24, 20, 0) + Duration.FromMinutes(random.Next(360)),
            6 => Instant.FromUtc(2025, 12, 31, 18, 0) + Duration.FromMinutes(random.Next(360)),
            _ => Instant.FromUtc(2026, 1, 1, 0, 0) + Duration.FromMinutes(random.Next(365 * 1440)),
        };
        var steps = Enumerable.Range(0, Length).Select(i => AStep(random, i)).ToImmutableArray();
        return new Tale(seed, from, Entry(random, from), steps);
    }

    private static Step AStep(Random random, int number)
    {
        var kind = random.Next(2) == 0 ? Often[random.Next(Often.Length)] : Every[random.Next(Every.Length)];
        if (number == 0 && random.Next(2) == 0)
            kind = Kind.PlanRota;
        else if (number < 4 && random.Next(3) > 0)
            kind = Kind.Shift;
        else if (number > Length - 10 && random.Next(8) == 0)
            kind = Kind.Retire;
        var wait = random.Next(20) switch
        {
            < 9 => 0,
            < 14 => random.Next(0, 4),
            < 16 => random.Next(4, 7),
            < 18 => random.Next(0, 15),
            18 => random.Next(0, 61),
            _ => random.Next(0, 301),
        };
        var late = random.Next(6) switch { < 3 => 0, < 5 => random.Next(1, 61), _ => random.Next(-5, 601) };
        return new Step(kind, wait, random.Next(6), random.Next(61), late, random.Next());
    }

    /// <summary>The entry of a space; also what it is changed to.</summary>
    public static SpaceDetails Entry(Random random, Instant near)
    {
        var fresh = random.Next(3) == 0 ? FreshnessRule.Default : new FreshnessRule(15, 45) { NudgeMinutes = random.Next(0, 46) };
        var details = Story.Cafe(random.Next(2, 7), Hours(random, near), Staffing(random)) with
        {
            Tier = (Tier)random.Next(1, 4),
            Freshness = fresh,
            HoldRule = new HoldRule(random.Next(3) switch { 0 => 1, 1 => 5, _ => 15 }, random.Next(2, 11)),
            Escalation = Plan(random),
        };
        if (random.Next(4) == 0)
            details = details with { Venues = [new Venue([IsoDayOfWeek.Saturday, IsoDayOfWeek.Sunday], new Site(new GeoPoint(56.5, -3), "mainland", UrbanRural.LargeUrban), "", "")] };
        return random.Next(4) == 0 ? details with { Stated = Values(random) } : details;
    }

    public static PolicyValues Values(Random random) => new()
    {
        VisitorsPerStaff = Maybe(random, 2, 5),
        MinimumOnDuty = Maybe(random, 0, 3),
        MinimumClinicians = random.Next(4) == 0 ? null : 0,
        Trained = random.Next(6) == 0 ? [new((Training)random.Next(1, 5), 1)] : null,
        SupervisionOnCall = random.Next(4) == 0 ? random.Next(2) == 0 : null,
        UnconfirmedAfterMinutes = Maybe(random, 10, 120),
        GraceMinutes = Maybe(random, 1, 20),
        Escalation = random.Next(2) == 0 ? Plan(random) : null,
    };

    public static Rota ARota(Random random, Func<Guid> newId, Instant near)
    {
        var today = near.InZone(DateTimeZoneProviders.Tzdb["Europe/London"]).Date;
        ImmutableArray<RotaLine> lines = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Line())];
        return new Rota(lines, random.Next(3) > 0 ? [] : [new RotaAbsence(lines[0].Id, today.PlusDays(random.Next(2)))]);

        RotaLine Line()
        {
            var line = new RotaLine(newId(), (StaffRole)random.Next(1, 6), [.. Enum.GetValues<IsoDayOfWeek>().Where(day => day != IsoDayOfWeek.None && random.Next(6) > 0)], Time(), Time())
            {
                Agency = random.Next(4) == 0,
                OnCall = random.Next(6) == 0,
                Trained = Trained(random, near),
                FirstDay = random.Next(5) == 0 ? today.PlusDays(random.Next(2)) : null,
                LastDay = random.Next(5) == 0 ? today.PlusDays(random.Next(2)) : null,
            };
            if (random.Next(2) == 0)
                return line;

            // Within the hours worked, for a break outside them is none.
            var length = (Period.Between(line.From, line.Until, PeriodUnits.Minutes).Minutes + 1440 - 1) % 1440;
            var begins = line.From.PlusMinutes(random.Next((int)length + 1));
            return line with { Breaks = [new RotaBreak(begins, begins.PlusMinutes(random.Next(1, 50)))] };
        }

        LocalTime Time() => Times[random.Next(Times.Length)];
    }

    public static ImmutableArray<HeldTraining> Trained(Random random, Instant near) =>
    [
        .. Enum.GetValues<Training>().Where(_ => random.Next(2) == 0)
            .Select(code => new HeldTraining(code, random.Next(3) == 0 ? near + Duration.FromMinutes(random.Next(-60, 600)) : null)),
    ];

    private static OpeningHours Hours(Random random, Instant near)
    {
        var hours = random.Next(8) switch
        {
            0 => Story.Daily(new LocalTime(19, 20), new LocalTime(23, 20)),
            1 => Story.Daily(new LocalTime(22, 0), new LocalTime(3, 0)),
            2 => Together(Story.Daily(new LocalTime(0, 30), new LocalTime(1, 30)), Story.Daily(new LocalTime(18, 0), new LocalTime(0, 0))),
            3 => Together(Story.Daily(new LocalTime(1, 30), new LocalTime(2, 15)), Story.Daily(new LocalTime(20, 0), new LocalTime(1, 15))),
            4 => Story.Daily(new LocalTime(18, 0), new LocalTime(2, 0)) with { BankHoliday = new(new LocalTime(12, 30), new LocalTime(2, 0)) },
            _ => Story.RoundTheClock,
        };
        if (random.Next(4) == 0)
            hours = hours with { SpecialDays = [new(near.InUtc().Date.PlusDays(1), new LocalTime(0, 20), new LocalTime(0, 0)), new(near.InUtc().Date.PlusDays(2), null, null)] };
        return hours;

        static OpeningHours Together(OpeningHours one, OpeningHours other) => one with { Week = [.. one.Week, .. other.Week] };
    }

    private static StaffingRule Staffing(Random random) => new(
        random.Next(1, 4), random.Next(0, 3), random.Next(10) == 0 ? 1 : 0, random.Next(2) == 0 ? 1m : 0.5m, random.Next(2) == 0 ? 0.5m : 0m)
    {
        Trained = random.Next(8) == 0 ? [new((Training)random.Next(1, 5), 1)] : [],
        SupervisionOnCall = random.Next(12) == 0,
    };

    private static EscalationPlan Plan(Random random) => random.Next(3) switch
    {
        0 => EscalationPlan.Default,
        1 => new([new(EscalationContact.OnCallManager, "", random.Next(3))], random.Next(1, 20)),
        _ => new([new(EscalationContact.TeamLead, "", 0), new(EscalationContact.ClinicalLead, "", 5), new(EscalationContact.AreaDutyManager, "", 5)], 7),
    };

    private static int? Maybe(Random random, int from, int below) => random.Next(2) == 0 ? null : random.Next(from, below);
}
