using NodaTime;
using SafeSpaceCapacity.Contract.V1;
using Timestamp = Google.Protobuf.WellKnownTypes.Timestamp;

namespace SafeSpaceCapacity.Cli.Simulation;

/// <summary>The staff of one simulated space: who works when, what they tell the service, and what they forget to.</summary>
internal sealed class SpaceTeam(SimulatedSpace space, RegionSimulation simulation, Random random)
{
    // Assumptions, all of them.
    private const int PausedInThousand = 8;
    private const int ShortOfOneInHundred = 10;
    private const int AcceptInHundred = 70;
    private const int DeclineInHundred = 15;
    private const int CallOffInHundred = 2;
    private static readonly Duration ShiftLength = Duration.FromHours(12);
    private static readonly Duration LooksEvery = Duration.FromMinutes(75);
    private static readonly RefusalReason[] Reasons =
        [RefusalReason.NoCapacity, RefusalReason.UnsafeStaffing, RefusalReason.Intoxication, RefusalReason.Behaviour, RefusalReason.Age, RefusalReason.OutOfArea, RefusalReason.Other];

    private readonly Lock _gate = new();
    private int _here;
    private int _known;
    private int _days;

    /// <summary>The space.</summary>
    public SimulatedSpace Space => space;

    /// <summary>Works day by day, for ever.</summary>
    public async Task WorkAsync()
    {
        while (true)
        {
            var (from, until) = NextStretch(simulation.Agenda.Now);
            await simulation.Agenda.UntilAsync(from);
            await BeginShiftsAsync(until);
            await CountAsync(_here);

            // Some who work have no hand free to tell anything: then nobody knows how it is here.
            var tells = random.NextDouble() >= simulation.Plan.ForgetShare / 2;
            while (simulation.Agenda.Now < until)
            {
                var look = simulation.Agenda.Now + LooksEvery + Duration.FromMinutes(random.Next(30) - 15);
                await simulation.Agenda.UntilAsync(Instant.Min(look, until));
                if (simulation.Agenda.Now < until && tells)
                    await LookAsync(until);
            }

            if (!space.DayAndNight)
                await CloseAsync();
        }
    }

    /// <summary>Somebody came, whoever tells the service.</summary>
    /// <returns>Which stretch of opening it is: who is still here when the doors close leaves with everybody else.</returns>
    public int Came()
    {
        lock (_gate)
        {
            _here++;
            _known++;
            return _days;
        }
    }

    /// <summary>Staff tell that somebody came by a hold, or walked in.</summary>
    public Task TellArrivalAsync(string? hold, Instant? seen, Random chance)
    {
        var id = RegionSimulation.NewId();
        var request = new RecordArrivalRequest { CommandId = id.ToString(), SpaceId = space.Id, HoldId = hold ?? "", ObservedAt = Stamp(seen) };
        return simulation.Line.SendAsync(
            Role.Staff, Deed.Arrive, space.Id, id, chance, options => simulation.Line.Staff.RecordArrivalAsync(request, options),
            answer => (answer.Counted is { AlreadyReported: false }, answer.Availability));
    }

    /// <summary>Somebody leaves, unless the doors closed meanwhile. Staff tell it, or forget to and find it out when they next look.</summary>
    public async Task LeavesAsync(int day, Random chance)
    {
        var forgotten = chance.NextDouble() < simulation.Plan.ForgetShare;
        lock (_gate)
        {
            if (day != _days)
                return;
            _here--;
            if (!forgotten)
                _known--;
        }

        if (forgotten)
        {
            simulation.Tally.Forgot();
            return;
        }

        var id = RegionSimulation.NewId();
        var request = new RecordDepartureRequest { CommandId = id.ToString(), SpaceId = space.Id, OnwardRoute = (OnwardRoute)(1 + chance.Next(5)) };
        await simulation.Line.SendAsync(
            Role.Staff, Deed.Depart, space.Id, id, chance, options => simulation.Line.Staff.RecordDepartureAsync(request, options), answer => (true, answer.Availability));
    }

    /// <summary>A crew asks for a place while nobody has confirmed the space: staff say yes, or no with a reason, or do not notice.</summary>
    public async Task AnswerAsync(string hold, Random chance)
    {
        await simulation.Agenda.UntilAsync(simulation.Agenda.Now + Duration.FromMinutes(1 + chance.Next(3)));
        var drawn = chance.Next(100);
        if (drawn < AcceptInHundred)
            await AcceptAsync(hold, chance);
        else if (drawn < AcceptInHundred + DeclineInHundred)
            await DeclineAsync(hold, chance);
    }

    /// <summary>Now and then staff call off a place that is held.</summary>
    public Task MayCallOffAsync(string hold, Random chance) => chance.Next(100) < CallOffInHundred ? DeclineAsync(hold, chance) : Task.CompletedTask;

    /// <summary>Why somebody is turned away.</summary>
    public static RefusalReason DrawReason(Random chance) => Reasons[chance.Next(Reasons.Length)];

