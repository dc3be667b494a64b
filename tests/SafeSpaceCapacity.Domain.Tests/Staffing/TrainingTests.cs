using System.Collections.Immutable;
using NodaTime;
using SafeSpaceCapacity.Domain.Policies;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Staffing;
using static SafeSpaceCapacity.Domain.Tests.Spaces.Story;

namespace SafeSpaceCapacity.Domain.Tests.Staffing;

/// <summary>What training, clinicians and supervision ask of those on duty; one to three, eight places.</summary>
public sealed class TrainingTests
{
    private static readonly Shift Worker = new(Guid.Empty, StaffRole.SupportWorker, Start, Minute(300));

    [Fact]
    public void Training_that_expires_during_a_shift_counts_until_then()
    {
        var rule = new StaffingRule { Trained = [new(Training.Medication, 1)] };
        ImmutableArray<Shift> shifts = [With(Training.Medication, Minute(60)), Worker, With(Training.Medication, null) with { From = Minute(90) }];

        Assert.Equal(6, SafeCapacity.PeopleAt(rule, 8, shifts, Minute(60) - Duration.Epsilon));
        var expired = SafeCapacity.At(rule, 8, shifts, Minute(60));
        Assert.Equal(0, expired.People);
        Assert.Equal(new LimitingFactor(LimitingFactorCode.Training, 1, Minute(90), Training.Medication), expired.Limits[0]);
        Assert.Equal(8, SafeCapacity.PeopleAt(rule, 8, shifts, Minute(90)));

        // The timeline cuts there too.
        var timeline = DutyTimeline.Of(rule, shifts, Start, Minute(200));
        Assert.Equal([(Start, 1), (Minute(60), 0), (Minute(90), 1)], timeline.Select(cut => (cut.From, cut.Duty.Medication)));
    }

    [Theory]
    [InlineData(StaffRole.PeerWorker, 0)]
    [InlineData(StaffRole.Volunteer, 0)]
    [InlineData(StaffRole.SupportWorker, 8)] // three are 3, so 9, but the rooms hold 8
    [InlineData(StaffRole.Clinician, 8)]
    public void Peers_and_volunteers_are_never_counted_for_physical_intervention(StaffRole role, int people)
    {
        var rule = new StaffingRule { Trained = [new(Training.PhysicalIntervention, 1)] };
        Assert.Equal(people, SafeCapacity.PeopleAt(rule, 8, [Worker, Worker, With(Training.PhysicalIntervention, null) with { Role = role }], Start));
    }

    [Theory]
    [InlineData(StaffRole.PeerWorker)]
    [InlineData(StaffRole.Volunteer)]
    public void Peers_and_volunteers_are_counted_for_other_training(StaffRole role)
    {
        var rule = new StaffingRule { Trained = [new(Training.DeEscalation, 1)] };
        Assert.NotEqual(0, SafeCapacity.PeopleAt(rule, 8, [Worker, Worker, With(Training.DeEscalation, null) with { Role = role }], Start));
    }

    [Fact]
    public void Who_supervises_is_on_call_and_not_on_the_floor()
    {
        var rule = new StaffingRule { SupervisionOnCall = true };
        var onCall = Worker with { OnCall = true, Role = StaffRole.Clinician, Trained = [new(Training.Medication, null)] };

        Assert.Equal(LimitingFactorCode.Supervision, SafeCapacity.At(rule, 8, [Worker, Worker], Start).Limits[0].Code);
        Assert.Equal(6, SafeCapacity.PeopleAt(rule, 8, [Worker, Worker, onCall], Start));
        Assert.Equal(0, SafeCapacity.PeopleAt(rule, 8, [Worker, onCall], Start));
        Assert.Equal(0, SafeCapacity.PeopleAt(rule with { MinimumClinicians = 1 }, 8, [Worker, Worker, onCall], Start));
        Assert.Equal(0, SafeCapacity.PeopleAt(rule with { Trained = [new(Training.Medication, 1)] }, 8, [Worker, Worker, onCall], Start));
    }

    [Theory]
    [InlineData(Tier.WellbeingCafe, StaffRole.PeerWorker, 8)]
    [InlineData(Tier.StaffedCommunity, StaffRole.PeerWorker, 8)]
    [InlineData(Tier.ClinicalAdjacent, StaffRole.PeerWorker, 0)] // a peer never fills the clinician minimum
    [InlineData(Tier.ClinicalAdjacent, StaffRole.TeamLead, 0)]
    [InlineData(Tier.ClinicalAdjacent, StaffRole.Clinician, 8)]
    public void A_clinician_is_needed_by_tier(Tier tier, StaffRole third, int people) =>
        Assert.Equal(people, SafeCapacity.PeopleAt(PolicyValues.None.For(tier).Staffing, 8, [Worker, Worker, Worker with { Role = third }], Start));

    [Fact]
    public void Staff_of_an_agency_count_as_any() =>
        Assert.Equal(6, SafeCapacity.PeopleAt(new StaffingRule(), 8, [Worker, Worker with { Agency = true }], Start));

    [Fact]
    public void Breaks_may_overlap_and_one_that_ends_before_it_begins_is_none()
    {
        ImmutableArray<Shift> shifts = [Worker, Worker, Worker with { Breaks = [At(40, 60), At(30, 90), At(50, 20), At(100, 110)] }];

        // Three are 9, so the 8 places; two 6.
        var timeline = DutyTimeline.Of(new StaffingRule(), shifts, Start, Minute(200));
        Assert.Equal([(Start, 3), (Minute(30), 2), (Minute(90), 3), (Minute(100), 2), (Minute(110), 3)], timeline.Select(cut => (cut.From, cut.Duty.People)));

        static Break At(int from, int until) => new(Minute(from), Minute(until));
    }

    private static Shift With(Training code, Instant? until) => Worker with { Trained = [new(code, until)] };
}
