using System.Collections.Concurrent;
using Grpc.Core;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;

namespace SafeSpaceCapacity.EndToEnd.Tests.Load;

/// <summary>Clients that write as fast as they are answered, until the server is gone, and one that watches.</summary>
internal sealed class LoadRun : IDisposable
{
    private const int Clients = 32;
    private readonly Ledger _ledger;
    private readonly Ids _ids;
    private readonly List<Crew> _crews;
    private readonly ConcurrentQueue<Command> _sent = new();
    private readonly TaskCompletionSource _enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _enoughAnswers;
    private readonly Task _running;
    private int _answers;

    public LoadRun(ServerProcess server, Ledger ledger, Ids ids, Random random, int enoughAnswers)
    {
        (_ledger, _ids, _enoughAnswers) = (ledger, ids, enoughAnswers);
        _crews = [.. Enumerable.Range(0, Clients + 1).Select(_ => new Crew(server))];
        var seeds = Enumerable.Range(0, Clients).Select(_ => random.Next()).ToList();
        _running = Task.WhenAll([WatchAsync(_crews[Clients]), .. seeds.Select((seed, i) => Task.Run(() => WriteAsync(_crews[i], new Random(seed))))]);
    }

    /// <summary>All that was sent.</summary>
    public IReadOnlyCollection<Command> Sent => _sent;

    /// <summary>Waits until so many commands were acknowledged.</summary>
    public async Task EnoughAsync(ServerProcess server)
    {
        if (await Task.WhenAny(_enough.Task, _running) != _running)
            return;
        await _running;
        Assert.Fail($"The clients lost the server after {_answers} answers, before anybody stopped it.\n{server.Said}");
    }

    /// <summary>Waits until every client has noticed that the server is gone.</summary>
    public Task EndedAsync() => _running;

    public void Dispose() => _crews.ForEach(crew => crew.Dispose());

    private async Task WriteAsync(Crew crew, Random random)
    {
        while (true)
        {
            var command = _ledger.Next(_ids, random);
            _sent.Enqueue(command);
            try
            {
                command.Answer = await command.SendAsync(crew);
            }
            catch (RpcException gone) when (IsGone(gone))
            {
                return;
            }

            _ledger.Enter(command, command.Answer);
            if (Interlocked.Increment(ref _answers) == _enoughAnswers)
                _enough.TrySetResult();
        }
    }

    private async Task WatchAsync(Crew crew)
    {
        var request = new WatchSpacesRequest { SpaceIds = { _ledger.Exact } };
        try
        {
            using var watch = crew.Calls.WatchSpaces(request);
            while (await watch.ResponseStream.MoveNext(CancellationToken.None))
            {
                var spaces = watch.ResponseStream.Current switch
                {
                    { Snapshot: { } snapshot } => snapshot.Spaces,
                    { Changed: { } changed } => [changed],
                    _ => Enumerable.Empty<WatchedSpace>(),
                };
                foreach (var space in spaces)
                    Ledger.AssertSafe(space.Availability, "Seen by a watch under load");
            }

            Assert.Fail("A watch ended as if it were complete.");
        }
        catch (RpcException gone) when (IsGone(gone))
        {
            // The server stopped.
        }
    }

    // What a client sees of a server that went away. Anything else is an answer, and a wrong one.
    private static bool IsGone(RpcException failure) =>
        failure.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled;
}
