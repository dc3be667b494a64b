using SafeSpaceCapacity.Audit;
using SafeSpaceCapacity.Service.Tests.Support;

namespace SafeSpaceCapacity.Service.Tests;

/// <summary>What was kept long enough goes, each kind by its own time, and the service says so.</summary>
public sealed class RetentionTests
{
    [Fact]
    public async Task Answers_to_commands_go_after_seven_days()
    {
        await using var first = await RunningService.StartAsync();
        await first.OpenAsync("near-space", Ask.Latitude, Ask.Longitude);
        first.Time.Advance(TimeSpan.FromDays(6.9));
        await using var young = await first.RestartAsync();
        Assert.Empty(await JobsAsync(young, TimeSpan.FromSeconds(0.3)));

        young.Time.Advance(TimeSpan.FromDays(0.2));
        await using var old = await young.RestartAsync();
        var job = Assert.Single(await JobsAsync(old, Patience.Long));
        Assert.Equal(("retention/commands", "system", AuditKind.Job), (job.Method, job.Actor, job.Kind));
        Assert.StartsWith("removed the answers to 4 commands decided before ", job.Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Segments_of_the_audit_trail_go_after_their_days_and_what_is_left_is_sound()
    {
        await using var first = await RunningService.StartAsync(new Wishes { AuditDays = 30 });
        await first.Crew.FindSpacesAsync(Ask.Find());
        first.Time.Advance(TimeSpan.FromDays(29));
        await using var young = await first.RestartAsync(new Wishes { AuditDays = 30 });
        await young.Crew.FindSpacesAsync(Ask.Find());
        Assert.Empty(await JobsAsync(young, TimeSpan.FromSeconds(0.3)));
        young.Time.Advance(TimeSpan.FromDays(2));
        await using var old = await young.RestartAsync(new Wishes { AuditDays = 30 });
        var job = Assert.Single(await JobsAsync(old, Patience.Long));
        Assert.Equal("retention/audit", job.Method);
        Assert.StartsWith("removed segments 1 to 1 of tests with 1 entries, ", job.Outcome, StringComparison.Ordinal);

        var report = AuditVerifier.Verify(old.Parts.AuditFolder, AuditKeys.Of(old.Parts.Keys));
        Assert.True(report.IsSound, report.ToString());
        Assert.Equal(2, report.Entries);
    }

    /// <summary>The jobs that were recorded, as soon as there is one, or after so long.</summary>
    private static async Task<IReadOnlyList<AuditEntry>> JobsAsync(RunningService service, TimeSpan patience)
    {
        var from = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var jobs = (await service.AuditedAsync()).Where(entry => entry.Kind == AuditKind.Job).ToList();
            if (jobs.Count > 0 || TimeProvider.System.GetElapsedTime(from) > patience)
                return jobs;
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }
}
