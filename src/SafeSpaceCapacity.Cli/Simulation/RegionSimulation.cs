using System.Collections.Frozen;
using Grpc.Core;
using Grpc.Net.Client;
using NodaTime;
using SafeSpaceCapacity.Contract.V1;
using Timestamp = Google.Protobuf.WellKnownTypes.Timestamp;

namespace SafeSpaceCapacity.Cli.Simulation;

/// <summary>A region that lives: its staff work, needs arise, crews bring people to spaces. Everything goes through the service's contract.</summary>
internal sealed class RegionSimulation : IDisposable
{
    private static readonly Duration LongestStep = Duration.FromHours(1);

    private readonly SimulatedRegion _region;
    private readonly IEnumerable<SimulatedNeed> _needs;
    private readonly CancellationToken _stopped;
    private readonly long _began = TimeProvider.System.GetTimestamp();
    private readonly Instant _start;
    private Instant _serviceTime;
    private bool _needsEnded;
    private int _stays;

    public RegionSimulation(GrpcChannel channel, SimulationPlan plan, SimulatedRegion region, IEnumerable<SimulatedNeed> needs, Instant serviceTime, CancellationToken stopped)
    {
        (Plan, _region, _needs, _stopped) = (plan, region, needs, stopped);
        _start = _serviceTime = serviceTime;
        Agenda = new Agenda(serviceTime, plan.Step);
        Line = new ServiceLine(channel, Ledger, plan, stopped);
        Line.Know(region.Spaces.Select(space => space.Id));
        Teams = region.Spaces.Select((space, number) => new SpaceTeam(space, this, plan.RandomOf(-1 - number))).ToFrozenDictionary(team => team.Space.Id, StringComparer.Ordinal);
    }

    public SimulationPlan Plan { get; }

    public Agenda Agenda { get; }

    public Ledger Ledger { get; } = new();

    public Tally Tally { get; } = new();

    public ServiceLine Line { get; }

    public FrozenDictionary<string, SpaceTeam> Teams { get; }

    /// <summary>An id of a command.</summary>
    public static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    /// <summary>Somebody's stay begins: the simulation waits for its end.</summary>
    public void StayBegins() => Interlocked.Increment(ref _stays);

    /// <summary>It has ended.</summary>
    public void StayEnds() => Interlocked.Decrement(ref _stays);

    /// <summary>Enters the spaces that are not there yet.</summary>
    /// <exception cref="RpcException">The service does not take one.</exception>
    public async Task SetUpAsync()
    {
        foreach (var space in _region.Spaces)
        {
            var id = NewId();
            var entry = space.Entry.Clone();
            entry.CommandId = id.ToString();
            await Line.SendAsync(
                Role.Administrator, Deed.Register, space.Id, id, Plan.RandomOf(int.MaxValue), options => Line.Admin.RegisterSpaceAsync(entry, options),
                answer => (answer.Registered is not null, answer.Registered is null ? null : answer.Availability));
        }
    }

    /// <summary>Lives until the last need has ended and everybody has left.</summary>
    /// <param name="progress">Told of each moment.</param>
    public async Task RunAsync(Action<Instant> progress)
    {
        foreach (var team in Teams.Values)
            Agenda.Begin(team.WorkAsync);
        Agenda.Begin(BringNeedsAsync);
        await Agenda.RunAsync(
            async to =>
            {
                await AdvanceAsync(to);
                progress(to);
            },
            () => !_stopped.IsCancellationRequested && (!_needsEnded || Tally.UnderWay > 0 || _stays > 0));
        _stopped.ThrowIfCancellationRequested();
    }

    public void Dispose() => Line.Dispose();

    private async Task BringNeedsAsync()
    {
        foreach (var need in _needs)
        {
            await Agenda.UntilAsync(need.At);
            Agenda.Begin(new CrewJourney(need, this, Plan.RandomOf(need.Number)).RunAsync);
        }

        _needsEnded = true;
    }

    private async Task AdvanceAsync(Instant to)
    {
        if (Plan.IsRealTime)
        {
            await WaitUntilAsync(to - _start);
            return;
        }

        if (Plan.Speed is { } speed)
            await WaitUntilAsync((to - _start) / speed);
        while (_serviceTime < to)
        {
            var next = Instant.Min(to, _serviceTime + LongestStep);
            var request = new AdvanceClockRequest { To = Timestamp.FromDateTimeOffset(next.ToDateTimeOffset()) };
            await Line.AskAsync(Role.Administrator, null, Plan.RandomOf(0), options => Line.Demo.AdvanceClockAsync(request, options));
            _serviceTime = next;
        }
    }

    private async Task WaitUntilAsync(Duration sinceStart)
    {
        var left = sinceStart.ToTimeSpan() - TimeProvider.System.GetElapsedTime(_began);
        if (left > TimeSpan.Zero)
            await Task.Delay(left, TimeProvider.System, _stopped);
    }
}
