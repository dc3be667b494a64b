using Grpc.Core;
using MathNet.Numerics.Distributions;
using NodaTime;
using SafeSpaceCapacity.Contract.V1;
using Timestamp = Google.Protobuf.WellKnownTypes.Timestamp;

namespace SafeSpaceCapacity.Cli.Simulation;

/// <summary>What became of a need.</summary>
internal enum Ending
{
    /// <summary>The person came to a space.</summary>
    Placed,

    /// <summary>Physical care came first: emergency department or 999.</summary>
    PhysicalCareFirst,

    /// <summary>No space could take the person.</summary>
    NothingFound,

    /// <summary>Every space that was asked said no, or did not answer.</summary>
    Declined,

    /// <summary>Turned away at the door.</summary>
    TurnedAway,

    /// <summary>The crew did not come after all.</summary>
    NotNeeded,

    /// <summary>Nobody answered the crew for as long as it tried.</summary>
    NoAnswer,
}

/// <summary>One crew with one person in crisis: asks, has a place held, drives, arrives; and the person's stay.</summary>
internal sealed class CrewJourney(SimulatedNeed need, RegionSimulation simulation, Random random)
{
    // Assumptions, all of them but the median stay (domain facts: 3 h, an assumption too).
    private const int OptionsTried = 3;
    private const int NeverComeInHundred = 3;
    private const int LateInHundred = 12;
    private const int TurnedAwayInHundred = 2;
    private const int StaffTellInHundred = 30;
    private const int BothTellInHundred = 10;
    private const int ToldLaterInHundred = 8;
    private const double StayMedianHours = 3;
    private const double StaySpread = 0.5;

    /// <summary>From the first search to the end of the stay.</summary>
    public async Task RunAsync()
    {
        simulation.Tally.Begun(need);
        var ending = await ComeSomewhereAsync();
        simulation.Tally.Ended(need, ending);
    }

    private async Task<Ending> ComeSomewhereAsync()
    {
        FindSpacesResponse found;
        try
        {
            found = await simulation.Line.AskAsync(Role.Crew, null, random, options => simulation.Line.Crew.FindSpacesAsync(need.Question, options));
        }
        catch (RpcException failed) when (ServiceLine.IsUnanswered(failed))
        {
            return Ending.NoAnswer;
        }

        simulation.Tally.Searched(found);
        if (found.Urgent)
            return Ending.PhysicalCareFirst;
        if (found.Options.Count == 0)
            return Ending.NothingFound;
        var asked = false;
        foreach (var option in found.Options.Take(OptionsTried))
        {
            if (!simulation.Teams.TryGetValue(option.SpaceId, out var team) || await HoldAsync(option) is not { } hold)
                continue;
            asked = true;
            if (hold.Status is HoldStatus.Requested && !await WaitForAnswerAsync(team, hold))
                continue;
            return await GoAsync(option, team, hold);
        }

        return asked ? Ending.Declined : Ending.NothingFound;
    }

    private async Task<Hold?> HoldAsync(SpaceOption option)
    {
        var id = RegionSimulation.NewId();

        // While others were asked the time went on.
        var eta = simulation.Agenda.Now + Duration.FromMinutes(option.Travel.Minutes);
        var request = new HoldPlaceRequest
        {
            CommandId = id.ToString(), SpaceId = option.SpaceId, NeedId = need.Id, Eta = Stamp(eta), AgeBand = need.Question.AgeBand, LegalStatus = need.Question.LegalStatus,
            PersonAgreed = need.Agreed, CallSign = $"SIM {need.Number % 1000}",
        };
        request.Needs.AddRange(need.Question.Needs);
        var answer = await simulation.Line.SendAsync(
            Role.Crew, Deed.Hold, option.SpaceId, id, random, options => simulation.Line.Crew.HoldPlaceAsync(request, options),
            answer => (answer.Rejected is null, answer.Rejected?.Availability ?? answer.Availability));
        if (answer?.Rejected is { } rejected)
            simulation.Tally.Rejected(rejected.Code);
        return answer?.Placed ?? answer?.Requested;
    }

    private async Task<bool> WaitForAnswerAsync(SpaceTeam team, Hold hold)
    {
        var chance = new Random(random.Next());
        simulation.Agenda.Begin(() => team.AnswerAsync(hold.HoldId, chance));
        while (simulation.Agenda.Now < Instant.FromDateTimeOffset(hold.ExpiresAt.ToDateTimeOffset()))
        {
            await simulation.Agenda.UntilAsync(simulation.Agenda.Now + Duration.FromMinutes(1));
            if (await StatusAsync(hold) is not HoldStatus.Requested and var status)
                return status is HoldStatus.Placed;
        }

        return false;
    }

    private async Task<HoldStatus> StatusAsync(Hold hold)
    {
        try
        {
            var request = new GetHoldRequest { SpaceId = hold.SpaceId, HoldId = hold.HoldId };
            return (await simulation.Line.AskAsync(Role.Crew, null, random, options => simulation.Line.Crew.GetHoldAsync(request, options))).Hold.Status;
        }
        catch (RpcException failed) when (ServiceLine.IsUnanswered(failed) || failed.StatusCode is StatusCode.NotFound)
        {
            // What is not known of it may be behind by a moment: it is asked for again.
            return HoldStatus.Requested;
        }
    }

