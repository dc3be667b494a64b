using System.Collections.Immutable;
using NodaTime;
using SafeSpaceCapacity.Domain.Staffing;

namespace SafeSpaceCapacity.Domain.Tests.Staffing;

public sealed class SafeCapacityTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 6, 1, 18, 0);
    private static readonly StaffingRule Rule = new();

    [Theory]
    [InlineData(2, 6)]
    [InlineData(3, 9)]
    public void Each_member_of_staff_supports_three_people(int staff, int people) => Assert.Equal(people, People(Rule, 20, Many(staff, StaffRole.SupportWorker)));

    [Fact]
    public void Never_more_than_places() => Assert.Equal(5, People(Rule, 5, Many(4, StaffRole.SupportWorker)));

    [Fact]
    public void Nobody_works_alone() => Assert.Equal(0, People(Rule, 8, Many(1, StaffRole.TeamLead)));

    [Fact]
    public void Without_the_clinician_that_a_space_needs_it_supports_nobody()
    {
        var rule = Rule with { MinimumClinicians = 1 };

        Assert.Equal(0, People(rule, 8, Many(3, StaffRole.SupportWorker)));
        Assert.Equal(8, People(rule, 8, [.. Many(2, StaffRole.SupportWorker), On(StaffRole.Clinician)]));
    }

    [Theory]
    [InlineData(StaffRole.PeerWorker)]
    [InlineData(StaffRole.TeamLead)]
    [InlineData(StaffRole.SupportWorker)]
    [InlineData(StaffRole.Volunteer)]
    public void Nobody_but_a_clinician_fills_the_clinician_minimum(StaffRole role) =>
        Assert.Equal(0, People(Rule with { MinimumClinicians = 1 }, 8, Many(5, role)));

    [Theory]
    [InlineData(StaffRole.TeamLead, 9)]
    [InlineData(StaffRole.Clinician, 9)]
    [InlineData(StaffRole.SupportWorker, 9)]
    [InlineData(StaffRole.PeerWorker, 9)]
    [InlineData(StaffRole.Volunteer, 7)] // two and a half members of staff, rounded down
    public void A_role_counts_by_its_weight(StaffRole third, int people) =>
        Assert.Equal(people, People(Rule, 20, [.. Many(2, StaffRole.SupportWorker), On(third)]));

    [Fact]
    public void A_site_sets_the_weight_of_peers_and_volunteers()
    {
        var rule = Rule with { PeerWeight = 0.5m, VolunteerWeight = 0m };

        Assert.Equal(3, People(rule, 20, Many(2, StaffRole.PeerWorker)));
        Assert.Equal(6, People(rule, 20, [.. Many(2, StaffRole.SupportWorker), .. Many(4, StaffRole.Volunteer)]));
    }

    [Fact]
    public void A_shift_counts_from_its_beginning_to_just_before_its_end()
    {
        ImmutableArray<Shift> shifts = [On(StaffRole.TeamLead, 0, 60), On(StaffRole.SupportWorker, 30, 90)];

        Assert.Equal(0, SafeCapacity.PeopleAt(Rule, 8, shifts, Minute(29)));
        Assert.Equal(6, SafeCapacity.PeopleAt(Rule, 8, shifts, Minute(30)));
        Assert.Equal(6, SafeCapacity.PeopleAt(Rule, 8, shifts, Minute(60) - Duration.Epsilon));
        Assert.Equal(0, SafeCapacity.PeopleAt(Rule, 8, shifts, Minute(60)));
    }

    [Fact]
    public void When_the_rooms_limit_nobody_is_short() =>
        Assert.Equal([new(LimitingFactorCode.Places, null, null)], SafeCapacity.At(Rule, 6, Many(2, StaffRole.SupportWorker), Now).Limits);

    [Fact]
    public void Short_of_the_minimum_on_duty_says_by_how_many_and_until_when()
    {
        var safe = SafeCapacity.At(Rule, 3, [On(StaffRole.TeamLead), On(StaffRole.SupportWorker, 120), On(StaffRole.SupportWorker, 60)], Now);

        Assert.Equal(0, safe.People);
        Assert.Equal([new(LimitingFactorCode.MinimumOnDuty, 1, Minute(60)), new(LimitingFactorCode.Places, null, null)], safe.Limits);
    }

    [Fact]
    public void Short_of_clinicians_says_by_how_many_and_until_when()
    {
        var rule = Rule with { MinimumClinicians = 2 };
        var safe = SafeCapacity.At(rule, 6, [.. Many(2, StaffRole.SupportWorker), On(StaffRole.SupportWorker, 30), On(StaffRole.Clinician, 60, 100), On(StaffRole.Clinician, 90)], Now);

        // One clinician comes after 60 minutes; both are there only from 90 on.
        Assert.Equal([new(LimitingFactorCode.Clinicians, 2, Minute(90)), new(LimitingFactorCode.Places, null, null)], safe.Limits);
    }

    [Fact]
    public void A_clinician_who_has_left_before_the_other_comes_lifts_nothing()
    {
        var rule = Rule with { MinimumClinicians = 2 };
        var safe = SafeCapacity.At(rule, 6, [.. Many(2, StaffRole.SupportWorker), On(StaffRole.Clinician, 60, 90), On(StaffRole.Clinician, 90)], Now);

        Assert.Equal(new(LimitingFactorCode.Clinicians, 2, null), safe.Limits[0]);
    }

    [Theory]
    [InlineData(7, 1)]
    [InlineData(9, 1)]
    [InlineData(10, 2)]
    public void Short_by_the_ratio_says_how_many_more_would_fill_the_rooms(int places, int shortBy)
    {
        var safe = SafeCapacity.At(Rule, places, [.. Many(2, StaffRole.SupportWorker), .. Many(2, StaffRole.SupportWorker, 45)], Now);

        Assert.Equal(6, safe.People);
        Assert.Equal([new(LimitingFactorCode.StaffRatio, shortBy, Minute(45))], safe.Limits);
    }

    [Fact]
    public void Short_by_the_ratio_counts_half_a_volunteer() =>
        // Seven supported, eight places: a volunteer more is not a whole member of staff, one more member is enough.
        Assert.Equal(
            [new(LimitingFactorCode.StaffRatio, 1, null)],
            SafeCapacity.At(Rule, 8, [.. Many(2, StaffRole.SupportWorker), On(StaffRole.Volunteer)], Now).Limits);

    [Fact]
    public void Nobody_on_duty_names_every_factor_in_the_order_they_bite() =>
        Assert.Equal(
            [new(LimitingFactorCode.MinimumOnDuty, 2, null), new(LimitingFactorCode.Clinicians, 1, null), new(LimitingFactorCode.StaffRatio, 2, null)],
            SafeCapacity.At(Rule with { MinimumClinicians = 1 }, 6, [], Now).Limits);

    [Fact]
    public void The_number_alone_is_the_number_with_reasons()
    {
        ImmutableArray<Shift> shifts = [On(StaffRole.TeamLead, 0, 60), On(StaffRole.SupportWorker, 30, 90), On(StaffRole.Volunteer, 10, 70)];
        for (var minute = 0; minute <= 100; minute += 5)
            Assert.Equal(SafeCapacity.At(Rule, 8, shifts, Minute(minute)).People, SafeCapacity.PeopleAt(Rule, 8, shifts, Minute(minute)));
    }

    private static int People(StaffingRule rule, int places, ImmutableArray<Shift> shifts) => SafeCapacity.At(rule, places, shifts, Now).People;

    private static Instant Minute(int minute) => Now + Duration.FromMinutes(minute);

    private static Shift On(StaffRole role, int from = 0, int until = 480) => new(Guid.Empty, role, Minute(from), Minute(until));

    private static ImmutableArray<Shift> Many(int count, StaffRole role, int from = 0) => [.. Enumerable.Repeat(On(role, from), count)];
}
