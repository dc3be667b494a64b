using System.Diagnostics;

namespace SafeSpaceCapacity.LoadTests.Tests;

/// <summary>Calls that begin at set times, whatever became of those before: a slow answer delays nobody's next request.</summary>
internal static class OpenLoop
{
    /// <summary>Makes the calls.</summary>
    /// <returns>Milliseconds from when each was to begin until it was answered, in order.</returns>
    public static async Task<List<double>> RunAsync(int calls, TimeSpan every, Func<int, Task> call)
    {
        var started = Stopwatch.GetTimestamp();
        var running = new List<Task<double>>(calls);
        for (var i = 0; i < calls; i++)
        {
            var due = i * every;
            var early = due - Stopwatch.GetElapsedTime(started);
            if (early > TimeSpan.Zero)
                await Task.Delay(early);
            running.Add(OneAsync(i, due));
        }

        var took = await Task.WhenAll(running);
        return [.. took.Order()];

        async Task<double> OneAsync(int i, TimeSpan due)
        {
            await call(i);
            return (Stopwatch.GetElapsedTime(started) - due).TotalMilliseconds;
        }
    }
}
