using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Domain.Search;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Service.ReadModel;
using SafeSpaceCapacity.Service.Search;
using DomainMode = SafeSpaceCapacity.Domain.Travel.TravelMode;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>What was found, in the words of the contract.</summary>
internal static class FindAnswer
{
    /// <summary>How far off an origin may be before an answer says that the ranking may be, in metres (assumption).</summary>
    private const double UncertainMetres = 1_000;

    public static FindSpacesResponse Of(
        Found found, IEnumerable<Offer> offers, ResolvedPoint origin, DomainMode mode, SearchQuestion question, ReadLag lag, bool logUnavailable)
    {
        var response = new FindSpacesResponse
        {
            Origin = new ResolvedOrigin
            {
                Original = origin.Original,
                Point = ContractMap.ToContract(origin.Site.Point),
                UncertaintyMetres = origin.UncertaintyMetres,
                NearestPlace = origin.Nearest.Name,
                CouncilArea = origin.Nearest.CouncilArea,
            },
            ReadModel = ContractMap.ToContract(lag),
            DepartAt = ContractMap.Stamp(question.DepartAt),
            Urgent = question.Asked.HasFlag(Needs.UrgentPhysical),
        };
        var voluntary = !question.Asked.HasFlag(Needs.DetainedS297);
        response.Options.AddRange(found.Answer.Options.Select(option => Option(option, mode, question, voluntary)));
        response.WhyNot.AddRange(found.Answer.WhyNot.Select(candidate => LeftOut(candidate, mode, question)));
        response.Offers.AddRange(offers);
        Candidate?[] named = [.. found.Answer.Options, .. found.Answer.WhyNot, found.Answer.OpensSoon, found.Answer.FurtherAway];
        response.Demo = named.Any(candidate => candidate is { Space.Details.Demo: true });
        if (lag.IsDegraded)
            response.Degradations.Add(Degradation.ReadModelLags);
        if (found.RouterUnavailable)
            response.Degradations.Add(Degradation.RouterUnavailable);
        if (origin.UncertaintyMetres >= UncertainMetres)
            response.Degradations.Add(Degradation.OriginUncertain);
        if (logUnavailable)
            response.Degradations.Add(Degradation.LogUnavailable);
        if (lag.SimulatedAt is not null)
            response.Degradations.Add(Degradation.SimulatedTime);
        return response;
    }

    private static SpaceOption Option(Candidate option, DomainMode mode, SearchQuestion question, bool voluntary) => new()
    {
        SpaceId = option.Space.Key,
        Choice = ContractMap.ToContract(option.Space.Details, voluntary),
        Availability = ContractMap.ToContract(option.Space.At(question.Now), option.Space.Details.Hours.Zone),
        Travel = ContractMap.ToContract(option.Travel, mode),
        Eta = ContractMap.Stamp(option.Eta),
        OpenAndStaffedAtEta = option.OpenAndStaffedAtEta,
        RingFirst = option.Verdict.RingFirst,
    };

    private static WhyNot LeftOut(Candidate candidate, DomainMode mode, SearchQuestion question) => new()
    {
        SpaceId = candidate.Space.Key,
        Name = candidate.Space.Details.Name,
        Travel = ContractMap.ToContract(candidate.Travel, mode),
        Code = (Contract.V1.RejectionCode)candidate.Verdict.Rejection!.Code,
        Words = Wording.Rejection(candidate.Verdict.Rejection, candidate.Space.Details.Hours.Zone, question.Now),
        Earliest = ContractMap.Stamp(candidate.Verdict.Rejection.Earliest),
    };
}
