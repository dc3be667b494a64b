using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using NodaTime;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.Domain.Travel;
using SafeSpaceCapacity.Service.Engine;
using SafeSpaceCapacity.Service.ReadModel;
using Domain = SafeSpaceCapacity.Domain;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>The domain in the words of the contract. Codes have the same numbers on both sides, except needs and ages, which are flags inside.</summary>
internal static class ContractMap
{
    private static readonly (Need Contract, Needs Flag)[] NeedFlags =
    [
        (Need.Wheelchair, Needs.Wheelchair),
        (Need.Bsl, Needs.Bsl),
        (Need.Interpreter, Needs.Interpreter),
        (Need.WomenOnly, Needs.WomenOnly),
        (Need.MenOnly, Needs.MenOnly),
        (Need.CultureSupport, Needs.CultureSupport),
        (Need.FaithSupport, Needs.FaithSupport),
        (Need.Quiet, Needs.Quiet),
        (Need.Accompanied, Needs.Accompanied),
        (Need.SubstanceAffected, Needs.SubstanceAffected),
        (Need.Medication, Needs.Medication),
        (Need.Overnight, Needs.Overnight),
        (Need.UrgentPhysical, Needs.UrgentPhysical),
    ];

    private static readonly (AgeBand Contract, Needs Flag)[] AgeFlags =
    [
        (AgeBand.Child, Needs.AgeChild),
        (AgeBand.Young, Needs.AgeYoung),
        (AgeBand.Adult, Needs.AgeAdult),
        (AgeBand.Older, Needs.AgeOlder),
    ];

    private static readonly string[] RejectionCodes = CodesOf("RejectionCode");

    private static readonly string[] Freshnesses = CodesOf("Freshness");

    public static Needs NeedFlag(Need need) => Array.Find(NeedFlags, pair => pair.Contract == need).Flag;

    public static Needs AgeFlag(AgeBand band) => Array.Find(AgeFlags, pair => pair.Contract == band).Flag;

    public static IEnumerable<Need> NeedCodes(Needs flags) => NeedFlags.Where(pair => flags.HasFlag(pair.Flag)).Select(pair => pair.Contract);

    public static IEnumerable<AgeBand> AgeCodes(Needs flags) => AgeFlags.Where(pair => flags.HasFlag(pair.Flag)).Select(pair => pair.Contract);

    public static Timestamp Stamp(Instant at) => Timestamp.FromDateTimeOffset(at.ToDateTimeOffset());

    public static Timestamp? Stamp(Instant? at) => at is { } known ? Stamp(known) : null;

    /// <summary>The code as the contract writes it.</summary>
    public static string CodeOf(Domain.Spaces.RejectionCode from) => RejectionCodes[(int)from];

    /// <summary>The code as the contract writes it.</summary>
    public static string CodeOf(Domain.Spaces.Freshness from) => Freshnesses[(int)from + 1];

    /// <summary>What <see cref="CodeOf(Domain.Spaces.Freshness)"/> wrote.</summary>
    public static Contract.V1.Freshness FreshnessOf(string? code) => (Contract.V1.Freshness)Math.Max(0, Array.IndexOf(Freshnesses, code));

    public static Contract.V1.Availability ToContract(Domain.Spaces.Availability from, string zone)
    {
        var to = new Contract.V1.Availability
        {
            SpaceId = from.Id.Value,
            AsOf = Stamp(from.AsOf),
            ValidUntil = Stamp(from.ValidUntil),
            NextChangeAt = Stamp(from.NextChangeAt),
            Places = from.Places,
            SafeCapacity = from.SafeCapacity,
            Occupied = from.Occupied,
            Held = from.Held,
            OpenUntil = Stamp(from.OpenUntil),
            OpensAt = Stamp(from.OpensAt),
            ConfirmedAt = Stamp(from.ConfirmedAt),
            Freshness = (Contract.V1.Freshness)((int)from.Freshness + 1),
            PausedUntil = Stamp(from.Pause?.Until),
            PauseReviewAt = Stamp(from.Pause?.ReviewAt),
            PauseReason = from.Pause is { } pause ? (Contract.V1.PauseReason)pause.Reason : Contract.V1.PauseReason.Unspecified,
            StreamVersion = from.Version,
        };
        if (from.Available is { } available)
            to.Available = available;
        if (from.Open is { } open)
            to.Open = open;
        foreach (var limit in from.Limits)
            to.LimitingFactors.Add(ToContract(limit, from.Places, from.AsOf, zone));
        return to;
    }

    public static LimitingFactor ToContract(Domain.Staffing.LimitingFactor from, int places, Instant now, string zone)
    {
        var to = new LimitingFactor
        {
            Code = (LimitingFactorCode)from.Code,
            Until = Stamp(from.Until),
            Words = Wording.Limit(from, places, now, zone),
            Training = from.Training is { } training ? (Training)training : Training.Unspecified,
        };
        if (from.ShortBy is { } shortBy)
            to.ShortBy = shortBy;
        return to;
    }

    public static Contract.V1.Rejection ToContract(Domain.Spaces.Rejection from, Domain.Spaces.Availability? availability, string zone, Instant now)
    {
        var to = new Contract.V1.Rejection
        {
            Code = (Contract.V1.RejectionCode)from.Code,
            Words = Wording.Rejection(from, zone, now),
            Availability = availability is null ? null : ToContract(availability, zone),
            Earliest = Stamp(from.Earliest),
            HoldStatus = from.HoldStatus is { } ended ? (Contract.V1.HoldStatus)ended : Contract.V1.HoldStatus.Unspecified,
        };
        to.NeedsNotMet.AddRange(NeedCodes(from.NeedsNotMet));
        return to;
    }

