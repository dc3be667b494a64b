using System.Collections.Immutable;
using NodaTime;

namespace SafeSpaceCapacity.Domain.Staffing;

/// <summary>What holds safe capacity down.</summary>
public enum LimitingFactorCode
{
    /// <summary>The rooms: as many people are supported as fit.</summary>
    Places = 1,

    /// <summary>The ratio of people to staff.</summary>
    StaffRatio = 2,

    /// <summary>Fewer on duty than the minimum.</summary>
    MinimumOnDuty = 3,

    /// <summary>Fewer registered clinicians than the minimum.</summary>
    Clinicians = 4,

    /// <summary>Fewer currently trained than the minimum.</summary>
    Training = 5,

    /// <summary>Nobody on call who supervises.</summary>
    Supervision = 6,
}

/// <summary>Something that holds safe capacity down, with its number.</summary>
/// <param name="Code">What.</param>
/// <param name="ShortBy">How many more on duty would lift it; null for rooms.</param>
/// <param name="Until">The known instant at which it no longer bites, or null.</param>
/// <param name="Training">With <see cref="LimitingFactorCode.Training"/>, in what.</param>
public sealed record LimitingFactor(LimitingFactorCode Code, int? ShortBy, Instant? Until, Training? Training = null);

/// <summary>How many people those on duty can safely support at an instant, and what limits it (the first factor bites).</summary>
public sealed record SafeCapacity(int People, ImmutableArray<LimitingFactor> Limits)
{
    /// <summary>Safe capacity at an instant with every limiting factor and until when it is known to bite.</summary>
    /// <param name="rule">What safe staffing means here.</param>
    /// <param name="places">How many the rooms can hold.</param>
    /// <param name="shifts">Everybody on duty or planned.</param>
    /// <param name="at">The instant.</param>
    public static SafeCapacity At(StaffingRule rule, int places, ImmutableArray<Shift> shifts, Instant at) =>
        By(rule, places, DutyTimeline.Of(rule, shifts, at, Instant.MaxValue), at);

    /// <summary>The same from the duty over time, which begins at or before the instant.</summary>
    public static SafeCapacity By(StaffingRule rule, int places, ImmutableArray<(Instant From, Duty Duty)> timeline, Instant at)
    {
        var current = 0;
        while (current + 1 < timeline.Length && timeline[current + 1].From <= at)
            current++;
        var now = timeline[current].Duty;
        var limits = ImmutableArray.CreateBuilder<LimitingFactor>(2);
        if (now.People < rule.MinimumOnDuty)
            limits.Add(new(LimitingFactorCode.MinimumOnDuty, rule.MinimumOnDuty - now.People, FirstWhere(duty => duty.People >= rule.MinimumOnDuty)));
        if (now.Clinicians < rule.MinimumClinicians)
            limits.Add(new(LimitingFactorCode.Clinicians, rule.MinimumClinicians - now.Clinicians, FirstWhere(duty => duty.Clinicians >= rule.MinimumClinicians)));
        foreach (var minimum in rule.Trained)
        {
            if (now.Trained(minimum.Code) < minimum.Minimum)
            {
                limits.Add(new(
                    LimitingFactorCode.Training, minimum.Minimum - now.Trained(minimum.Code),
                    FirstWhere(duty => duty.Trained(minimum.Code) >= minimum.Minimum), minimum.Code));
            }
        }

        if (rule.SupervisionOnCall && now.Supervisors == 0)
            limits.Add(new(LimitingFactorCode.Supervision, 1, FirstWhere(duty => duty.Supervisors > 0)));
        if (now.Supports(rule) < places)
        {
            // Short by as many full members of staff as it takes to support every place.
            var missing = decimal.Ceiling((((decimal)places) / rule.VisitorsPerStaff) - now.Weight);
            limits.Add(new(LimitingFactorCode.StaffRatio, Math.Max(1, (int)missing), FirstWhere(duty => duty.Supports(rule) >= places)));
        }
        else
        {
            limits.Add(new(LimitingFactorCode.Places, null, null));
        }

        return new SafeCapacity(now.SafeCapacity(rule, places), limits.ToImmutable());

        Instant? FirstWhere(Func<Duty, bool> lifted)
        {
            for (var later = current + 1; later < timeline.Length; later++)
            {
                if (lifted(timeline[later].Duty))
                    return timeline[later].From;
            }

            return null;
        }
    }

    /// <summary>The number alone, without the reasons.</summary>
    public static int PeopleAt(StaffingRule rule, int places, IEnumerable<Shift> shifts, Instant at) =>
        Duty.At(rule, shifts, at).SafeCapacity(rule, places);
}
