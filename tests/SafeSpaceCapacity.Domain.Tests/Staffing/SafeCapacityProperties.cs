using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using SafeSpaceCapacity.Domain.Staffing;

namespace SafeSpaceCapacity.Domain.Tests.Staffing;

public sealed class SafeCapacityProperties
{
    private static readonly Instant Now = Instant.FromUtc(2026, 6, 1, 18, 0);

    private static Gen<Shift> Shifts { get; } =
        from role in Gen.Elements(Enum.GetValues<StaffRole>())
        from start in Gen.Choose(-100, 100)
        from length in Gen.Choose(1, 200)
        select new Shift(Guid.Empty, role, Now + Duration.FromMinutes(start), Now + Duration.FromMinutes(start + length));

    private static Gen<Case> Cases { get; } =
        from visitors in Gen.Choose(1, 5)
        from minimum in Gen.Choose(0, 4)
        from clinicians in Gen.Choose(0, 2)
        from peer in Gen.Elements(0m, 0.25m, 0.5m, 1m)
        from volunteer in Gen.Elements(0m, 0.3m, 0.5m, 1m)
        from places in Gen.Choose(1, 15)
        from shifts in Shifts.ListOf()
        from another in Shifts
        select new Case(new StaffingRule(visitors, minimum, clinicians, peer, volunteer), places, [.. shifts], another);

    [Fact]
    public void Safe_capacity_is_never_more_than_places_and_never_negative() =>
        Check(test => SafeCapacity.PeopleAt(test.Rule, test.Places, [.. test.Shifts], Now) is >= 0 and var people && people <= test.Places);

    [Fact]
    public void Somebody_more_on_duty_never_lowers_it() => Check(test =>
        SafeCapacity.PeopleAt(test.Rule, test.Places, [.. test.Shifts, test.Another], Now) >= SafeCapacity.PeopleAt(test.Rule, test.Places, [.. test.Shifts], Now));

    [Fact]
    public void As_many_full_members_of_staff_as_are_short_fill_the_rooms() => Check(test =>
    {
        var safe = SafeCapacity.At(test.Rule, test.Places, [.. test.Shifts], Now);
        var people = safe.Limits.Max(limit => limit.ShortBy ?? 0);
        var clinician = new Shift(Guid.Empty, StaffRole.Clinician, Now, Now + Duration.FromHours(1));
        return SafeCapacity.PeopleAt(test.Rule, test.Places, [.. test.Shifts, .. Enumerable.Repeat(clinician, people)], Now) == test.Places;
    });

    [Fact]
    public void A_factor_bites_until_the_first_instant_at_which_it_is_no_longer_named() => Check(test =>
    {
        var limits = SafeCapacity.At(test.Rule, test.Places, [.. test.Shifts], Now).Limits;
        foreach (var limit in limits.Where(limit => limit.Code != LimitingFactorCode.Places))
        {
            Instant? first = null;
            for (var at = Now; at < Now + Duration.FromMinutes(301) && first is null; at += Duration.FromMinutes(1))
            {
                if (SafeCapacity.At(test.Rule, test.Places, [.. test.Shifts], at).Limits.All(later => later.Code != limit.Code))
                    first = at;
            }

            if (first != limit.Until)
                return false;
        }

        return true;
    });

    private static void Check(Func<Case, bool> property) =>
        Prop.ForAll(Cases.ToArbitrary(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    private sealed record Case(StaffingRule Rule, int Places, IReadOnlyList<Shift> Shifts, Shift Another)
    {
        public override string ToString() => $"{Rule} places {Places} shifts [{string.Join(", ", Shifts)}] and {Another}";
    }
}
