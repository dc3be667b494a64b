using System.Collections.Immutable;
using NodaTime;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Domain.Opening;
using SafeSpaceCapacity.Domain.Search;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Travel;
using SafeSpaceCapacity.Service.Grpc;
using SafeSpaceCapacity.Service.Region;
using DomainMode = SafeSpaceCapacity.Domain.Travel.TravelMode;

namespace SafeSpaceCapacity.Service.Search;

/// <summary>The next steps that every answer offers: no wrong door, whatever was found.</summary>
internal sealed class NextSteps(RegionData region)
{
    private readonly ImmutableArray<EmergencyDepartment> _departmentsForAdults = [.. region.EmergencyDepartments.Where(department => !department.ChildrenOnly)];
    private volatile LineHours? _hours;

    /// <summary>The offers, most useful first. Never empty.</summary>
    public IEnumerable<Offer> For(Found found, SearchQuestion question, DomainMode mode)
    {
        var department = Department(found.Travel, question.Asked);
        if (question.Asked.HasFlag(Needs.UrgentPhysical))
        {
            yield return new Offer { Kind = Offer.Types.Kind.Emergency999, Name = "999", Telephone = "999", Words = "Physical care comes first: call 999 or go to the emergency department now.", OpenNow = true };
            yield return Department(department, mode);
        }

        if (found.Answer.OpensSoon is { Verdict.Rejection.Earliest: { } opens } soon)
        {
            yield return new Offer
            {
                Kind = Offer.Types.Kind.OpensSoon,
                Name = soon.Space.Details.Name,
                Telephone = soon.Space.Details.Telephone,
                Words = $"Opens {Wording.Time(opens, soon.Space.Details.Hours.Zone, question.Now)}.",
                OpenNow = false,
                OpensAt = ContractMap.Stamp(opens),
                Travel = ContractMap.ToContract(soon.Travel, mode),
                SpaceId = soon.Space.Key,
            };
        }

        if (found.Answer.FurtherAway is { } further)
        {
            yield return new Offer
            {
                Kind = Offer.Types.Kind.FurtherAway,
                Name = further.Space.Details.Name,
                Telephone = further.Space.Details.Telephone,
                Words = "Further than asked for" + (further.Verdict.RingFirst ? "; nobody has confirmed it lately, so ring first." : ", but it has a place."),
                Travel = ContractMap.ToContract(further.Travel, mode),
                SpaceId = further.Space.Key,
            };
        }

        var hours = HoursAround(question.DepartAt);
        foreach (var line in region.SupportLines.Where(line => IsFor(line, question.Asked)).OrderByDescending(line => hours.IsOpen(line, question.DepartAt)))
            yield return Line(line, hours, question.DepartAt);
        if (!question.Asked.HasFlag(Needs.UrgentPhysical))
            yield return Department(department, mode);
    }

    // The few dozen departments are a table that never grows with use; after the nearest by straight line, those that can't be nearer are not looked at.
    private (EmergencyDepartment Department, TravelEstimate Travel) Department(TravelQuery travel, Needs asked)
    {
        var departments = (asked & Needs.AgeChild) != Needs.None ? region.EmergencyDepartments : _departmentsForAdults;
        Span<double> metres = stackalloc double[departments.Length];
        var first = 0;
        for (var at = 0; at < departments.Length; at++)
        {
            metres[at] = travel.Origin.Point.DistanceMetresTo(departments[at].Site.Point);
            if (metres[at] < metres[first])
                first = at;
        }

        var best = (Department: departments[first], Travel: travel.To(departments[first].Site));
        for (var at = 0; at < departments.Length; at++)
        {
            if (at == first || travel.LowerBoundMinutesTo(departments[at].Site, metres[at]) >= best.Travel.Minutes)
                continue;
            var estimate = travel.To(departments[at].Site);
            if (estimate.Minutes < best.Travel.Minutes)
                best = (departments[at], estimate);
        }

        return best;
    }

    private static Offer Department((EmergencyDepartment Department, TravelEstimate Travel) nearest, DomainMode mode) => new()
    {
        Kind = Offer.Types.Kind.EmergencyDepartment,
        Name = nearest.Department.Name,
        Telephone = "999",
        Words = "The nearest emergency department, open day and night. In an emergency call 999.",
        OpenNow = true,
        Travel = ContractMap.ToContract(nearest.Travel, mode),
    };

    private LineHours HoursAround(Instant at)
    {
        var hours = _hours;
        if (hours?.Covers(at) is not true)
            _hours = hours = new LineHours(region.SupportLines, at);
        return hours;
    }

    private static Offer Line(SupportLine line, LineHours hours, Instant at)
    {
        var open = hours.IsOpen(line, at);
        var offer = new Offer
        {
            Kind = line.Kind == SupportLineKind.Referral ? Offer.Types.Kind.DistressBriefIntervention : Offer.Types.Kind.Telephone,
            Name = line.Name,
            Telephone = line.Telephone ?? string.Empty,
            Words = $"{line.ForWhom}. {line.Note}".Trim(),
            OpenNow = open,
        };
        if (!open)
            offer.OpensAt = ContractMap.Stamp(hours.OpensAt(line, at));
        return offer;
    }

    // Without an age every line is offered: its words say whom it is for.
    private static bool IsFor(SupportLine line, Needs asked)
    {
        (int Youngest, int Oldest)? age =
            asked.HasFlag(Needs.AgeChild) ? (0, 15)
            : asked.HasFlag(Needs.AgeYoung) ? (16, 17)
            : asked.HasFlag(Needs.AgeAdult) ? (18, 64)
            : asked.HasFlag(Needs.AgeOlder) ? (65, 120)
            : null;
        // A line that ends in the band's first year is not for that band: Childline is for under 19s, not for adults.
        return age is not { } band || ((line.AgeFrom ?? 0) <= band.Oldest && (line.AgeTo ?? 120) > band.Youngest);
    }
}
