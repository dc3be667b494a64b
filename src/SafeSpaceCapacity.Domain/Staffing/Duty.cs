using NodaTime;

namespace SafeSpaceCapacity.Domain.Staffing;

/// <summary>Who is on duty, summed up as far as safe staffing asks.</summary>
/// <param name="People">On the floor.</param>
/// <param name="Clinicians">Of those, registered clinicians.</param>
/// <param name="Weight">What they count towards the ratio.</param>
/// <param name="Supervisors">On call.</param>
/// <param name="DeEscalation">Of those on the floor, currently trained in it; as the next three.</param>
/// <param name="TraumaInformed">Currently trained.</param>
/// <param name="Medication">Currently trained.</param>
/// <param name="PhysicalIntervention">Currently trained, peer workers and volunteers left out.</param>
public readonly record struct Duty(
    int People, int Clinicians, decimal Weight, int Supervisors, int DeEscalation, int TraumaInformed, int Medication, int PhysicalIntervention)
{
    /// <summary>Everybody on duty at an instant.</summary>
    public static Duty At(StaffingRule rule, IEnumerable<Shift> shifts, Instant at)
    {
        var duty = default(Duty);
        foreach (var shift in shifts)
        {
            if (!shift.IsOnDuty(at))
                continue;
            duty = duty.Plus(Of(rule, shift));
            foreach (var held in shift.Trained)
            {
                if (!(held.CurrentUntil <= at))
                    duty = duty.Plus(Of(shift, held.Code));
            }
        }

        return duty;
    }

    /// <summary>What one shift adds while it counts, without training.</summary>
    public static Duty Of(StaffingRule rule, Shift shift) => shift.OnCall
        ? new Duty(0, 0, 0, 1, 0, 0, 0, 0)
        : new Duty(1, shift.Role == StaffRole.Clinician ? 1 : 0, rule.Weight(shift.Role), 0, 0, 0, 0, 0);

    /// <summary>What training adds to one shift while it is current.</summary>
    public static Duty Of(Shift shift, Training code) => shift.OnCall ? default : code switch
    {
        Training.DeEscalation => new Duty(0, 0, 0, 0, 1, 0, 0, 0),
        Training.TraumaInformed => new Duty(0, 0, 0, 0, 0, 1, 0, 0),
        Training.Medication => new Duty(0, 0, 0, 0, 0, 0, 1, 0),
        Training.PhysicalIntervention when shift.Role is StaffRole.PeerWorker or StaffRole.Volunteer => default,
        Training.PhysicalIntervention => new Duty(0, 0, 0, 0, 0, 0, 0, 1),
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "no such training"),
    };

    /// <summary>Both together.</summary>
    public Duty Plus(Duty other) => new(
        People + other.People, Clinicians + other.Clinicians, Weight + other.Weight, Supervisors + other.Supervisors,
        DeEscalation + other.DeEscalation, TraumaInformed + other.TraumaInformed, Medication + other.Medication,
        PhysicalIntervention + other.PhysicalIntervention);

    /// <summary>The one without the other.</summary>
    public Duty Minus(Duty other) => new(
        People - other.People, Clinicians - other.Clinicians, Weight - other.Weight, Supervisors - other.Supervisors,
        DeEscalation - other.DeEscalation, TraumaInformed - other.TraumaInformed, Medication - other.Medication,
        PhysicalIntervention - other.PhysicalIntervention);

    /// <summary>How many are currently trained in something.</summary>
    public int Trained(Training code) => code switch
    {
        Training.DeEscalation => DeEscalation,
        Training.TraumaInformed => TraumaInformed,
        Training.Medication => Medication,
        Training.PhysicalIntervention => PhysicalIntervention,
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "no such training"),
    };

    /// <summary>Whether every minimum is met, below which nobody can be supported.</summary>
    public bool MeetsMinimum(StaffingRule rule)
    {
        if (People < rule.MinimumOnDuty || Clinicians < rule.MinimumClinicians || (rule.SupervisionOnCall && Supervisors == 0))
            return false;
        foreach (var minimum in rule.Trained)
        {
            if (Trained(minimum.Code) < minimum.Minimum)
                return false;
        }

        return true;
    }

    /// <summary>People that the ratio allows.</summary>
    public int Supports(StaffingRule rule) => (int)decimal.Floor(Weight * rule.VisitorsPerStaff);

    /// <summary>People that can safely be supported.</summary>
    public int SafeCapacity(StaffingRule rule, int places) => MeetsMinimum(rule) ? Math.Min(places, Supports(rule)) : 0;
}
