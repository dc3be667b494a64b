using System.Collections.Immutable;
using SafeSpaceCapacity.Domain.Search;
using SafeSpaceCapacity.Domain.Travel;
using SafeSpaceCapacity.Service.ReadModel;
using SafeSpaceCapacity.Service.Travel;

namespace SafeSpaceCapacity.Service.Search;

/// <summary>What was found, and whether a configured router failed to help.</summary>
internal sealed record Found(SearchAnswer Answer, TravelQuery Travel, bool RouterUnavailable);

/// <summary>Runs a search, and where a router is configured judges and ranks its candidates again by the router's times.</summary>
internal sealed class SpaceFinder(TravelModel model, ITravelTimes times)
{
    // A router may put some further on by distance ahead: it is asked about a few more than are wanted.
    private const int RouterSpares = 5;

    public async ValueTask<Found> FindAsync(
        ReadRoot root, ResolvedPoint origin, TravelMode mode, SearchQuestion question, CancellationToken cancellationToken)
    {
        var travel = model.From(origin.Site, mode, question.DepartAt);
        if (!times.IsRouter)
            return new Found(SpaceSearch.Run(root.Index, travel, question), travel, RouterUnavailable: false);

        var wide = SpaceSearch.Run(root.Index, travel, question with { Limit = question.Limit + RouterSpares });
        Candidate?[] asked = [.. wide.Options, .. wide.WhyNot, wide.OpensSoon, wide.FurtherAway];
        var candidates = asked.OfType<Candidate>().ToList();
        var table = await times.TableAsync(travel, mode, candidates.ConvertAll(candidate => candidate.Space.Details.Site), cancellationToken);
        var again = candidates.Select((candidate, i) =>
            Candidate.Of(candidate.Space, table.Estimates[i], question.Asked, question.Now, question.DepartAt)).ToList();
        var answer = SpaceSearch.Rank(again, question, wide.OpensSoon?.Space, wide.FurtherAway?.Space);
        return new Found(answer, travel, table.RouterUnavailable);
    }
}
