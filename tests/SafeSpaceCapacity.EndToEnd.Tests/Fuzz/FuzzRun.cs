using System.Diagnostics;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;

namespace SafeSpaceCapacity.EndToEnd.Tests.Fuzz;

/// <summary>Sends the cases, many at a time, and judges every answer.</summary>
internal sealed class FuzzRun(ServerProcess server, Cast cast, int seed)
{
    private const int Clients = 6;
    private const int LanesOfEach = 8;

    // Of a method that takes one valid message in ten, none of so many is taken in one run of five hundred.
    private const int ValidMost = 60;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);
    private int _next = -1;

    public Tally Tally { get; } = new();

    /// <summary>
    /// Sends cases 0 to one before <paramref name="count"/>, or as many as it takes to know that something is wrong. Then valid messages to each method that
    /// has not answered with OK yet: chance may have made none for it.
    /// </summary>
    public async Task SendAllAsync(int count)
    {
        var clients = Enumerable.Range(0, Clients).Select(_ => Lane.NewClient(server)).ToList();
        var lanes = clients.SelectMany(client => Enumerable.Range(0, LanesOfEach).Select(_ => new Lane(server, client))).ToList();
        try
        {
            await Task.WhenAll(lanes.Select(lane => Task.Run(() => FollowAsync(lane, count))));
            await SendMissedAsync(lanes[0]);
        }
        finally
        {
            lanes.ForEach(lane => lane.Dispose());
            clients.ForEach(client => client.Dispose());
        }
    }

    /// <summary>Sends one case alone.</summary>
    public async Task SendOneAsync(int number)
    {
        using var client = Lane.NewClient(server);
        using var lane = new Lane(server, client);
        await SendAsync(lane, Cases.Make(seed, number, cast), $"Case {number}");
    }

    private async Task FollowAsync(Lane lane, int count)
    {
        while (!Tally.IsEnough && Interlocked.Increment(ref _next) is var number && number < count)
            await SendAsync(lane, Cases.Make(seed, number, cast), $"Case {number}");
    }

    private async Task SendMissedAsync(Lane lane)
    {
        foreach (var method in Methods.All)
        {
            for (var i = 0; i < ValidMost && !Tally.IsEnough && !Tally.Answered.Contains(method.FullName); i++)
                await SendAsync(lane, Messages.Valid(new Random(unchecked(seed + i)), cast, method), $"Valid message {i}");
        }
    }

    private async Task SendAsync(Lane lane, FuzzCase one, string name)
    {
        var from = Stopwatch.GetTimestamp();
        Answer answer;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Bound);
        try
        {
            answer = await one.SendAsync(lane, limit.Token);
        }
        catch (OperationCanceledException)
        {
            answer = Answer.Hung($"neither an answer nor a close within {Bound.TotalSeconds} s");
        }
        catch (Exception failure) when (failure is not Xunit.Sdk.XunitException)
        {
            answer = Answer.Ended("unknown");
            answer.Faults.Add($"the harness could not tell: {failure}");
        }

        Tally.Count(one, answer);
        var faults = Judge.Faults(answer).ToList();
        if (faults.Count > 0)
        {
            Tally.Fail(
                $"{name} of seed {seed} ({one.Level}: {one.What}{(one.Method is { } method ? " of " + method : string.Empty)}), after {Stopwatch.GetElapsedTime(from).TotalMilliseconds:F0} ms:\n"
                + $"  {string.Join("\n  ", faults)}\n  sent: {one.Sent()}\n  got: {answer}");
        }
    }
}
