using Google.Protobuf;
using SafeSpaceCapacity.Contract.V1;
using static SafeSpaceCapacity.Cli.Tests.Messages;

namespace SafeSpaceCapacity.Cli.Tests;

/// <summary>Every command's request, as the server received it.</summary>
public sealed class RequestTests : CliTest
{
    private const string Id = HoldId;
    private const string Command = "0190b1c2-0000-7f00-8a1b-2c3d4e5f6071";

    [Fact]
    public async Task Find_sends_everything_that_was_typed()
    {
        var run = await RunAsync(
            "find", "--near", "Paisley", "--uncertainty-metres", "250", "--need", "wheelchair", "--need", "women-only", "--age", "young", "--detained",
            "--walking", "--max-minutes", "45", "--limit", "3", "--depart", "15:00", "--need-id", Id);
        Assert.Equal(ExitCodes.NothingFound, run.Code);
        Assert.Equal(
            new FindSpacesRequest
            {
                Origin = new Origin { Place = "Paisley", UncertaintyMetres = 250 },
                Needs = { Need.Wheelchair, Need.WomenOnly },
                AgeBand = AgeBand.Young,
                LegalStatus = LegalStatus.DetainedS297,
                TravelMode = TravelMode.Walking,
                TravelMinutesMax = 45,
                Limit = 3,
                DepartAt = Time("2026-11-22T15:00:00Z"),
                NeedId = Id,
            },
            Server.Only<FindSpacesRequest>());
    }

    [Fact]
    public async Task Find_says_only_what_was_typed_and_makes_a_need_id()
    {
        await RunAsync("find", "--at", "55.861,-4.25");
        var request = Server.Only<FindSpacesRequest>();
        Assert.True(Guid.TryParseExact(request.NeedId, "D", out _));
        request.NeedId = "";
        Assert.Equal(
            new FindSpacesRequest
            {
                Origin = new Origin { Wgs84 = new Wgs84Point { Latitude = 55.861, Longitude = -4.25 } },
                LegalStatus = LegalStatus.Voluntary,
                TravelMode = TravelMode.Driving,
            },
            request);
    }

    [Fact]
    public async Task A_grid_reference_is_sent_as_typed_and_metres_as_numbers()
    {
        await RunAsync("find", "--grid", "NS 590 655");
        await RunAsync("find", "--grid", "259000,665500");
        Assert.Equal(
            [new GridPoint { Reference = "NS 590 655" }, new GridPoint { Metres = new EastingNorthing { EastingMetres = 259000, NorthingMetres = 665500 } }],
            Server.Received.Cast<FindSpacesRequest>().Select(request => request.Origin.Grid));
    }

    [Fact]
    public Task Hold() => Sends(
        new HoldPlaceRequest
        {
            CommandId = Command,
            SpaceId = "gla-harbour",
            Eta = Time("2026-11-22T14:35:00Z"),
            Needs = { Need.Bsl },
            AgeBand = AgeBand.Adult,
            LegalStatus = LegalStatus.Voluntary,
            PersonAgreed = false,
            CallSign = "A12",
            NeedId = Id,
        },
        "hold", "gla-harbour", "--eta-minutes", "15", "--need", "bsl", "--age", "adult", "--person-agreed", "no", "--call-sign", "A12", "--need-id", Id, "--command-id", Command);

    [Fact]
    public async Task Hold_does_not_say_whether_the_person_agreed_unless_that_was_typed()
    {
        await RunAsync("hold", "gla-harbour", "--eta", "14:40");
        var request = Server.Only<HoldPlaceRequest>();
        Assert.False(request.HasPersonAgreed);
        Assert.Equal(Time("2026-11-22T14:40:00Z"), request.Eta);
        Assert.True(Guid.TryParseExact(request.CommandId, "D", out _));
    }

    [Fact]
    public async Task An_arrival_now_is_never_in_the_past()
    {
        Clock = At("2026-11-22T14:20:00.250Z");
        await RunAsync("hold", "gla-harbour", "--eta-minutes", "0");
        Assert.Equal(Time("2026-11-22T14:20:01Z"), Server.Only<HoldPlaceRequest>().Eta);
    }

