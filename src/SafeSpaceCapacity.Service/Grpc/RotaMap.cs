using System.Collections.Immutable;
using Google.Protobuf.Collections;
using NodaTime;
using NodaTime.Text;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Domain.Opening;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;
using DomainAbsence = SafeSpaceCapacity.Domain.Staffing.RotaAbsence;
using DomainBreak = SafeSpaceCapacity.Domain.Staffing.Break;
using DomainHeld = SafeSpaceCapacity.Domain.Staffing.HeldTraining;
using DomainLine = SafeSpaceCapacity.Domain.Staffing.RotaLine;
using DomainRotaBreak = SafeSpaceCapacity.Domain.Staffing.RotaBreak;
using DomainTraining = SafeSpaceCapacity.Domain.Staffing.Training;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>Rotas and what belongs to a shift: read from the contract with every broken rule, and written to it.</summary>
internal static class RotaMap
{
    /// <summary>Quarter-hours in the week that is looked at.</summary>
    public const int Quarters = 7 * 24 * 4;

    private const int LinesMost = 100;
    private const int AbsencesMost = 400;
    private const int BreaksMost = 10;

    private static readonly Duration Quarter = Duration.FromMinutes(15);
    private static readonly LocalTimePattern Clock = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

    /// <summary>The rota that a request plans.</summary>
    public static Rota Rota(this RequestCheck check, PlanRotaRequest request)
    {
        if (request.Lines.Count > LinesMost)
            check.Break("lines", $"must have at most {LinesMost} lines");
        if (request.Absences.Count > AbsencesMost)
            check.Break("absences", $"must have at most {AbsencesMost} absences");
        var lines = ImmutableArray.CreateBuilder<DomainLine>();
        for (var i = 0; i < Math.Min(LinesMost, request.Lines.Count); i++)
        {
            var line = Line(request.Lines[i], $"lines[{i}]", check);
            if (lines.Any(known => known.Id == line.Id))
                check.Break($"lines[{i}].line_id", "must be another than those before");
            lines.Add(line);
        }

        var absences = ImmutableArray.CreateBuilder<DomainAbsence>();
        for (var i = 0; i < Math.Min(AbsencesMost, request.Absences.Count); i++)
        {
            var id = check.Uuid(request.Absences[i].LineId, $"absences[{i}].line_id");
            if (id != Guid.Empty && lines.All(line => line.Id != id))
                check.Break($"absences[{i}].line_id", "must be that of a line of this rota");
            if (Date(request.Absences[i].Date, $"absences[{i}].date", check, required: true) is { } date)
                absences.Add(new DomainAbsence(id, date));
        }

        return new Rota(lines.ToImmutable(), absences.ToImmutable());
    }

    /// <summary>What somebody is trained in, each at most once.</summary>
    public static ImmutableArray<DomainHeld> Trained(this RequestCheck check, RepeatedField<Contract.V1.HeldTraining> given, string at)
    {
        var trained = ImmutableArray.CreateBuilder<DomainHeld>();
        if (given.Count > 4)
            check.Break(at, "must have each training at most once");
        for (var i = 0; i < Math.Min(4, given.Count); i++)
        {
            var code = (DomainTraining)check.Code(given[i].Training, $"{at}[{i}].training");
            if (trained.Any(held => held.Code == code))
                check.Break($"{at}[{i}].training", "must be there at most once");
            trained.Add(new DomainHeld(code, check.AnyTime(given[i].CurrentUntil, $"{at}[{i}].current_until")));
        }

        return trained.ToImmutable();
    }

    /// <summary>Breaks within a shift.</summary>
    public static ImmutableArray<DomainBreak> Breaks(this RequestCheck check, RepeatedField<Contract.V1.Break> given, Instant from, Instant? until)
    {
        var breaks = ImmutableArray.CreateBuilder<DomainBreak>();
        if (given.Count > BreaksMost)
            check.Break("breaks", $"must have at most {BreaksMost} breaks");
        for (var i = 0; i < Math.Min(BreaksMost, given.Count); i++)
        {
            var starts = check.AnyTime(given[i].StartsAt, $"breaks[{i}].starts_at");
            var ends = check.AnyTime(given[i].EndsAt, $"breaks[{i}].ends_at");
            if (starts is not { } begin || ends is not { } end || begin >= end || begin < from || end > until)
                check.Break($"breaks[{i}]", "must have starts_at and a later ends_at, both within the shift");
            else
                breaks.Add(new DomainBreak(begin, end));
        }

        return breaks.ToImmutable();
    }

