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
}

/// <summary>Something that holds safe capacity down, with its number.</summary>
/// <param name="Code">What.</param>
/// <param name="ShortBy">How many more on duty would lift it; null for rooms.</param>
/// <param name="Until">The known instant at which it no longer bites, or null.</param>
public sealed record LimitingFactor(LimitingFactorCode Code, int? ShortBy, Instant? Until);

/// <summary>How many people those on duty can safely support at an instant, and what limits it (the first factor bites).</summary>
public sealed record SafeCapacity(int People, ImmutableArray<LimitingFactor> Limits)
{
    /// <summary>Safe capacity at an instant with every limiting factor and until when it is known to bite.</summary>
    /// <param name="rule">What safe staffing means here.</param>
    /// <param name="places">How many the rooms can hold.</param>
    /// <param name="shifts">Everybody on duty or planned.</param>
    /// <param name="at">The instant.</param>
    public static SafeCapacity At(StaffingRule rule, int places, ImmutableArray<Shift> shifts, Instant at)
    {
        var now = Duty.At(rule, shifts, at);
        var limits = ImmutableArray.CreateBuilder<LimitingFactor>(2);
        if (now.People < rule.MinimumOnDuty)
            limits.Add(new(LimitingFactorCode.MinimumOnDuty, rule.MinimumOnDuty - now.People, FirstWhere(duty => duty.People >= rule.MinimumOnDuty)));
        if (now.Clinicians < rule.MinimumClinicians)
            limits.Add(new(LimitingFactorCode.Clinicians, rule.MinimumClinicians - now.Clinicians, FirstWhere(duty => duty.Clinicians >= rule.MinimumClinicians)));
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
            Instant? first = null;
            foreach (var shift in shifts)
            {
                if (shift.From > at && (first is null || shift.From < first) && lifted(Duty.At(rule, shifts, shift.From)))
                    first = shift.From;
            }

            return first;
        }
    }

    /// <summary>The number alone: <see cref="People"/> of <see cref="At"/> without the reasons.</summary>
    public static int PeopleAt(StaffingRule rule, int places, ImmutableArray<Shift> shifts, Instant at) =>
        Duty.At(rule, shifts, at).SafeCapacity(rule, places);

    private readonly record struct Duty(int People, int Clinicians, decimal Weight)
    {
        public static Duty At(StaffingRule rule, ImmutableArray<Shift> shifts, Instant at)
        {
            var duty = default(Duty);
            foreach (var shift in shifts)
            {
                if (shift.IsOnDuty(at))
                {
                    duty = new(
                        duty.People + 1,
                        duty.Clinicians + (shift.Role == StaffRole.Clinician ? 1 : 0),
                        duty.Weight + rule.Weight(shift.Role));
                }
            }

            return duty;
        }

        public int Supports(StaffingRule rule) => (int)decimal.Floor(Weight * rule.VisitorsPerStaff);

        public int SafeCapacity(StaffingRule rule, int places) =>
            People < rule.MinimumOnDuty || Clinicians < rule.MinimumClinicians ? 0 : Math.Min(places, Supports(rule));
    }
}
