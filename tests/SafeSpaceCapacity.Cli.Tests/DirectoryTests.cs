using System.Text.Json;
using SafeSpaceCapacity.Contract.V1;
using static SafeSpaceCapacity.Cli.Tests.Messages;

namespace SafeSpaceCapacity.Cli.Tests;

/// <summary>Entries, what changed of them, the rules of tiers and whom to ring.</summary>
public sealed class DirectoryTests : CliTest
{
    private const string Command = "0190b1c2-0000-7f00-8a1b-2c3d4e5f6071";

    private readonly TemporaryDirectory _files = new();

    public DirectoryTests() => Width = 160;

    [Fact]
    public async Task An_entry_is_shown_with_the_rules_it_works_by_and_which_are_its_own()
    {
        Server.Answers[typeof(GetSpaceRequest)] = Found();
        var run = await RunAsync("space", "get", "gla-harbour");
        Assert.Equal(ExitCodes.Done, run.Code);
        foreach (var part in (string[])
            [
                "Harbour gla-harbour", "telephone 0141 496 0123", "places 8, at 55.8,-4.2", "hours: Fri 18:00 to 02:00", "bank holidays: closed", "on Sat it is at 55.9,-4.3, entrance: Side door",
                "people whom one member of staff can support: 2 (stated by the space itself)",
                "fewest on duty: 3", "fewest on duty who are trained: de-escalation 1", "team lead on 0141 496 0456 at once, on call manager after 15 min, then again every 30 min",
                "as version 4 for each wellbeing café says", "Entered and changed 2 time(s).",
            ])
            Assert.Contains(part, run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("fewest on duty: 3 (stated", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_that_was_written_to_a_file_is_what_a_change_sends()
    {
        Server.Answers[typeof(GetSpaceRequest)] = Found();
        var written = await RunAsync("space", "get", "gla-harbour", "--out", _files["entry.json"]);
        Assert.Contains($"safespace space change gla-harbour --file {_files["entry.json"]} --expected 2", written.Out, StringComparison.Ordinal);
        var run = await RunAsync("space", "change", "gla-harbour", "--file", _files["entry.json"], "--expected", "2", "--command-id", Command);
        Assert.Equal(ExitCodes.Done, run.Code);
        Assert.Equal(new ChangeSpaceRequest { CommandId = Command, SpaceId = "gla-harbour", Entry = Found().Entry, ExpectedChanges = 2 }, Server.Received.Last());
    }

    [Fact]
    public async Task A_change_says_no_number_that_was_not_typed_and_ends_with_3_where_somebody_else_was_first()
    {
        Server.Answers[typeof(ChangeSpaceRequest)] = new ChangeSpaceResponse { Rejected = new Rejection { Code = RejectionCode.ChangedMeanwhile } };
        var run = await RunAsync("space", "change", "gla-harbour", "--file", _files.Write("entry.json", $$"""{"commandId": "{{HoldId}}", "name": "Harbour"}"""));
        Assert.Equal(ExitCodes.Rejected, run.Code);
        var request = Server.Only<ChangeSpaceRequest>();
        Assert.False(request.HasExpectedChanges);
        Assert.Equal("", request.Entry.CommandId);
        Assert.Contains("changed meanwhile", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_say_who_when_and_what()
    {
        Server.Answers[typeof(GetSpaceChangesRequest)] = new GetSpaceChangesResponse
        {
            Changes =
            {
                new DirectoryChange
                {
                    At = Time("2026-11-22T13:00:00Z"), Actor = "morag", Role = "administrator", What = "SpaceChanged",
                    Differences = { new Difference { Field = "staffing.minimum_on_duty", Before = "2", After = "3" }, new Difference { Field = "entrance", After = "\"Side door\"" } },
                },
                new DirectoryChange { At = Time("2026-11-01T13:00:00Z"), Actor = "system", What = "PolicyApplied" },
            },
        };
        var run = await RunAsync("space", "changes", "gla-harbour");
        foreach (var part in (string[])["13:00 changed by morag (administrator)", "staffing.minimum_on_duty: 2 -> 3", "entrance: not stated -> \"Side door\"", "Sun 1 Nov 2026 13:00 the rules of its kind came into force, set by system"])
            Assert.Contains(part, run.Out, StringComparison.Ordinal);
        Assert.Equal(new GetSpaceChangesRequest { SpaceId = "gla-harbour" }, Server.Only<GetSpaceChangesRequest>());
    }

    [Fact]
    public async Task Policies_are_listed_with_who_set_them_from_when_and_what_changed()
    {
        Server.Answers[typeof(ListTierPoliciesRequest)] = Policies();
        var all = await RunAsync("policy", "list");
        foreach (var part in (string[])
            [
                "wellbeing café, version 2, from Thu 1 Apr 2027 00:00 on, set 14:00 by morag (administrator)", "a confirmation is fresh for: 45 min", "changed: fresh_minutes: 60 -> 45",
                "wellbeing café, version 1, in force since Sun 1 Nov 2026 00:00", "space with clinical support, version 1",
            ])
            Assert.Contains(part, all.Out, StringComparison.Ordinal);
        var one = await RunAsync("policy", "list", "--tier", "clinical-adjacent", "--json");
        Assert.Equal(1, JsonDocument.Parse(one.Out).RootElement.GetProperty("policies").GetArrayLength());
    }

    [Fact]
    public async Task A_policy_is_set_from_a_file()
    {
        Server.Answers[typeof(SetTierPolicyRequest)] = new SetTierPolicyResponse { Set = Policies().Policies[0] };
        var file = _files.Write("policy.json", """{"freshMinutes": 45, "staffing": {"minimumOnDuty": 3}}""");
        var run = await RunAsync("policy", "set", "wellbeing-cafe", "--file", file, "--from", "2027-04-01T00:00+01:00", "--expected-version", "1", "--command-id", Command);
        Assert.Equal(ExitCodes.Done, run.Code);
        Assert.Contains("wellbeing café, version 2, from Thu 1 Apr 2027 00:00 on", run.Out, StringComparison.Ordinal);
        Assert.Equal(
            new SetTierPolicyRequest
            {
                CommandId = Command,
                Tier = Tier.WellbeingCafe,
                Policy = new Policy { FreshMinutes = 45, Staffing = new StaffingRule { MinimumOnDuty = 3 } },
                EffectiveFrom = Time("2027-03-31T23:00:00Z"),
                ExpectedVersion = 1,
            },
            Server.Only<SetTierPolicyRequest>());
        Server.Answers[typeof(SetTierPolicyRequest)] = new SetTierPolicyResponse { Rejected = new Rejection { Code = RejectionCode.ChangedMeanwhile } };
        Assert.Equal(ExitCodes.Rejected, (await RunAsync("policy", "set", "wellbeing-cafe", "--file", file)).Code);
    }

    [Fact]
    public async Task A_toolkit_states_all_rules_leaves_what_is_one_place_s_own_empty_and_can_be_registered_when_filled_in()
    {
        Server.Answers[typeof(GetSpaceRequest)] = Found();
        var file = _files["new.json"];
        Assert.Equal(ExitCodes.Done, (await RunAsync("policy", "toolkit", "gla-harbour", "--out", file)).Code);
        var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.Equal(["spaceId", "name", "point", "telephone", "entrance"], JsonDocument.Parse(text).RootElement.EnumerateObject().Take(5).Select(field => field.Name), StringComparer.Ordinal);
        foreach (var own in (string[])["gla-harbour", "Harbour", "0141", "55.8", "Blue door", "Side door", "55.9"])
            Assert.DoesNotContain(own, text, StringComparison.Ordinal);
        await RunAsync("space", "register", "--file", file);
        var sent = (RegisterSpaceRequest)Server.Received.Last();
        sent.CommandId = "";
        Assert.Equal(
            new RegisterSpaceRequest
            {
                Tier = Tier.WellbeingCafe,
                Point = new Wgs84Point(),
                Ages = { AgeBand.Adult },
                Places = 8,
                Week = { Found().Entry.Week },
                BankHoliday = new BankHolidayHours(),
                Venues = { new Venue { Weekdays = { 6 }, Point = new Wgs84Point() } },
                Staffing = Found().Rules.Staffing,
                FreshMinutes = 60,
                UnconfirmedAfterMinutes = 240,
                NudgeMinutes = 30,
                HoldGraceMinutes = 15,
                RequestAnswerMinutes = 5,
                Escalation = new EscalationPlan
                {
                    Steps = { new EscalationStep { Contact = EscalationContact.TeamLead }, new EscalationStep { Contact = EscalationContact.OnCallManager, AfterMinutes = 15 } },
                    ChaseMinutes = 30,
                },
            },
            sent);
    }

    [Fact]
    public async Task The_call_list_says_whom_to_ring_and_why()
    {
        Width = 80;
        Server.Answers[typeof(GetCallListRequest)] = new GetCallListResponse
        {
            Calls =
            {
                new GetCallListResponse.Types.Call
                {
                    SpaceId = "gla-harbour", Name = "Harbour", Telephone = "0141 496 0456", CouncilArea = "Glasgow City", Reason = CallReason.Escalation, Since = Time("2026-11-22T14:05:00Z"),
                    Escalation = new Escalation { Cause = EscalationCause.UnsafeStaffing, Since = Time("2026-11-22T14:00:00Z") },
                },
                new GetCallListResponse.Types.Call { SpaceId = "gla-lantern", Name = "Lantern", Telephone = "0141 496 0789", Reason = CallReason.Unconfirmed, Since = Time("2026-11-21T14:00:00Z") },
            },
            Total = 3,
        };
        var run = await RunAsync("call-list");
        Assert.All(run.Out.Split('\n'), line => Assert.True(line.Length <= 80, line));
        foreach (var part in (string[])["tel 0141 496 0456", "Glasgow City", "14:05", "never confirmed", "Sat 14:00", "The 2 most urgent of 3."])
            Assert.Contains(part, run.Out, StringComparison.Ordinal);
        Server.Answers[typeof(GetCallListRequest)] = new GetCallListResponse();
        Assert.Contains("Nobody needs to be rung now.", (await RunAsync("call-list")).Out, StringComparison.Ordinal);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _files.Dispose();
    }

    private static ListTierPoliciesResponse Policies() => new()
    {
        Policies =
        {
            new TierPolicy
            {
                Tier = Tier.WellbeingCafe, Version = 2, Policy = new Policy { FreshMinutes = 45 }, EffectiveFrom = Time("2027-03-31T23:00:00Z"), SetAt = Time("2026-11-22T14:00:00Z"),
                Actor = "morag", Role = "administrator", Differences = { new Difference { Field = "fresh_minutes", Before = "60", After = "45" } },
            },
            new TierPolicy { Tier = Tier.WellbeingCafe, Version = 1, Policy = new Policy { FreshMinutes = 60 }, EffectiveFrom = Time("2026-11-01T00:00:00Z"), InForce = true },
            new TierPolicy { Tier = Tier.ClinicalAdjacent, Version = 1, Policy = new Policy(), EffectiveFrom = Time("2026-11-01T00:00:00Z"), InForce = true },
        },
    };

    private static GetSpaceResponse Found() => new()
    {
        Entry = new RegisterSpaceRequest
        {
            SpaceId = "gla-harbour",
            Name = "Harbour",
            Tier = Tier.WellbeingCafe,
            Point = new Wgs84Point { Latitude = 55.8, Longitude = -4.2 },
            Telephone = "0141 496 0123",
            Entrance = "Blue door",
            Ages = { AgeBand.Adult },
            Places = 8,
            Week = { new WeeklyOpening { Weekday = 5, Opens = "18:00", Closes = "02:00" } },
            BankHoliday = new BankHolidayHours(),
            Venues = { new Venue { Weekdays = { 6 }, Point = new Wgs84Point { Latitude = 55.9, Longitude = -4.3 }, Entrance = "Side door" } },
            Staffing = new StaffingRule { VisitorsPerStaff = 2 },
        },
        Changes = 2,
        Rules = new Policy
        {
            Staffing = new StaffingRule
            {
                VisitorsPerStaff = 2,
                MinimumOnDuty = 3,
                MinimumClinicians = 0,
                PeerWeight = 1,
                VolunteerWeight = 0.5,
                Trained = new TrainingMinimums { Minimums = { new TrainingMinimums.Types.Minimum { Training = Training.DeEscalation, Minimum_ = 1 } } },
                SupervisionOnCall = false,
            },
            FreshMinutes = 60,
            UnconfirmedAfterMinutes = 240,
            NudgeMinutes = 30,
            HoldGraceMinutes = 15,
            RequestAnswerMinutes = 5,
            Escalation = new EscalationPlan
            {
                Steps =
                {
                    new EscalationStep { Contact = EscalationContact.TeamLead, Telephone = "0141 496 0456" },
                    new EscalationStep { Contact = EscalationContact.OnCallManager, AfterMinutes = 15 },
                },
                ChaseMinutes = 30,
            },
        },
        PolicyVersion = 4,
    };
}
