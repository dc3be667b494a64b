using System.Collections.Concurrent;
using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.LoadTests.Servers;
using Role = SafeSpaceCapacity.Identity.Role;

namespace SafeSpaceCapacity.LoadTests.Tests;

/// <summary>A change that was made.</summary>
/// <param name="Space">Where.</param>
/// <param name="Version">What it made of the space.</param>
/// <param name="Sent">When it was sent, by the steady clock.</param>
internal readonly record struct Change(string Space, long Version, long Sent);

/// <summary>Many who watch the spaces around Glasgow.</summary>
internal sealed class Audience(Server server) : IDisposable
{
    // A control room's program may have so many at a time.
    private const int WatchesPerAccount = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<(string Space, long Version), Told> _told = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly List<GrpcChannel> _channels = [];
    private int _watching;

    /// <summary>The spaces that all of them watch.</summary>
    public IReadOnlyCollection<string> Seen { get; private set; } = [];

    public async Task GatherAsync(int watchers, int perConnection)
    {
        var token = server.Token;
        for (var i = 0; i < watchers; i++)
        {
            if (i % perConnection == 0)
                _channels.Add(server.Connect());
            if (i % WatchesPerAccount == 0)
                token = server.Bearer(new TokenOrder($"watcher-{i}", [Role.Machine], [], [], CertificateThumbprint: null, TokenIssuer.LifeMax));
            var request = new WatchSpacesRequest
            {
                Origin = new Origin { Wgs84 = new Wgs84Point { Latitude = 55.8609, Longitude = -4.2514 } },
                TravelMinutesMax = 30,
                HeartbeatSeconds = 60,
            };
            var watch = new CrewService.CrewServiceClient(_channels[^1]).WatchSpaces(request, token, cancellationToken: _ending.Token);
            if (!await watch.ResponseStream.MoveNext(_ending.Token))
                throw new InvalidOperationException("a watch ended at once");
            var seen = watch.ResponseStream.Current.Snapshot.Spaces.Select(space => space.Availability.SpaceId).ToHashSet(StringComparer.Ordinal);
            Seen = i == 0 ? seen : [.. Seen.Where(seen.Contains)];
            _watching++;
            _ = WatchAsync(watch);
        }
    }

    /// <summary>Milliseconds from sending each change until the last watcher was told of it, in order.</summary>
    public async Task<List<double>> ToldAsync(IEnumerable<Change> changes)
    {
        var took = new List<double>();
        foreach (var change in changes)
        {
            var told = _told.GetOrAdd((change.Space, change.Version), _ => new Told(_watching));
            took.Add(Stopwatch.GetElapsedTime(change.Sent, await told.Last.WaitAsync(Patience)).TotalMilliseconds);
        }

        took.Sort();
        return took;
    }

    public void Dispose()
    {
        _ending.Cancel();
        _channels.ForEach(channel => channel.Dispose());
        _ending.Dispose();
    }

    private async Task WatchAsync(AsyncServerStreamingCall<WatchSpacesResponse> watch)
    {
        var known = new Dictionary<string, long>(StringComparer.Ordinal);
        try
        {
            while (await watch.ResponseStream.MoveNext(_ending.Token))
            {
                // The same version again is what time alone changed.
                if (watch.ResponseStream.Current.Changed is not { Availability: var now } || known.GetValueOrDefault(now.SpaceId) >= now.StreamVersion)
                    continue;
                known[now.SpaceId] = now.StreamVersion;
                _told.GetOrAdd((now.SpaceId, now.StreamVersion), _ => new Told(_watching)).Tell();
            }
        }
        catch (RpcException) when (_ending.IsCancellationRequested)
        {
            // The end.
        }
    }

    /// <summary>How many are still to be told of one change.</summary>
    private sealed class Told(int left)
    {
        private readonly TaskCompletionSource<long> _last = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _left = left;

        public Task<long> Last => _last.Task;

        public void Tell()
        {
            if (Interlocked.Decrement(ref _left) == 0)
                _last.TrySetResult(Stopwatch.GetTimestamp());
        }
    }
}
