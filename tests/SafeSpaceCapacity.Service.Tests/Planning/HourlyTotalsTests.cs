using SafeSpaceCapacity.Contract.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using SafeSpaceCapacity.Service.Tests.Support;
using Role = SafeSpaceCapacity.Identity.Role;

namespace SafeSpaceCapacity.Service.Tests.Planning;

/// <summary>What planners are answered about the past, on a service that begins at 14:00 on a Wednesday.</summary>
public sealed class HourlyTotalsTests : ServiceTest
{
    private const string Glasgow = "S12000049";
    private const string Edinburgh = "S12000036";

    private PlannerService.PlannerServiceClient Planner => new(Service.Invoker);

    [Fact]
    public async Task An_hour_that_is_over_says_how_the_spaces_stood_and_one_that_is_not_says_nothing()
    {
        await Service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude, staff: 3, occupied: 6);
        Service.Time.Advance(TimeSpan.FromMinutes(30));
        await PauseAsync("near-space", PauseReason.Incident, minutes: 15);
        await Service.CountAsync("near-space", 8);
        Assert.Empty((await TotalsAsync()).Hours);
        Service.Time.Advance(TimeSpan.FromMinutes(90));

        var hours = (await TotalsAsync()).Hours;

        Assert.Equal(["2026-02-11 14:00 GMT", "2026-02-11 15:00 GMT"], hours.Select(hour => hour.LocalTime));
        Assert.Equal((Glasgow, 60, 8, 0, 0), (hours[0].AreaCode, hours[0].Standing.OpenMinutes, hours[0].Standing.SafeCapacity, hours[0].Standing.BelowSafeStaffingMinutes, hours[0].Standing.UnconfirmedMinutes));
        Assert.Equal(new PausedMinutes { Reason = PauseReason.Incident, Minutes = 15 }, Assert.Single(hours[0].Standing.Paused));