    /// <summary>What is planned, and what it comes to in the week from an instant on.</summary>
    public static GetRotaResponse ToContract(SpaceState state, Instant now)
    {
        var details = state.Details!;
        var from = Instant.FromUnixTimeSeconds(now.ToUnixTimeSeconds() / 900 * 900);
        var until = from + (Quarter * Quarters);
        var response = new GetRotaResponse
        {
            Lines = { state.Rota.Lines.Select(ToContract) },
            Absences = { state.Rota.Absences.Select(absence => new Contract.V1.RotaAbsence { LineId = absence.LineId.ToString(), Date = LocalDatePattern.Iso.Format(absence.Date) }) },
            QuartersFrom = ContractMap.Stamp(from),
        };
        var shifts = state.ShiftsBetween(from, until).Where(shift => shift.Until > from && shift.From < until).OrderBy(shift => shift.From).ToList();
        foreach (var shift in shifts)
        {
            var told = ContractMap.ToContract(shift);
            told.ByRota = state.Shifts.All(own => own.Id != shift.Id);
            response.Shifts.Add(told);
        }

        // Both lists are in order, so one pass over each does for all quarters. What is left of the first one counts, not what is over.
        var duty = DutyTimeline.Of(details.Staffing, shifts, now, until);
        var open = details.Hours.Between(now, until);
        var (at, stretch) = (0, 0);
        for (var i = 0; i < Quarters; i++)
        {
            var (begins, ends) = (Instant.Max(from + (Quarter * i), now), from + (Quarter * (i + 1)));
            while (at + 1 < duty.Length && duty[at + 1].From <= begins)
                at++;
            var fewest = int.MaxValue;
            for (var j = at; j < duty.Length && (j == at || duty[j].From < ends); j++)
                fewest = Math.Min(fewest, duty[j].Duty.SafeCapacity(details.Staffing, details.Places));
            while (stretch < open.Length && open[stretch].End <= begins)
                stretch++;
            response.SafeCapacity.Add(fewest);
            response.Open.Add(stretch < open.Length && open[stretch].Start <= begins && open[stretch].End >= ends);
        }

        response.Gaps.AddRange(Gaps(details, duty, open));
        return response;
    }

    private static IEnumerable<RotaGap> Gaps(SpaceDetails details, ImmutableArray<(Instant From, Duty Duty)> duty, ImmutableArray<Interval> open)
    {
        foreach (var opening in open)
        {
            Instant? since = null;
            for (var i = 0; i < duty.Length; i++)
            {
                var ends = i + 1 < duty.Length ? duty[i + 1].From : opening.End;
                if (ends <= opening.Start || duty[i].From >= opening.End)
                    continue;
                if (!duty[i].Duty.MeetsMinimum(details.Staffing))
                    since ??= Instant.Max(duty[i].From, opening.Start);
                else if (since is { } gap)
                    yield return Gap(gap, duty[i].From, out since);
            }

            if (since is { } last)
                yield return Gap(last, opening.End, out since);
        }

        RotaGap Gap(Instant from, Instant until, out Instant? since)
        {
            since = null;
            var limits = SafeCapacity.By(details.Staffing, details.Places, duty, from).Limits;
            return new RotaGap
            {
                StartsAt = ContractMap.Stamp(from),
                EndsAt = ContractMap.Stamp(until),
                LimitingFactors =
                {
                    limits.Where(limit => limit.Code is not (Domain.Staffing.LimitingFactorCode.Places or Domain.Staffing.LimitingFactorCode.StaffRatio))
                        .Select(limit => ContractMap.ToContract(limit, details.Places, from, details.Hours.Zone)),
                },
            };
        }
    }