    /// <summary>The rejection, if there is one, and the numbers after the decision: of any answer.</summary>
    public static (Contract.V1.Rejection? Rejected, Contract.V1.Availability Numbers) Read(SpaceAnswer answer, string zone)
    {
        var numbers = answer.Availability ?? throw new ArgumentException("the space does not exist", nameof(answer));
        var rejected = answer.Outcome is Rejected no ? ToContract(no.Reason, numbers, zone, numbers.AsOf) : null;
        return (rejected, ToContract(numbers, zone));
    }

    /// <summary>The hold of an answer that changed one, as it stood when that was decided.</summary>
    public static Contract.V1.Hold HoldOf(SpaceAnswer answer, SpaceId space) =>
        ToContract(((HoldChanged)answer.Outcome).Hold, space, answer.Availability!.AsOf);

    public static Contract.V1.Hold ToContract(Domain.Holds.Hold from, SpaceId space, Instant at) => new()
    {
        HoldId = from.Id.ToString(),
        SpaceId = space.Value,
        Status = (Contract.V1.HoldStatus)from.StatusAt(at),
        Eta = Stamp(from.Eta),
        ExpiresAt = Stamp(from.ExpiresAt),
        CallSign = from.CallSign,
        DeclinedReason = from.DeclinedReason is { } reason ? (Contract.V1.RefusalReason)reason : Contract.V1.RefusalReason.Unspecified,
    };

    public static Contract.V1.Shift ToContract(Domain.Staffing.Shift from) => new()
    {
        ShiftId = from.Id.ToString(),
        Role = (Contract.V1.StaffRole)from.Role,
        StartsAt = Stamp(from.From),
        EndsAt = Stamp(from.Until),
        Agency = from.Agency,
        OnCall = from.OnCall,
        Trained = { from.Trained.Select(ToContract) },
        Breaks = { from.Breaks.Select(pause => new Break { StartsAt = Stamp(pause.From), EndsAt = Stamp(pause.Until) }) },
    };

    public static HeldTraining ToContract(Domain.Staffing.HeldTraining from) =>
        new() { Training = (Training)from.Code, CurrentUntil = Stamp(from.CurrentUntil) };

    public static Escalation ToContract(Domain.Escalations.Escalation from, SpaceDetails details)
    {
        var plan = details.Escalation;
        var to = new Escalation
        {
            Cause = (EscalationCause)from.Cause,
            Since = Stamp(from.Since),
            Recurrent = from.Recurrent,
            AcknowledgedAt = Stamp(from.AcknowledgedAt),
            AcknowledgedBy = from.AcknowledgedBy is { } by ? (EscalationContact)by : EscalationContact.Unspecified,
            NextAt = Stamp(from.NextAt(plan)),
        };
        for (var i = 0; i < from.Told.Length; i++)
        {
            to.Told.Add(new Escalation.Types.Told
            {
                Contact = (EscalationContact)from.Told[i].Who,
                At = Stamp(from.Told[i].At),
                Telephone = plan.Steps[Math.Min(i, plan.Steps.Length - 1)].Telephone is { Length: > 0 } own ? own : details.Telephone,
            });
        }

        return to;
    }

    public static InformedChoice ToContract(SpaceDetails from, bool voluntary)
    {
        var to = new InformedChoice
        {
            Name = from.Name,
            Tier = (Contract.V1.Tier)from.Tier,
            Description = from.Description,
            Voluntary = voluntary,
            AccessNote = from.AccessNote,
            Entrance = from.Entrance,
            WhoWorksHere = from.WhoWorksHere,
            Telephone = from.Telephone,
            S297Designated = from.Provides.HasFlag(Needs.DetainedS297),
            Point = ToContract(from.Site.Point),
            CouncilArea = from.CouncilArea,
            Demo = from.Demo,
        };
        to.Languages.AddRange(from.Languages);
        to.Provides.AddRange(NeedCodes(from.Provides));
        to.Ages.AddRange(AgeCodes(from.Provides));
        return to;
    }

    public static Wgs84Point ToContract(GeoPoint from) => new() { Latitude = from.Latitude, Longitude = from.Longitude };

    public static Contract.V1.Travel ToContract(TravelEstimate from, Domain.Travel.TravelMode mode) => new()
    {
        Minutes = (int)Math.Ceiling(from.Minutes),
        DistanceMetres = Math.Round(from.DistanceMetres),
        Method = (Contract.V1.TravelMethod)from.Method,
        Mode = (Contract.V1.TravelMode)mode,
        FerryCrossings = from.FerryCrossings,
        Words = Wording.Travel(from, mode),
    };

    public static Contract.V1.ReadModel ToContract(ReadLag from) => new()
    {
        Position = from.Position,
        Behind = from.Behind,
        BehindMilliseconds = (long)from.BehindFor.TotalMilliseconds,
        SimulatedAt = from.SimulatedAt is { } simulated ? Stamp(simulated) : null,
    };

    // Each at the place of its number: the contract's enums have no gaps.
    private static string[] CodesOf(string name) =>
        [.. CommonReflection.Descriptor.FindTypeByName<EnumDescriptor>(name).Values.OrderBy(value => value.Number).Select(value => value.Name)];
}
