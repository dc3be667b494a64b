using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;
using SafeSpaceCapacity.Audit;
using SafeSpaceCapacity.Service.Engine;

namespace SafeSpaceCapacity.Service;

/// <summary>
/// Removes what was kept long enough, of each kind by its own time, and says so in the log and in the audit trail: the answers to commands,
/// and whole segments of the audit trail. The event log itself is kept: it says nothing about people.
/// </summary>
internal sealed class Retention(ServiceParts parts, ServiceChoices choices, ILogger<Retention> logger) : BackgroundService
{
    /// <summary>How long a command id gives the same answer (design).</summary>
    public static readonly Duration CommandsKept = Duration.FromDays(7);

    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, parts.Time);
        try
        {
            do
            {
                await TryAsync(() => RemoveCommandsAsync(stoppingToken), stoppingToken);
                await TryAsync(RemoveTrails, stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    // By the clock that decides: one that jumped ahead must not take away what should stay.
    private Instant Before(Duration kept) => parts.Clock.Now() - kept;

    private async Task RemoveCommandsAsync(CancellationToken stopping)
    {
        var before = Before(CommandsKept);
        var removed = await parts.Log.ForgetCommandsAsync(before, stopping);
        if (removed > 0)
            Say("retention/commands", string.Create(CultureInfo.InvariantCulture, $"removed the answers to {removed} commands decided before {before}"));
    }

    private Task RemoveTrails()
    {
        // The trail is kept in the machine's time, also where spaces live in a simulated one.
        var before = (parts.Simulated is null ? Before(Duration.FromDays(choices.AuditDays)).ToDateTimeOffset() : parts.Time.GetUtcNow().AddDays(-choices.AuditDays));
        foreach (var removal in AuditRetention.Remove(parts.AuditFolder, before, parts.Keys, parts.Time))
        {
            Say("retention/audit", string.Create(
                CultureInfo.InvariantCulture,
                $"removed segments {removal.FirstSegment} to {removal.LastSegment} of {removal.Node} with {removal.Entries} entries, {removal.From:u} to {removal.Until:u}"));
        }

        return Task.CompletedTask;
    }

    private void Say(string job, string what)
    {
        logger.LogInformation("Retention {Removed}", what);
        var entry = new AuditEntry(
            parts.Time.GetUtcNow(), ObservedAt: null, Caller.System.Actor, Caller.System.Role, Caller.System.Client, Certificate: null, job, AuditKind.Job,
            Space: null, Area: null, CommandId: null, Before: null, After: null, what, Correlation: string.Empty, LogPosition: null);
        if (!parts.Audit.TryAppend(entry))
            logger.LogError("The audit trail did not take that {Removed}", what);
    }

    private async Task TryAsync(Func<Task> remove, CancellationToken stopping)
    {
        try
        {
            await remove();
        }
#pragma warning disable CA1031 // What could not be removed now is removed later; the rest of the service goes on.
        catch (Exception failure) when (!stopping.IsCancellationRequested)
#pragma warning restore CA1031
        {
            logger.LogError("Retention could not remove what is old: {Reason}", failure.Message);
        }
    }
}
