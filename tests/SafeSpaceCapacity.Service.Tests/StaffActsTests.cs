using SafeSpaceCapacity.Contract.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using SafeSpaceCapacity.Service.Tests.Support;

namespace SafeSpaceCapacity.Service.Tests;

/// <summary>What staff do beyond counting: take back, plan, override, acknowledge, and watch it all on their board.</summary>
public sealed class StaffActsTests : ServiceTest
{
    private const string Space = "near-space";

    [Fact]
    public async Task The_last_act_is_on_the_board_and_can_be_taken_back_once()
    {
        await OpenAsync(occupied: 2);
        var arrival = Ids.Next();
        await Service.Staff.RecordArrivalAsync(new RecordArrivalRequest { CommandId = arrival, SpaceId = Space });
        var act = (await BoardAsync()).LastAct;
        Assert.Equal((arrival, ActKind.Arrival), (act.ActId, act.Kind));
        Assert.Equal(act.At.ToDateTimeOffset() + TimeSpan.FromMinutes(5), act.UndoUntil.ToDateTimeOffset());

        var undone = await UndoAsync(arrival);
        Assert.NotNull(undone.Undone);
        Assert.Equal(2, undone.Availability.Occupied);
        Assert.Null((await BoardAsync()).LastAct);
        Assert.Equal(RejectionCode.NotUndoable, (await UndoAsync(arrival)).Rejected.Code);
    }

