using System.Diagnostics;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;

namespace SafeSpaceCapacity.EndToEnd.Tests;

/// <summary>Many crews, one place.</summary>
public sealed class RaceTests(ITestOutputHelper output) : IDisposable
{
    private const int Crews = 64;
    private const string Space = "one-place";
    private readonly DataDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Of_64_crews_racing_for_one_place_exactly_one_gets_it()
    {
        output.WriteLine($"seed {Settings.Seed}, {Settings.RaceRounds} rounds");
        var ids = new Ids(Settings.Seed);
        await using var server = await ServerProcess.StartAsync(_directory);
        var crews = Enumerable.Range(0, Crews).Select(_ => new Crew(server)).ToList();
        var latencies = new List<TimeSpan>();
        try
        {
            await crews[0].OpenSpaceAsync(Space, places: 1, ids);

            // Connected before the race, so that all start from the same line.
            await Task.WhenAll(crews.Select(crew => crew.BoardAsync(Space)));
            for (var round = 1; round <= Settings.RaceRounds; round++)
            {
                var won = await RaceAsync(crews, ids, latencies, $"Round {round}, seed {Settings.Seed}");
                var released = await crews[0].Calls.ReleaseHoldAsync(
                    new ReleaseHoldRequest { CommandId = ids.Next().ToString(), SpaceId = Space, HoldId = won }, Crew.Options);
                Assert.Equal(ReleaseHoldResponse.OutcomeOneofCase.Released, released.OutcomeCase);
                Assert.Equal((0, 1), (released.Availability.Held, released.Availability.Available));
            }
        }
        finally
        {
            crews.ForEach(crew => crew.Dispose());
        }

        latencies.Sort();
        TimeSpan Quantile(double part) => latencies[(int)(part * (latencies.Count - 1))];
        output.WriteLine(
            $"{latencies.Count} answers: median {Quantile(0.5).TotalMilliseconds:F1} ms, 99th percentile {Quantile(0.99).TotalMilliseconds:F1} ms, longest {Quantile(1).TotalMilliseconds:F1} ms");
        await server.StopAsync();
    }

    /// <summary>The id of the one hold that was placed.</summary>
    private static async Task<string> RaceAsync(List<Crew> crews, Ids ids, List<TimeSpan> latencies, string round)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var runs = crews.ConvertAll(async crew =>
        {
            var request = Crew.HoldAt(Space, ids.Next());
            await start.Task;
            var from = Stopwatch.GetTimestamp();
            var answer = await crew.Calls.HoldPlaceAsync(request, Crew.Options);
            return (Answer: answer, Took: Stopwatch.GetElapsedTime(from));
        });
        start.SetResult();
        var ended = await Task.WhenAll(runs);
        latencies.AddRange(ended.Select(run => run.Took));

        var placed = ended.Where(run => run.Answer.Placed is not null).ToList();
        Assert.True(placed.Count == 1, $"{round}: {placed.Count} crews got the one place.");
        foreach (var (answer, _) in ended.Where(run => run.Answer.Placed is null))
        {
            Assert.True(answer.Rejected?.Code == RejectionCode.NoSafeCapacity, $"{round}: {answer}");
            var numbers = answer.Rejected.Availability;
            Assert.Equal((1, 1, 0, 1, 0), (numbers.Places, numbers.SafeCapacity, numbers.Occupied, numbers.Held, numbers.Available));
        }

        var board = await crews[0].BoardAsync(Space);
        var onTheWay = Assert.Single(board.Holds);
        Assert.Equal(placed[0].Answer.Placed, onTheWay);
        return onTheWay.HoldId;
    }
}
