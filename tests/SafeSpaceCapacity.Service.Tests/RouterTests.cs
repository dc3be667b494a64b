using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using SafeSpaceCapacity.Contract.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SafeSpaceCapacity.Service.Tests.Support;

namespace SafeSpaceCapacity.Service.Tests;

/// <summary>
/// The service with a router configured. The router's answers here have the form that OSRM documents for its table service and were
/// written by hand: no live router was asked.
/// </summary>
public sealed class RouterTests : IAsyncLifetime
{
    private const double Lat = Ask.Latitude;
    private const double Lon = Ask.Longitude;
    private readonly ConcurrentQueue<string> _asked = new();
    private Func<HttpContext, Task> _answer = _ => Task.CompletedTask;
    private WebApplication _router = null!;
    private RunningService _service = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _router = builder.Build();
        _router.Run(context =>
        {
            _asked.Enqueue(context.Features.Get<IHttpRequestFeature>()!.RawTarget);
            return _answer(context);
        });
        await _router.StartAsync();
        // Without a slash at the end, as people type it.
        _service = await RunningService.StartAsync(new Wishes { Router = new Uri(_router.Urls.Single() + "/osrm") });
        await _service.OpenAsync("near-space", Lat + 0.01, Lon);
        await _service.OpenAsync("middle-space", Lat + 0.03, Lon);
        await _service.OpenAsync("far-space", Lat + 0.05, Lon);
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        await _router.DisposeAsync();
    }

    [Fact]
    public async Task The_router_is_asked_once_for_all_candidates_in_the_form_of_the_table_service()
    {
        Durations("0, 600, 720, 840");
        await FindAsync();
        Assert.Equal(
            "/osrm/table/v1/driving/-4.251000,55.861000;-4.251000,55.871000;-4.251000,55.891000;-4.251000,55.911000?sources=0&annotations=duration,distance",
            Assert.Single(_asked));
        await FindAsync(find => find.TravelMode = TravelMode.Walking);
        Assert.StartsWith("/osrm/table/v1/foot/", _asked.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_durations_rank_the_options_and_are_said_to_be_a_routers()
    {
        Durations("0, 1501, 720.4, 60", "0, 12000, 8000, 400.6");
        var answer = await FindAsync();
        Assert.Equal([("far-space", 1), ("middle-space", 13), ("near-space", 26)], answer.Options.Select(option => (option.SpaceId, option.Travel.Minutes)));
        Assert.Equal([401, 8000, 12000], answer.Options.Select(option => option.Travel.DistanceMetres));
        Assert.All(answer.Options, option => Assert.Equal(TravelMethod.Router, option.Travel.Method));
        Assert.Equal("about 13 min by road (estimated by a road router)", answer.Options[1].Travel.Words);
        Assert.Equal(_service.InMinutes(13), answer.Options[1].Eta);
        Assert.Empty(answer.Degradations);
    }

    [Fact]
    public async Task Its_durations_decide_what_is_in_reach()
    {
        Durations("0, 2000, 100, 200");
        Assert.Equal(["middle-space", "far-space"], (await FindAsync(find => find.TravelMinutesMax = 30)).Options.Select(option => option.SpaceId));
    }

    [Fact]
    public async Task Its_durations_decide_whether_one_arrives_before_closing()
    {
        await _service.OpenAsync("closing-space", Lat + 0.001, Lon, with: space => space.OpenToday("09:00", "14:40"));
        Durations("0, 1800, 600, 720, 840");
        var answer = await FindAsync();
        Assert.DoesNotContain(answer.Options, option => option.SpaceId == "closing-space");
        Durations("0, 1200, 1260, 1320, 1380");
        Assert.Equal("closing-space", (await FindAsync()).Options[0].SpaceId);
    }

    [Fact]
    public async Task Where_it_knows_no_way_the_estimate_from_distance_stands_in()
    {
        Durations("0, null, 60, 120");
        var answer = await FindAsync();
        Assert.Equal(["middle-space", "far-space", "near-space"], answer.Options.Select(option => option.SpaceId));
        Assert.Equal([TravelMethod.Router, TravelMethod.Router, TravelMethod.StraightLine], answer.Options.Select(option => option.Travel.Method));
        // It answered, so it is not unavailable.
        Assert.Empty(answer.Degradations);
    }

    [Fact]
    public async Task A_router_that_does_not_answer_in_time_is_not_waited_for()
    {
        using var never = new CancellationTokenSource();
        var arrived = new TaskCompletionSource();
        _answer = async context =>
        {
            arrived.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        var asked = FindAsync();
        await arrived.Task;
        Assert.False(asked.IsCompleted);
        _service.Time.Advance(TimeSpan.FromMilliseconds(800));
        AssertEstimated(await asked);
    }

    public static TheoryData<int, string, string> Nonsense => new()
    {
        { 500, "text/plain", "boom" },
        { 400, "application/json", """{"code":"InvalidQuery","message":"Query string malformed"}""" },
        { 200, "application/json", """{"code":"NoTable","message":"no"}""" },
        { 200, "application/json", "" },
        { 200, "application/json", "null" },
        { 200, "application/json", "[]" },
        { 200, "application/json", "{" },
        { 200, "application/json", """{"code":"Ok"}""" },
        { 200, "application/json", """{"code":"Ok","durations":[]}""" },
        { 200, "application/json", """{"code":"Ok","durations":[null]}""" },
        { 200, "application/json", """{"code":"Ok","durations":[[0,60]]}""" },
        { 200, "application/json", """{"code":"Ok","durations":[[0,60,"two",180]]}""" },
        { 200, "application/json", """{"code":"Ok","durations":[[0,60,-1,180]]}""" },
        { 200, "application/json", """{"code":"Ok","durations":[[0,60,1e300,180]]}""" },
        { 200, "application/json", """{"code":"Ok","durations":[[0,60,1e400,180]]}""" },
        { 200, "text/html", "<html>Welcome to the wireless network</html>" },
        { 200, "application/json; charset=klingon", """{"code":"Ok","durations":[[0,60,120,180]]}""" },
        { 204, "application/json", "" },
    };

    [Theory]
    [MemberData(nameof(Nonsense))]
    public async Task An_error_or_nonsense_falls_back_and_says_so(int status, string type, string body)
    {
        _answer = context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = type;
            return body.Length == 0 ? Task.CompletedTask : context.Response.WriteAsync(body);
        };
        AssertEstimated(await FindAsync());
    }

    [Fact]
    public async Task A_router_that_hangs_up_or_is_not_there_falls_back_and_says_so()
    {
        _answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        AssertEstimated(await FindAsync());
        await _router.StopAsync();
        AssertEstimated(await FindAsync());
    }

    private static void AssertEstimated(FindSpacesResponse answer)
    {
        Assert.Equal([Degradation.RouterUnavailable], answer.Degradations);
        Assert.Equal(["near-space", "middle-space", "far-space"], answer.Options.Select(option => option.SpaceId));
        Assert.All(answer.Options, option => Assert.Equal(TravelMethod.StraightLine, option.Travel.Method));
        Assert.All(answer.Options, option => Assert.Contains("estimated from distance", option.Travel.Words, StringComparison.Ordinal));
    }

    private async Task<FindSpacesResponse> FindAsync(Action<FindSpacesRequest>? with = null) => await _service.Crew.FindSpacesAsync(Ask.Find(with));

    /// <summary>The first row of a table: from the origin to itself and to each candidate, nearest by distance first.</summary>
    private void Durations(string seconds, string? metres = null) => _answer = context =>
    {
        context.Response.ContentType = "application/json; charset=UTF-8";
        var distances = metres is null ? string.Empty : $"\"distances\":[[{metres}]],";
        return context.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture,
            $$"""
            {"code":"Ok",{{distances}}"durations":[[{{seconds}}]],
             "destinations":[{"hint":"","distance":4.231666,"name":"George Square","location":[-4.251,55.861]}],
             "sources":[{"hint":"","distance":4.231666,"name":"George Square","location":[-4.251,55.861]}]}
            """));
    };
}
