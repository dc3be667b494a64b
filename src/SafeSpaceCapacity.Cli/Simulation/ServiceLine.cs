using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;
using SafeSpaceCapacity.Contract.V1;
using Availability = SafeSpaceCapacity.Contract.V1.Availability;

namespace SafeSpaceCapacity.Cli.Simulation;

/// <summary>
/// How the people of a simulation reach the service: as crews and staff do, over gRPC, each with a token of their own role. Some connections
/// are lost on purpose; what was not answered is sent again with the same command id.
/// </summary>
/// <param name="channel">To the service.</param>
/// <param name="ledger">Keeps every command.</param>
/// <param name="plan">How it goes on.</param>
/// <param name="stopped">The simulation is stopped.</param>
internal sealed class ServiceLine(GrpcChannel channel, Ledger ledger, SimulationPlan plan, CancellationToken stopped) : IDisposable
{
    private const int StaffTokenSpaces = 50;
    private static readonly TimeSpan TryFor = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Lazy<Task<Metadata>>> _tokens = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IssueDemoTokenRequest> _staff = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _atOnce = new(plan.AtOnce);
    private long _lost;

    public CrewService.CrewServiceClient Crew { get; } = new(channel);

    public StaffService.StaffServiceClient Staff { get; } = new(channel);

    public AdminService.AdminServiceClient Admin { get; } = new(channel);

    public DemoService.DemoServiceClient Demo { get; } = new(channel);

    /// <summary>Calls that were lost on purpose.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Says which spaces there are: staff have tokens for theirs.</summary>
    public void Know(IEnumerable<string> spaces)
    {
        foreach (var team in spaces.Chunk(StaffTokenSpaces))
        {
            var who = new IssueDemoTokenRequest { Role = Role.Staff, SpaceIds = { team } };
            foreach (var space in team)
                _staff[space] = who;
        }
    }

    /// <summary>Asks something that changes nothing.</summary>
    /// <exception cref="RpcException">It was refused, or nobody answered for as long as the plan says.</exception>
    public Task<T> AskAsync<T>(Role role, string? space, Random random, Func<CallOptions, AsyncUnaryCall<T>> call) => TryAsync(WhoFor(role, space), random, call, again: () => { });

    /// <summary>Sends a command until it is answered; null where nobody answers for as long as the plan says.</summary>
    /// <exception cref="RpcException">The service takes it for wrong: the simulation is at fault.</exception>
    public async Task<T?> SendAsync<T>(
        Role role, Deed deed, string space, Guid id, Random random, Func<CallOptions, AsyncUnaryCall<T>> call, Func<T, (bool Done, Availability? Numbers)> read)
        where T : class
    {
        ledger.Sent(id, space, deed);
        try
        {
            var answer = await TryAsync(WhoFor(role, space), random, call, ledger.SentAgain);
            var (done, numbers) = read(answer);
            ledger.Keep(id, Answered.Of(space, deed, done, numbers));
            return answer;
        }
        catch (RpcException failed) when (IsUnanswered(failed))
        {
            return null;
        }
    }

    /// <summary>
    /// Whether nobody answered. INTERNAL is so only where our own library makes it of a connection that broke: from the service it is a fault that
    /// ends the simulation.
    /// </summary>
    public static bool IsUnanswered(RpcException failed) =>
        failed.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled or StatusCode.ResourceExhausted
        || (failed.StatusCode is StatusCode.Internal && failed.Status.DebugException is not null);

    public void Dispose() => _atOnce.Dispose();

    private async Task<T> TryAsync<T>(IssueDemoTokenRequest who, Random random, Func<CallOptions, AsyncUnaryCall<T>> call, Action again)
    {
        await _atOnce.WaitAsync(stopped);
        try
        {
            var since = TimeProvider.System.GetTimestamp();
            for (var pause = FirstPause; ; pause = Min(2 * pause, LongestPause))
            {
                using var lost = CancellationTokenSource.CreateLinkedTokenSource(stopped);
                if (random.NextDouble() < plan.LostShare)
                    lost.CancelAfter(TimeSpan.FromMilliseconds(random.Next(6)));
                try
                {
                    var deadline = (TimeProvider.System.GetUtcNow() + TryFor).UtcDateTime;
                    using var answer = call(new CallOptions(await TokenAsync(who), deadline, lost.Token));
                    return await answer;
                }
                catch (RpcException failed) when (failed.StatusCode is StatusCode.Cancelled && lost.IsCancellationRequested && !stopped.IsCancellationRequested)
                {
                    Interlocked.Increment(ref _lost);
                }
                catch (RpcException failed) when (failed.StatusCode is StatusCode.Unauthenticated)
                {
                    _tokens.TryRemove(KeyOf(who), out _);
                    if (TimeProvider.System.GetElapsedTime(since) > plan.Patience)
                        throw;
                }
                catch (RpcException failed) when (IsUnanswered(failed) && !stopped.IsCancellationRequested)
                {
                    if (TimeProvider.System.GetElapsedTime(since) > plan.Patience)
                        throw;
                    await Task.Delay(pause, TimeProvider.System, stopped);
                }

                again();
            }
        }
        finally
        {
            _atOnce.Release();
        }
    }

    private IssueDemoTokenRequest WhoFor(Role role, string? space) => role is Role.Staff ? _staff[space!] : new IssueDemoTokenRequest { Role = role };

    private async Task<Metadata> TokenAsync(IssueDemoTokenRequest who)
    {
        var token = _tokens.GetOrAdd(KeyOf(who), _ => new Lazy<Task<Metadata>>(async () =>
        {
            var deadline = (TimeProvider.System.GetUtcNow() + TryFor).UtcDateTime;
            var issued = await Demo.IssueDemoTokenAsync(who, deadline: deadline, cancellationToken: stopped);
            return new Metadata { { "authorization", $"Bearer {issued.Token}" } };
        }));
        try
        {
            return await token.Value;
        }
        catch
        {
            _tokens.TryRemove(KeyOf(who), out _);
            throw;
        }
    }

    private static string KeyOf(IssueDemoTokenRequest who) => $"{who.Role} {who.SpaceIds.FirstOrDefault()}";

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
