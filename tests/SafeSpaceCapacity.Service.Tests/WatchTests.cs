using SafeSpaceCapacity.Contract.V1;
using Grpc.Core;
using SafeSpaceCapacity.Service.Tests.Support;
using Event = SafeSpaceCapacity.Contract.V1.WatchSpacesResponse.EventOneofCase;

namespace SafeSpaceCapacity.Service.Tests;

public sealed class WatchTests : ServiceTest
{
    private const double Lat = Ask.Latitude;
    private const double Lon = Ask.Longitude;

    [Fact]
    public async Task A_snapshot_comes_first_then_changes()
    {
        await Service.OpenAsync("near-space", Lat, Lon);
        await Service.OpenAsync("other-space", Lat + 0.01, Lon);
        using var watch = Watch("near-space");
        var first = await NextAsync(watch);
        Assert.Equal(Event.Snapshot, first.EventCase);
        var space = Assert.Single(first.Snapshot.Spaces);
        Assert.Equal(("near-space", 0), (space.Availability.SpaceId, space.Availability.Occupied));
        Assert.Equal("The near-space", space.Choice.Name);
        Assert.Null(space.Travel);
        Assert.Equal(Service.Log.HeadPosition, first.ReadModel.Position);

        await Service.CountAsync("other-space", 2);
        await Service.CountAsync("near-space", 3);
        var change = await NextAsync(watch);
        Assert.Equal(Event.Changed, change.EventCase);
        Assert.Equal(("near-space", 3), (change.Changed.Availability.SpaceId, change.Changed.Availability.Occupied));
        Assert.Equal(Service.Log.HeadPosition, change.ReadModel.Position);
    }

    [Fact]
    public async Task Without_names_the_spaces_in_reach_that_provide_what_is_asked_are_watched_also_new_ones()
    {
        static void Signs(RegisterSpaceRequest space) => space.Provides.Add(Need.Bsl);
        await Service.OpenAsync("near-space", Lat + 0.01, Lon, with: Signs);
        await Service.OpenAsync("speaking-space", Lat + 0.01, Lon);
        await Service.OpenAsync("stirling-space", 56.117, -3.937, with: Signs);
        using var watch = Service.Crew.WatchSpaces(new WatchSpacesRequest { Origin = Ask.At(Lat, Lon), TravelMinutesMax = 15, Needs = { Need.Bsl } });
        var space = Assert.Single((await NextAsync(watch)).Snapshot.Spaces);
        Assert.Equal("near-space", space.Availability.SpaceId);
        Assert.True(space.Travel.Minutes is >= 1 and <= 15);

        await Service.CountAsync("speaking-space", 1);
        await Service.CountAsync("stirling-space", 1);
        await Service.RegisterAsync("new-space", Lat + 0.02, Lon, Signs);
        var change = await NextAsync(watch);
        Assert.Equal("new-space", change.Changed.Availability.SpaceId);
    }

    [Fact]
    public async Task A_change_that_only_time_made_comes_at_the_same_position()
    {
        await Service.OpenAsync("near-space", Lat, Lon);
        await Service.HoldAsync("near-space", etaInMinutes: 10);
        using var watch = Watch("near-space");
        var position = (await NextAsync(watch)).ReadModel.Position;

        Service.Time.Advance(TimeSpan.FromMinutes(25));
        var change = await NextAsync(watch, skip: Event.Heartbeat);
        Assert.Equal((Event.Changed, position), (change.EventCase, change.ReadModel.Position));
        Assert.Equal((0, 6), (change.Changed.Availability.Held, change.Changed.Availability.Available));
    }

