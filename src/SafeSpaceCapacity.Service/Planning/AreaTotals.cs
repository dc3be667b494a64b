using NodaTime;
using SafeSpaceCapacity.Domain.Privacy;
using SafeSpaceCapacity.Service.ReadModel;
using SafeSpaceCapacity.Service.Region;

namespace SafeSpaceCapacity.Service.Planning;

/// <summary>How the spaces of an area stand. Nothing is suppressed in it: whoever shows it asks <see cref="SmallNumbers"/>.</summary>
/// <param name="Spaces">Spaces in the directory.</param>
/// <param name="Open">Of those, confirmed and open.</param>
/// <param name="Unconfirmed">Of those, unconfirmed: neither open nor closed.</param>
/// <param name="Places">People that the rooms of all can hold.</param>
/// <param name="People">The counts of people; safe capacity and available are those of the open ones.</param>
public sealed record AreaTotals(int Spaces, int Open, int Unconfirmed, int Places, PeopleCounts People)
{
    /// <summary>An area without a space.</summary>
    public static AreaTotals None { get; } = new(0, 0, 0, 0, default);

    /// <summary>The two areas together.</summary>
    public AreaTotals Plus(AreaTotals other) => new(
        Spaces + other.Spaces,
        Open + other.Open,
        Unconfirmed + other.Unconfirmed,
        Places + other.Places,
        new PeopleCounts(
            People.SafeCapacity + other.People.SafeCapacity,
            People.Occupied + other.People.Occupied,
            People.Held + other.People.Held,
            People.Available + other.People.Available));

    /// <summary>
    /// The totals of areas by their code. Looks at every space of the root: planners ask rarely, and totals kept up to date would have to be
    /// made anew with time.
    /// </summary>
    public static IReadOnlyDictionary<string, AreaTotals> Of(ReadRoot root, IReadOnlyCollection<CouncilArea> areas, Instant at)
    {
        var byName = areas.ToDictionary(area => area.Name, _ => None, StringComparer.Ordinal);
        foreach (var record in root.Spaces.Values)
        {
            if (byName.TryGetValue(record.Details.CouncilArea, out var totals))
                byName[record.Details.CouncilArea] = totals.Plus(Of(record.At(at)));
        }

        return areas.ToDictionary(area => area.Code, area => byName[area.Name], StringComparer.Ordinal);
    }

    private static AreaTotals Of(Domain.Spaces.Availability space)
    {
        var open = space.Open == true;
        return new AreaTotals(
            1,
            open ? 1 : 0,
            space.Open is null ? 1 : 0,
            space.Places,
            new PeopleCounts(open ? space.SafeCapacity : 0, space.Occupied, space.Held, open ? space.Available ?? 0 : 0));
    }
}