    private static Contract.V1.RotaLine ToContract(DomainLine from) => new()
    {
        LineId = from.Id.ToString(),
        Role = (Contract.V1.StaffRole)from.Role,
        Weekdays = { from.Days.Select(day => (int)day) },
        Starts = Clock.Format(from.From),
        Ends = Clock.Format(from.Until),
        Agency = from.Agency,
        OnCall = from.OnCall,
        Trained = { from.Trained.Select(ContractMap.ToContract) },
        Breaks = { from.Breaks.Select(pause => new Contract.V1.RotaBreak { Starts = Clock.Format(pause.From), Ends = Clock.Format(pause.Until) }) },
        FirstDate = from.FirstDay is { } first ? LocalDatePattern.Iso.Format(first) : string.Empty,
        LastDate = from.LastDay is { } last ? LocalDatePattern.Iso.Format(last) : string.Empty,
    };

    private static DomainLine Line(Contract.V1.RotaLine given, string at, RequestCheck check)
    {
        var id = check.Uuid(given.LineId, at + ".line_id");
        var role = check.Code(given.Role, at + ".role");
        var days = ImmutableArray.CreateBuilder<IsoDayOfWeek>();
        if (given.Weekdays.Count is 0 or > 7)
            check.Break(at + ".weekdays", "is required: 1 to 7 days");
        foreach (var day in given.Weekdays.Take(7))
        {
            if (day is < 1 or > 7)
                check.Break(at + ".weekdays", $"must be 1 (Monday) to 7 (Sunday); one is {day}");
            else if (days.Contains((IsoDayOfWeek)day))
                check.Break(at + ".weekdays", $"must name each day at most once; {day} is there twice");
            else
                days.Add((IsoDayOfWeek)day);
        }

        var starts = Time(given.Starts, at + ".starts", check);
        var ends = Time(given.Ends, at + ".ends", check);
        var first = Date(given.FirstDate, at + ".first_date", check, required: false);
        var last = Date(given.LastDate, at + ".last_date", check, required: false);
        if (last < first)
            check.Break(at + ".last_date", "must not be before first_date");
        if (given.Breaks.Count > BreaksMost)
            check.Break(at + ".breaks", $"must have at most {BreaksMost} breaks");
        var breaks = ImmutableArray.CreateBuilder<DomainRotaBreak>();
        for (var i = 0; i < Math.Min(BreaksMost, given.Breaks.Count); i++)
        {
            var pause = new DomainRotaBreak(Time(given.Breaks[i].Starts, $"{at}.breaks[{i}].starts", check), Time(given.Breaks[i].Ends, $"{at}.breaks[{i}].ends", check));
            var length = MinutesAfter(starts, ends) is 0 and var none ? none + 1440 : MinutesAfter(starts, ends);
            var begins = MinutesAfter(starts, pause.From);
            var lasts = MinutesAfter(pause.From, pause.Until);
            if (lasts == 0 || begins + lasts > length)
                check.Break($"{at}.breaks[{i}]", "must be within the hours, and not empty");
            breaks.Add(pause);
        }

        return new DomainLine(id, (Domain.Staffing.StaffRole)role, days.ToImmutable(), starts, ends)
        {
            Agency = given.Agency,
            OnCall = given.OnCall,
            Trained = check.Trained(given.Trained, at + ".trained"),
            Breaks = breaks.ToImmutable(),
            FirstDay = first,
            LastDay = last,
        };
    }

    // By the clock, over midnight where need be.
    private static long MinutesAfter(LocalTime from, LocalTime until) => (Period.Between(from, until, PeriodUnits.Minutes).Minutes + 1440) % 1440;

    private static LocalTime Time(string value, string field, RequestCheck check)
    {
        var parsed = Clock.Parse(value);
        if (!parsed.Success)
            check.Break(field, "must be a time such as 18:00, 00:00 to 23:59");
        return parsed.Success ? parsed.Value : LocalTime.Midnight;
    }

    private static LocalDate? Date(string value, string field, RequestCheck check, bool required)
    {
        if (value.Length == 0 && !required)
            return null;
        var parsed = LocalDatePattern.Iso.Parse(value);
        if (!parsed.Success)
            check.Break(field, "must be a date such as 2026-12-25");
        return parsed.Success ? parsed.Value : null;
    }
}
