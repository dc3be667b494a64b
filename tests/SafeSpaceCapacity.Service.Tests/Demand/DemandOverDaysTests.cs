using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Service.Demo;
using SafeSpaceCapacity.Service.Tests.Support;

namespace SafeSpaceCapacity.Service.Tests.Demand;

/// <summary>Demand of days, which pass at once: from midnight of a Wednesday.</summary>
public sealed class DemandOverDaysTests : IAsyncLifetime
{
    private const string Glasgow = "S12000049";
    private static readonly DateTimeOffset Midnight = new(2026, 2, 11, 0, 0, 0, TimeSpan.Zero);

    private readonly SimulatedTime _time = new(Midnight);
    private RunningService _service = null!;

    public async ValueTask InitializeAsync() => _service = await RunningService.StartAsync(new Wishes { Demo = true, Simulated = _time });

    public async ValueTask DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Settled_needs_are_counted_and_forgotten_and_the_answers_stay_the_same()
    {
        for (var i = 0; i < 7; i++)
            await FindAsync(request => request.Needs.Add(Need.Quiet));
        Pass(hours: 1);
        var before = await RowsAsync(DemandPeriod.Hour, 1);
        Assert.Equal(7, Assert.Single(before).Unmet.Count);
        for (var i = 0; i < 5; i++)
            Pass(hours: 10);

        // The keeper's own clock is the machine's.
        _service.Time.Advance(TimeSpan.FromSeconds(1));
        var hour = (int)(Midnight.ToUnixTimeSeconds() / 3600);
        var since = TimeProvider.System.GetTimestamp();
        while ((await _service.Log.Demand.CountedUntilAsync()) <= hour)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Patience.Long, "nothing was counted");
            await Task.Delay(10);
        }

        Assert.Empty((await _service.Log.Demand.ReadNeedsAsync(0, 1_000_000)).Needs);
        Assert.Equal(7, Assert.Single(await _service.Log.Demand.ReadCountsAsync(string.Empty, 0, 1_000_000, withCodes: false)).People);
        var after = await RowsAsync(DemandPeriod.Hour, 60);
        Assert.Equal((51, before[0]), (after.Count, after[0]));
        Assert.All(after.Skip(1), row => Assert.True(row.Unmet.Suppressed));
    }

    [Fact]
    public async Task A_whole_day_says_of_what_its_numbers_are_made_up_where_that_gives_nobody_away()
    {
        for (var hour = 0; hour < 24; hour++)
        {
            for (var i = 0; i < (hour == 10 ? 12 : 1); i++)
                await FindAsync(request => request.Needs.Add(i % 2 == 0 ? Need.Quiet : Need.Bsl));
            Pass(hours: 1);
        }

        var hours = await RowsAsync(DemandPeriod.Hour, 24);
        Assert.Equal(12, Assert.Single(hours, row => !row.Unmet.Suppressed).Unmet.Count);
        Assert.All(hours, row => Assert.Equal((0, 0), (row.Outcomes.Count, row.Codes.Count)));
        var day = Assert.Single(await RowsAsync(DemandPeriod.Day, 24));
        Assert.Equal(("2026-02-11 00:00 GMT", 35, true, true), (day.LocalTime, day.Unmet.Count, day.Met.Suppressed, day.Unknown.Suppressed));

        // All of them found nothing: that the others are none would be told by showing it.
        Assert.Empty(day.Outcomes);
        Assert.Equal([(Need.Bsl, 6), (Need.Quiet, 29)], day.Codes.Select(code => (code.Need, code.Count)).Order());
        Assert.All(day.Codes, code => Assert.Equal(NeedOutcome.NothingFound, code.Among));

        // Half a day is not a day.
        Assert.Empty(await RowsAsync(DemandPeriod.Day, 23));
    }

    [Fact]
    public async Task Who_did_not_ask_because_nothing_was_open_is_estimated_and_not_counted()
    {
        // Ten at each noon, while somebody is on duty; on the last day nobody is, and four ask.
        await _service.RegisterAsync("near-space", Ask.Latitude, Ask.Longitude, request => request.UnconfirmedAfterMinutes = 1440);
        for (var day = 0; day < 10; day++)
        {
            for (var staff = 0; staff < (day < 9 ? 2 : 0); staff++)
            {
                await _service.Staff.StartShiftAsync(
                    new StartShiftRequest { CommandId = Ids.Next(), SpaceId = "near-space", Role = StaffRole.SupportWorker, EndsAt = In(hours: 20) });
            }

            await _service.CountAsync("near-space", 0);
            Pass(hours: 12);
            for (var i = 0; i < (day < 9 ? 10 : 4); i++)
                await FindAsync(request => request.AgeBand = AgeBand.Child);
            for (var hour = 0; hour < 12; hour++)
            {
                if (hour is > 0 and < 5)
                    await FindAsync(request => request.AgeBand = AgeBand.Child);
                Pass(hours: 1);
            }
        }

        var days = await RowsAsync(DemandPeriod.Day, 240);
        Assert.Equal(Enumerable.Repeat((14, false, 0), 9).Append((8, true, 6)), days.Select(row => (row.Unmet.Count, row.HasHiddenEstimate, row.HiddenEstimate)));
        Assert.All(await RowsAsync(DemandPeriod.Hour, 24), row => Assert.False(row.HasHiddenEstimate));
    }

    private void Pass(int hours) => _time.Advance(_time.GetUtcNow().AddHours(hours));

    private Timestamp In(int hours) => Timestamp.FromDateTimeOffset(_time.GetUtcNow().AddHours(hours));

    private async Task FindAsync(Action<FindSpacesRequest> with) => await _service.Crew.FindSpacesAsync(Ask.Find(request =>
    {
        request.NeedId = Ids.Next();
        with(request);
    }));

    private async Task<List<GetDemandHistoryResponse.Types.Row>> RowsAsync(DemandPeriod period, int hours)
    {
        using var call = new PlanningService.PlanningServiceClient(_service.Invoker).GetDemandHistory(
            new GetDemandHistoryRequest { AreaCodes = { Glasgow }, From = In(-hours), Until = In(0), Period = period });
        var rows = new List<GetDemandHistoryResponse.Types.Row>();
        await foreach (var step in call.ResponseStream.ReadAllAsync())
        {
            if (step.Row is { } row)
                rows.Add(row);
        }

        return rows;
    }
}
