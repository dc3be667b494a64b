using SafeSpaceCapacity.Contract.V1;
using Grpc.Core;
using SafeSpaceCapacity.Service.Tests.Support;

namespace SafeSpaceCapacity.Service.Tests;

/// <summary>What administrators change: entries of the directory, and the rules that tiers state.</summary>
public sealed class DirectoryChangesTests : ServiceTest
{
    private const string Space = "near-space";

    [Fact]
    public async Task An_entry_is_read_as_it_was_entered_and_changed_where_nobody_else_changed_it()
    {
        await Service.OpenAsync(Space, Ask.Latitude, Ask.Longitude, occupied: 2, with: r => r.Staffing = new StaffingRule { MinimumOnDuty = 1 });
        var read = await GetAsync();
        Assert.Equal((1, ""), (read.Changes, read.Entry.CommandId));
        Assert.True(read.Entry.Staffing is { HasMinimumOnDuty: true, HasVisitorsPerStaff: false });
        Assert.Equal((3, 60), (read.Rules.Staffing.VisitorsPerStaff, read.Rules.FreshMinutes));

        read.Entry.Name = "The Lighthouse";
        read.Entry.Excludes.Add(RefusalReason.OutOfArea);
        read.Entry.ReviewBy = "2026-09-30";
        Assert.NotNull((await ChangeAsync(read.Entry, expected: 1)).Changed);
        var second = await ChangeAsync(read.Entry, expected: 1);
        Assert.Equal(RejectionCode.ChangedMeanwhile, second.Rejected.Code);

        // Who is there stays there.
        await Service.CaughtUpAsync();
        var board = await Service.Staff.GetBoardAsync(new GetBoardRequest { SpaceId = Space });
        Assert.Equal(("The Lighthouse", 2, 2), (board.Choice.Name, board.Availability.Occupied, board.Shifts.Count));
        Assert.Equal(read.Entry, (await GetAsync()).Entry);

        var changes = (await Service.Admin.GetSpaceChangesAsync(new GetSpaceChangesRequest { SpaceId = Space })).Changes;
        Assert.Equal([("SpaceChanged", "tester", "administrator"), ("SpaceRegistered", "tester", "administrator")], changes.Select(change => (change.What, change.Actor, change.Role)));
        Assert.Equal(
            [("excludes", "", "[ \"REFUSAL_REASON_OUT_OF_AREA\" ]"), ("name", "\"The near-space\"", "\"The Lighthouse\""), ("review_by", "", "\"2026-09-30\"")],
            changes[0].Differences.Select(difference => (difference.Field, difference.Before, difference.After)));
    }

    [Fact]
    public async Task A_space_that_moved_is_found_where_it_is_now()
    {
        await Service.OpenAsync(Space, Ask.Latitude, Ask.Longitude);
        await ChangeAsync(Ask.Entry(Space, with: r => (r.Point.Latitude, r.Point.Longitude) = (56.117, -3.937)));
        await Service.CaughtUpAsync();
        Assert.Equal(Space, (await Service.Crew.FindSpacesAsync(Ask.FindFrom(56.117, -3.937, with: r => r.TravelMinutesMax = 10))).Options.Single().Availability.SpaceId);
        Assert.Empty((await Service.Crew.FindSpacesAsync(Ask.Find(r => r.TravelMinutesMax = 10))).Options);
        Assert.Equal(1, Service.ReadModel.Root.Index.Count);
    }

    [Fact]
    public async Task A_venue_by_weekday_is_where_crews_are_sent()
    {
        // It is Wednesday; on Thursdays it is in Stirling.
        await Service.OpenAsync(Space, Ask.Latitude, Ask.Longitude, with: r =>
        {
            r.AlwaysOpen = false;
            for (var day = 1; day <= 7; day++)
                r.Week.Add(new WeeklyOpening { Weekday = day, Opens = "10:00", Closes = "02:00" });
            r.Venues.Add(new Venue { Weekdays = { 4 }, Point = new Wgs84Point { Latitude = 56.117, Longitude = -3.937 }, Entrance = "Red door" });
        });
        Assert.Equal("Blue door", (await FoundAsync(Ask.Latitude, Ask.Longitude)).Single().Choice.Entrance);
        Assert.Empty(await FoundAsync(56.117, -3.937));

        // Past midnight it is still Wednesday's place: 00:30 belongs to the evening before.
        for (var i = 0; i < 2; i++)
            await Service.ShiftAsync(Space, startsInHours: 11, hours: 20);
        await AfterAsync(10.5);
        Assert.Single(await FoundAsync(Ask.Latitude, Ask.Longitude));
        await AfterAsync(10);
        Assert.Empty(await FoundAsync(Ask.Latitude, Ask.Longitude));
        var there = (await FoundAsync(56.117, -3.937)).Single();
        Assert.Equal("Red door", there.Choice.Entrance);
        var held = await Service.HoldAsync(Space);
        Assert.Equal("Red door", held.Entrance);
        Assert.Equal(2, Service.ReadModel.Root.Index.Count);
    }