    private async Task<Ending> GoAsync(SpaceOption option, SpaceTeam team, Hold hold)
    {
        var left = simulation.Agenda.Now;
        await team.MayCallOffAsync(hold.HoldId, random);
        var minutes = Math.Max(1, option.Travel.Minutes);
        await simulation.Agenda.UntilAsync(left + Duration.FromMinutes((minutes / 2) + 1));
        if (random.Next(100) < NeverComeInHundred)
        {
            // Half of those who do not come say so; the place of the others expires.
            if (random.Next(2) == 0)
                await ReleaseAsync(hold);
            return Ending.NotNeeded;
        }

        if (random.Next(100) < LateInHundred)
        {
            minutes += 20;
            await ExtendAsync(hold, left + Duration.FromMinutes(minutes));
        }

        await simulation.Agenda.UntilAsync(left + Duration.FromMinutes(minutes + random.Next(6)));
        if (await StatusAsync(hold) is HoldStatus.Declined)
            return Ending.Declined;
        if (random.Next(100) < TurnedAwayInHundred)
        {
            await ReportRefusedAsync(hold);
            return Ending.TurnedAway;
        }

        await ArriveAsync(team, hold);
        simulation.Tally.Arrived(minutes);
        var day = team.Came();
        var stay = Duration.FromMinutes((int)(60 * LogNormal.Sample(random, Math.Log(StayMedianHours), StaySpread)));
        simulation.StayBegins();
        simulation.Agenda.Begin(async () =>
        {
            await simulation.Agenda.UntilAsync(simulation.Agenda.Now + stay);
            await team.LeavesAsync(day, random);
            simulation.StayEnds();
        });
        return Ending.Placed;
    }

    // The crew tells it, or staff do, or both; sometimes some minutes later, as seen.
    private async Task ArriveAsync(SpaceTeam team, Hold hold)
    {
        Instant? seen = null;
        if (random.Next(100) < ToldLaterInHundred)
        {
            seen = simulation.Agenda.Now;
            await simulation.Agenda.UntilAsync(simulation.Agenda.Now + Duration.FromMinutes(1 + random.Next(8)));
        }

        var drawn = random.Next(100);
        if (drawn < StaffTellInHundred)
            await team.TellArrivalAsync(hold.HoldId, seen, random);
        if (drawn >= StaffTellInHundred - BothTellInHundred)
            await ConfirmArrivalAsync(hold, seen);
    }

    private async Task ConfirmArrivalAsync(Hold hold, Instant? seen)
    {
        var id = RegionSimulation.NewId();
        var request = new ConfirmArrivalRequest { CommandId = id.ToString(), SpaceId = hold.SpaceId, HoldId = hold.HoldId, HandoverMinutes = 5 + random.Next(20) };
        if (seen is { } moment)
            request.ObservedAt = Stamp(moment);
        await simulation.Line.SendAsync(
            Role.Crew, Deed.Arrive, hold.SpaceId, id, random, options => simulation.Line.Crew.ConfirmArrivalAsync(request, options),
            answer => (answer.Arrived is { AlreadyReported: false }, answer.Availability));
    }

    private async Task ReleaseAsync(Hold hold)
    {
        var id = RegionSimulation.NewId();
        var request = new ReleaseHoldRequest { CommandId = id.ToString(), SpaceId = hold.SpaceId, HoldId = hold.HoldId };
        await simulation.Line.SendAsync(
            Role.Crew, Deed.Release, hold.SpaceId, id, random, options => simulation.Line.Crew.ReleaseHoldAsync(request, options), answer => (answer.Released is not null, answer.Availability));
    }

    private async Task ExtendAsync(Hold hold, Instant eta)
    {
        var id = RegionSimulation.NewId();
        var request = new ExtendHoldRequest { CommandId = id.ToString(), SpaceId = hold.SpaceId, HoldId = hold.HoldId, Eta = Stamp(eta) };
        await simulation.Line.SendAsync(
            Role.Crew, Deed.Extend, hold.SpaceId, id, random, options => simulation.Line.Crew.ExtendHoldAsync(request, options), answer => (answer.Extended is not null, answer.Availability));
    }

    private async Task ReportRefusedAsync(Hold hold)
    {
        var id = RegionSimulation.NewId();
        var reason = SpaceTeam.DrawReason(random);
        simulation.Tally.Refused(reason);
        var request = new ReportRefusedRequest { CommandId = id.ToString(), SpaceId = hold.SpaceId, HoldId = hold.HoldId, NeedId = need.Id, Reason = reason };
        await simulation.Line.SendAsync(
            Role.Crew, Deed.Refuse, hold.SpaceId, id, random, options => simulation.Line.Crew.ReportRefusedAsync(request, options), answer => (true, answer.Availability));
    }

    private static Timestamp Stamp(Instant moment) => Timestamp.FromDateTimeOffset(moment.ToDateTimeOffset());
}
