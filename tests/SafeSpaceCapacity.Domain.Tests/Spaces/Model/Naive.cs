using NodaTime;
using SafeSpaceCapacity.Domain.Opening;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;

namespace SafeSpaceCapacity.Domain.Tests.Spaces.Model;

/// <summary>
/// Who is on duty and whether it is open, by a look at the clock on the wall at one instant, in Scotland: no instants of shifts or stretches are worked
/// out. The hour that comes twice in autumn is told apart by having been on the clock an hour ago.
/// </summary>
internal static class Naive
{
    private static readonly DateTimeZone Scotland = DateTimeZoneProviders.Tzdb["Europe/London"];
    private static readonly Duration Hour = Duration.FromHours(1);

    /// <summary>Somebody on duty.</summary>
    public readonly record struct OnDuty(StaffRole Role, bool OnCall, IReadOnlyList<HeldTraining> Trained);

    public static int SafeCapacity(SpaceDetails details, IReadOnlyList<Shift> shifts, Rota rota, Instant at)
    {
        var rule = details.Staffing;
        var people = Everybody(shifts, rota, at);
        if (IsShort(rule, people, at))
            return 0;
        var weight = people.Where(one => !one.OnCall).Sum(one => one.Role switch
        {
            StaffRole.PeerWorker => rule.PeerWeight,
            StaffRole.Volunteer => rule.VolunteerWeight,
            _ => 1m,
        });
        return Math.Min(details.Places, (int)Math.Floor(weight * rule.VisitorsPerStaff));
    }

    public static bool IsShort(SpaceDetails details, IReadOnlyList<Shift> shifts, Rota rota, Instant at) =>
        IsShort(details.Staffing, Everybody(shifts, rota, at), at);

    public static bool IsOpen(OpeningHours hours, Instant at)
    {
        var wall = at.InZone(Scotland).LocalDateTime;

        // Opening is by the second time an hour comes, closing by the first.
        var opening = Again(wall, at + Hour) ? wall.With((LocalTime time) => new LocalTime(time.Hour, 0)).PlusTicks(-1) : wall;
        var closing = Latest(wall, at);
        return On(wall.Date) || On(wall.Date.PlusDays(-1));

        bool On(LocalDate date) => Of(date).Any(stretch =>
            date + stretch.Opens <= opening && closing < (stretch.Closes <= stretch.Opens ? date.PlusDays(1) : date) + stretch.Closes);

        IEnumerable<(LocalTime Opens, LocalTime Closes)> Of(LocalDate date)
        {
            if (hours.SpecialDays.Any(day => day.Date == date))
                return hours.SpecialDays.Where(day => day.Date == date && day.Opens is not null).Select(day => (day.Opens!.Value, day.Closes!.Value));
            if (hours.BankHoliday is { } holiday && ScottishBankHolidays.Contains(date))
                return holiday.Opens is { } opens ? [(opens, holiday.Closes!.Value)] : [];
            return hours.Week.Where(opening => opening.Day == date.DayOfWeek).Select(opening => (opening.Opens, opening.Closes));
        }
    }

    private static bool IsShort(StaffingRule rule, List<OnDuty> people, Instant at)
    {
        var floor = people.Where(one => !one.OnCall).ToList();
        return floor.Count < rule.MinimumOnDuty
            || floor.Count(one => one.Role == StaffRole.Clinician) < rule.MinimumClinicians
            || (rule.SupervisionOnCall && people.Count == floor.Count)
            || rule.Trained.Any(minimum => floor.Sum(one => Counts(one, minimum.Code)) < minimum.Minimum);

        int Counts(OnDuty one, Training code) =>
            code == Training.PhysicalIntervention && one.Role is StaffRole.PeerWorker or StaffRole.Volunteer
                ? 0
                : one.Trained.Count(held => held.Code == code && (held.CurrentUntil is not { } until || at < until));
    }

    private static List<OnDuty> Everybody(IReadOnlyList<Shift> shifts, Rota rota, Instant at)
    {
        var people = new List<OnDuty>();
        foreach (var shift in shifts)
        {
            if (shift.From <= at && at < shift.Until && !shift.Breaks.Any(pause => pause.From <= at && at < pause.Until))
                people.Add(new(shift.Role, shift.OnCall, shift.Trained));
        }

        if (rota.Lines.IsEmpty)
            return people;
        var now = at.InZone(Scotland).LocalDateTime;
        now = Latest(now, at);
        foreach (var line in rota.Lines)
        {
            foreach (var date in (ReadOnlySpan<LocalDate>)[now.Date, now.Date.PlusDays(-1)])
            {
                if (line.Days.Contains(date.DayOfWeek) && !(date < line.FirstDay) && !(date > line.LastDay) && !rota.Absences.Contains(new RotaAbsence(line.Id, date))
                    && Within(date, line.From, line.Until)
                    && !line.Breaks.Any(pause => Within(pause.From < line.From ? date.PlusDays(1) : date, pause.From, pause.Until)))
                {
                    people.Add(new(line.Role, line.OnCall, line.Trained));
                }
            }
        }

        return people;

        bool Within(LocalDate date, LocalTime from, LocalTime until) => date + from <= now && now < (until <= from ? date.PlusDays(1) : date) + until;
    }

    // The second time an hour comes, every minute of it has been.
    private static LocalDateTime Latest(LocalDateTime wall, Instant at) => Again(wall, at - Hour) ? wall.With((LocalTime time) => new LocalTime(time.Hour, 59, 59)) : wall;

    private static bool Again(LocalDateTime wall, Instant other) => wall.Hour == 1 && other.InZone(Scotland).LocalDateTime == wall;
}
