using NodaTime;
using SafeSpaceCapacity.Domain.Escalations;
using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.Domain.Tests.Spaces.Model;

/// <summary>Follows who is told of what, by the events alone: in order, never before their time, never after acknowledgement, and nobody too late.</summary>
internal sealed class EscalationWatch
{
    private readonly SortedDictionary<EscalationCause, Open> _open = [];
    private readonly List<Instant> _told = [];

    public bool IsOpen(EscalationCause cause) => _open.ContainsKey(cause);

    /// <summary>Takes in what a command did, decided by the plan of the space afterwards.</summary>
    public void See(IEnumerable<SpaceEvent> events, EscalationPlan plan, Instant now)
    {
        foreach (var happened in events)
            See(happened, plan);
        foreach (var (cause, open) in _open)
            Assert.True(open.Acknowledged || open.DueBy(plan) > now, $"{cause} since {open.Since}: somebody should have been told by {now}");
    }

    /// <summary>The state knows the same.</summary>
    public void AssertKnown(SpaceState state)
    {
        Assert.Equal(_open.Keys, state.Escalations.Select(escalation => escalation.Cause).Order());
        foreach (var escalation in state.Escalations)
        {
            var open = _open[escalation.Cause];
            Assert.Equal((open.Since, open.Told.Count, open.Acknowledged), (escalation.Since, escalation.Told.Length, escalation.AcknowledgedAt is not null));
        }
    }

    private void See(SpaceEvent happened, EscalationPlan plan)
    {
        switch (happened)
        {
            case StaffingBecameUnsafe e:
                Assert.NotEmpty(e.Short);
                Assert.Equal(_told.Count(at => at >= e.ObservedAt - Duration.FromDays(7)) + 1 >= 3, e.Recurrent);
                _open.Add(EscalationCause.UnsafeStaffing, new Open(e.ObservedAt));
                break;
            case StaffingBecameSafe:
                Assert.True(_open.Remove(EscalationCause.UnsafeStaffing));
                break;
            case OverSafeCapacity e:
                _open.Add(EscalationCause.OverSafeCapacity, new Open(e.ObservedAt));
                break;
            case BackWithinSafeCapacity:
                Assert.True(_open.Remove(EscalationCause.OverSafeCapacity));
                break;
            case SpaceRetired:
                _open.Clear();
                break;
            case EscalationAcknowledged e:
                Assert.False(_open[e.Cause].Acknowledged);
                _open[e.Cause].Acknowledged = true;
                break;
            case EscalationTold e:
                var open = _open[e.Cause];
                Assert.False(open.Acknowledged);
                Assert.True(open.DueBy(plan) <= e.ObservedAt, $"{e} was due at {open.DueBy(plan)}");
                Assert.Equal(plan.Steps[Math.Min(open.Told.Count, plan.Steps.Length - 1)].Who, e.Who);
                Assert.Equal(open.Told.Count >= plan.Steps.Length, e.Again);
                if (e.Cause == EscalationCause.UnsafeStaffing && open.Told.Count == 0)
                    _told.Add(e.ObservedAt);
                open.Told.Add(e.ObservedAt);
                break;
        }
    }

    private sealed class Open(Instant since)
    {
        public Instant Since { get; } = since;

        public List<Instant> Told { get; } = [];

        public bool Acknowledged { get; set; }

        public Instant DueBy(EscalationPlan plan) => Told.Count < plan.Steps.Length
            ? Since + Duration.FromMinutes(plan.Steps[Told.Count].AfterMinutes)
            : Told[^1] + Duration.FromMinutes(plan.ChaseMinutes);
    }
}
