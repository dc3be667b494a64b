using System.Globalization;
using Microsoft.Data.Sqlite;
using NodaTime;
using SafeSpaceCapacity.EventLog.Sqlite;

namespace SafeSpaceCapacity.EventLog.Tests;

public sealed class SqliteEventLogTests : EventLogContract, IDisposable
{
    private readonly TestDirectory directory = new();
    private readonly List<TestDirectory> fresh = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        directory.Dispose();
        fresh.ForEach(item => item.Dispose());
    }

    protected override async Task<IEventLog> OpenAsync() => await SqliteEventLog.OpenAsync(directory.Path, Time, Token);

    protected override async Task<IEventLog> OpenFreshAsync()
    {
        fresh.Add(new TestDirectory());
        return await SqliteEventLog.OpenAsync(fresh[^1].Path, Time, Token);
    }

    [Fact]
    public async Task A_second_opener_is_refused_and_told_which_directory()
    {
        await using (await OpenAsync())
        {
            var refused = await Assert.ThrowsAsync<LogInUseException>(OpenAsync);
            Assert.Contains(directory.Path, refused.Message, StringComparison.Ordinal);
            Assert.Contains("another process", refused.Message, StringComparison.Ordinal);
        }
        await using var log = await OpenAsync();
        Assert.True(log.CanAppend);
    }

    [Fact]
    public async Task Appends_that_wait_share_one_commit_and_a_loser_drops_out_alone()
    {
        using var entered = new SemaphoreSlim(0);
        using var go = new SemaphoreSlim(0);
        await using var log = await OpenAsync(new()
        {
            BeforeCommit = () =>
            {
                entered.Release();
                go.Wait(Token);
            },
        });
        var first = log.AppendAsync(Make.One("space/first", 0, 1), Token);
        await entered.WaitAsync(Token);
        Assert.Equal(0, log.HeadPosition);
        Assert.Empty(await log.ReadAllAsync(0, 10, Token));

        // While the first commit is under way, these wait in this order.
        var winner = log.AppendAsync(Make.One("space/a", 0, 2), Token);
        var stale = log.AppendAsync(Make.One("space/a", 0, 3), Token);
        var follower = log.AppendAsync(Make.One("space/a", 1, 4), Token);
        var retry = log.AppendAsync(Make.One("space/b", 0, 2), Token);
        var others = Enumerable.Range(0, 64).Select(i => log.AppendAsync(Make.One("space/" + i, 0, 100 + i), Token).AsTask()).ToList();
        go.Release(100);

        Assert.Equal(new AppendResult.Committed(1, ManualTime.Start), await first);
        Assert.Equal(new AppendResult.Committed(2, ManualTime.Start), await winner);
        Assert.Equal(new AppendResult.Conflict("space/a", 1), await stale);
        Assert.Equal(new AppendResult.Committed(3, ManualTime.Start), await follower);
        Assert.Equal(new AppendResult.DuplicateCommand(Make.Id(2)), await retry);
        Assert.All(await Task.WhenAll(others), result => Assert.IsType<AppendResult.Committed>(result));
        Assert.Equal(67, log.HeadPosition);
        Assert.Equal(2, log.Commits);
    }

    [Theory]
    [InlineData(1034)]
    [InlineData(1290)]
    [InlineData(778)]
    public async Task A_failed_sync_ends_the_process(int extendedCode)
    {
        var ended = new List<string>();
        await using (var log = await OpenAsync(new()
        {
            BeforeCommit = () => throw new SqliteException("disk I/O error", 10, extendedCode),
            EndProcess = (message, _) => ended.Add(message),
        }))
        {
            // In a real process nothing after this is reached.
            Assert.IsType<AppendResult.Unknown>(await log.AppendAsync(Make.One("space/a", 0, 1), Token));
            Assert.Contains(extendedCode.ToString(CultureInfo.InvariantCulture), Assert.Single(ended), StringComparison.Ordinal);
            Assert.False(log.CanAppend);
            Assert.IsType<SqliteException>(log.LastFailure);
            var refused = await Assert.ThrowsAsync<LogStoppedException>(async () => await log.AppendAsync(Make.One("space/a", 0, 2), Token));
            Assert.IsType<SqliteException>(refused.InnerException);
        }
        await using var again = await OpenAsync();
        Assert.Equal(0, again.HeadPosition);
    }

    [Fact]
    public async Task A_commit_that_fails_otherwise_is_unknown_to_all_it_carried_and_the_log_goes_on()
    {
        var failures = 1;
        await using var log = await OpenAsync(new()
        {
            BeforeCommit = () =>
            {
                if (failures-- > 0)
                    throw new SqliteException("database or disk is full", 13);
            },
            EndProcess = (message, _) => Assert.Fail(message),
        });
        var result = Assert.IsType<AppendResult.Unknown>(await log.AppendAsync(Make.One("space/a", 0, 1), Token));
        Assert.Contains("full", result.Reason, StringComparison.Ordinal);
        Assert.True(log.CanAppend);
        Assert.NotNull(log.LastFailure);
        Assert.Equal(0, log.Commits);
        Assert.Equal(new AppendResult.Committed(1, ManualTime.Start), await log.AppendAsync(Make.One("space/a", 0, 1), Token));
        Assert.Null(log.LastFailure);
    }

    [Fact]
    public async Task Recorded_time_never_runs_backwards_also_over_a_restart()
    {
        await using (var log = await OpenAsync())
        {
            await log.AppendAsync(Make.One("space/a", 0, 1), Token);
            Time.Now -= Duration.FromMinutes(5);
            Assert.Equal(new AppendResult.Committed(2, ManualTime.Start), await log.AppendAsync(Make.One("space/a", 1, 2), Token));
        }
        await using (var log = await OpenAsync())
        {
            Assert.Equal(new AppendResult.Committed(3, ManualTime.Start), await log.AppendAsync(Make.One("space/a", 2, 3), Token));
            Time.Now = ManualTime.Start + Duration.FromSeconds(1);
            Assert.Equal(new AppendResult.Committed(4, Time.Now), await log.AppendAsync(Make.One("space/a", 3, 4), Token));
        }
    }

    [Fact]
    public async Task The_write_ahead_log_is_moved_into_the_database_while_running_and_is_gone_after_closing()
    {
        await using (var log = await OpenAsync())
        {
            for (var i = 0; i < 60; i++)
                await log.AppendAsync(Make.One("space/a", i * 100L, i, events: 100), Token);
            Assert.True(new FileInfo(directory.Database).Length > 500_000, "Nothing was moved.");
        }
        Assert.False(File.Exists(directory.WriteAheadLog));
        Assert.True((await LogVerifier.VerifyAsync(directory.Path, Token)).IsSound);
    }

    [Fact]
    public async Task Verification_of_a_log_in_use_says_what_is_there()
    {
        await using var log = await OpenAsync();
        for (var i = 0; i < 30; i++)
            await log.AppendAsync(Make.One("space/" + (i % 3), i / 3, i), Token);
        var appending = Task.Run(
            async () =>
            {
                for (var i = 30; i < 300; i++)
                    await log.AppendAsync(Make.One("space/" + (i % 3), i / 3, i), Token);
            },
            Token);
        var report = await LogVerifier.VerifyAsync(directory.Path, Token);
        await appending;
        Assert.Empty(report.Problems);
        Assert.Equal((log.Epoch, 3, 1L, ManualTime.Start), (report.Epoch!.Value, report.Streams, report.FirstPosition, report.FirstRecordedAt!.Value));
        Assert.InRange(report.Entries, 30, 300);
        Assert.Equal(report.Entries, report.ReadableTo);
        Assert.Equal(report.Entries, report.LastPosition);
    }

    /// <summary>How fast it is on this machine: run explicitly, the figures are in its output.</summary>
    [Theory(Explicit = true)]
    [InlineData(1)]
    [InlineData(64)]
    public async Task Throughput(int inFlight)
    {
        await using var log = await OpenAsync();
        var appends = inFlight * (inFlight == 1 ? 2000 : 500);
        var started = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(caller => Task.Run(
            async () =>
            {
                for (var i = 0; i < appends / inFlight; i++)
                    Assert.IsType<AppendResult.Committed>(await log.AppendAsync(Make.One("space/" + caller, i, (caller * 1_000_000) + i), Token));
            },
            Token)));
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        started = TimeProvider.System.GetTimestamp();
        Assert.True((await LogVerifier.VerifyAsync(directory.Path, Token)).IsSound);
        var verifying = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{inFlight} in flight: {appends / seconds:F0} appends/s, {(double)appends / log.Commits:F1} appends per commit, {log.Commits / seconds:F0} commits/s; verifies {appends / verifying:F0} entries/s"));
    }

    private Task<SqliteEventLog> OpenAsync(SqliteLogSettings settings) => SqliteEventLog.OpenAsync(directory.Path, Time, settings, Token);
}
