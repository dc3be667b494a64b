using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;
using SafeSpaceCapacity.Service.Engine;
using SafeSpaceCapacity.Service.ReadModel;
using SafeSpaceCapacity.Service.Region;

namespace SafeSpaceCapacity.Service.Demo;

/// <summary>
/// The staff of the demo region's fictional spaces: begins shifts when they open, keeps the status confirmed, and forgets to at a few, so
/// that the demo shows spaces to ring first. Acts through the same commands as real staff.
/// </summary>
public sealed class DemoStaff(IReadOnlyList<DemoSpace> spaces, ISpaceEngines engines, SpaceReadModel readModel, TimeProvider time, ILogger<DemoStaff> logger)
    : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromMinutes(5);
    private static readonly Duration ShiftLength = Duration.FromHours(12);
    private static readonly Duration PlannedAhead = Duration.FromHours(30);
    private static readonly Duration ConfirmEvery = Duration.FromMinutes(40);
    private static readonly Caller Demo = new("demo", "staff", "demo", string.Empty);

    /// <summary>Sets the region up before the service answers, so that the first search finds it.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await ActAsync();
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var rounds = new PeriodicTimer(Round, time);
        try
        {
            while (await rounds.WaitForNextTickAsync(stoppingToken))
                await ActAsync();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
        catch (NotDecidedException failure)
        {
            logger.LogError("The demo's staff stopped: {Reason}", failure.Message);
        }
    }

    private Task ActAsync() => Task.WhenAll(spaces.Select(ActAsync));

    private async Task ActAsync(DemoSpace space)
    {
        var id = space.Details.Id;
        var now = readModel.Now();
        var state = readModel.StateOf(id);
        if (state.Details is null)
        {
            await DoAsync(id, "register", 0, new RegisterSpace(default, space.Details));
            state = SpaceState.None with { Details = space.Details };
        }

        if (space.Forgetful)
            return;
        var timeline = CapacityTimeline.Of(state, now);
        await PlanShiftsAsync(space, timeline, now);
        var minute = now.ToUnixTimeMinutes();
        if (!timeline.At(now).Open)
        {
            if (state.Occupied > 0)
                await DoAsync(id, "close", minute, new RecordCount(default, 0, null));
        }
        else if (state.CountedAt is not { } counted || counted + ShiftLength < now)
        {
            await DoAsync(id, "count", minute, new RecordCount(default, space.TypicalOccupied, null));
        }
        else if (state.ConfirmedAt is not { } confirmed || confirmed + ConfirmEvery < now)
        {
            await DoAsync(id, "confirm", minute, new ConfirmSpace(default(Instant)));
        }
    }

    /// <summary>Staffs every opening of the coming day and a bit, so that a search may also ask about tomorrow.</summary>
    private async Task PlanShiftsAsync(DemoSpace space, CapacityTimeline timeline, Instant now)
    {
        var rule = space.Details.Staffing;
        var team = Math.Max(rule.MinimumOnDuty, (space.Details.Places + rule.VisitorsPerStaff - 1) / rule.VisitorsPerStaff);
        var at = now;
        while (timeline.FirstWhere(at, s => s.Open && s.SafeCapacity == 0) is { } from && from < now + PlannedAhead)
        {
            var until = from + ShiftLength;
            if (timeline.OpenUntil(from) is { } closes)
                until = Instant.Min(until, closes);
            for (var i = 0; i < team; i++)
            {
                var role = i < rule.MinimumClinicians ? StaffRole.Clinician : i == rule.MinimumClinicians ? StaffRole.TeamLead : StaffRole.SupportWorker;
                var shift = IdOf(space.Details.Id, $"shift-{i}", from.ToUnixTimeMinutes());
                await DoAsync(space.Details.Id, $"shift-{i}", from.ToUnixTimeMinutes(), new StartShift(default, shift, role, from, until));
            }

            at = until;
        }
    }

    private async Task DoAsync(SpaceId space, string act, long minute, SpaceCommand command)
    {
        var id = IdOf(space, act, minute);
        await engines.ExecuteAsync(new SpaceRequest(space, id, SHA256.HashData(id.ToByteArray()), null, Demo, command));
    }

    // The same act at the same minute is the same command, whoever starts the demo how often.
    private static Guid IdOf(SpaceId space, string act, long minute) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"demo/{space}/{act}/{minute}")).AsSpan(0, 16));
}

file static class InstantMinutes
{
    public static long ToUnixTimeMinutes(this Instant at) => at.ToUnixTimeSeconds() / 60;
}
