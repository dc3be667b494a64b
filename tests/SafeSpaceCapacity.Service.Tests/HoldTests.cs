using SafeSpaceCapacity.Contract.V1;
using Grpc.Core;
using SafeSpaceCapacity.Service.Tests.Support;

namespace SafeSpaceCapacity.Service.Tests;

public sealed class HoldTests : ServiceTest
{
    private const string Id = "near-space";

    [Fact]
    public async Task A_place_is_held_while_the_crew_drives_and_becomes_a_person_when_they_arrive()
    {
        await OpenAsync(occupied: 1);
        var held = await Service.HoldAsync(Id, etaInMinutes: 20);
        Assert.Equal((HoldStatus.Placed, Id, "A 12"), (held.Placed.Status, held.Placed.SpaceId, held.Placed.CallSign));
        Assert.Equal((Service.InMinutes(20), Service.InMinutes(35)), (held.Placed.Eta, held.Placed.ExpiresAt));
        Assert.Equal((1, 1, 4), Numbers(held.Availability));
        Assert.Equal(("0141 496 0199", "Blue door", "Level throughout"), (held.Telephone, held.Entrance, held.AccessNote));
        Assert.Equal(held.Placed, Assert.Single((await BoardAsync()).Holds));

        Service.Time.Advance(TimeSpan.FromMinutes(18));
        var arrived = await Service.Crew.ConfirmArrivalAsync(new ConfirmArrivalRequest
        {
            CommandId = Ids.Next(), SpaceId = Id, HoldId = held.Placed.HoldId, HandoverMinutes = 4,
        });
        Assert.Equal((false, false), (arrived.Arrived.AlreadyReported, arrived.Arrived.OverSafeCapacity));
        Assert.Equal((2, 0, 4), Numbers(arrived.Availability));
        Assert.Equal(HoldStatus.Arrived, (await HoldOfAsync(held.Placed.HoldId)).Status);
        Assert.Empty((await BoardAsync()).Holds);
    }

    [Fact]
    public async Task One_hold_arrives_once_whoever_reports_it()
    {
        await OpenAsync();
        var hold = (await Service.HoldAsync(Id)).Placed.HoldId;
        var first = await Service.Crew.ConfirmArrivalAsync(new ConfirmArrivalRequest { CommandId = Ids.Next(), SpaceId = Id, HoldId = hold });
        var again = await Service.Crew.ConfirmArrivalAsync(new ConfirmArrivalRequest { CommandId = Ids.Next(), SpaceId = Id, HoldId = hold });
        var byStaff = await Service.Staff.RecordArrivalAsync(new RecordArrivalRequest { CommandId = Ids.Next(), SpaceId = Id, HoldId = hold });
        Assert.Equal((false, true, true), (first.Arrived.AlreadyReported, again.Arrived.AlreadyReported, byStaff.Counted.AlreadyReported));
        Assert.Equal((1, 0, 5), Numbers(byStaff.Availability));
    }

