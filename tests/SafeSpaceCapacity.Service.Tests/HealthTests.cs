using System.Net;
using Grpc.Health.V1;
using SafeSpaceCapacity.Contract.V1;
using Grpc.Core;
using SafeSpaceCapacity.Service.Tests.Support;
using Serving = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace SafeSpaceCapacity.Service.Tests;

public sealed class HealthTests : IAsyncLifetime
{
    private RunningService _service = null!;
    private LogBetween _log = null!;

    public async ValueTask InitializeAsync() =>
        _service = await RunningService.StartAsync(new Wishes { Between = file => _log = new LogBetween(file) });

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("safespacecapacity.v1.CrewService")]
    [InlineData("safespacecapacity.v1.StaffService")]
    [InlineData("safespacecapacity.v1.AdminService")]
    [InlineData("safespacecapacity.v1.DirectoryService")]
    [InlineData("safespacecapacity.v1.PlannerService")]
    [InlineData("safespacecapacity.v1.PlanningService")]
    [InlineData("safespacecapacity.v1.AuditService")]
    public async Task It_serves(string name)
    {
        Assert.Equal(Serving.Serving, (await _service.Health.CheckAsync(new HealthCheckRequest { Service = name })).Status);
        var (code, text) = await ProbeAsync();
        Assert.Equal((HttpStatusCode.OK, "ok\n"), (code, text));
    }

    [Fact]
    public async Task An_unknown_service_is_not_found_and_watched_as_unknown()
    {
        await Refusals.RefusedAsync(_service.Health.CheckAsync(new HealthCheckRequest { Service = "no.such.Service" }), StatusCode.NotFound);
        using var watch = _service.Health.Watch(new HealthCheckRequest { Service = "no.such.Service" });
        Assert.Equal(Serving.ServiceUnknown, await NextAsync(watch));
    }

    [Fact]
    public async Task A_watcher_hears_that_the_service_stops()
    {
        using var watch = _service.Health.Watch(new HealthCheckRequest());
        Assert.Equal(Serving.Serving, await NextAsync(watch));
        var stopping = _service.StopAsync();
        Assert.Equal(Serving.NotServing, await NextAsync(watch));
        await stopping;
    }

    [Fact]
    public async Task A_log_that_cannot_be_written_is_not_serving_refuses_commands_and_says_so_in_answers()
    {
        await _service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude);
        using var watch = _service.Health.Watch(new HealthCheckRequest());
        Assert.Equal(Serving.Serving, await NextAsync(watch));
        _log.IsStopped = true;
        await TickUntilAsync(watch, Serving.NotServing);
        Assert.Equal(Serving.NotServing, (await _service.Health.CheckAsync(new HealthCheckRequest())).Status);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "the log cannot be written\n"), await ProbeAsync());

        var refused = await Refusals.RefusedAsync(_service.Crew.HoldPlaceAsync(_service.Hold("near-space")), StatusCode.Unavailable);
        Assert.Equal("not decided; try again with the same command_id: the log could not be written", refused.Status.Detail);
        var answer = await _service.Crew.FindSpacesAsync(Ask.Find());
        Assert.Single(answer.Options);
        Assert.Equal([Degradation.LogUnavailable], answer.Degradations);

        // What runs by itself, and fails, tries again and does not take the service down with it.
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var tried = new TaskCompletionSource();
            _log.OnForget = () => tried.TrySetResult();
            _service.Time.Advance(TimeSpan.FromMinutes(61));
            await tried.Task.WaitAsync(Patience.Long);
        }

        Assert.Equal([Degradation.LogUnavailable], (await _service.Crew.FindSpacesAsync(Ask.Find())).Degradations);
    }

    [Fact]
    public async Task A_database_that_is_away_is_said_at_once_in_answers_too_and_again_not_when_it_is_back()
    {
        await _service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude);
        _log.IsAway = true;
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "the log cannot be reached\n"), await ProbeAsync());
        Assert.Equal([Degradation.LogUnavailable], (await _service.Crew.FindSpacesAsync(Ask.Find())).Degradations);
        _log.IsAway = false;
        Assert.Equal((HttpStatusCode.OK, "ok\n"), await ProbeAsync());
        Assert.Empty((await _service.Crew.FindSpacesAsync(Ask.Find())).Degradations);
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    [InlineData(2.5)]
    [InlineData(-2.5)]
    public async Task A_clock_that_jumps_stops_intake_and_reads_go_on(double seconds)
    {
        await _service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude);
        var placed = (await _service.HoldAsync("near-space", etaInMinutes: 30)).Placed;
        var head = _service.Log.HeadPosition;
        using var watch = _service.Health.Watch(new HealthCheckRequest());
        Assert.Equal(Serving.Serving, await NextAsync(watch));

        // The crew's clock is right: where the service's is not, that must not be called the crew's mistake.
        var request = _service.Hold("near-space", etaInMinutes: 40);
        _service.Time.Jump(TimeSpan.FromSeconds(seconds));
        var refused = await Refusals.RefusedAsync(_service.Crew.HoldPlaceAsync(request), StatusCode.Unavailable);
        Assert.Contains($"The machine's clock jumped by {seconds:F1} s", refused.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("set it right, then start again", refused.Status.Detail, StringComparison.Ordinal);
        await TickUntilAsync(watch, Serving.NotServing);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await ProbeAsync()).Code);

        var answer = await _service.Crew.FindSpacesAsync(Ask.Find());
        Assert.Equal("near-space", Assert.Single(answer.Options).SpaceId);
        Assert.Equal([Degradation.LogUnavailable], answer.Degradations);
        Assert.NotNull((await _service.Staff.GetBoardAsync(new GetBoardRequest { SpaceId = "near-space" })).Availability);
        Assert.NotNull((await _service.Crew.GetHoldAsync(new GetHoldRequest { SpaceId = "near-space", HoldId = placed.HoldId })).Hold);
        Assert.Single((await _service.Admin.ListSpacesAsync(new ListSpacesRequest())).Spaces);
        using var spaces = _service.Crew.WatchSpaces(new WatchSpacesRequest { SpaceIds = { "near-space" } });
        Assert.True(await spaces.ResponseStream.MoveNext(CancellationToken.None));

        // Set right again, it stays stopped until somebody looks: what was read in between may have been wrong.
        _service.Time.Jump(TimeSpan.FromSeconds(-seconds));
        await Refusals.RefusedAsync(_service.Crew.HoldPlaceAsync(request), StatusCode.Unavailable);
        Assert.Equal(head, _service.Log.HeadPosition);
    }

    [Fact]
    public async Task Time_that_passes_however_fast_is_no_jump()
    {
        await _service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude);
        for (var i = 0; i < 20; i++)
        {
            _service.Time.Advance(TimeSpan.FromMinutes(10));
            Assert.NotNull((await _service.HoldAsync("near-space", etaInMinutes: 0)).Availability);
        }

        Assert.Equal(Serving.Serving, (await _service.Health.CheckAsync(new HealthCheckRequest())).Status);
    }

    [Fact]
    public async Task A_process_held_up_between_two_readings_of_the_clocks_is_no_jump()
    {
        await _service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude);
        var request = _service.Hold("near-space");
        var armed = 1;
        _service.Time.AfterRead = () =>
        {
            if (Interlocked.Exchange(ref armed, 0) == 1)
                _service.Time.Advance(TimeSpan.FromSeconds(10));
        };
        Assert.NotNull((await _service.Crew.HoldPlaceAsync(request)).Placed);
        Assert.Equal(0, armed);
    }

    [Fact]
    public async Task A_known_command_is_answered_also_while_nothing_is_decided()
    {
        await _service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude);
        var request = _service.Hold("near-space");
        var first = await _service.Crew.HoldPlaceAsync(request);
        _service.Time.Jump(TimeSpan.FromSeconds(60));
        Assert.Equal(first, await _service.Crew.HoldPlaceAsync(request));
    }

    private static async Task<Serving> NextAsync(AsyncServerStreamingCall<HealthCheckResponse> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None), "the watch ended");
        return watch.ResponseStream.Current.Status;
    }

    /// <summary>Lets time pass until the watcher is told.</summary>
    private async Task TickUntilAsync(AsyncServerStreamingCall<HealthCheckResponse> watch, Serving expected)
    {
        var told = NextAsync(watch);
        while (!told.IsCompleted)
        {
            _service.Time.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Yield();
        }

        Assert.Equal(expected, await told);
    }

    private async Task<(HttpStatusCode Code, string Text)> ProbeAsync()
    {
        using var http = new HttpClient { BaseAddress = _service.HttpAddress };
        using var answer = await http.GetAsync(new Uri("healthz", UriKind.Relative));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
