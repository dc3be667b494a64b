using System.Globalization;
using Google.Rpc;
using SafeSpaceCapacity.Contract.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using SafeSpaceCapacity.Service.Tests.Support;
using Role = SafeSpaceCapacity.Identity.Role;
using Status = Google.Rpc.Status;

namespace SafeSpaceCapacity.Service.Tests.Access;

/// <summary>How much one client may ask, and that the others do not notice.</summary>
public sealed class LimitTests : IAsyncLifetime
{
    private const int PerSecond = 20;
    private RunningService _service = null!;

    public async ValueTask InitializeAsync() => _service = await RunningService.StartAsync(new Wishes { CallsPerSecond = PerSecond });

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Who_calls_too_often_is_told_when_to_try_again_and_others_go_on()
    {
        var noisy = _service.With(_service.Token(Role.Crew, subject: "noisy"));
        var refused = await UntilRefusedAsync(noisy, 50 * PerSecond);
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.StartsWith("this account calls too often; try again in ", refused.Status.Detail, StringComparison.Ordinal);
        var status = Status.Parser.ParseFrom(refused.Trailers.GetValueBytes("grpc-status-details-bin"));
        var wait = Assert.Single(status.Details).Unpack<RetryInfo>().RetryDelay.ToTimeSpan();
        Assert.InRange(wait, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(5));
        Assert.Equal(wait.TotalMilliseconds.ToString(CultureInfo.InvariantCulture), refused.Trailers.GetValue("grpc-retry-pushback-ms"));

        Assert.Null(await FindAsync(_service.With(_service.Token(Role.Crew, subject: "quiet"))));

        // Turned away, it saw nothing: that is not written down, which would only be the next thing to fill.
        Assert.DoesNotContain(await _service.AuditedAsync(), entry => entry.Outcome == "RESOURCE_EXHAUSTED");
    }

    [Fact]
    public async Task One_noisy_client_takes_no_more_than_its_share_and_the_quiet_ones_are_all_answered()
    {
        await _service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude);
        using var stop = new CancellationTokenSource();
        var noisy = _service.With(_service.Token(Role.Crew, subject: "noisy"));
        var began = TimeProvider.System.GetTimestamp();
        var asked = 0;
        var noise = Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            var answered = 0;
            while (!stop.IsCancellationRequested)
            {
                Interlocked.Increment(ref asked);
                answered += await FindAsync(noisy) is null ? 1 : 0;
            }

            return answered;
        })).ToList();

        var quiet = Enumerable.Range(0, 10).Select(i => _service.With(_service.Token(Role.Crew, subject: $"quiet-{i}"))).ToList();
        for (var round = 0; round < 20; round++)
        {
            foreach (var caller in quiet)
                Assert.Null(await FindAsync(caller));
        }

        await stop.CancelAsync();
        var answers = (await Task.WhenAll(noise)).Sum();
        var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        Assert.True(answers <= (PerSecond * (5 + seconds)) + PerSecond, $"{answers} answers in {seconds:F1} s");
        Assert.True(asked > answers, "the noisy client never met its limit");
    }

    [Fact]
    public async Task A_control_room_may_ask_ten_times_as_much()
    {
        var machine = _service.With(_service.Token(Role.Machine));
        for (var i = 0; i < PerSecond * 5 * 5; i++)
            Assert.Null(await FindAsync(machine));
    }

    [Fact]
    public async Task Strangers_from_one_address_are_limited_and_those_who_are_known_are_not()
    {
        var known = _service.With(_service.Token(Role.Crew));
        Assert.Null(await FindAsync(known));
        var refused = await UntilRefusedAsync(_service.With("x"), 500 * PerSecond, StatusCode.Unauthenticated);
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.StartsWith("too many calls from this address", refused.Status.Detail, StringComparison.Ordinal);
        Assert.Null(await FindAsync(known));
    }

    [Fact]
    public async Task One_account_has_so_many_watches_at_once()
    {
        await _service.OpenAsync("near-space", Ask.Latitude, Ask.Longitude);
        var crew = new CrewService.CrewServiceClient(_service.With(_service.Token(Role.Crew)));
        var watches = new List<AsyncServerStreamingCall<WatchSpacesResponse>>();
        for (var i = 0; i < 20; i++)
        {
            var watch = crew.WatchSpaces(new WatchSpacesRequest { SpaceIds = { "near-space" } });
            Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
            watches.Add(watch);
        }

        using var oneMore = crew.WatchSpaces(new WatchSpacesRequest { SpaceIds = { "near-space" } });
        var refused = await Assert.ThrowsAsync<RpcException>(() => oneMore.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal((StatusCode.ResourceExhausted, "this account has too many watches at once; try again in 10000 ms"), (refused.StatusCode, refused.Status.Detail));
        watches.ForEach(watch => watch.Dispose());
    }

    [Fact]
    public async Task A_watcher_that_takes_nothing_is_dropped_and_told_why()
    {
        await using var service = await RunningService.StartAsync();

        // Some 200 KiB, more than the window of the client and the buffer of the server hold together: the write must wait for a reader.
        string[] spaces = [.. Enumerable.Range(0, 150).Select(i => $"space-{i}")];
        foreach (var id in spaces)
        {
            var space = Ask.Space(id, Ask.Latitude, Ask.Longitude);
            space.Description = space.WhoWorksHere = space.AccessNote = new string('x', 500);
            await service.Admin.RegisterSpaceAsync(space);
        }

        await service.CaughtUpAsync();
        using var channel = GrpcChannel.ForAddress(service.GrpcAddress, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { InitialHttp2StreamWindowSize = 65_535, UseProxy = false },
            DisposeHttpClient = true,
        });
        var crew = new CrewService.CrewServiceClient(channel);
        var headers = new Metadata { { "authorization", "Bearer " + service.Token(Role.Crew) } };
        using var watch = crew.WatchSpaces(new WatchSpacesRequest { SpaceIds = { spaces }, HeartbeatSeconds = 60 }, headers);

        // Other timers of the service are as long as its patience, so that one must not be waited for: the clock goes on until it is surely over.
        for (var i = 0; i < 20; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
            service.Time.Advance(TimeSpan.FromSeconds(10));
        }

        var dropped = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await watch.ResponseStream.MoveNext(CancellationToken.None))
            {
                // What had been sent.
            }
        });
        Assert.Equal((StatusCode.ResourceExhausted, "the reader took nothing for 10 seconds; watch again"), (dropped.StatusCode, dropped.Status.Detail));
    }

    private static async Task<RpcException?> FindAsync(CallInvoker caller) => await AnyMethod.Of(Ask.Find()).RefusedAsync(caller, Ask.Find().ToByteArray());

    private static async Task<RpcException> UntilRefusedAsync(CallInvoker caller, int most, StatusCode? but = null)
    {
        for (var i = 0; i < most; i++)
        {
            if (await FindAsync(caller) is { } refused && refused.StatusCode != but)
                return refused;
        }

        throw new Xunit.Sdk.XunitException($"{most} calls were not refused");
    }
}