        // Six for half the hour, then eight.
        Assert.Equal(7, hours[0].Occupied.Count);
        Assert.Equal(8, hours[1].Occupied.Count);
        Assert.Empty(hours[1].Standing.Paused);
    }

    [Fact]
    public async Task Few_people_are_suppressed_one_by_one_and_a_day_of_them_is_not()
    {
        await Service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude, staff: 3, occupied: 4, with: request => request.UnconfirmedAfterMinutes = 1440);
        for (var hour = 14; hour < 24; hour++)
        {
            for (var i = 0; i < (hour == 14 ? 6 : 2); i++)
                await RefuseAsync("near-space", i % 2 == 0 || hour == 14 ? RefusalReason.Age : RefusalReason.Behaviour);
            Service.Time.Advance(TimeSpan.FromHours(1));
        }

        var answer = await TotalsAsync(from: -14, until: 0);

        Assert.All(answer.Hours, hour => Assert.True(hour.Occupied.Suppressed));
        Assert.All(answer.Hours, hour => Assert.True(hour.Demand.Arrivals.Suppressed));
        var shown = Assert.Single(answer.Hours, hour => hour.Demand.Refused.Count > 0);
        Assert.Equal("2026-02-11 14:00 GMT", shown.LocalTime);
        Assert.Equal(new RefusedCount { Reason = RefusalReason.Age, Count = new() { Count = 6 } }, Assert.Single(shown.Demand.Refused));

        // The nine hours that are suppressed have nine of each: enough to hide each of them in.
        var day = Assert.Single((await TotalsAsync(from: -24, until: 0)).Days);
        Assert.Equal("2026-02-11", day.Date);
        Assert.Equal([(RefusalReason.Age, 15), (RefusalReason.Behaviour, 9)], day.Demand.Refused.Select(refused => (refused.Reason, refused.Count.Count)));
        Assert.True(day.Demand.Arrivals.Suppressed);

        // A part of a day is never summed up: from one hour later it would be another sum, less one hour.
        Assert.Empty((await TotalsAsync(from: -23.5, until: 0)).Days);
    }

    [Fact]
    public async Task A_space_says_what_happened_to_it_and_not_how_few_are_in_it_or_the_others()
    {
        await Service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude, staff: 2, occupied: 6);
        await Service.OpenAsync("next-space", Ask.Latitude, Ask.Longitude, staff: 2, occupied: 3);
        Service.Time.Advance(TimeSpan.FromHours(1));

        // The area has nine: six of them here would be three there.
        Assert.Equal(9, Assert.Single((await TotalsAsync()).Hours).Occupied.Count);
        var history = await HistoryAsync("near-space");
        Assert.True(Assert.Single(history.Hours).Occupied.Suppressed);
        Assert.Equal("The near-space", history.Name);
        Assert.Equal(
            [
                SpaceHappening.EntryChanged, SpaceHappening.Opened, SpaceHappening.WentUnconfirmed, SpaceHappening.StaffChanged, SpaceHappening.Confirmed,
                SpaceHappening.StaffingUnsafe, SpaceHappening.StaffChanged, SpaceHappening.StaffingSafe,
            ],
            history.Hours[0].Happenings.Select(happening => happening.Kind));
        var staff = history.Hours[0].Happenings[^2];
        Assert.Equal((6, StaffRole.SupportWorker, 2), (staff.SafeCapacity, staff.OnDuty[0].Role, staff.OnDuty[0].People));

        await Service.CountAsync("next-space", 7);
        Service.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(6, (await HistoryAsync("near-space")).Hours[^1].Occupied.Count);
        Assert.Equal(7, (await HistoryAsync("next-space")).Hours[^1].Occupied.Count);
    }

    [Fact]
    public async Task Too_many_people_are_told_of_only_where_they_are_not_few()
    {
        await Service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude, staff: 2, occupied: 7);
        await Service.OpenAsync("next-space", Ask.Latitude, Ask.Longitude, staff: 0, occupied: 2);
        Service.Time.Advance(TimeSpan.FromHours(1));

        Assert.Contains((await HistoryAsync("near-space")).Hours[0].Happenings, happening => happening.Kind == SpaceHappening.OverSafeCapacity);
        Assert.DoesNotContain((await HistoryAsync("next-space")).Hours[0].Happenings, happening => happening.Kind == SpaceHappening.OverSafeCapacity);
    }

    [Fact]
    public async Task An_arrival_reported_late_belongs_to_the_hour_in_which_it_was_seen()
    {
        await Service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude);
        Service.Time.Advance(TimeSpan.FromMinutes(90));
        for (var i = 0; i < 5; i++)
            await Service.Staff.RecordArrivalAsync(new RecordArrivalRequest { CommandId = Ids.Next(), SpaceId = "near-space", ObservedAt = Service.InMinutes(-60) });
        await Service.CaughtUpAsync();
        Service.Time.Advance(TimeSpan.FromMinutes(30));

        var hours = (await TotalsAsync()).Hours;

        Assert.Equal((5, true), (hours[0].Demand.Arrivals.Count, hours[1].Demand.Arrivals.Suppressed));

        // Nobody knew of them before half past.
        Assert.True(hours[0].Occupied.Suppressed && hours[1].Occupied.Suppressed);
    }

    [Fact]
    public async Task Pages_join_up_to_the_whole_and_a_restart_changes_nothing()
    {
        await Service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude, occupied: 6);
        await Service.OpenAsync("far-space", 55.953, -3.188, occupied: 6);
        Service.Time.Advance(TimeSpan.FromHours(16));
        await Service.CountAsync("near-space", 5);
        var whole = await TotalsAsync(from: -24, until: 0, [Glasgow, Edinburgh]);
        Assert.Equal(32, whole.Hours.Count);
        Assert.Equal([Edinburgh, Glasgow], whole.Areas.Select(area => area.AreaCode));

        Service = await Service.RestartAsync();
        var joined = new GetHourlyTotalsResponse();
        var token = string.Empty;
        do
        {
            var page = await TotalsAsync(from: -24, until: 0, [Glasgow, Edinburgh], size: 7, token);
            joined.Hours.Add(page.Hours);
            joined.Days.Add(page.Days);
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        Assert.Equal(whole.Hours, joined.Hours);
        Assert.Equal(whole.Days, joined.Days);
        Assert.Equal(whole, await TotalsAsync(from: -24, until: 0, [Glasgow, Edinburgh]));

        var all = await HistoryAsync("near-space", -24);
        var part = await HistoryAsync("near-space", -24, size: 10);
        var rest = await HistoryAsync("near-space", -24, size: 10, token: part.NextPageToken);
        Assert.Equal(all.Hours, part.Hours.Concat(rest.Hours));
        Assert.Empty(rest.NextPageToken);
    }

    [Fact]
    public async Task Who_plans_for_an_area_sees_its_spaces_and_no_others()
    {
        await Service.OpenAsync("far-space", 55.953, -3.188);
        var glasgow = new PlannerService.PlannerServiceClient(Service.With(Service.Token(Role.Planner, areas: [Glasgow])));
        var edinburgh = new PlannerService.PlannerServiceClient(Service.With(Service.Token(Role.Planner, areas: [Glasgow, Edinburgh])));
        var request = new GetSpaceHistoryRequest { SpaceId = "far-space", From = Service.In(TimeSpan.FromHours(-1)), Until = Service.In(TimeSpan.Zero) };

        await Refusals.RefusedAsync(glasgow.GetSpaceHistoryAsync(request), StatusCode.PermissionDenied);
        Assert.Equal("far-space", (await edinburgh.GetSpaceHistoryAsync(request)).SpaceId);
        request.SpaceId = "no-space";
        await Refusals.RefusedAsync(edinburgh.GetSpaceHistoryAsync(request), StatusCode.NotFound);
        var entries = await Service.AuditedAsync();
        Assert.Contains(entries, entry => entry is { Space: "far-space", Area: Edinburgh, Outcome: "ok", Role: "planner" });
    }

    private async Task<GetHourlyTotalsResponse> TotalsAsync(double from = -24, double until = 0, string[]? areas = null, int? size = null, string token = "")
    {
        var request = new GetHourlyTotalsRequest
        {
            AreaCodes = { areas ?? [Glasgow] }, From = Service.In(TimeSpan.FromHours(from)), Until = Service.In(TimeSpan.FromHours(until)), PageToken = token,
        };
        if (size is { } given)
            request.PageSize = given;
        return await Planner.GetHourlyTotalsAsync(request);
    }

    private async Task<GetSpaceHistoryResponse> HistoryAsync(string space, double from = -24, int? size = null, string token = "")
    {
        var request = new GetSpaceHistoryRequest { SpaceId = space, From = Service.In(TimeSpan.FromHours(from)), Until = Service.In(TimeSpan.Zero), PageToken = token };
        if (size is { } given)
            request.PageSize = given;
        return await Planner.GetSpaceHistoryAsync(request);
    }

    private async Task PauseAsync(string space, PauseReason reason, double minutes)
    {
        await Service.Staff.PauseSpaceAsync(new PauseSpaceRequest { CommandId = Ids.Next(), SpaceId = space, Reason = reason, Until = Service.InMinutes(minutes) });
        await Service.CaughtUpAsync();
    }

    private async Task RefuseAsync(string space, RefusalReason reason)
    {
        await Service.Crew.ReportRefusedAsync(new ReportRefusedRequest { CommandId = Ids.Next(), SpaceId = space, Reason = reason });
        await Service.CaughtUpAsync();
    }
}
