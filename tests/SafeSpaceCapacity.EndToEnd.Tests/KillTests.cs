using System.Diagnostics;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;
using SafeSpaceCapacity.EndToEnd.Tests.Load;
using SafeSpaceCapacity.Audit;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Identity;

namespace SafeSpaceCapacity.EndToEnd.Tests;

/// <summary>The server is killed while it works, again and again, over one log.</summary>
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private readonly DataDirectory _directory = new();
    private readonly Ledger _ledger = new();
    private readonly List<Command> _all = [];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_was_acknowledged_survives_kill_9_under_load()
    {
        output.WriteLine($"seed {Settings.Seed}, {Settings.KillRounds} rounds");
        var random = new Random(Settings.Seed);
        var ids = new Ids(Settings.Seed);
        var from = Stopwatch.GetTimestamp();
        var (withEffect, without) = (0, 0);
        var server = await ServerProcess.StartAsync(_directory);
        try
        {
            using (var admin = new Crew(server))
                await _ledger.OpenSpacesAsync(admin, ids);
            for (var round = 1; round <= Settings.KillRounds; round++)
            {
                var sent = await LoadAndKillAsync(server, ids, random);
                await server.DisposeAsync();
                var gone = TimeProvider.System.GetUtcNow();
                server = await ServerProcess.StartAsync(_directory);
                using var auditor = new Crew(server);
                var found = await new Reckoning(auditor, _ledger, $"Round {round}, seed {Settings.Seed}").RunAsync(sent, gone);
                withEffect += found.UnansweredWithEffect;
                without += found.UnansweredWithout;
                _all.AddRange(sent);
            }

            // Nothing of any round was lost in a later one.
            using (var auditor = new Crew(server))
                await new Reckoning(auditor, _ledger, $"After all rounds, seed {Settings.Seed}").AcknowledgedAreThereAsync(_all);
            await server.StopAsync();
        }
        finally
        {
            await server.DisposeAsync();
        }

        var report = await LogVerifier.VerifyAsync(_directory.Path, TestContext.Current.CancellationToken);
        Assert.True(report.IsSound, report.ToString());
        Assert.Equal(report.LastPosition, report.AcknowledgedPosition);
        using var keys = SigningKeys.OpenExisting(Path.Combine(_directory.Path, "identity", "keys"), TimeProvider.System);
        var trail = AuditVerifier.Verify(Path.Combine(_directory.Path, "audit"), AuditKeys.Of(keys));
        Assert.True(trail.IsSound, trail.ToString());
        output.WriteLine(
            $"{_all.Count - withEffect - without} acknowledged, {withEffect} unanswered with effect, {without} unanswered without; {report.Entries} entries; {Stopwatch.GetElapsedTime(from).TotalSeconds:F0} s");
    }

    [Fact]
    public async Task The_audit_itself_notices_when_something_acknowledged_is_missing()
    {
        output.WriteLine($"seed {Settings.Seed}");
        var ids = new Ids(Settings.Seed);
        using var earlier = new DataDirectory();
        await using (var first = await ServerProcess.StartAsync(_directory))
        {
            using var admin = new Crew(first);
            await _ledger.OpenSpacesAsync(admin, ids);
            await first.StopAsync();
        }

        foreach (var file in Directory.GetFiles(_directory.Path))
            File.Copy(file, Path.Combine(earlier.Path, Path.GetFileName(file)));
        IReadOnlyCollection<Command> sent;
        await using (var server = await ServerProcess.StartAsync(_directory))
            sent = await LoadAndKillAsync(server, ids, new Random(Settings.Seed));
        var gone = TimeProvider.System.GetUtcNow();

        // A log that is sound, but from before the load.
        await using var old = await ServerProcess.StartAsync(earlier);
        using var auditor = new Crew(old);
        var noticed = await Record.ExceptionAsync(() => new Reckoning(auditor, _ledger, "An old copy").RunAsync(sent, gone));
        Assert.Contains("and is now answered", noticed?.Message, StringComparison.Ordinal);
        await old.StopAsync();
    }

    private async Task<IReadOnlyCollection<Command>> LoadAndKillAsync(ServerProcess server, Ids ids, Random random)
    {
        using var load = new LoadRun(server, _ledger, ids, random, enoughAnswers: random.Next(1, 500));
        await load.EnoughAsync(server);

        // Not only at the moment at which an answer comes in: the delay is part of what is tried, nothing is waited for.
        await Task.Delay(TimeSpan.FromMilliseconds(random.NextDouble() * 20), TestContext.Current.CancellationToken);
        await server.KillAsync();
        await load.EndedAsync();
        return load.Sent;
    }
}
