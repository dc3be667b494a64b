using Google.Protobuf.WellKnownTypes;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Domain.Search;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Travel;
using SafeSpaceCapacity.Service.ReadModel;
using DomainMode = SafeSpaceCapacity.Domain.Travel.TravelMode;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>What one watcher watches, and what it was told.</summary>
/// <param name="readModel">Where the spaces are.</param>
/// <param name="travel">From the watcher's origin; null without one.</param>
/// <param name="mode">How the watcher travels.</param>
/// <param name="needs">Only spaces that provide all of these.</param>
/// <param name="minutesMax">Only spaces within this many minutes, where none are named.</param>
/// <param name="ids">Only these spaces; none: those in reach.</param>
internal sealed class SpaceWatch(
    SpaceReadModel readModel, TravelQuery? travel, DomainMode mode, Needs needs, int minutesMax, IReadOnlyCollection<SpaceId> ids)
{
    /// <summary>The most spaces one watch follows.</summary>
    public const int Limit = 200;

    private readonly HashSet<string> _named = ids.Select(id => id.Value).ToHashSet(StringComparer.Ordinal);
    private readonly HashSet<string> _watched = new(StringComparer.Ordinal);

    /// <summary>All that match, and starts to watch them.</summary>
    public WatchSpacesResponse Snapshot(ReadRoot root)
    {
        var snapshot = new WatchSpacesResponse.Types.Snapshot();
        foreach (var record in Matching(root))
        {
            _watched.Add(record.Key);
            snapshot.Spaces.Add(Tell(record));
        }

        return Stamped(new WatchSpacesResponse { Snapshot = snapshot }, root);
    }

    /// <summary>What to tell of spaces that changed.</summary>
    public IEnumerable<WatchSpacesResponse> Changes(IReadOnlyCollection<string> changed)
    {
        var root = readModel.Root;
        foreach (var key in changed)
        {
            var record = root.Spaces.GetValueOrDefault(key);
            if (record is not null && Matches(record) && (_watched.Contains(key) || _watched.Count < Limit))
            {
                _watched.Add(key);
                yield return Stamped(new WatchSpacesResponse { Changed = Tell(record) }, root);
            }
            else if (_watched.Remove(key))
            {
                yield return Stamped(new WatchSpacesResponse { RemovedSpaceId = key }, root);
            }
        }
    }

    /// <summary>The watch lives.</summary>
    public WatchSpacesResponse Heartbeat() =>
        Stamped(new WatchSpacesResponse { Heartbeat = ContractMap.Stamp(readModel.Now()) }, readModel.Root);

    private IEnumerable<SpaceRecord> Matching(ReadRoot root)
    {
        if (_named.Count > 0)
            return _named.Select(key => root.Spaces.GetValueOrDefault(key)).OfType<SpaceRecord>().Where(Matches);
        var inReach = new List<SpaceRecord>();
        using var cursor = root.Index.Nearest(travel!.Origin.Point, needs, null);
        while (inReach.Count < Limit && cursor.MoveNext() && travel.LowerBoundMinutes(cursor.CurrentDistanceMetres) <= minutesMax)
        {
            // A space that is elsewhere on other days is met at each place.
            if (cursor.Current.IsHereAt(readModel.Now()) && root.Spaces.GetValueOrDefault(cursor.Current.Key) is { } record && Matches(record))
                inReach.Add(record);
        }

        return inReach;
    }

    private bool Matches(SpaceRecord record) =>
        (needs & ~record.Provides) == Needs.None
        && (_named.Count > 0 ? _named.Contains(record.Key) : travel!.To(record.State.Details!.At(readModel.Now()).Site).Minutes <= minutesMax);

    private WatchedSpace Tell(SpaceRecord record) => new()
    {
        Choice = ContractMap.ToContract(record.State.Details!.At(readModel.Now()), voluntary: true),
        Availability = ContractMap.ToContract(record.At(readModel.Now()), record.Details.Hours.Zone),
        Travel = travel is null ? null : ContractMap.ToContract(travel.To(record.State.Details!.At(readModel.Now()).Site), mode),
    };

    private WatchSpacesResponse Stamped(WatchSpacesResponse response, ReadRoot root)
    {
        response.ReadModel = ContractMap.ToContract(readModel.LagOf(root));
        return response;
    }
}
