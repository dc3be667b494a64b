using SafeSpaceCapacity.Contract.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Service.Demo;
using SafeSpaceCapacity.Service.Tests.BadInput;
using SafeSpaceCapacity.Service.Tests.Support;
using Role = SafeSpaceCapacity.Identity.Role;

namespace SafeSpaceCapacity.Service.Tests;

public sealed class SimulatedTimeTests
{
    private static readonly DateTimeOffset Begin = new(2014, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Every_answer_says_that_the_time_is_simulated()
    {
        await using var demo = await StartAsync(new SimulatedTime(Begin));
        await demo.RegisterAsync("near-space", 55.86, -4.25);

        var found = await demo.Crew.FindSpacesAsync(Ask.Find());
        Assert.Contains(Degradation.SimulatedTime, found.Degradations);
        Assert.Equal(Begin, found.ReadModel.SimulatedAt.ToDateTimeOffset());
        Assert.True(found.Demo, "a space that a simulation enters is fictional");
        Assert.Equal(Begin, (await demo.Admin.ListSpacesAsync(new ListSpacesRequest())).ReadModel.SimulatedAt.ToDateTimeOffset());
        using var http = new HttpClient();
        Assert.Equal("ok, in simulated time: 2014-01-01 12:00:00Z\n", await http.GetStringAsync(new Uri(demo.HttpAddress, "/healthz")));
    }

    [Fact]
    public async Task Time_passes_only_when_it_is_moved_on_and_then_does_what_time_does()
    {
        var time = new SimulatedTime(Begin);
        await using var demo = await StartAsync(time);
        await demo.RegisterAsync("near-space", 55.86, -4.25);
        for (var i = 0; i < 2; i++)
            await demo.Staff.StartShiftAsync(new StartShiftRequest { CommandId = Ids.Next(), SpaceId = "near-space", Role = StaffRole.SupportWorker, EndsAt = At(Begin.AddHours(8)) });
        await demo.Staff.RecordCountAsync(new RecordCountRequest { CommandId = Ids.Next(), SpaceId = "near-space", Occupied = 0 });
        var held = (await demo.Crew.HoldPlaceAsync(new HoldPlaceRequest
        {
            CommandId = Ids.Next(), SpaceId = "near-space", Eta = At(Begin.AddMinutes(10)), LegalStatus = LegalStatus.Voluntary, CallSign = "SIM 1",
        })).Placed;
        Assert.NotNull(held);

        var door = Administrator(demo);
        Assert.Equal(Begin.AddHours(1), (await door.AdvanceClockAsync(new AdvanceClockRequest { To = At(Begin.AddHours(1)) })).Now.ToDateTimeOffset());

        // It is written down a moment later; what is answered counts time in at once.
        var hold = await demo.Crew.GetHoldAsync(new GetHoldRequest { SpaceId = "near-space", HoldId = held.HoldId });
        Assert.Equal(0, hold.Availability.Held);
        var since = TimeProvider.System.GetTimestamp();
        while ((await demo.Log.ReadAllAsync(0, 100)).All(recorded => recorded.Type is not nameof(HoldExpired)))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Patience.Long, "the hold's end was not written down");
            await Task.Delay(20);
        }

        Assert.Equal(Begin.AddHours(1), (await demo.Log.ReadAllAsync(0, 100))[^1].RecordedAt.ToDateTimeOffset());
    }

    [Fact]
    public async Task It_is_moved_by_administrators_alone_and_not_backwards_or_far()
    {
        await using var demo = await StartAsync(new SimulatedTime(Begin));
        var crew = new DemoService.DemoServiceClient(demo.With(demo.Token(Role.Crew)));
        await Refusals.RefusedAsync(crew.AdvanceClockAsync(new AdvanceClockRequest { To = At(Begin.AddMinutes(1)) }), StatusCode.PermissionDenied);
        foreach (var wrong in new[] { null, At(Begin.AddSeconds(-1)), At(Begin.AddHours(24).AddSeconds(1)) })
        {
            var refused = await Refusals.RefusedAsync(Administrator(demo).AdvanceClockAsync(new AdvanceClockRequest { To = wrong }), StatusCode.InvalidArgument);
            Assert.Equal(["to"], refused.Violations().Select(broken => broken.Field));
        }
    }

    [Fact]
    public async Task A_demo_in_real_time_has_no_clock_to_move()
    {
        await using var demo = await RunningService.StartAsync(new Wishes { Demo = true });
        await Refusals.RefusedAsync(Administrator(demo).AdvanceClockAsync(new AdvanceClockRequest { To = demo.In(TimeSpan.FromMinutes(1)) }), StatusCode.FailedPrecondition);
        Assert.Null((await demo.Admin.ListSpacesAsync(new ListSpacesRequest())).ReadModel.SimulatedAt);
    }

    [Fact]
    public async Task A_timer_that_repeats_runs_once_however_far_the_time_is_moved()
    {
        var told = new List<DateTimeOffset>();
        var time = new SimulatedTime(Begin, told.Add);
        var (once, often) = (0, 0);
        await using var single = time.CreateTimer(_ => once++, null, TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan);
        await using var repeated = time.CreateTimer(_ => often++, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        time.Advance(Begin.AddMinutes(10));
        Assert.Equal((1, 1), (once, often));
        time.Advance(Begin.AddMinutes(10));
        Assert.Equal((1, 1), (once, often));
        time.Advance(Begin.AddMinutes(11));
        Assert.Equal((1, 2), (once, often));
        repeated.Change(TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
        time.Advance(Begin.AddMinutes(30));
        Assert.Equal((1, 2), (once, often));
        repeated.Dispose();
        time.Advance(Begin.AddHours(3));
        Assert.Equal((1, 2), (once, often));
        Assert.Equal(5, told.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => time.Advance(Begin));
    }

    private static Task<RunningService> StartAsync(SimulatedTime time) => RunningService.StartAsync(new Wishes { Demo = true, Simulated = time });

    private static DemoService.DemoServiceClient Administrator(RunningService demo) => new(demo.With(demo.Token(Role.Administrator)));

    private static Timestamp At(DateTimeOffset moment) => Timestamp.FromDateTimeOffset(moment);
}
