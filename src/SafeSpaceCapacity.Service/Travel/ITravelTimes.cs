using System.Collections.Immutable;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Travel;

namespace SafeSpaceCapacity.Service.Travel;

/// <summary>Travel times from one origin to a few places at once.</summary>
public interface ITravelTimes
{
    /// <summary>Whether these are better than the estimates from distance that a search ranks by first.</summary>
    bool IsRouter { get; }

    /// <summary>One estimate for each destination, in their order. Never fails: what a router can't say is estimated from distance.</summary>
    /// <param name="from">The origin, mode and departure.</param>
    /// <param name="mode">How one travels.</param>
    /// <param name="destinations">The places.</param>
    /// <param name="cancellationToken">The caller has gone.</param>
    ValueTask<TravelTable> TableAsync(
        TravelQuery from, TravelMode mode, IReadOnlyList<Site> destinations, CancellationToken cancellationToken);
}

/// <summary>Travel times to several places.</summary>
/// <param name="Estimates">One for each destination.</param>
/// <param name="RouterUnavailable">A router is configured but did not answer: these are estimates from distance, and answers say so.</param>
public sealed record TravelTable(ImmutableArray<TravelEstimate> Estimates, bool RouterUnavailable);

/// <summary>Estimates from distance alone.</summary>
public sealed class StraightLineTravelTimes : ITravelTimes
{
    /// <inheritdoc/>
    public bool IsRouter => false;

    /// <inheritdoc/>
    public ValueTask<TravelTable> TableAsync(
        TravelQuery from, TravelMode mode, IReadOnlyList<Site> destinations, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Of(from, destinations, routerUnavailable: false));

    internal static TravelTable Of(TravelQuery from, IReadOnlyList<Site> destinations, bool routerUnavailable) =>
        new([.. destinations.Select(from.To)], routerUnavailable);
}