    [Fact]
    public Task Hold_status() => Sends(new GetHoldRequest { SpaceId = "gla-harbour", HoldId = Id }, "hold-status", "gla-harbour", Id);

    [Fact]
    public Task Extend() => Sends(
        new ExtendHoldRequest { CommandId = Command, SpaceId = "gla-harbour", HoldId = Id, Eta = Time("2026-11-22T14:50:00Z") },
        "extend", "gla-harbour", Id, "--eta-minutes", "30", "--command-id", Command);

    [Fact]
    public Task Arrive() => Sends(
        new ConfirmArrivalRequest { CommandId = Command, SpaceId = "gla-harbour", HoldId = Id, HandoverMinutes = 0, ObservedAt = Time("2026-11-22T14:10:00Z") },
        "arrive", "gla-harbour", "--hold", Id, "--handover-minutes", "0", "--when", "14:10", "--command-id", Command);

    [Fact]
    public Task Arrive_as_a_walk_in() => Sends(
        new ConfirmArrivalRequest { CommandId = Command, SpaceId = "gla-harbour" }, "arrive", "gla-harbour", "--command-id", Command);

    [Fact]
    public Task Release() => Sends(
        new ReleaseHoldRequest { CommandId = Command, SpaceId = "gla-harbour", HoldId = Id }, "release", "gla-harbour", Id, "--command-id", Command);

    [Fact]
    public Task Refused() => Sends(
        new ReportRefusedRequest { CommandId = Command, SpaceId = "gla-harbour", HoldId = Id, Reason = RefusalReason.OutOfArea, NeedId = Id, ObservedAt = Time("2026-11-22T14:10:00Z") },
        "refused", "gla-harbour", "--reason", "out-of-area", "--hold", Id, "--need-id", Id, "--when", "14:10", "--command-id", Command);

    [Fact]
    public Task Space_show() => Sends(new GetBoardRequest { SpaceId = "gla-harbour" }, "space", "show", "gla-harbour");

    [Fact]
    public async Task Space_list_reads_every_page()
    {
        await RunAsync("space", "list");
        Assert.Equal(["", "second"], Server.Received.Cast<ListSpacesRequest>().Select(request => request.PageToken), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Space_register_sends_the_file()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            file, """{"spaceId":"gla-harbour","name":"Harbour","tier":"TIER_WELLBEING_CAFE","point":{"latitude":55.8,"longitude":-4.2},"places":8,"alwaysOpen":true}""", TestContext.Current.CancellationToken);
        try
        {
            await Sends(
                new RegisterSpaceRequest
                {
                    CommandId = Command,
                    SpaceId = "gla-harbour",
                    Name = "Harbour",
                    Tier = Tier.WellbeingCafe,
                    Point = new Wgs84Point { Latitude = 55.8, Longitude = -4.2 },
                    Places = 8,
                    AlwaysOpen = true,
                },
                "space", "register", "--file", file, "--command-id", Command);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("""{"spaceId":5}""")]
    [InlineData("""{"spaceName":"unknown field"}""")]
    [InlineData("[]")]
    public async Task Space_register_refuses_a_file_that_is_no_request(string text)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
        var run = await RunAsync("space", "register", "--file", file);
        File.Delete(file);
        Assert.Equal(ExitCodes.BadInput, run.Code);
        Assert.Contains("is not a RegisterSpaceRequest in JSON", run.Error, StringComparison.Ordinal);
        Assert.Empty(Server.Received);
    }

    [Fact]
    public Task Start_shift_ends_after_it_starts() => Sends(
        new StartShiftRequest { CommandId = Command, SpaceId = "gla-harbour", Role = StaffRole.SupportWorker, StartsAt = Time("2026-11-22T22:00:00Z"), EndsAt = Time("2026-11-23T15:00:00Z") },
        "staff", "start-shift", "gla-harbour", "--role", "support-worker", "--starts", "22:00", "--until", "15:00", "--command-id", Command);

