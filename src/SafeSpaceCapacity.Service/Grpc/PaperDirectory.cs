using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Search;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Service.ReadModel;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>The directory in words, to be printed for when the service can't be reached.</summary>
/// <param name="readModel">What is known.</param>
public sealed class PaperDirectory(SpaceReadModel readModel)
{
    private const string Zone = "Europe/London";

    /// <summary>The directory now.</summary>
    /// <param name="area">The name of a council area, in any case; null: all of them.</param>
    public PaperSheet Read(string? area)
    {
        // The root first, then the time, as in every read.
        var root = readModel.Root;
        var now = readModel.Now();
        var names = root.Spaces.Values.Select(record => record.State.Details!.CouncilArea).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToImmutableArray();
        var asked = area is null ? null : names.FirstOrDefault(name => string.Equals(name, area, StringComparison.OrdinalIgnoreCase));
        var spaces = area is not null && asked is null ? [] : root.Spaces.Values
            .Where(record => asked is null || string.Equals(record.State.Details!.CouncilArea, asked, StringComparison.Ordinal))
            .OrderBy(record => record.State.Details!.CouncilArea, StringComparer.Ordinal)
            .ThenBy(record => record.State.Details!.Name, StringComparer.Ordinal)
            .Select(record => Of(record, now))
            .ToImmutableArray();
        return new PaperSheet(Wording.Moment(now, Zone), readModel.LagOf(root).IsDegraded, names, asked, spaces);
    }

    /// <summary>The name of a space over its door; null where there is no such space.</summary>
    /// <param name="space">Its id.</param>
    public string? NameOf(string space) => readModel.Root.Spaces.GetValueOrDefault(space)?.State.Details!.Name;

    /// <summary>The ids of the spaces that have this name over the door, in any case. Looks at all: for forms, not for searches.</summary>
    /// <param name="name">The name.</param>
    public IReadOnlyList<string> SpacesNamed(string name) =>
        [.. readModel.Root.Spaces.Values.Select(record => record.State.Details!).Where(space => string.Equals(space.Name, name, StringComparison.OrdinalIgnoreCase)).Select(space => space.Id.Value)];

    private static PaperSpace Of(SpaceRecord record, Instant now)
    {
        var details = record.State.Details!;
        var at = record.At(now);
        var zone = details.Hours.Zone;
        return new PaperSpace(
            details.Name,
            details.CouncilArea,
            [
                Where(details.Site, details.Entrance, details.AccessNote),
                .. details.Venues.Select(venue => $"on {string.Join(", ", venue.Days)}: {Where(venue.Site, venue.Entrance, venue.AccessNote)}"),
            ],
            details.Telephone,
            [.. HoursWording.Lines(details.Hours, now.InZone(DateTimeZoneProviders.Tzdb[zone]).Date)],
            [.. Wording.Offers(details.Provides)],
            Wording.Printed(at, zone),
            at.Freshness == Freshness.Unconfirmed,
            details.Demo);
    }

    private static string Where(Site site, string entrance, string access) => string.Join("; ", new[]
    {
        entrance.TrimEnd('.'), access.TrimEnd('.'), string.Create(CultureInfo.InvariantCulture, $"at {site.Point.Latitude:0.00000}, {site.Point.Longitude:0.00000}"),
    }.Where(text => text.Length > 0));
}

/// <summary>The directory in words.</summary>
/// <param name="MadeAt">When.</param>
/// <param name="IsBehind">Whether reports of the last moments may be missing.</param>
/// <param name="Areas">The names of all areas that have a space.</param>
/// <param name="Area">The one that was asked for, as it is written; null: all of them, or there is none of that name.</param>
/// <param name="Spaces">Its spaces by area and name.</param>
public sealed record PaperSheet(string MadeAt, bool IsBehind, ImmutableArray<string> Areas, string? Area, ImmutableArray<PaperSpace> Spaces);

/// <summary>A space in words.</summary>
/// <param name="Name">As over the door.</param>
/// <param name="Area">The council area.</param>
/// <param name="Where">Which door, how to get in, and the point on the map (WGS 84); on some days elsewhere.</param>
/// <param name="Telephone">At which the staff are reached.</param>
/// <param name="Hours">A line for each stretch of days that are alike.</param>
/// <param name="Offers">What it provides.</param>
/// <param name="LastKnown">How it stood, with the age of that.</param>
/// <param name="RingFirst">Nobody there has confirmed it lately.</param>
/// <param name="Demo">It is fictional.</param>
public sealed record PaperSpace(
    string Name,
    string Area,
    ImmutableArray<string> Where,
    string Telephone,
    ImmutableArray<string> Hours,
    ImmutableArray<string> Offers,
    string LastKnown,
    bool RingFirst,
    bool Demo);
