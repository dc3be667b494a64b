using Grpc.Core;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Service.Tests.Support;
using Role = SafeSpaceCapacity.Identity.Role;

namespace SafeSpaceCapacity.Service.Tests.Planning;

/// <summary>What a planner is told as it changes, and what not.</summary>
public sealed class WatchTotalsTests : ServiceTest
{
    private const string Glasgow = "S12000049";
    private const string Edinburgh = "S12000036";
    private static readonly TimeSpan Gap = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task The_totals_come_first_and_then_what_changed_as_if_it_was_asked_for_at_that_moment()
    {
        await Service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude, staff: 6, with: space => space.Places = 20);
        await Service.OpenAsync("leith-space", 55.97, -3.17, staff: 6, with: space => space.Places = 20);
        using var watch = Watch();
        await SeesWhatIsAskedForAsync(watch);

        // Over five and under it, in one area and in both: their sum is shown and hidden on the way.
        foreach (var (space, here) in new[] { ("near-space", 6), ("near-space", 5), ("near-space", 4), ("leith-space", 7), ("near-space", 12), ("leith-space", 3), ("near-space", 0) })
        {
            await Service.CountAsync(space, here);
            Assert.Equal(await AskedAsync(), (await NextAsync(watch)).Totals);
            await Service.Time.TimerSetAsync(Gap);
            Service.Time.Advance(Gap);
        }
    }

    [Fact]
    public async Task Where_only_suppressed_numbers_change_nothing_is_sent_and_the_heartbeat_comes_when_it_would()
    {
        await Service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude);
        using var watch = Watch();
        await SeesWhatIsAskedForAsync(watch);
        await Service.Time.TimerSetAsync(Period);
        Service.Time.Advance(Period - Gap / 2);
        await Service.CountAsync("near-space", 3);

        // It was looked at; then what is left of the ten seconds, not of the one.
        await Service.Time.TimerSetAsync(Gap / 2);
        Service.Time.Advance(Gap / 2);
        var heartbeat = await NextAsync(watch);
        Assert.Equal((null, Service.InMinutes(0)), (heartbeat.Totals, heartbeat.AsOf));
    }

    [Fact]
    public async Task However_much_happens_a_planner_is_told_once_a_second_and_of_the_newest()
    {
        await Service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude, staff: 6, with: space => space.Places = 20);
        using var watch = Watch();
        await SeesWhatIsAskedForAsync(watch);
        await Service.CountAsync("near-space", 5);
        Assert.Equal(5, OccupiedIn(await NextAsync(watch)));
        await Service.Time.TimerSetAsync(Gap);
        for (var here = 6; here <= 12; here++)
            await Service.CountAsync("near-space", here);
        Service.Time.Advance(Gap);
        Assert.Equal(12, OccupiedIn(await NextAsync(watch)));

        static int OccupiedIn(WatchAreaTotalsResponse message) => message.Totals.Areas.Single(area => area.AreaCode == Glasgow).Totals.Occupied.Count;
    }

    [Fact]
    public async Task What_time_alone_changes_is_told()
    {
        await Service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude, staff: 0);
        await Service.ShiftAsync("near-space", hours: 0.5);
        await Service.ShiftAsync("near-space", hours: 0.5);
        using var watch = Watch();
        Assert.Equal(6, (await NextAsync(watch)).Totals.Together.SafeCapacity);
        Service.Time.Advance(TimeSpan.FromMinutes(31));
        WatchAreaTotalsResponse told;
        do
            told = await NextAsync(watch);
        while (told.Totals is null);
        Assert.Equal((1, 0), (told.Totals.Together.Open, told.Totals.Together.SafeCapacity));
    }

    private PlannerService.PlannerServiceClient Planner => new(Service.With(Service.Token(Role.Planner, areas: [Glasgow, Edinburgh])));

    private AsyncServerStreamingCall<WatchAreaTotalsResponse> Watch() => Planner.WatchAreaTotals(new WatchAreaTotalsRequest());

    private async Task<GetAreaTotalsResponse> AskedAsync()
    {
        var asked = await Planner.GetAreaTotalsAsync(new GetAreaTotalsRequest());
        asked.ReadModel = null;
        return asked;
    }

    private async Task SeesWhatIsAskedForAsync(AsyncServerStreamingCall<WatchAreaTotalsResponse> watch)
    {
        var first = await NextAsync(watch);
        Assert.Equal(await AskedAsync(), first.Totals);
        Assert.Equal(2, first.Totals.Areas.Count);
        Assert.Equal((Service.InMinutes(0), Service.Log.HeadPosition), (first.AsOf, first.ReadModel.Position));
    }

    private static async Task<WatchAreaTotalsResponse> NextAsync(AsyncServerStreamingCall<WatchAreaTotalsResponse> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None), "the watch ended");
        return watch.ResponseStream.Current;
    }
}