    [Fact]
    public async Task A_watch_that_has_nothing_to_say_says_so()
    {
        await Service.OpenAsync("near-space", Lat, Lon);
        using var watch = Watch("near-space", heartbeatSeconds: 7);
        await NextAsync(watch);
        for (var beat = 0; beat < 3; beat++)
        {
            await Service.Time.TimerSetAsync(TimeSpan.FromSeconds(7));
            Service.Time.Advance(TimeSpan.FromSeconds(7));
            var heartbeat = await NextAsync(watch);
            Assert.Equal((Event.Heartbeat, Service.InMinutes(0)), (heartbeat.EventCase, heartbeat.Heartbeat));
            Assert.Equal(Service.Log.HeadPosition, heartbeat.ReadModel.Position);
        }
    }

    [Fact]
    public async Task Changes_elsewhere_do_not_silence_the_heartbeat()
    {
        await Service.OpenAsync("near-space", Lat, Lon);
        await Service.OpenAsync("busy-space", Lat, Lon);
        using var watch = Watch("near-space", heartbeatSeconds: 10);
        await NextAsync(watch);
        await Service.Time.TimerSetAsync(TimeSpan.FromSeconds(10));
        Service.Time.Advance(TimeSpan.FromSeconds(6));
        await Service.CountAsync("busy-space", 1);
        // What is left of the ten seconds, not ten more.
        await Service.Time.TimerSetAsync(TimeSpan.FromSeconds(4));
        Service.Time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(Event.Heartbeat, (await NextAsync(watch)).EventCase);
    }

    [Fact]
    public async Task A_slow_reader_gets_the_newest_state_and_not_every_state_between()
    {
        const int changes = 600;
        var long500 = new string('x', 500);
        await Service.OpenAsync("near-space", Lat, Lon, with: space => (space.Description, space.WhoWorksHere, space.AccessNote) = (long500, long500, long500));
        using var watch = Watch("near-space");
        Assert.Equal(Event.Snapshot, (await NextAsync(watch)).EventCase);
        // More than the connection's buffers take, while nobody reads.
        for (var i = 1; i <= changes; i++)
            await Service.Staff.RecordCountAsync(new RecordCountRequest { CommandId = Ids.Next(), SpaceId = "near-space", Occupied = i });
        await Service.CaughtUpAsync();

        var read = 0;
        WatchSpacesResponse newest;
        do
        {
            newest = await NextAsync(watch);
            read++;
        }
        while (newest.Changed.Availability.Occupied < changes);
        Assert.True(read < changes / 2, $"{read} messages for {changes} changes");
        Assert.Equal(Service.Log.HeadPosition, newest.ReadModel.Position);
    }

    [Fact]
    public async Task A_watch_ends_as_unavailable_when_the_service_stops()
    {
        await Service.OpenAsync("near-space", Lat, Lon);
        using var watch = Watch("near-space");
        await NextAsync(watch);
        var stopping = Service.StopAsync();
        var ended = await Assert.ThrowsAsync<RpcException>(() => NextAsync(watch));
        Assert.Equal((StatusCode.Unavailable, "the service is stopping; watch again"), (ended.StatusCode, ended.Status.Detail));
        await stopping;
    }

    [Fact]
    public async Task A_watch_of_an_unknown_space_is_not_found()
    {
        await Service.OpenAsync("near-space", Lat, Lon);
        using var watch = Service.Crew.WatchSpaces(new WatchSpacesRequest { SpaceIds = { "near-space", "no-such-space" } });
        var refused = await Assert.ThrowsAsync<RpcException>(() => NextAsync(watch));
        Assert.Equal((StatusCode.NotFound, "space_id: there is no space 'no-such-space'"), (refused.StatusCode, refused.Status.Detail));
    }

    private AsyncServerStreamingCall<WatchSpacesResponse> Watch(string space, int heartbeatSeconds = 10) =>
        Service.Crew.WatchSpaces(new WatchSpacesRequest { SpaceIds = { space }, HeartbeatSeconds = heartbeatSeconds });

    private static async Task<WatchSpacesResponse> NextAsync(AsyncServerStreamingCall<WatchSpacesResponse> watch, Event skip = Event.None)
    {
        do
            Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None), "the watch ended");
        while (watch.ResponseStream.Current.EventCase == skip);
        return watch.ResponseStream.Current;
    }
}
