using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Runtime;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Service.Engine;
using SafeSpaceCapacity.Service.Region;

namespace SafeSpaceCapacity.Silo.Tests;

/// <summary>What a silo does where the one that hosts a space can't answer: it is dying, or of another version of the program.</summary>
public sealed class GrainEnginesTests : IAsyncLifetime
{
    private static readonly SpaceId Space = new("a-space");
    private readonly DataDirectory _directory = new();
    private readonly DecisionClock _clock = new(TimeProvider.System, null);
    private SqliteEventLog _log = null!;
    private SpaceEngine _engine = null!;

    public async ValueTask InitializeAsync()
    {
        _log = await SqliteEventLog.OpenAsync(_directory.Path, TimeProvider.System);
        _engine = new SpaceEngine(Space, _log, _clock, () => SpaceState.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_call_that_meets_a_dying_silo_is_made_again_with_the_same_command_id()
    {
        var asked = new List<Guid>();
        var engines = Engines(async parcel =>
        {
            var request = parcel.Open<SpaceRequest>();
            asked.Add(request.CommandId);

            // Once it is decided and the answer is lost, once it never arrives.
            switch (asked.Count)
            {
                case 1:
                    await _engine.ExecuteAsync(request);
                    throw new TimeoutException("no answer");
                case 2:
                    throw new SiloUnavailableException("gone");
                default:
                    return await SpaceReply.OfAsync(_engine.ExecuteAsync(request));
            }
        });
        var request = Register();
        Assert.IsType<Recorded>((await engines.ExecuteAsync(request)).Outcome);
        Assert.Equal([request.CommandId, request.CommandId, request.CommandId], asked);
        Assert.Single(await _log.ReadStreamAsync(Space.Stream, 0, 10));
    }

    [Fact]
    public async Task It_is_not_made_again_after_its_callers_deadline()
    {
        using var deadline = new CancellationTokenSource();
        var engines = Engines(async _ =>
        {
            await deadline.CancelAsync();
            throw new SiloUnavailableException("gone");
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engines.ExecuteAsync(Register(), deadline.Token));
    }

    [Fact]
    public async Task A_command_that_an_older_silo_does_not_understand_is_decided_here()
    {
        var engines = Engines(_ => Task.FromResult(SpaceReply.NotUnderstood));
        Assert.IsType<Recorded>((await engines.ExecuteAsync(Register())).Outcome);
        Assert.Single(await _log.ReadStreamAsync(Space.Stream, 0, 10));
    }

    [Fact]
    public async Task A_command_that_the_silo_of_its_space_can_not_decide_is_decided_here()
    {
        var engines = Engines(_ => SpaceReply.OfAsync(Task.FromException<SpaceAnswer>(new NotDecidedException("cut off"))));
        Assert.IsType<Recorded>((await engines.ExecuteAsync(Register())).Outcome);
        Assert.Single(await _log.ReadStreamAsync(Space.Stream, 0, 10));
    }

    [Fact]
    public async Task An_answer_that_is_not_understood_is_found_in_the_log()
    {
        var engines = new GrainEngines(
            _ => new Grain(async parcel =>
            {
                await _engine.ExecuteAsync(parcel.Open<SpaceRequest>());
                var parcelOfTheirs = Parcel.Of(SpaceReply.NotUnderstood);
                return new Parcel { Bytes = [.. "{\"colour\":"u8, .. parcelOfTheirs.Bytes, .. "}"u8] };
            }),
            _log, _clock, _ => SpaceState.None, NullLogger<GrainEngines>.Instance);
        Assert.IsType<Recorded>((await engines.ExecuteAsync(Register())).Outcome);
        Assert.Single(await _log.ReadStreamAsync(Space.Stream, 0, 10));
    }

    [Fact]
    public async Task A_space_that_does_not_exist_wakes_no_grain()
    {
        var engines = Engines(_ => throw new InvalidOperationException("a grain was asked"));
        Assert.IsType<NoSuchSpace>((await engines.ExecuteAsync(Register() with { Command = new ConfirmSpace(default(NodaTime.Instant)) })).Outcome);
    }

    private static SpaceRequest Register()
    {
        var details = RegionData.LoadDemo().DemoSpaces[0].Details with { Id = Space };
        return new SpaceRequest(Space, new Ids(Settings.Seed).Next(), new byte[] { 1 }, null, Caller.System, new RegisterSpace(default, details));
    }

    private GrainEngines Engines(Func<Parcel, Task<SpaceReply>> answer) => new(
        _ => new Grain(async parcel => Parcel.Of(await answer(parcel))), _log, _clock, _ => SpaceState.None, NullLogger<GrainEngines>.Instance);

    /// <summary>Stands for a silo that dies at the moment of the test's choice, and for a version of the program that does not exist yet.</summary>
    private sealed class Grain(Func<Parcel, Task<Parcel>> answer) : ISafeSpaceGrain
    {
        public Task<Parcel> ExecuteAsync(Parcel request) => answer(request);
    }
}
