using System.Collections.Immutable;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Travel;

namespace SafeSpaceCapacity.Service.Travel;

/// <summary>
/// Travel times of a router that speaks OSRM's <c>table</c> service over HTTP. One call for all destinations of a search. Where it does not
/// answer in time, or answers nonsense, estimates from distance stand in, and the answer says so.
/// </summary>
/// <param name="http">With the router's address as its base.</param>
/// <param name="time">For the time-out.</param>
/// <param name="logger">Told of failures, without coordinates.</param>
public sealed class OsrmTravelTimes(HttpClient http, TimeProvider time, ILogger<OsrmTravelTimes> logger) : ITravelTimes
{
    /// <summary>How long a search waits for the router (assumption).</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(800);

    // More than a day on the road within one region is no answer.
    private const double SecondsMost = 86_400;

    /// <inheritdoc/>
    public bool IsRouter => true;

    /// <summary>The address as a base: without a slash at its end its last part would be cut off.</summary>
    public static Uri BaseOf(Uri router) =>
        router.AbsoluteUri.EndsWith('/') ? router : new Uri(router.AbsoluteUri + "/");

    /// <inheritdoc/>
    public async ValueTask<TravelTable> TableAsync(
        TravelQuery from, TravelMode mode, IReadOnlyList<Site> destinations, CancellationToken cancellationToken)
    {
        if (destinations.Count == 0)
            return new TravelTable([], RouterUnavailable: false);
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var profile = mode == TravelMode.Walking ? "foot" : "driving";
            var points = string.Join(';', destinations.Select(site => site.Point).Prepend(from.Origin.Point).Select(Coordinates));
            var answer = await http.GetFromJsonAsync<Table>(
                new Uri($"table/v1/{profile}/{points}?sources=0&annotations=duration,distance", UriKind.Relative), JsonSerializerOptions.Web, either.Token);
            if (answer is not { Code: "Ok", Durations: [{ } durations, ..] } || durations.Length != destinations.Count + 1)
                throw new JsonException("the router's table does not have one duration for each place");
            if (durations.Any(seconds => seconds is < 0 or > SecondsMost))
                throw new JsonException("the router's table has a duration that can't be");
            var distances = answer.Distances is [{ } metres, ..] && metres.Length == durations.Length ? metres : null;
            return new TravelTable(
                [.. destinations.Select((site, i) => Estimate(from, site, durations[i + 1], distances?[i + 1]))],
                RouterUnavailable: false);
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException or NotSupportedException or InvalidOperationException or IOException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            logger.LogWarning("The road router did not answer ({Failure}); travel times are estimated from distance", failure.GetType().Name);
            return StraightLineTravelTimes.Of(from, destinations, routerUnavailable: true);
        }
    }

    // No duration means that the router knows no way, as where a ferry is missing from its map: our own estimate knows ferries.
    private static TravelEstimate Estimate(TravelQuery from, Site site, double? seconds, double? metres)
    {
        var straight = from.To(site);
        return seconds is { } duration
            ? new TravelEstimate(duration / 60, metres ?? straight.DistanceMetres, TravelMethod.Router, straight.FerryCrossings, 0, straight.Via)
            : straight;
    }

    private static string Coordinates(GeoPoint point) => string.Create(CultureInfo.InvariantCulture, $"{point.Longitude:F6},{point.Latitude:F6}");

    private sealed record Table(string? Code, double?[]?[]? Durations, double?[]?[]? Distances);
}
