using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.Cli.Tests;

/// <summary>Messages as the service sends them.</summary>
internal static class Messages
{
    public const string HoldId = "0190b1c2-7d3e-7f00-8a1b-2c3d4e5f6071";

    public static Timestamp Time(string iso) => Timestamp.FromDateTimeOffset(DateTimeOffset.Parse(iso, CultureInfo.InvariantCulture));

    public static Availability Open(string id = "gla-harbour") => new()
    {
        SpaceId = id,
        AsOf = Time("2026-11-22T14:20:00Z"),
        Places = 8,
        SafeCapacity = 6,
        Occupied = 3,
        Held = 1,
        Available = 2,
        Open = true,
        OpenUntil = Time("2026-11-22T22:00:00Z"),
        ConfirmedAt = Time("2026-11-22T14:12:00Z"),
        Freshness = Freshness.Fresh,
        LimitingFactors = { new LimitingFactor { Code = LimitingFactorCode.Clinicians, ShortBy = 1, Words = "one clinician short until 22:00" } },
    };

    public static Availability Unconfirmed(string id = "gla-lantern") => new()
    {
        SpaceId = id,
        AsOf = Time("2026-11-22T14:20:00Z"),
        Places = 5,
        ConfirmedAt = Time("2026-11-21T09:20:00Z"),
        Freshness = Freshness.Unconfirmed,
    };

    public static InformedChoice Choice(string name) => new()
    {
        Name = name,
        Tier = Tier.WellbeingCafe,
        Description = "A quiet café with a garden",
        Voluntary = true,
        AccessNote = "Level entrance, accessible toilet",
        Entrance = "Blue door on Quay Lane, ring twice",
        Languages = { "en", "pl" },
        WhoWorksHere = "Peer workers and a team lead",
        Telephone = "0141 496 0123",
        Provides = { Need.Wheelchair, Need.Quiet },
        Demo = true,
    };

    public static FindSpacesResponse Found() => new()
    {
        Origin = new ResolvedOrigin { Original = "Glasgow", UncertaintyMetres = 500, NearestPlace = "Glasgow city centre", CouncilArea = "Glasgow City" },
        DepartAt = Time("2026-11-22T14:20:00Z"),
        Demo = true,
        ReadModel = new ReadModel { Position = 90, Behind = 3, BehindMilliseconds = 2400 },
        Degradations = { Degradation.ReadModelLags },
        Options =
        {
            new SpaceOption
            {
                SpaceId = "gla-harbour",
                Choice = Choice("Harbour Wellbeing Café of the Very Long Name on the River"),
                Availability = Open(),
                Travel = new Travel { Minutes = 12, Words = "about 12 min by road (estimated from distance)" },
                Eta = Time("2026-11-22T14:32:00Z"),
                OpenAndStaffedAtEta = true,
            },
            new SpaceOption
            {
                SpaceId = "gla-lantern",
                Choice = Choice("The Lantern"),
                Availability = Unconfirmed(),
                Travel = new Travel { Minutes = 20, FerryCrossings = 1 },
                Eta = Time("2026-11-22T14:40:00Z"),
                RingFirst = true,
            },
        },
        WhyNot =
        {
            new WhyNot
            {
                SpaceId = "gla-close",
                Name = "Close House",
                Travel = new Travel { Minutes = 4, Words = "about 4 min by road (estimated from distance)" },
                Code = RejectionCode.NoSafeCapacity,
                Words = "no safe place until 18:00",
                Earliest = Time("2026-11-23T18:00:00Z"),
            },
        },
        Offers =
        {
            new Offer { Kind = Offer.Types.Kind.Telephone, Name = "NHS 24", Telephone = "111", Words = "Mental health hub, day and night", OpenNow = true },
            new Offer { Kind = Offer.Types.Kind.EmergencyDepartment, Name = "Queen Street Hospital", Travel = new Travel { Minutes = 9 } },
        },
    };

    public static Hold Hold(HoldStatus status) => new()
    {
        HoldId = HoldId,
        SpaceId = "gla-harbour",
        Status = status,
        Eta = Time("2026-11-22T14:32:00Z"),
        ExpiresAt = Time("2026-11-22T14:47:00Z"),
        CallSign = "A12",
    };

    public static Rejection Rejection() => new()
    {
        Code = RejectionCode.NoSafeCapacity,
        Words = "All safe places are taken.",
        Availability = Open(),
        Earliest = Time("2026-11-22T18:00:00Z"),
    };
}