    [Fact]
    public async Task A_space_in_use_is_not_retired_and_a_retired_one_is_in_no_search_and_takes_nobody_after_a_restart_too()
    {
        await Service.OpenAsync(Space, Ask.Latitude, Ask.Longitude, occupied: 1);
        Assert.Equal(RejectionCode.InUse, (await RetireAsync()).Rejected.Code);
        await Service.CountAsync(Space, 0);
        Assert.NotNull((await RetireAsync()).Retired);
        await Service.CaughtUpAsync();
        Assert.Empty((await Service.Crew.FindSpacesAsync(Ask.Find())).Options);
        Assert.Empty((await Service.Admin.ListSpacesAsync(new ListSpacesRequest())).Spaces);
        Assert.Equal(0, Service.ReadModel.Root.Index.Count);
        Assert.Equal(RejectionCode.Retired, (await Service.Crew.HoldPlaceAsync(Service.Hold(Space))).Rejected.Code);
        await using var again = await Service.RestartAsync();
        Assert.Empty(again.ReadModel.Root.Keys);
        Assert.Equal(RejectionCode.Retired, (await again.Crew.HoldPlaceAsync(again.Hold(Space))).Rejected.Code);
        var last = (await again.Admin.GetSpaceChangesAsync(new GetSpaceChangesRequest { SpaceId = Space })).Changes[0];
        Assert.Equal(("SpaceRetired", "tester"), (last.What, last.Actor));
        Assert.Equal(RejectionCode.AlreadyRegistered, (await again.Admin.RegisterSpaceAsync(Ask.Space(Space))).Rejected.Code);
    }

    [Fact]
    public async Task What_a_tier_states_reaches_its_spaces_but_not_what_they_state_themselves()
    {
        await Service.OpenAsync(Space, Ask.Latitude, Ask.Longitude, staff: 3);
        await Service.OpenAsync("own-space", Ask.Latitude, Ask.Longitude, staff: 3, with: r => r.Staffing = new StaffingRule { VisitorsPerStaff = 2 });
        await Service.OpenAsync("other-tier", Ask.Latitude, Ask.Longitude, staff: 3, with: r => r.Tier = Tier.WellbeingCafe);
        var set = await SetAsync(new Policy { Staffing = new StaffingRule { VisitorsPerStaff = 1 } });
        Assert.Equal((1, true, "tester", "administrator"), (set.Set.Version, set.Set.InForce, set.Set.Actor, set.Set.Role));
        await AppliedAsync(Space, 1);
        await AppliedAsync("own-space", 1);
        Assert.Equal((3, 6, 8), (await SafeAsync(Space), await SafeAsync("own-space"), await SafeAsync("other-tier")));

        // A space that comes later works by it too, and one that changes keeps it.
        await Service.OpenAsync("new-space", Ask.Latitude, Ask.Longitude, staff: 3);
        await AppliedAsync("new-space", 1);
        await ChangeAsync(Ask.Entry(Space, with: r => r.Name = "Another name"));
        Assert.Equal((3, 3), (await SafeAsync("new-space"), await SafeAsync(Space)));
        var changes = (await Service.Admin.GetSpaceChangesAsync(new GetSpaceChangesRequest { SpaceId = "new-space" })).Changes;
        Assert.Equal(("PolicyApplied", "system"), (changes[0].What, changes[0].Actor));
        Assert.Equal("staffing.visitors_per_staff", Assert.Single(changes[0].Differences).Field);
    }