    [Fact]
    public Task Start_shift_now_for_so_many_hours() => Sends(
        new StartShiftRequest { CommandId = Command, SpaceId = "gla-harbour", Role = StaffRole.Clinician, EndsAt = Time("2026-11-22T22:20:00Z") },
        "staff", "start-shift", "gla-harbour", "--role", "clinician", "--hours", "8", "--command-id", Command);

    [Fact]
    public Task End_shift() => Sends(
        new EndShiftRequest { CommandId = Command, SpaceId = "gla-harbour", ShiftId = Id }, "staff", "end-shift", "gla-harbour", Id, "--command-id", Command);

    [Fact]
    public Task Staff_arrival() => Sends(
        new RecordArrivalRequest { CommandId = Command, SpaceId = "gla-harbour", HoldId = Id }, "staff", "arrival", "gla-harbour", "--hold", Id, "--command-id", Command);

    [Fact]
    public Task Staff_departure() => Sends(
        new RecordDepartureRequest { CommandId = Command, SpaceId = "gla-harbour", ObservedAt = Time("2026-11-22T14:00:00Z") },
        "staff", "departure", "gla-harbour", "--when", "14:00", "--command-id", Command);

    [Fact]
    public Task Staff_count_of_nobody() => Sends(
        new RecordCountRequest { CommandId = Command, SpaceId = "gla-harbour", Occupied = 0 }, "staff", "count", "gla-harbour", "0", "--command-id", Command);

    [Fact]
    public Task Staff_confirm() => Sends(
        new ConfirmSpaceRequest { CommandId = Command, SpaceId = "gla-harbour" }, "staff", "confirm", "gla-harbour", "--command-id", Command);

    [Fact]
    public Task Staff_pause() => Sends(
        new PauseSpaceRequest { CommandId = Command, SpaceId = "gla-harbour", Reason = PauseReason.Incident, Until = Time("2026-11-22T15:20:00Z") },
        "staff", "pause", "gla-harbour", "--reason", "incident", "--minutes", "60", "--command-id", Command);

    [Fact]
    public Task Staff_resume() => Sends(
        new ResumeSpaceRequest { CommandId = Command, SpaceId = "gla-harbour" }, "staff", "resume", "gla-harbour", "--command-id", Command);

    [Fact]
    public Task Staff_accept() => Sends(
        new AcceptHoldRequest { CommandId = Command, SpaceId = "gla-harbour", HoldId = Id }, "staff", "accept", "gla-harbour", Id, "--command-id", Command);

    [Fact]
    public Task Staff_decline() => Sends(
        new DeclineHoldRequest { CommandId = Command, SpaceId = "gla-harbour", HoldId = Id, Reason = RefusalReason.UnsafeStaffing },
        "staff", "decline", "gla-harbour", Id, "--reason", "unsafe-staffing", "--command-id", Command);

    [Fact]
    public Task Staff_board() => Sends(new GetBoardRequest { SpaceId = "gla-harbour" }, "staff", "board", "gla-harbour");

    [Fact]
    public async Task Staff_board_is_printed_once_where_nobody_is_at_a_terminal_or_once_was_asked_for()
    {
        await RunAsync("staff", "board", "gla-harbour", "--json");
        Interactive = true;
        await RunAsync("staff", "board", "gla-harbour", "--once");
        Assert.Equal(2, Server.Received.OfType<GetBoardRequest>().Count());
        Assert.Empty(Server.BoardRequests);
    }

    [Fact]
    public Task Start_shift_with_all_that_can_be_said_of_it() => Sends(
        new StartShiftRequest
        {
            CommandId = Command,
            SpaceId = "gla-harbour",
            Role = StaffRole.SupportWorker,
            StartsAt = Time("2026-11-22T22:00:00Z"),
            EndsAt = Time("2026-11-23T06:00:00Z"),
            Agency = true,
            OnCall = true,
            Trained =
            {
                new HeldTraining { Training = Training.DeEscalation },
                new HeldTraining { Training = Training.Medication, CurrentUntil = Time("2027-06-30T23:00:00Z") }, // The end of the 30th in summer.
            },
            Breaks =
            {
                new Break { StartsAt = Time("2026-11-22T23:45:00Z"), EndsAt = Time("2026-11-23T00:15:00Z") },
                new Break { StartsAt = Time("2026-11-23T03:00:00Z"), EndsAt = Time("2026-11-23T03:30:00Z") },
            },
        },
        "staff", "start-shift", "gla-harbour", "--role", "support-worker", "--starts", "22:00", "--hours", "8", "--agency", "--on-call",
        "--trained", "de-escalation", "--trained", "medication:2027-06-30", "--break", "23:45-00:15", "--break", "2026-11-23T03:00Z/2026-11-23T03:30Z", "--command-id", Command);

