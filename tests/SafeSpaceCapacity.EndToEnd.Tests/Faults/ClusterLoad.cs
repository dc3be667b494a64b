using System.Collections.Concurrent;
using Grpc.Core;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;
using SafeSpaceCapacity.EndToEnd.Tests.Load;

namespace SafeSpaceCapacity.EndToEnd.Tests.Faults;

/// <summary>
/// Clients that write through the proxy until they are told to stop. A call that gets no answer is made again with the same command id, as crews'
/// programs do, so each command has an answer in the end.
/// </summary>
internal sealed class ClusterLoad : IAsyncDisposable
{
    private const int Clients = 6;

    // Crews think between two calls, too. Without, the load would keep what is broken from starting again.
    private const int PauseMilliseconds = 50;
    private static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly Ledger _ledger;
    private readonly Ids _ids;
    private readonly List<Crew> _crews;
    private readonly ConcurrentQueue<Command> _answered = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private int _retries;

    public ClusterLoad(Cluster cluster, Ledger ledger, Ids ids, Random random)
    {
        (_ledger, _ids) = (ledger, ids);
        _crews = [.. Enumerable.Range(0, Clients).Select(_ => cluster.Caller())];
        var seeds = _crews.ConvertAll(_ => random.Next());
        _running = Task.WhenAll(seeds.Select((seed, i) => Task.Run(() => WriteAsync(_crews[i], new Random(seed)))));
    }

    public IReadOnlyCollection<Command> Answered => _answered;

    /// <summary>Attempts that got no answer.</summary>
    public int Retries => _retries;

    /// <summary>Waits until so many more commands are answered.</summary>
    public async Task MoreAsync(int answers, string context)
    {
        var enough = _answered.Count + answers;
        for (var since = TimeProvider.System.GetTimestamp(); _answered.Count < enough;)
        {
            if (_running.IsFaulted)
                await _running;
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Patience, $"{context}: only {_answered.Count + answers - enough} of {answers} calls are answered after {Patience}.");
            await Task.Delay(20);
        }
    }

    /// <summary>Waits until what is under way is answered.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAny(_running, Task.Delay(Patience));
        _crews.ForEach(crew => crew.Dispose());
        _stop.Dispose();
    }

    private async Task WriteAsync(Crew crew, Random random)
    {
        while (!_stop.IsCancellationRequested)
        {
            var command = _ledger.Next(_ids, random);
            command.Answer = await UntilAnsweredAsync(crew, command);
            _ledger.Enter(command, command.Answer);
            _answered.Enqueue(command);
            await Task.Delay(random.Next(2 * PauseMilliseconds));
        }
    }

    private async Task<Google.Protobuf.IMessage> UntilAnsweredAsync(Crew crew, Command command)
    {
        for (var since = TimeProvider.System.GetTimestamp(); ;)
        {
            try
            {
                return await command.SendAsync(crew, new CallOptions(deadline: TimeProvider.System.GetUtcNow().UtcDateTime + AttemptLimit));
            }
            catch (RpcException failure) when (MayBeMadeAgain(failure.StatusCode) && TimeProvider.System.GetElapsedTime(since) < Patience)
            {
                Interlocked.Increment(ref _retries);
                await Task.Delay(50);
            }
        }
    }

    // A connection that breaks in the middle of an answer is an internal error to the client's library.
    private static bool MayBeMadeAgain(StatusCode code) =>
        code is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Internal or StatusCode.Cancelled;
}
