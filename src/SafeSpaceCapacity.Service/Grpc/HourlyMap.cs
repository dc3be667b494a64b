using System.Globalization;
using NodaTime;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Service.Planning;
using RefusalReason = SafeSpaceCapacity.Domain.Holds.RefusalReason;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>Hours in the words of the contract, with what is too small suppressed.</summary>
internal static class HourlyMap
{
    private const double SecondsOfMinute = 60;

    public static GetHourlyTotalsResponse.Types.Hour ToContract(Hour from) => new()
    {
        AreaCode = from.Area,
        HourStartsAt = ContractMap.Stamp(Instant.FromUnixTimeSeconds(from.From)),
        LocalTime = LocalTime(from.From),
        Standing = Standing(from),
        Occupied = Count(from.Occupied),
        Demand = Demand(from.People),
    };

    public static GetHourlyTotalsResponse.Types.Day ToContract(WholeDay from) => new()
    {
        AreaCode = from.Area,
        Date = from.Date.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture),
        Demand = Demand(measure => from.Sums.TryGetValue(measure, out var sum) ? sum : null),
    };

    public static GetSpaceHistoryResponse.Types.Hour ToContract(Hour from, IEnumerable<Happening> happenings) => new()
    {
        HourStartsAt = ContractMap.Stamp(Instant.FromUnixTimeSeconds(from.From)),
        LocalTime = LocalTime(from.From),
        Standing = Standing(from),
        Occupied = Count(from.Occupied),
        Happenings = { happenings.Select(ToContract) },
    };

    private static GetSpaceHistoryResponse.Types.Happening ToContract(Happening from)
    {
        var to = new GetSpaceHistoryResponse.Types.Happening
        {
            HappenedAt = ContractMap.Stamp(Instant.FromUnixTimeSeconds(from.At)),
            Kind = (SpaceHappening)from.Kind,
        };
        if (from.Kind == HappeningKind.Paused)
        {
            to.PauseReason = (PauseReason)from.Reason;
            to.PausedUntil = ContractMap.Stamp(Instant.FromUnixTimeSeconds(from.Until));
        }

        if (from.Kind == HappeningKind.StaffChanged)
        {
            to.SafeCapacity = from.SafeCapacity;
            foreach (var (role, people) in (IEnumerable<(StaffRole, int)>)
                [
                    (StaffRole.TeamLead, from.Staff.TeamLeads), (StaffRole.Clinician, from.Staff.Clinicians), (StaffRole.SupportWorker, from.Staff.SupportWorkers),
                    (StaffRole.PeerWorker, from.Staff.PeerWorkers), (StaffRole.Volunteer, from.Staff.Volunteers),
                ])
            {
                if (people > 0)
                    to.OnDuty.Add(new GetSpaceHistoryResponse.Types.OnDuty { Role = role, People = people });
            }
        }

        return to;
    }

    private static HourStanding Standing(Hour from)
    {
        var standing = new HourStanding
        {
            OpenMinutes = Minutes(from[Measure.Open]),
            SafeCapacity = Math.Round(from[Measure.SafeCapacity] / (double)Measures.SecondsOfHour, 2),
            BelowSafeStaffingMinutes = Minutes(from[Measure.BelowSafeStaffing]),
            UnconfirmedMinutes = Minutes(from[Measure.Unconfirmed]),
        };
        foreach (var reason in Enum.GetValues<Domain.Spaces.PauseReason>())
        {
            if (from[Measures.Paused(reason)] is > 0 and var seconds)
                standing.Paused.Add(new PausedMinutes { Reason = (PauseReason)reason, Minutes = Minutes(seconds) });
        }

        return standing;
    }

    private static DemandCounts Demand(Func<Measure, int?> people)
    {
        var demand = new DemandCounts
        {
            Arrivals = Count(people(Measure.Arrivals)),
            HoldsPlaced = Count(people(Measure.HoldsPlaced)),
            HoldsRequested = Count(people(Measure.HoldsRequested)),
            HoldsExpired = Count(people(Measure.HoldsExpired)),
            HoldsLapsed = Count(people(Measure.HoldsLapsed)),
        };
        foreach (var reason in Enum.GetValues<RefusalReason>())
        {
            if (people(Measures.Refused(reason)) is { } count)
                demand.Refused.Add(new RefusedCount { Reason = (Contract.V1.RefusalReason)reason, Count = Count(count) });
        }

        return demand;
    }

    private static SuppressibleCount Count(int? shown) => shown is { } count ? new() { Count = count } : new() { Suppressed = true };

    private static int Minutes(int seconds) => (int)Math.Round(seconds / SecondsOfMinute, MidpointRounding.AwayFromZero);

    private static string LocalTime(long second) => HourlyReader.Local(second).ToString("uuuu-MM-dd HH:mm x", CultureInfo.InvariantCulture);
}
