using System.Collections.Concurrent;

namespace SafeSpaceCapacity.EventLog.Tests;

/// <summary>Many who append to a few streams at once, so that they conflict, while the tail of each log is read.</summary>
internal static class ConflictingAppenders
{
    /// <summary>All appends end up in every log, once, in one order; every conflict is decided again.</summary>
    /// <param name="seed">Gives the same order of streams to each appender again.</param>
    /// <param name="appenders">How many.</param>
    /// <param name="each">What each of them appends.</param>
    /// <param name="logs">One log, as one or more nodes have it open.</param>
    public static async Task RunAsync(int seed, int appenders, int each, params IEventLog[] logs)
    {
        var token = TestContext.Current.CancellationToken;
        var acknowledged = new ConcurrentBag<long>();
        var conflicts = 0;
        var tails = Task.WhenAll(logs.Select(TailAsync));
        await Task.WhenAll(Enumerable.Range(0, appenders).Select(appender => Task.Run(() => AppendAsync(logs[appender % logs.Length], appender), token)));

        // Far longer than it takes: a tail that never ends fails instead of hanging.
        foreach (var tail in await tails.WaitAsync(TimeSpan.FromSeconds(60), token))
        {
            Assert.Equal(Enumerable.Range(1, appenders * each).Select(i => (long)i), tail.Select(item => item.Position));
            Assert.Equal(appenders * each, tail.Select(item => item.CommandId).Distinct().Count());
            Assert.All(tail.GroupBy(item => item.Stream), stream => Assert.Equal(Enumerable.Range(1, stream.Count()).Select(i => (long)i), stream.Select(item => item.Version)));
            Assert.Equal(tail.Select(item => item.Position), acknowledged.Order());
        }
        Assert.True(conflicts > 0, "Nobody conflicted, so nothing was tested.");
        Assert.All(logs, log => Assert.True(log.Commits > 0));

        async Task AppendAsync(IEventLog log, int appender)
        {
            var random = new Random((seed * 1000) + appender);
            for (var i = 0; i < each; i++)
            {
                var stream = "space/" + random.Next(3);
                var version = await log.GetVersionAsync(stream, token);
                while (true)
                {
                    var result = await log.AppendAsync(Make.One(stream, version, (appender * each) + i), token);
                    if (result is AppendResult.Committed committed)
                    {
                        acknowledged.Add(committed.LastPosition);
                        break;
                    }
                    version = Assert.IsType<AppendResult.Conflict>(result).ActualVersion;
                    Interlocked.Increment(ref conflicts);
                }
            }
        }

        async Task<List<RecordedEvent>> TailAsync(IEventLog log)
        {
            var seen = new List<RecordedEvent>();
            while (seen.Count < appenders * each)
            {
                await log.WaitForAsync(seen.Count + 1, token);
                seen.AddRange(await log.ReadAllAsync(seen.Count, 7, token));
            }
            return seen;
        }
    }
}
