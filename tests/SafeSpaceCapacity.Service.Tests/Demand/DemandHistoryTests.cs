using Grpc.Core;
using NodaTime;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Domain.Demand;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Service.Tests.Support;
using Need = SafeSpaceCapacity.Contract.V1.Need;
using NeedOutcome = SafeSpaceCapacity.Contract.V1.NeedOutcome;
using Outcome = SafeSpaceCapacity.Domain.Demand.NeedOutcome;
using Role = SafeSpaceCapacity.Identity.Role;

namespace SafeSpaceCapacity.Service.Tests.Demand;

/// <summary>What becomes of needs, on a service that begins at 14:00 on a Wednesday.</summary>
public sealed class DemandHistoryTests : ServiceTest
{
    private const string Glasgow = "S12000049";
    private const string Edinburgh = "S12000036";

    private PlanningService.PlanningServiceClient Planner => new(Service.Invoker);

    [Fact]
    public async Task A_need_is_counted_once_however_often_it_is_asked()
    {
        var needs = Enumerable.Range(0, 6).Select(_ => Ids.Next()).ToList();
        for (var i = 0; i < 3; i++)
        {
            foreach (var need in needs)
                Assert.Empty((await FindAsync(need)).Options);
        }

        // Without an id nobody can tell a repeated search from another.
        await FindAsync(string.Empty);
        Assert.Empty(await RowsAsync(DemandPeriod.Hour));
        Service.Time.Advance(TimeSpan.FromHours(1));

        var row = Assert.Single(await RowsAsync(DemandPeriod.Hour));
        Assert.Equal((Glasgow, "2026-02-11 14:00 GMT"), (row.AreaCode, row.LocalTime));
        Assert.Equal((6, true, true), (row.Unmet.Count, row.Met.Suppressed, row.Unknown.Suppressed));

        // The same again after a restart, and for whoever asks for two areas.
        Service = await Service.RestartAsync();
        await FindAsync(needs[0]);
        Assert.Equal([(Edinburgh, true), (Glasgow, false)], (await RowsAsync(DemandPeriod.Hour, [Glasgow, Edinburgh])).Select(one => (one.AreaCode, one.Unmet.Suppressed)));
        Assert.Equal(6, (await RowsAsync(DemandPeriod.Hour))[0].Unmet.Count);
    }

    [Fact]
    public async Task Who_arrives_is_met_and_says_how_far_it_was()
    {
        await Service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude, staff: 2);
        for (var i = 0; i < 6; i++)
            await ArriveAsync(await PlaceAsync("near-space", Ids.Next()));
        await FindAsync(Ids.Next());
        Service.Time.Advance(TimeSpan.FromHours(1));