    [Fact]
    public Task Departure_with_where_they_went() => Sends(
        new RecordDepartureRequest { CommandId = Command, SpaceId = "gla-harbour", OnwardRoute = OnwardRoute.DistressBriefIntervention },
        "staff", "departure", "gla-harbour", "--onward", "distress-brief-intervention", "--command-id", Command);

    [Fact]
    public Task Pause_with_when_it_is_looked_at_again() => Sends(
        new PauseSpaceRequest { CommandId = Command, SpaceId = "gla-harbour", Reason = PauseReason.Building, Until = Time("2026-11-22T18:00:00Z"), ReviewAt = Time("2026-11-22T16:30:00Z") },
        "staff", "pause", "gla-harbour", "--reason", "building", "--until", "18:00", "--review", "16:30", "--command-id", Command);

    [Fact]
    public Task Accept_all_the_same() => Sends(
        new AcceptHoldRequest { CommandId = Command, SpaceId = "gla-harbour", HoldId = Id, OverrideReason = OverrideReason.NowhereElse },
        "staff", "accept", "gla-harbour", Id, "--override-reason", "nowhere-else", "--command-id", Command);

    [Fact]
    public Task Undo_of_an_act() => Sends(
        new UndoActRequest { CommandId = Command, SpaceId = "gla-harbour", ActId = Id }, "staff", "undo", "gla-harbour", Id, "--command-id", Command);

    [Fact]
    public async Task Undo_takes_back_what_the_board_says_was_done_last()
    {
        Server.Answers[typeof(GetBoardRequest)] = new GetBoardResponse { Availability = Open(), LastAct = new LastAct { ActId = Id, Kind = ActKind.Departure } };
        var run = await RunAsync("staff", "undo", "gla-harbour", "--command-id", Command);
        Assert.Equal(ExitCodes.Done, run.Code);
        Assert.Contains("Taken back: somebody left", run.Out, StringComparison.Ordinal);
        Assert.Equal(new UndoActRequest { CommandId = Command, SpaceId = "gla-harbour", ActId = Id }, Server.Received.Last());
    }

    [Fact]
    public async Task Undo_where_nothing_was_done_lately_says_so()
    {
        var run = await RunAsync("staff", "undo", "gla-harbour");
        Assert.Equal(ExitCodes.Rejected, run.Code);
        Assert.Contains("Nothing was done there in the last five minutes", run.Error, StringComparison.Ordinal);
        Server.Only<GetBoardRequest>();
    }

    [Fact]
    public Task Acknowledge() => Sends(
        new AcknowledgeEscalationRequest { CommandId = Command, SpaceId = "gla-harbour", Cause = EscalationCause.OverSafeCapacity, Contact = EscalationContact.TeamLead },
        "staff", "acknowledge", "gla-harbour", "--cause", "over-safe-capacity", "--as", "team-lead", "--command-id", Command);

    [Fact]
    public Task Retire() => Sends(
        new RetireSpaceRequest { CommandId = Command, SpaceId = "gla-harbour", Reason = RetireReason.Moved },
        "space", "retire", "gla-harbour", "--reason", "moved", "--command-id", Command);

    [Fact]
    public Task Call_list_of_areas() => Sends(
        new GetCallListRequest { AreaCodes = { "S12000049", "S12000038" } }, "call-list", "--area", "S12000049", "--area", "S12000038");

    private async Task Sends(IMessage expected, params string[] args)
    {
        var run = await RunAsync(args);
        Assert.Equal("", run.Error);
        Assert.Equal(ExitCodes.Done, run.Code);
        Assert.Equal(expected, Assert.Single(Server.Received));
    }
}