    [Fact]
    public async Task After_five_minutes_it_is_too_late_and_the_board_no_longer_offers_it()
    {
        await OpenAsync();
        var departure = Ids.Next();
        await Service.Staff.RecordDepartureAsync(new RecordDepartureRequest { CommandId = departure, SpaceId = Space, OnwardRoute = OnwardRoute.CrisisTeam });
        Service.Time.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));
        Assert.Null((await BoardAsync()).LastAct);
        Assert.Equal(RejectionCode.UndoTooLate, (await UndoAsync(departure)).Rejected.Code);
    }

    [Fact]
    public async Task Where_somebody_went_is_in_the_log_as_a_code()
    {
        await OpenAsync(occupied: 1);
        await Service.Staff.RecordDepartureAsync(new RecordDepartureRequest { CommandId = Ids.Next(), SpaceId = Space, OnwardRoute = OnwardRoute.DistressBriefIntervention });
        var recorded = (await Service.Log.ReadAllAsync(0, 1000)).Single(known => known.Type == "DepartureRecorded");
        Assert.Contains("\"onward\":\"DistressBriefIntervention\"", System.Text.Encoding.UTF8.GetString(recorded.Payload.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shift_says_what_it_brings_and_breaks_do_not_count()
    {
        await Service.RegisterAsync(Space, Ask.Latitude, Ask.Longitude, with: r => r.Staffing = new StaffingRule
        {
            Trained = new TrainingMinimums { Minimums = { new TrainingMinimums.Types.Minimum { Training = Training.Medication, Minimum_ = 1 } } },
        });
        await Service.ShiftAsync(Space);
        await Service.ShiftAsync(Space);
        Assert.Equal((0, LimitingFactorCode.Training), Limit(await BoardAsync()));
        Assert.Equal("one short who is trained in medication", (await BoardAsync()).Availability.LimitingFactors[0].Words);

        var answer = await Service.Staff.StartShiftAsync(new StartShiftRequest
        {
            CommandId = Ids.Next(), SpaceId = Space, Role = StaffRole.SupportWorker, EndsAt = Service.InMinutes(600), Agency = true,
            Trained = { new HeldTraining { Training = Training.Medication, CurrentUntil = Service.InMinutes(300) } },
            Breaks = { new Break { StartsAt = Service.InMinutes(60), EndsAt = Service.InMinutes(90) } },
        });
        Assert.True(answer.Started.Agency);
        Assert.Equal(Training.Medication, Assert.Single(answer.Started.Trained).Training);
        Assert.Equal(8, answer.Availability.SafeCapacity);
        Service.Time.Advance(TimeSpan.FromMinutes(75));
        Assert.Equal((0, LimitingFactorCode.Training), Limit(await BoardAsync()));
        Service.Time.Advance(TimeSpan.FromMinutes(75));
        Assert.Equal(8, (await BoardAsync()).Availability.SafeCapacity);
        Service.Time.Advance(TimeSpan.FromMinutes(151));
        Assert.Equal((0, LimitingFactorCode.Training), Limit(await BoardAsync()));
    }

    [Fact]
    public async Task Staff_may_accept_over_safe_capacity_with_a_reason_which_is_an_event()
    {
        // Nobody confirmed it for hours, and those who were on duty have gone: a request is all that can be made.
        await OpenAsync(with: r => (r.FreshMinutes, r.UnconfirmedAfterMinutes) = (10, 20));
        Service.Time.Advance(TimeSpan.FromHours(13));
        await Service.CaughtUpAsync();
        var requested = (await Service.HoldAsync(Space)).Requested;
        var refused = await AcceptAsync(requested.HoldId, OverrideReason.Unspecified);
        Assert.Equal(RejectionCode.NoSafeCapacity, refused.Rejected.Code);
        var accepted = await AcceptAsync(requested.HoldId, OverrideReason.StaffOnTheWay);
        Assert.Equal(HoldStatus.Placed, accepted.Accepted.Status);
        var types = (await Service.Log.ReadAllAsync(0, 1000)).Select(recorded => recorded.Type).ToList();
        Assert.Equal("HoldAccepted", types[types.IndexOf("SafeCapacityOverridden") + 1]);
    }

    [Fact]
    public async Task A_rota_gives_its_capacity_by_quarter_hour_and_names_its_gaps()
    {
        // 14:00 on a Wednesday, open 15:00 to 23:00 on Thursdays only.
        await Service.RegisterAsync(Space, Ask.Latitude, Ask.Longitude, with: r =>
        {
            r.AlwaysOpen = false;
            r.Week.Add(new WeeklyOpening { Weekday = 4, Opens = "15:00", Closes = "23:00" });
        });
        RotaLine Line(string starts, string ends, string pause = "") => new()
        {
            LineId = Ids.Next(), Role = StaffRole.SupportWorker, Weekdays = { 4 }, Starts = starts, Ends = ends,
            Breaks = { pause.Length == 0 ? [] : [new RotaBreak { Starts = pause[..5], Ends = pause[6..] }] },
        };
        var plan = new PlanRotaRequest { CommandId = Ids.Next(), SpaceId = Space, Lines = { Line("15:00", "22:00"), Line("15:00", "23:00"), Line("16:00", "20:00", "18:00-18:20") } };
        Assert.NotNull((await Service.Staff.PlanRotaAsync(plan)).Planned);
        var rota = await Service.Staff.GetRotaAsync(new GetRotaRequest { SpaceId = Space });
        Assert.Equal(plan.Lines, rota.Lines);
        Assert.Equal(ManualTime.Start, rota.QuartersFrom.ToDateTimeOffset());
        Assert.Equal((672, 672), (rota.SafeCapacity.Count, rota.Open.Count));

        // Thursday 15:00 is 25 hours on: two on duty support six, three nine of which the rooms hold eight, one alone nobody.
        Assert.Equal(6, rota.SafeCapacity[100]);
        Assert.Equal(8, rota.SafeCapacity[104]);
        Assert.Equal([8, 6, 6, 8], rota.SafeCapacity.Skip(111).Take(4));
        Assert.Equal(6, rota.SafeCapacity[120]);
        Assert.Equal([6, 0], rota.SafeCapacity.Skip(127).Take(2));
        Assert.Equal([false, true, true, false], new[] { rota.Open[99], rota.Open[100], rota.Open[131], rota.Open[132] });
        var gap = Assert.Single(rota.Gaps);
        Assert.Equal(ManualTime.Start.AddHours(32), gap.StartsAt.ToDateTimeOffset());
        Assert.Equal(ManualTime.Start.AddHours(33), gap.EndsAt.ToDateTimeOffset());
        Assert.Equal(LimitingFactorCode.MinimumOnDuty, Assert.Single(gap.LimitingFactors).Code);

        // Whoever can't come is taken out of one day, and that can be taken back.
        var shift = rota.Shifts.First(known => known.EndsAt.ToDateTimeOffset() == ManualTime.Start.AddHours(32));
        Assert.True(shift.ByRota);
        var ended = Ids.Next();
        Assert.NotNull((await Service.Staff.EndShiftAsync(new EndShiftRequest { CommandId = ended, SpaceId = Space, ShiftId = shift.ShiftId })).Ended);
        var without = await Service.Staff.GetRotaAsync(new GetRotaRequest { SpaceId = Space });
        Assert.Equal("2026-02-12", Assert.Single(without.Absences).Date);
        Assert.Equal(0, without.SafeCapacity[100]);
        Assert.NotNull((await UndoAsync(ended)).Undone);
        Assert.Equal(rota.SafeCapacity, (await Service.Staff.GetRotaAsync(new GetRotaRequest { SpaceId = Space })).SafeCapacity);
    }

    [Fact]
    public async Task Unsafe_staffing_is_told_in_order_and_chased_after_a_restart_until_somebody_acknowledges()
    {
        await OpenAsync(with: r => r.Escalation = new EscalationPlan
        {
            Steps =
            {
                new EscalationStep { Contact = EscalationContact.TeamLead, AfterMinutes = 5 },
                new EscalationStep { Contact = EscalationContact.OnCallManager, Telephone = "0141 496 0111", AfterMinutes = 15 },
            },
            ChaseMinutes = 10,
        });
        var shift = (await BoardAsync()).Shifts[0];
        await Service.Staff.EndShiftAsync(new EndShiftRequest { CommandId = Ids.Next(), SpaceId = Space, ShiftId = shift.ShiftId });
        Assert.Empty((await EscalationAsync()).Told);
        await AfterAsync(5.1);
        Assert.Equal([(EscalationContact.TeamLead, "0141 496 0199")], Told(await EscalationAsync()));
        await AfterAsync(10.1);
        Assert.Equal([(EscalationContact.TeamLead, "0141 496 0199"), (EscalationContact.OnCallManager, "0141 496 0111")], Told(await EscalationAsync()));

        // The service is away for half an hour: whoever should have been chased meanwhile is told once it is back.
        await Service.StopAsync();
        Service.Time.Advance(TimeSpan.FromMinutes(30));
        await using var again = await Service.RestartAsync();
        await UntilAsync(again, board => UnsafeOf(board).Told.Count == 3);
        var call = Assert.Single((await again.Admin.GetCallListAsync(new GetCallListRequest())).Calls);
        Assert.Equal((CallReason.Escalation, "0141 496 0111"), (call.Reason, call.Telephone));

        var acknowledged = await again.Staff.AcknowledgeEscalationAsync(new AcknowledgeEscalationRequest
        {
            CommandId = Ids.Next(), SpaceId = Space, Cause = EscalationCause.UnsafeStaffing, Contact = EscalationContact.OnCallManager,
        });
        Assert.NotNull(acknowledged.Acknowledged);
        again.Time.Advance(TimeSpan.FromMinutes(30));
        await again.CaughtUpAsync();
        var known = UnsafeOf(await again.Staff.GetBoardAsync(new GetBoardRequest { SpaceId = Space }));
        Assert.Equal((3, EscalationContact.OnCallManager), (known.Told.Count, known.AcknowledgedBy));
        Assert.Null(known.NextAt);
        Assert.DoesNotContain((await again.Admin.GetCallListAsync(new GetCallListRequest())).Calls, line => line.Reason == CallReason.Escalation);
        await again.ShiftAsync(Space);
        Assert.Empty((await again.Staff.GetBoardAsync(new GetBoardRequest { SpaceId = Space })).Escalations);
    }

    [Fact]
    public async Task A_board_is_watched_change_by_change_until_the_space_is_retired()
    {
        await OpenAsync();
        using var watch = Service.Staff.WatchBoard(new WatchBoardRequest { SpaceId = Space });
        Assert.Equal(0, (await NextAsync(watch)).Board.Availability.Occupied);
        await Service.CountAsync(Space, 3);
        Assert.Equal((3, ActKind.Count), ((await NextAsync(watch)).Board is var board ? board.Availability.Occupied : -1, board!.LastAct.Kind));
        await Service.CountAsync(Space, 0);
        await NextAsync(watch);
        Assert.NotNull((await Service.Admin.RetireSpaceAsync(new RetireSpaceRequest { CommandId = Ids.Next(), SpaceId = Space, Reason = RetireReason.Moved })).Retired);
        Assert.Equal(WatchBoardResponse.EventOneofCase.Retired, (await NextAsync(watch)).EventCase);
        Assert.False(await watch.ResponseStream.MoveNext(CancellationToken.None));
    }

    [Fact]
    public async Task The_board_asks_before_nobody_believes_it_any_more()
    {
        await OpenAsync(with: r => r.NudgeMinutes = 30);
        var board = await BoardAsync();
        Assert.False(board.AskNow);
        Assert.Equal(Service.InMinutes(210), board.ConfirmBy);
        Service.Time.Advance(TimeSpan.FromMinutes(210));
        Assert.True((await BoardAsync()).AskNow);
        Assert.Equal(CallReason.Nudge, Assert.Single((await Service.Admin.GetCallListAsync(new GetCallListRequest())).Calls).Reason);
        Service.Time.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal(CallReason.Unconfirmed, Assert.Single((await Service.Admin.GetCallListAsync(new GetCallListRequest())).Calls).Reason);
    }

    private async Task OpenAsync(int occupied = 0, Action<RegisterSpaceRequest>? with = null) =>
        await Service.OpenAsync(Space, Ask.Latitude, Ask.Longitude, occupied: occupied, with: with);

    private async Task<GetBoardResponse> BoardAsync()
    {
        await Service.CaughtUpAsync();
        return await Service.Staff.GetBoardAsync(new GetBoardRequest { SpaceId = Space });
    }

    private async Task<Escalation> EscalationAsync() => UnsafeOf(await BoardAsync());

    private static Escalation UnsafeOf(GetBoardResponse board) => board.Escalations.Single(known => known.Cause == EscalationCause.UnsafeStaffing);

    private static IEnumerable<(EscalationContact, string)> Told(Escalation escalation) => escalation.Told.Select(told => (told.Contact, told.Telephone));

    private async Task AfterAsync(double minutes)
    {
        var before = (await EscalationAsync()).Told.Count;
        Service.Time.Advance(TimeSpan.FromMinutes(minutes));
        await UntilAsync(Service, board => UnsafeOf(board).Told.Count > before);
    }

    private static async Task UntilAsync(RunningService service, Func<GetBoardResponse, bool> holds)
    {
        // What time does is written down within a second or two of the service's clock, which stands unless it is moved, and then takes a moment of ours.
        var since = TimeProvider.System.GetTimestamp();
        while (!holds(await service.Staff.GetBoardAsync(new GetBoardRequest { SpaceId = Space })))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Patience.Long, "nothing changed");
            service.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        }
    }

    private async Task<UndoActResponse> UndoAsync(string act) =>
        await Service.Staff.UndoActAsync(new UndoActRequest { CommandId = Ids.Next(), SpaceId = Space, ActId = act });

    private async Task<AcceptHoldResponse> AcceptAsync(string hold, OverrideReason reason) =>
        await Service.Staff.AcceptHoldAsync(new AcceptHoldRequest { CommandId = Ids.Next(), SpaceId = Space, HoldId = hold, OverrideReason = reason });

    private static (int, LimitingFactorCode) Limit(GetBoardResponse board) => (board.Availability.SafeCapacity, board.Availability.LimitingFactors[0].Code);

    private static async Task<WatchBoardResponse> NextAsync(AsyncServerStreamingCall<WatchBoardResponse> watch)
    {
        do
            Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
        while (watch.ResponseStream.Current.EventCase == WatchBoardResponse.EventOneofCase.Heartbeat);
        return watch.ResponseStream.Current;
    }
}