    [Fact]
    public async Task An_arrival_is_never_refused_for_capacity_and_too_many_are_said()
    {
        await OpenAsync(occupied: 6);
        var walkIn = await Service.Staff.RecordArrivalAsync(new RecordArrivalRequest { CommandId = Ids.Next(), SpaceId = Id });
        Assert.True(walkIn.Counted.OverSafeCapacity);
        Assert.Equal((7, 0, 0), Numbers(walkIn.Availability));
        var left = await Service.Staff.RecordDepartureAsync(new RecordDepartureRequest { CommandId = Ids.Next(), SpaceId = Id });
        Assert.Equal((6, 0, 0), Numbers(left.Availability));
        var events = await Service.EventsAsync();
        Assert.Contains(events, happened => happened.EndsWith(" OverSafeCapacity", StringComparison.Ordinal));
        Assert.Contains(events, happened => happened.EndsWith(" BackWithinSafeCapacity", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_full_space_refuses_with_the_numbers_behind_it()
    {
        await OpenAsync(occupied: 5);
        Assert.NotNull((await Service.HoldAsync(Id)).Placed);
        var refused = await Service.HoldAsync(Id);
        Assert.Equal(RejectionCode.NoSafeCapacity, refused.Rejected.Code);
        Assert.Equal((5, 1, 0), Numbers(refused.Rejected.Availability));
        // The place held for somebody else is free again when that hold ends.
        Assert.Equal(Service.InMinutes(35), refused.Rejected.Earliest);
        Assert.Equal((5, 1, 0), Numbers(refused.Availability));
    }

    [Fact]
    public async Task A_hold_is_judged_over_its_whole_life()
    {
        await Service.RegisterAsync(Id, Ask.Latitude, Ask.Longitude, space => space.OpenToday("09:00", "15:00"));
        await Service.ShiftAsync(Id, hours: 0.5);
        await Service.ShiftAsync(Id, hours: 0.75);
        Assert.NotNull((await Service.HoldAsync(Id, etaInMinutes: 14)).Placed);
        // One of the two goes at 14:30, and nobody works alone.
        Assert.Equal(RejectionCode.NoSafeCapacity, (await Service.HoldAsync(Id, etaInMinutes: 16)).Rejected.Code);
        Assert.Equal(RejectionCode.ClosesBeforeArrival, (await Service.HoldAsync(Id, etaInMinutes: 50)).Rejected.Code);
    }

    [Fact]
    public async Task A_hold_is_extended_and_not_beyond_the_longest()
    {
        await OpenAsync();
        var hold = (await Service.HoldAsync(Id)).Placed.HoldId;
        var later = await ExtendAsync(hold, 60);
        Assert.Equal((HoldStatus.Placed, Service.InMinutes(60), Service.InMinutes(75)), (later.Extended.Status, later.Extended.Eta, later.Extended.ExpiresAt));
        Service.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(RejectionCode.HoldTooLong, (await ExtendAsync(hold, 235)).Rejected.Code);
        Assert.Equal(RejectionCode.HoldNotFound, (await ExtendAsync(Ids.Next(), 20)).Rejected.Code);
        Assert.Equal((0, 1, 5), Numbers((await BoardAsync()).Availability));
    }

    [Fact]
    public async Task A_released_place_is_free_and_the_hold_stays_over()
    {
        await OpenAsync(occupied: 5);
        var hold = (await Service.HoldAsync(Id)).Placed.HoldId;
        var released = await Service.Crew.ReleaseHoldAsync(new ReleaseHoldRequest { CommandId = Ids.Next(), SpaceId = Id, HoldId = hold });
        Assert.Equal(HoldStatus.Released, released.Released.Status);
        Assert.Equal((5, 0, 1), Numbers(released.Availability));
        var again = await Service.Crew.ReleaseHoldAsync(new ReleaseHoldRequest { CommandId = Ids.Next(), SpaceId = Id, HoldId = hold });
        Assert.Equal((RejectionCode.HoldEnded, HoldStatus.Released), (again.Rejected.Code, again.Rejected.HoldStatus));
        Assert.Equal("the hold has ended: the crew gave it back", again.Rejected.Words);
        Assert.NotNull((await Service.HoldAsync(Id)).Placed);
    }

    [Fact]
    public async Task Staff_decline_a_hold_with_a_code()
    {
        await OpenAsync();
        var hold = (await Service.HoldAsync(Id)).Placed.HoldId;
        var declined = await Service.Staff.DeclineHoldAsync(new DeclineHoldRequest
        {
            CommandId = Ids.Next(), SpaceId = Id, HoldId = hold, Reason = RefusalReason.UnsafeStaffing,
        });
        Assert.Equal((HoldStatus.Declined, RefusalReason.UnsafeStaffing), (declined.Declined.Status, declined.Declined.DeclinedReason));
        await Service.CaughtUpAsync();
        var seen = await HoldOfAsync(hold);
        Assert.Equal((HoldStatus.Declined, RefusalReason.UnsafeStaffing), (seen.Status, seen.DeclinedReason));
    }

    [Fact]
    public async Task At_an_unconfirmed_space_a_hold_is_a_request_that_staff_accept()
    {
        await Service.RegisterAsync(Id, Ask.Latitude, Ask.Longitude);
        var asked = await Service.HoldAsync(Id, etaInMinutes: 20);
        Assert.Equal((HoldStatus.Requested, Service.InMinutes(5)), (asked.Requested.Status, asked.Requested.ExpiresAt));
        Assert.Equal("0141 496 0199", asked.Telephone);
        var alone = await AcceptAsync(asked.Requested.HoldId);
        Assert.Equal(RejectionCode.NoSafeCapacity, alone.Rejected.Code);

        Service.Time.Advance(TimeSpan.FromMinutes(4));
        await Service.ShiftAsync(Id);
        await Service.ShiftAsync(Id);
        var accepted = await AcceptAsync(asked.Requested.HoldId);
        Assert.Equal((HoldStatus.Placed, Service.InMinutes(31)), (accepted.Accepted.Status, accepted.Accepted.ExpiresAt));
        Assert.Equal((0, 1, 5), Numbers(accepted.Availability));
        await Service.CaughtUpAsync();
        Assert.Equal(HoldStatus.Placed, (await HoldOfAsync(asked.Requested.HoldId)).Status);
        Assert.Equal(RejectionCode.HoldNotRequested, (await AcceptAsync(asked.Requested.HoldId)).Rejected.Code);
    }

    [Fact]
    public async Task A_request_that_staff_do_not_answer_lapses_after_five_minutes()
    {
        await Service.RegisterAsync(Id, Ask.Latitude, Ask.Longitude);
        var asked = (await Service.HoldAsync(Id)).Requested;
        Service.Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(HoldStatus.Requested, (await HoldOfAsync(asked.HoldId)).Status);
        Service.Time.Advance(TimeSpan.FromMilliseconds(1));
        // Time alone ends it, whether or not anybody wrote that down.
        Assert.Equal(HoldStatus.Lapsed, (await HoldOfAsync(asked.HoldId)).Status);
        Assert.Equal(0, (await BoardAsync()).Availability.Held);
        var late = await AcceptAsync(asked.HoldId);
        Assert.Equal((RejectionCode.HoldEnded, HoldStatus.Lapsed), (late.Rejected.Code, late.Rejected.HoldStatus));
        Assert.Contains(await Service.EventsAsync(), happened => happened.EndsWith(" HoldLapsed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_time_alone_did_is_written_down()
    {
        await OpenAsync();
        await Service.HoldAsync(Id, etaInMinutes: 20);
        var before = Service.Log.HeadPosition;
        Service.Time.Advance(TimeSpan.FromMinutes(35));
        var written = Service.Log.WaitForAsync(before + 1).AsTask();
        // The read model sees it on its tick, and the keeper of time writes it down on its own.
        using var patience = new CancellationTokenSource(Patience.Long);
        while (!written.IsCompleted)
        {
            patience.Token.ThrowIfCancellationRequested();
            Service.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await written;
        Assert.EndsWith(" HoldExpired", (await Service.EventsAsync())[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hold_that_nobody_used_expires_and_who_comes_late_is_counted_all_the_same()
    {
        await OpenAsync();
        var hold = (await Service.HoldAsync(Id, etaInMinutes: 20)).Placed.HoldId;
        Service.Time.Advance(TimeSpan.FromMinutes(35));
        Assert.Equal(HoldStatus.Expired, (await HoldOfAsync(hold)).Status);
        Assert.Equal((RejectionCode.HoldEnded, HoldStatus.Expired), ((await ExtendAsync(hold, 60)).Rejected is var no ? (no.Code, no.HoldStatus) : default));
        var arrived = await Service.Crew.ConfirmArrivalAsync(new ConfirmArrivalRequest { CommandId = Ids.Next(), SpaceId = Id, HoldId = hold });
        Assert.False(arrived.Arrived.AlreadyReported);
        Assert.Equal((1, 0, 5), Numbers(arrived.Availability));
    }

    [Fact]
    public async Task One_need_has_one_hold_at_a_space()
    {
        await OpenAsync();
        var request = Service.Hold(Id);
        request.NeedId = Ids.Next();
        Assert.NotNull((await Service.Crew.HoldPlaceAsync(request)).Placed);
        request.CommandId = Ids.Next();
        Assert.Equal(RejectionCode.AlreadyHeld, (await Service.Crew.HoldPlaceAsync(request)).Rejected.Code);
    }

    [Fact]
    public async Task A_hold_that_asks_for_what_the_space_has_not_says_which()
    {
        await OpenAsync();
        var request = Service.Hold(Id);
        request.Needs.AddRange([Need.Bsl, Need.Wheelchair]);
        var refused = (await Service.Crew.HoldPlaceAsync(request)).Rejected;
        Assert.Equal(RejectionCode.NeedsNotMet, refused.Code);
        Assert.Equal([Need.Wheelchair, Need.Bsl], refused.NeedsNotMet);

        var urgent = Service.Hold(Id);
        urgent.Needs.Add(Need.UrgentPhysical);
        Assert.Equal(RejectionCode.UrgentPhysicalNeed, (await Service.Crew.HoldPlaceAsync(urgent)).Rejected.Code);
        var detained = Service.Hold(Id);
        detained.LegalStatus = LegalStatus.DetainedS297;
        Assert.Equal(RejectionCode.NotDesignated, (await Service.Crew.HoldPlaceAsync(detained)).Rejected.Code);
    }

    [Fact]
    public async Task Being_turned_away_at_the_door_is_recorded_and_ends_the_hold()
    {
        await OpenAsync();
        var hold = (await Service.HoldAsync(Id)).Placed.HoldId;
        var refused = await Service.Crew.ReportRefusedAsync(new ReportRefusedRequest
        {
            CommandId = Ids.Next(), SpaceId = Id, HoldId = hold, Reason = RefusalReason.Intoxication, NeedId = Ids.Next(),
        });
        Assert.NotNull(refused.Recorded);
        Assert.Equal((0, 0, 6), Numbers(refused.Availability));
        await Service.CaughtUpAsync();
        var seen = await HoldOfAsync(hold);
        Assert.Equal((HoldStatus.Declined, RefusalReason.Intoxication), (seen.Status, seen.DeclinedReason));
    }

    [Fact]
    public async Task A_pause_keeps_new_people_away_until_it_ends_and_holds_stay()
    {
        await OpenAsync();
        var hold = (await Service.HoldAsync(Id)).Placed.HoldId;
        var paused = await Service.Staff.PauseSpaceAsync(new PauseSpaceRequest
        {
            CommandId = Ids.Next(), SpaceId = Id, Reason = PauseReason.Building, Until = Service.InMinutes(30),
        });
        Assert.Equal((Service.InMinutes(30), PauseReason.Building), (paused.Availability.PausedUntil, paused.Availability.PauseReason));
        var refused = await Service.HoldAsync(Id);
        Assert.Equal((RejectionCode.Paused, Service.InMinutes(30)), (refused.Rejected.Code, refused.Rejected.Earliest));
        Assert.Equal(HoldStatus.Placed, (await HoldOfAsync(hold)).Status);

        Assert.NotNull((await Service.Staff.ResumeSpaceAsync(new ResumeSpaceRequest { CommandId = Ids.Next(), SpaceId = Id })).Resumed);
        var twice = await Service.Staff.ResumeSpaceAsync(new ResumeSpaceRequest { CommandId = Ids.Next(), SpaceId = Id });
        Assert.Equal(RejectionCode.NotPaused, twice.Rejected.Code);
        Assert.NotNull((await Service.HoldAsync(Id)).Placed);
    }

    [Fact]
    public async Task A_shift_ends_early_and_takes_its_capacity_with_it()
    {
        await Service.RegisterAsync(Id, Ask.Latitude, Ask.Longitude);
        await Service.ShiftAsync(Id);
        var second = (await Service.ShiftAsync(Id)).Started;
        var ended = await Service.Staff.EndShiftAsync(new EndShiftRequest { CommandId = Ids.Next(), SpaceId = Id, ShiftId = second.ShiftId });
        Assert.Equal((second.ShiftId, Service.InMinutes(0)), (ended.Ended.ShiftId, ended.Ended.EndsAt));
        Assert.Equal(0, ended.Availability.SafeCapacity);
        Assert.Equal(LimitingFactorCode.MinimumOnDuty, ended.Availability.LimitingFactors[0].Code);
        var again = await Service.Staff.EndShiftAsync(new EndShiftRequest { CommandId = Ids.Next(), SpaceId = Id, ShiftId = second.ShiftId });
        Assert.Equal(RejectionCode.ShiftNotFound, again.Rejected.Code);
    }

    [Fact]
    public async Task An_unknown_hold_is_not_found()
    {
        await OpenAsync();
        var unknown = new GetHoldRequest { SpaceId = Id, HoldId = Ids.Next() };
        var refused = await Refusals.RefusedAsync(Service.Crew.GetHoldAsync(unknown), StatusCode.NotFound);
        Assert.StartsWith("hold_id:", refused.Status.Detail, StringComparison.Ordinal);
        unknown.SpaceId = "no-such-space";
        refused = await Refusals.RefusedAsync(Service.Crew.GetHoldAsync(unknown), StatusCode.NotFound);
        Assert.StartsWith("space_id:", refused.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GetHold")]
    [InlineData("GetBoard")]
    [InlineData("FindSpaces")]
    [InlineData("ListSpaces")]
    [InlineData("WatchSpaces")]
    public async Task A_space_may_change_while_an_answer_is_made(string read)
    {
        await OpenAsync();
        var hold = (await Service.HoldAsync(Id)).Placed.HoldId;
        // The answer has looked at the clock; before it goes on, the space changes, a moment later.
        var armed = 1;
        Service.Time.AfterRead = () =>
        {
            if (Interlocked.Exchange(ref armed, 0) == 1)
                ChangeAsync().GetAwaiter().GetResult();
        };
        switch (read)
        {
            case "GetHold":
                Assert.Equal(hold, (await Service.Crew.GetHoldAsync(new GetHoldRequest { SpaceId = Id, HoldId = hold })).Hold.HoldId);
                break;
            case "GetBoard":
                Assert.Equal(Id, (await Service.Staff.GetBoardAsync(new GetBoardRequest { SpaceId = Id })).Availability.SpaceId);
                break;
            case "FindSpaces":
                Assert.Single((await Service.Crew.FindSpacesAsync(Ask.Find())).Options);
                break;
            case "ListSpaces":
                Assert.Single((await Service.Admin.ListSpacesAsync(new ListSpacesRequest())).Spaces);
                break;
            default:
                using (var watch = Service.Crew.WatchSpaces(new WatchSpacesRequest { SpaceIds = { Id } }))
                    Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
                break;
        }

        Assert.Equal(0, armed);

        async Task ChangeAsync()
        {
            Service.Time.Jump(TimeSpan.FromMilliseconds(1));
            await Service.Staff.ConfirmSpaceAsync(new ConfirmSpaceRequest { CommandId = Ids.Next(), SpaceId = Id });
            await Service.CaughtUpAsync();
        }
    }

    private static (int Occupied, int Held, int Available) Numbers(Availability of) => (of.Occupied, of.Held, of.Available);

    private Task OpenAsync(int occupied = 0) => Service.OpenAsync(Id, Ask.Latitude, Ask.Longitude, occupied: occupied);

    private async Task<GetBoardResponse> BoardAsync()
    {
        await Service.CaughtUpAsync();
        return await Service.Staff.GetBoardAsync(new GetBoardRequest { SpaceId = Id });
    }

    private async Task<Hold> HoldOfAsync(string hold)
    {
        await Service.CaughtUpAsync();
        return (await Service.Crew.GetHoldAsync(new GetHoldRequest { SpaceId = Id, HoldId = hold })).Hold;
    }

    private async Task<ExtendHoldResponse> ExtendAsync(string hold, double etaInMinutes) =>
        await Service.Crew.ExtendHoldAsync(new ExtendHoldRequest { CommandId = Ids.Next(), SpaceId = Id, HoldId = hold, Eta = Service.InMinutes(etaInMinutes) });

    private async Task<AcceptHoldResponse> AcceptAsync(string hold) =>
        await Service.Staff.AcceptHoldAsync(new AcceptHoldRequest { CommandId = Ids.Next(), SpaceId = Id, HoldId = hold });
}