    [Fact]
    public async Task A_policy_holds_from_when_it_says_also_after_a_restart()
    {
        await Service.OpenAsync(Space, Ask.Latitude, Ask.Longitude, staff: 3);
        await SetAsync(new Policy { Staffing = new StaffingRule { VisitorsPerStaff = 2 } });
        await AppliedAsync(Space, 1);
        var later = await SetAsync(new Policy { Staffing = new StaffingRule { VisitorsPerStaff = 1 } }, request => request.EffectiveFrom = Service.InMinutes(60));
        Assert.Equal((2, false), (later.Set.Version, later.Set.InForce));
        var refused = await SetAsync(new Policy(), request => request.ExpectedVersion = 1);
        Assert.Equal(RejectionCode.ChangedMeanwhile, refused.Rejected.Code);
        Assert.Equal(6, await SafeAsync(Space));

        await using var again = await Service.RestartAsync();
        again.Time.Advance(TimeSpan.FromMinutes(61));
        await AppliedAsync(Space, 2, again);
        Assert.Equal(3, (await again.Staff.GetBoardAsync(new GetBoardRequest { SpaceId = Space })).Availability.SafeCapacity);
        var versions = (await again.Admin.ListTierPoliciesAsync(new ListTierPoliciesRequest())).Policies;
        Assert.Equal([(2L, true), (1L, false)], versions.Select(version => (version.Version, version.InForce)));
        Assert.Equal(("staffing.visitors_per_staff", "2", "1"), versions[0].Differences.Select(d => (d.Field, d.Before, d.After)).Single());
    }

    [Fact]
    public async Task The_same_command_sets_a_policy_once_and_with_other_content_is_an_error()
    {
        var request = new SetTierPolicyRequest { CommandId = Ids.Next(), Tier = Tier.StaffedCommunity, Policy = new Policy { FreshMinutes = 20 } };
        Assert.Equal(1, (await Service.Admin.SetTierPolicyAsync(request)).Set.Version);
        Assert.Equal(1, (await Service.Admin.SetTierPolicyAsync(request)).Set.Version);
        request.Policy.FreshMinutes = 21;
        var reused = await Assert.ThrowsAsync<RpcException>(async () => await Service.Admin.SetTierPolicyAsync(request));
        Assert.Equal(StatusCode.AlreadyExists, reused.StatusCode);
        Assert.Single((await Service.Admin.ListTierPoliciesAsync(new ListTierPoliciesRequest())).Policies);
    }

    [Fact]
    public async Task Many_who_set_a_policy_at_once_make_one_version_each()
    {
        var answers = await Task.WhenAll(Enumerable.Range(1, 40).Select(i => SetAsync(new Policy { FreshMinutes = i })));
        Assert.Equal(Enumerable.Range(1, 40).Select(i => (long)i), answers.Select(answer => answer.Set.Version).Order());
    }

    private async Task<GetSpaceResponse> GetAsync()
    {
        await Service.CaughtUpAsync();
        return await Service.Admin.GetSpaceAsync(new GetSpaceRequest { SpaceId = Space });
    }

    private async Task<ChangeSpaceResponse> ChangeAsync(RegisterSpaceRequest entry, int? expected = null)
    {
        var request = new ChangeSpaceRequest { CommandId = Ids.Next(), SpaceId = entry.SpaceId, Entry = entry };
        if (expected is { } read)
            request.ExpectedChanges = read;
        return await Service.Admin.ChangeSpaceAsync(request);
    }

    private async Task<RetireSpaceResponse> RetireAsync() =>
        await Service.Admin.RetireSpaceAsync(new RetireSpaceRequest { CommandId = Ids.Next(), SpaceId = Space, Reason = RetireReason.Closed });

    private async Task<SetTierPolicyResponse> SetAsync(Policy policy, Action<SetTierPolicyRequest>? with = null)
    {
        var request = new SetTierPolicyRequest { CommandId = Ids.Next(), Tier = Tier.StaffedCommunity, Policy = policy };
        with?.Invoke(request);
        return await Service.Admin.SetTierPolicyAsync(request);
    }

    private async Task<int> SafeAsync(string space)
    {
        await Service.CaughtUpAsync();
        return (await Service.Staff.GetBoardAsync(new GetBoardRequest { SpaceId = space })).Availability.SafeCapacity;
    }

    // The keeper looks again whenever something changes, and every second of the service's clock.
    private async Task AppliedAsync(string space, long version, RunningService? service = null)
    {
        service ??= Service;
        var since = TimeProvider.System.GetTimestamp();
        while ((await service.Admin.GetSpaceAsync(new GetSpaceRequest { SpaceId = space })).PolicyVersion != version)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Patience.Long, $"version {version} did not reach {space}");
            service.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        }
    }

    private async Task AfterAsync(double hours)
    {
        Service.Time.Advance(TimeSpan.FromHours(hours));
        await Service.Staff.ConfirmSpaceAsync(new ConfirmSpaceRequest { CommandId = Ids.Next(), SpaceId = Space });
        await Service.CaughtUpAsync();
    }

    private async Task<IEnumerable<SpaceOption>> FoundAsync(double latitude, double longitude) =>
        (await Service.Crew.FindSpacesAsync(Ask.FindFrom(latitude, longitude, r => r.TravelMinutesMax = 10))).Options;
}
