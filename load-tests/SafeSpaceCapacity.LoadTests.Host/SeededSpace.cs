using System.Globalization;
using NodaTime;
using SafeSpaceCapacity.Domain.Opening;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;

namespace SafeSpaceCapacity.LoadTests.Host;

/// <summary>A fictional space with its past.</summary>
/// <param name="details">What it says it is.</param>
/// <param name="staff">On duty now.</param>
/// <param name="occupied">People here now.</param>
/// <param name="counted">When they were counted.</param>
/// <param name="staffedUntil">When those on duty end.</param>
internal sealed class SeededSpace(SpaceDetails details, int staff, int occupied, Instant counted, Instant staffedUntil)
{
    /// <summary>About what a space has without a past: its registration, shifts and count.</summary>
    public const int EventsMin = 5;

    public SpaceDetails Details { get; } = details;

    public long Version { get; set; }

    public IReadOnlyList<SpaceEvent> Registered(Instant at) => [new SpaceRegistered(at, at, Details)];

    /// <summary>An ordinary day: people come and go, staff count and confirm, and shifts begin and end.</summary>
    public IReadOnlyList<SpaceEvent> Happened(int nth, Instant at) =>
    [
        (nth % 6) switch
        {
            0 => new ShiftStarted(at, at, ShiftId(nth), StaffRole.SupportWorker, at, at + Duration.FromHours(12)),
            1 => new ArrivalRecorded(at, at, HoldId: null, HandoverMinutes: 5, ByStaff: true),
            2 => new OccupancyCounted(at, at, nth % (Details.Places + 1)),
            3 => new SpaceConfirmed(at, at),
            4 => new DepartureRecorded(at, at),
            _ => new ShiftEnded(at, at, ShiftId(nth - 5), RanOut: false),
        },
    ];

    public IReadOnlyList<SpaceEvent> Now()
    {
        var began = counted - Duration.FromMinutes(10);
        return
        [
            .. Enumerable.Range(0, staff).Select(i => new ShiftStarted(began, began, ShiftId(-1 - i), i == 0 ? StaffRole.Clinician : StaffRole.SupportWorker, began, staffedUntil)),
            new OccupancyCounted(counted, counted, occupied),
        ];
    }

    /// <summary>For other databases: id, latitude, longitude, what it provides, and places free now.</summary>
    public string Row(Instant now)
    {
        var open = !Details.Hours.Between(now, now + Duration.Epsilon).IsEmpty;
        var safe = staff >= Details.Staffing.MinimumOnDuty ? Math.Min(Details.Places, staff * Details.Staffing.VisitorsPerStaff) : 0;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Details.Id.Value},{Details.Site.Point.Latitude},{Details.Site.Point.Longitude},{(ulong)Details.Provides},{(open ? safe - occupied : 0)}");
    }

    private Guid ShiftId(int nth) => new(Details.Id.Value.GetHashCode(StringComparison.Ordinal), (short)nth, 1, 0, 0, 0, 0, 0, 0, 0, 1);
}
