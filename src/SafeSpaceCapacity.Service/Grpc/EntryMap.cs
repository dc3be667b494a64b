using NodaTime;
using NodaTime.Text;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Domain.Policies;
using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>An entry of the directory as it was entered: what it does not state is absent.</summary>
internal static class EntryMap
{
    private static readonly LocalTimePattern Clock = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

    /// <summary>The entry of a space, without a command id.</summary>
    public static RegisterSpaceRequest ToContract(SpaceDetails from)
    {
        var to = new RegisterSpaceRequest
        {
            SpaceId = from.Id.Value,
            Name = from.Name,
            Tier = (Contract.V1.Tier)from.Tier,
            Point = ContractMap.ToContract(from.Site.Point),
            Description = from.Description,
            WhoWorksHere = from.WhoWorksHere,
            Languages = { from.Languages },
            Telephone = from.Telephone,
            Entrance = from.Entrance,
            AccessNote = from.AccessNote,
            Provides = { ContractMap.NeedCodes(from.Provides) },
            Ages = { ContractMap.AgeCodes(from.Provides) },
            S297Designated = from.Provides.HasFlag(Needs.DetainedS297),
            Places = from.Places,
            Excludes = { from.Excludes.Select(reason => (Contract.V1.RefusalReason)reason) },
            ReviewBy = from.ReviewBy is { } review ? LocalDatePattern.Iso.Format(review) : string.Empty,
        };
        to.AlwaysOpen = IsAlwaysOpen(from.Hours);
        foreach (var opening in to.AlwaysOpen ? [] : from.Hours.Week)
            to.Week.Add(new WeeklyOpening { Weekday = (int)opening.Day, Opens = Clock.Format(opening.Opens), Closes = Clock.Format(opening.Closes) });
        if (from.Hours.BankHoliday is { } holiday)
            to.BankHoliday = new BankHolidayHours { Opens = Text(holiday.Opens), Closes = Text(holiday.Closes) };
        foreach (var day in from.Hours.SpecialDays)
            to.SpecialDays.Add(new SpecialDay { Date = LocalDatePattern.Iso.Format(day.Date), Opens = Text(day.Opens), Closes = Text(day.Closes) });
        foreach (var venue in from.Venues)
        {
            to.Venues.Add(new Contract.V1.Venue
            {
                Weekdays = { venue.Days.Select(day => (int)day) },
                Point = ContractMap.ToContract(venue.Site.Point),
                Entrance = venue.Entrance,
                AccessNote = venue.AccessNote,
            });
        }

        PolicyMap.State(to, PolicyMap.ToContract(from.Stated ?? PolicyMap.ValuesOf(from)));
        return to;
    }

    // As it is kept of an entry that says so.
    private static bool IsAlwaysOpen(Domain.Opening.OpeningHours hours) =>
        hours.Week.Length == 7 && hours.Week.All(opening => opening.Opens == LocalTime.Midnight && opening.Closes == LocalTime.Midnight)
        && hours.Week.Select(opening => opening.Day).Distinct().Count() == 7;

    private static string Text(LocalTime? time) => time is { } known ? Clock.Format(known) : string.Empty;
}