        var row = Assert.Single(await RowsAsync(DemandPeriod.Hour));
        Assert.Equal((6, 20, true, true), (row.Met.Count, row.AwayMinutes, row.Unmet.Suppressed, row.Unknown.Suppressed));
        Assert.False(row.HasHiddenEstimate);
    }

    [Fact]
    public async Task Every_end_of_a_need_is_told_apart()
    {
        await Service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude, staff: 2, with: request => request.UnconfirmedAfterMinutes = 60);
        var ends = new Dictionary<Outcome, Guid>();

        ends[Outcome.NotTakenUp] = await NeedAsync(async need => Assert.NotEmpty((await FindAsync(need)).Options));
        ends[Outcome.NothingFound] = await NeedAsync(need => FindAsync(need, request => request.AgeBand = AgeBand.Child));
        ends[Outcome.Placed] = await NeedAsync(async need => await ArriveAsync(await PlaceAsync("near-space", need)));
        ends[Outcome.UnderWay] = await NeedAsync(need => PlaceAsync("near-space", need, etaInMinutes: 220));
        ends[Outcome.Released] = await NeedAsync(async need =>
        {
            var hold = await PlaceAsync("near-space", need);
            await Service.Crew.ReleaseHoldAsync(new ReleaseHoldRequest { CommandId = Ids.Next(), SpaceId = hold.SpaceId, HoldId = hold.HoldId });
        });
        ends[Outcome.Declined + (int)RefusalReason.Behaviour] = await NeedAsync(async need =>
        {
            var hold = await PlaceAsync("near-space", need);
            await Service.Staff.DeclineHoldAsync(new DeclineHoldRequest { CommandId = Ids.Next(), SpaceId = hold.SpaceId, HoldId = hold.HoldId, Reason = RefusalReason.Behaviour });
        });
        ends[Outcome.Declined + (int)RefusalReason.Age] = await NeedAsync(need => Service.Crew.ReportRefusedAsync(
            new ReportRefusedRequest { CommandId = Ids.Next(), SpaceId = "near-space", NeedId = need, Reason = RefusalReason.Age }).ResponseAsync);
        ends[Outcome.HoldRejected] = await NeedAsync(async need =>
        {
            var request = Service.Hold("near-space");
            (request.NeedId, request.AgeBand) = (need, AgeBand.Child);
            Assert.NotNull((await Service.Crew.HoldPlaceAsync(request)).Rejected);
        });
        var expires = await NeedAsync(need => PlaceAsync("near-space", need, etaInMinutes: 5));
        ends[Outcome.Expired] = expires;

        // Taken back by staff who pressed the wrong key: the place is kept again.
        var undone = await NeedAsync(async need =>
        {
            var hold = await PlaceAsync("near-space", need, etaInMinutes: 220);
            var declined = new DeclineHoldRequest { CommandId = Ids.Next(), SpaceId = hold.SpaceId, HoldId = hold.HoldId, Reason = RefusalReason.Other };
            await Service.Staff.DeclineHoldAsync(declined);
            Assert.Null((await Service.Staff.UndoActAsync(new UndoActRequest { CommandId = Ids.Next(), SpaceId = hold.SpaceId, ActId = declined.CommandId })).Rejected);
        });

        // Nobody confirms the space, so that a place there is asked for, and nobody answers.
        Service.Time.Advance(TimeSpan.FromMinutes(70));
        await UntilAsync(async () => (await Service.Log.ReadAllAsync(0, 1000)).Any(recorded => recorded.Type == "HoldExpired"));
        ends[Outcome.Lapsed] = await NeedAsync(async need =>
        {
            var request = Service.Hold("near-space");
            request.NeedId = need;
            Assert.NotNull((await Service.Crew.HoldPlaceAsync(request)).Requested);
        });
        Service.Time.Advance(TimeSpan.FromMinutes(30));
        await UntilAsync(async () => (await Service.Log.ReadAllAsync(0, 1000)).Any(recorded => recorded.Type == "HoldLapsed"));
        await Service.CaughtUpAsync();

        // A question writes what is known.
        await RowsAsync(DemandPeriod.Hour);
        var found = (await Service.Log.Demand.ReadNeedsAsync(0, 1_000_000)).Needs.ToDictionary(need => need.Id);
        Assert.Equal(ends.Select(end => (end.Key, end.Value)).Order(), found.Values.Where(need => need.Id != undone).Select(need => (need.Outcome, need.Id)).Order());
        Assert.Equal(Outcome.UnderWay, found[undone].Outcome);
        Assert.All(found.Values, need => Assert.Equal(Glasgow, need.Area));
        Assert.Equal(20, found[ends[Outcome.Placed]].MinutesAway);
    }

    [Fact]
    public async Task What_needs_physical_care_first_is_no_need_of_a_safe_space()
    {
        await FindAsync(Ids.Next(), request => request.Needs.Add(Need.UrgentPhysical));
        await RowsAsync(DemandPeriod.Hour);
        Assert.Empty((await Service.Log.Demand.ReadNeedsAsync(0, 1_000_000)).Needs);
    }

    [Fact]
    public async Task Who_plans_for_an_area_sees_no_other()
    {
        Service.Time.Advance(TimeSpan.FromHours(1));
        var glasgow = new PlanningService.PlanningServiceClient(Service.With(Service.Token(Role.Planner, areas: [Glasgow])));
        var rows = new List<GetDemandHistoryResponse>();
        using (var call = glasgow.GetDemandHistory(Question(DemandPeriod.Hour, [], -1)))
        {
            await foreach (var step in call.ResponseStream.ReadAllAsync())
                rows.Add(step);
        }

        Assert.Equal([Glasgow], rows[0].Header.Areas.Select(area => area.AreaCode));
        Assert.Equal(Glasgow, Assert.Single(rows.Skip(1)).Row.AreaCode);
        Assert.Equal((0L, true), (rows[0].Header.Lost, rows[0].Header.RecordedSince is not null));
        using var unknown = glasgow.GetDemandHistory(new GetDemandHistoryRequest(Question(DemandPeriod.Hour, [], -1)) { Source = "police" });
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => unknown.ResponseStream.MoveNext())).StatusCode);
    }

    private async Task<FindSpacesResponse> FindAsync(string need, Action<FindSpacesRequest>? with = null) => await Service.Crew.FindSpacesAsync(Ask.Find(request =>
    {
        request.NeedId = need;
        with?.Invoke(request);
    }));

    private async Task<Hold> PlaceAsync(string space, string need, double etaInMinutes = 20)
    {
        await FindAsync(need);
        var request = Service.Hold(space, etaInMinutes);
        request.NeedId = need;
        var placed = (await Service.Crew.HoldPlaceAsync(request)).Placed;
        Assert.NotNull(placed);
        return placed;
    }

    private async Task ArriveAsync(Hold hold)
    {
        await Service.Crew.ConfirmArrivalAsync(new ConfirmArrivalRequest { CommandId = Ids.Next(), SpaceId = hold.SpaceId, HoldId = hold.HoldId });
        await Service.CaughtUpAsync();
    }

    private static async Task<Guid> NeedAsync(Func<string, Task> act)
    {
        var need = Ids.NextGuid();
        await act(need.ToString());
        return need;
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Patience.Long, "it never came to that");
            await Task.Delay(10);
        }
    }

    private GetDemandHistoryRequest Question(DemandPeriod period, string[] areas, double from) => new()
    {
        AreaCodes = { areas }, From = Service.In(TimeSpan.FromHours(from)), Until = Service.In(TimeSpan.Zero), Period = period,
    };

    private async Task<List<GetDemandHistoryResponse.Types.Row>> RowsAsync(DemandPeriod period, string[]? areas = null, double from = -24)
    {
        using var call = Planner.GetDemandHistory(Question(period, areas ?? [Glasgow], from));
        var steps = new List<GetDemandHistoryResponse>();
        await foreach (var step in call.ResponseStream.ReadAllAsync())
            steps.Add(step);
        Assert.Equal(GetDemandHistoryResponse.StepOneofCase.Header, steps[0].StepCase);
        return [.. steps.Skip(1).Select(step => step.Row)];
    }
}