    private async Task AcceptAsync(string hold, Random chance)
    {
        var id = RegionSimulation.NewId();
        var request = new AcceptHoldRequest { CommandId = id.ToString(), SpaceId = space.Id, HoldId = hold };
        await simulation.Line.SendAsync(
            Role.Staff, Deed.Accept, space.Id, id, chance, options => simulation.Line.Staff.AcceptHoldAsync(request, options), answer => (answer.Accepted is not null, answer.Availability));
    }

    private async Task DeclineAsync(string hold, Random chance)
    {
        var id = RegionSimulation.NewId();
        var request = new DeclineHoldRequest { CommandId = id.ToString(), SpaceId = space.Id, HoldId = hold, Reason = DrawReason(chance) };
        await simulation.Line.SendAsync(
            Role.Staff, Deed.Decline, space.Id, id, chance, options => simulation.Line.Staff.DeclineHoldAsync(request, options), answer => (answer.Declined is not null, answer.Availability));
    }

    // One clinician, and one for every three people (Leeds), sometimes one too few.
    private async Task BeginShiftsAsync(Instant until)
    {
        var team = (space.Places + 2) / 3;
        if (random.Next(100) < ShortOfOneInHundred)
            team--;
        for (var i = 0; i < team; i++)
        {
            var id = RegionSimulation.NewId();
            var request = new StartShiftRequest
            {
                CommandId = id.ToString(), SpaceId = space.Id, EndsAt = Stamp(until), Role = i == 0 ? StaffRole.Clinician : i == 1 ? StaffRole.TeamLead : StaffRole.SupportWorker,
            };
            await simulation.Line.SendAsync(
                Role.Staff, Deed.StartShift, space.Id, id, random, options => simulation.Line.Staff.StartShiftAsync(request, options), answer => (answer.Started is not null, answer.Availability));
        }
    }

    /// <summary>Says that all is right, corrects the count, or forgets to; seldom takes nobody new for a while.</summary>
    private async Task LookAsync(Instant until)
    {
        if (random.NextDouble() < simulation.Plan.ForgetShare)
        {
            simulation.Tally.Forgot();
            return;
        }

        if (random.Next(1000) < PausedInThousand)
        {
            await PauseAsync(Instant.Min(simulation.Agenda.Now + Duration.FromMinutes(30 + random.Next(60)), until));
            return;
        }

        int here, known;
        lock (_gate)
            (here, known) = (_here, _known);
        if (here == known)
            await ConfirmAsync();
        else
            await CountAsync(here);
    }

    private async Task PauseAsync(Instant until)
    {
        var id = RegionSimulation.NewId();
        var request = new PauseSpaceRequest { CommandId = id.ToString(), SpaceId = space.Id, Reason = (PauseReason)(1 + random.Next(5)), Until = Stamp(until + Duration.FromHours(1)) };
        await simulation.Line.SendAsync(
            Role.Staff, Deed.Pause, space.Id, id, random, options => simulation.Line.Staff.PauseSpaceAsync(request, options), answer => (answer.Paused is not null, answer.Availability));
        await simulation.Agenda.UntilAsync(until);
        var resume = RegionSimulation.NewId();
        await simulation.Line.SendAsync(
            Role.Staff, Deed.Resume, space.Id, resume, random,
            options => simulation.Line.Staff.ResumeSpaceAsync(new ResumeSpaceRequest { CommandId = resume.ToString(), SpaceId = space.Id }, options),
            answer => (answer.Resumed is not null, answer.Availability));
    }

    private async Task ConfirmAsync()
    {
        var id = RegionSimulation.NewId();
        await simulation.Line.SendAsync(
            Role.Staff, Deed.Confirm, space.Id, id, random,
            options => simulation.Line.Staff.ConfirmSpaceAsync(new ConfirmSpaceRequest { CommandId = id.ToString(), SpaceId = space.Id }, options),
            answer => (answer.Confirmed is not null, answer.Availability));
    }

    private async Task CountAsync(int here)
    {
        lock (_gate)
            _known = here;
        var id = RegionSimulation.NewId();
        await simulation.Line.SendAsync(
            Role.Staff, Deed.Count, space.Id, id, random,
            options => simulation.Line.Staff.RecordCountAsync(new RecordCountRequest { CommandId = id.ToString(), SpaceId = space.Id, Occupied = here }, options),
            answer => (true, answer.Availability));
    }

    private Task CloseAsync()
    {
        lock (_gate)
        {
            _days++;
            _here = 0;
        }

        return CountAsync(0);
    }

    // A house works in shifts of twelve hours; a café from its opening to its closing.
    private (Instant From, Instant Until) NextStretch(Instant now)
    {
        if (space.DayAndNight)
            return (now, now + ShiftLength);
        var date = now.InZone(Demand.Zone).Date.PlusDays(-1);
        while (true)
        {
            var until = (date.PlusDays(1) + SimulatedSpace.Closes).InZoneLeniently(Demand.Zone).ToInstant();
            if (until > now)
                return (Instant.Max(now, (date + SimulatedSpace.Opens).InZoneLeniently(Demand.Zone).ToInstant()), until);
            date = date.PlusDays(1);
        }
    }

    private static Timestamp? Stamp(Instant? moment) => moment is { } known ? Timestamp.FromDateTimeOffset(known.ToDateTimeOffset()) : null;
}
