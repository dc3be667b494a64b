using SafeSpaceCapacity.Domain.Escalations;
using SafeSpaceCapacity.Domain.Policies;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;
using SafeSpaceCapacity.Domain.Tests.Spaces;
using static SafeSpaceCapacity.Domain.Tests.Spaces.Story;

namespace SafeSpaceCapacity.Domain.Tests.Policies;

/// <summary>A site's own values come before those of its tier, those before the documented defaults.</summary>
public sealed class PolicyValuesTests
{
    private static readonly PolicyValues All = new()
    {
        VisitorsPerStaff = 4, MinimumOnDuty = 3, MinimumClinicians = 2, PeerWeight = 0.25m, VolunteerWeight = 0.75m, Trained = [new(Training.Medication, 1)],
        SupervisionOnCall = true, FreshMinutes = 30, UnconfirmedAfterMinutes = 90, NudgeMinutes = 20, GraceMinutes = 10, AnswerMinutes = 7,
        Escalation = new([new(EscalationContact.ClinicalLead, "", 0)], 5),
    };

    [Fact]
    public void What_is_stated_is_kept_and_the_rest_is_the_others()
    {
        Assert.Equal(All, All.Or(PolicyValues.None));
        Assert.Equal(All, PolicyValues.None.Or(All));
        Assert.Equal(All with { GraceMinutes = 1, MinimumOnDuty = 0 }, new PolicyValues { GraceMinutes = 1, MinimumOnDuty = 0 }.Or(All));
    }

    [Fact]
    public void A_site_that_states_no_training_needs_none_whatever_its_tier_states() =>
        Assert.Empty(new PolicyValues { Trained = [] }.Or(All).For(Tier.StaffedCommunity).Staffing.Trained);

    [Fact]
    public void What_nobody_states_is_the_documented_default()
    {
        var rules = PolicyValues.None.For(Tier.StaffedCommunity);
        Assert.Equal(new StaffingRule(3, 2, 0, 1m, 0.5m), rules.Staffing);
        Assert.Equal(new FreshnessRule(60, 240) { NudgeMinutes = 30 }, rules.Freshness);
        Assert.Equal((15, 5), (rules.Holds.GraceMinutes, rules.Holds.AnswerMinutes));
        Assert.Same(EscalationPlan.Default, rules.Escalation);
    }

    [Fact]
    public void Everything_that_is_stated_reaches_the_rules()
    {
        var rules = All.For(Tier.ClinicalAdjacent);
        Assert.Equal(new StaffingRule(4, 3, 2, 0.25m, 0.75m) { Trained = All.Trained!.Value, SupervisionOnCall = true }, rules.Staffing);
        Assert.Equal(new FreshnessRule(30, 90) { NudgeMinutes = 20 }, rules.Freshness);
        Assert.Equal((10, 7), (rules.Holds.GraceMinutes, rules.Holds.AnswerMinutes));
        Assert.Same(All.Escalation, rules.Escalation);
    }

    [Theory]
    [InlineData(null, 20, 20, 20, 20)] // believed for 20 minutes in all: fresh no longer than that, and asked at once
    [InlineData(300, null, 300, 300, 30)]
    [InlineData(50, 20, 50, 50, 30)]
    [InlineData(null, 100, 60, 100, 30)]
    public void A_limit_of_freshness_that_is_stated_alone_keeps_the_order_of_the_three(int? fresh, int? unconfirmed, int freshMinutes, int unconfirmedMinutes, int nudge) =>
        Assert.Equal(
            new FreshnessRule(freshMinutes, unconfirmedMinutes) { NudgeMinutes = nudge },
            new PolicyValues { FreshMinutes = fresh, UnconfirmedAfterMinutes = unconfirmed }.For(Tier.StaffedCommunity).Freshness);

    [Fact]
    public void A_policy_reaches_a_space_of_its_tier_that_states_nothing_else()
    {
        // Two can support six; by the policy one member of staff supports one, by the space's own word two.
        var story = new Story(Cafe() with { Stated = PolicyValues.None }).Staff(2);
        Apply(story, new TierPolicy(Tier.StaffedCommunity, 2, new PolicyValues { VisitorsPerStaff = 1 }));
        Assert.Equal(2, story.Availability.SafeCapacity);

        // An older version, or another tier's, changes nothing.
        Apply(story, new TierPolicy(Tier.StaffedCommunity, 1, new PolicyValues { VisitorsPerStaff = 4 }));
        Apply(story, new TierPolicy(Tier.WellbeingCafe, 9, new PolicyValues { VisitorsPerStaff = 4 }));
        Assert.Equal((2, 2), (story.Availability.SafeCapacity, story.State.DirectoryChanges.Length));

        story.Do(new ChangeSpace(story.Now, Cafe() with { Stated = new PolicyValues { VisitorsPerStaff = 2 } }, 2));
        Assert.Equal(4, story.Availability.SafeCapacity);
        Apply(story, new TierPolicy(Tier.StaffedCommunity, 3, new PolicyValues { VisitorsPerStaff = 1, MinimumOnDuty = 3 }));
        Assert.Equal(0, story.Availability.SafeCapacity);

        static void Apply(Story story, TierPolicy policy) => Assert.IsType<Recorded>(story.Do(new ApplyPolicy(story.Now, policy)));
    }

    [Fact]
    public void A_space_whose_rules_are_all_its_own_is_unmoved()
    {
        var story = new Story().Staff(2);
        story.Do(new ApplyPolicy(story.Now, new TierPolicy(Tier.StaffedCommunity, 1, new PolicyValues { VisitorsPerStaff = 1 })));
        Assert.Equal(6, story.Availability.SafeCapacity);
    }
}
