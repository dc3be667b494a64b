using Google.Protobuf.WellKnownTypes;
using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.LoadTests;

/// <summary>Where a crew is and what somebody needs there.</summary>
internal sealed record Incident(Origin Origin, Circumstances Circumstances, string NeedId)
{
    /// <summary>Places as crews give them: most in the cities, some far from any, by name, coordinates and grid reference.</summary>
    public static readonly IReadOnlyList<Origin> Origins =
    [
        At("Glasgow"), At("Glasgow"), At("Edinburgh"), At("Edinburgh"), At("Aberdeen"), At("Dundee"), At("Inverness"), At("Stirling"),
        At("Paisley"), At("Kirkcaldy"), At("Perth"), At("Ayr"), At("Dumfries"), At("Hamilton"), At("Greenock"), At("Oban"),
        At("Lerwick"), At("Kirkwall"), At("Stornoway"), At("Portree"),
        new() { Wgs84 = new Wgs84Point { Latitude = 57.4791, Longitude = -4.2256 } },
        new() { Wgs84 = new Wgs84Point { Latitude = 55.9486, Longitude = -3.1999 } },
        new() { Grid = new GridPoint { Reference = "NS 590 655" } },
        new() { Grid = new GridPoint { Reference = "NT 257 736" } },
    ];

    // Most people need no more than a quiet room.
    private static readonly IReadOnlyList<Circumstances> All =
    [
        new(AgeBand.Adult, LegalStatus.Voluntary),
        new(AgeBand.Adult, LegalStatus.Voluntary),
        new(AgeBand.Adult, LegalStatus.Voluntary, Need.Quiet),
        new(AgeBand.Adult, LegalStatus.Voluntary, Need.Quiet),
        new(AgeBand.Adult, LegalStatus.Voluntary, Need.Quiet, Need.Accompanied),
        new(AgeBand.Adult, LegalStatus.Voluntary, Need.SubstanceAffected),
        new(AgeBand.Adult, LegalStatus.Voluntary, Need.Overnight, Need.Medication),
        new(AgeBand.Adult, LegalStatus.Voluntary, Need.Interpreter),
        new(AgeBand.Adult, LegalStatus.DetainedS297),
        new(AgeBand.Young, LegalStatus.Voluntary, Need.Quiet),
        new(AgeBand.Older, LegalStatus.Voluntary, Need.Wheelchair),
        new(AgeBand.Older, LegalStatus.Voluntary, Need.Wheelchair, Need.Bsl),
    ];

    public static Incident From(Draw draw) =>
        new(draw.OneOf(Origins), draw.OneOf(All), Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString());

    public FindSpacesRequest Search() => new()
    {
        Origin = Origin,
        Needs = { Circumstances.Needs },
        AgeBand = Circumstances.Age,
        LegalStatus = Circumstances.Legal,
        NeedId = NeedId,
    };

    public HoldPlaceRequest Hold(string space, Timestamp eta, string command) => new()
    {
        CommandId = command,
        SpaceId = space,
        Eta = eta,
        Needs = { Circumstances.Needs },
        AgeBand = Circumstances.Age,
        LegalStatus = Circumstances.Legal,
        PersonAgreed = Circumstances.Legal == LegalStatus.Voluntary,
        CallSign = "Load 1",
        NeedId = NeedId,
    };

    private static Origin At(string place) => new() { Place = place };
}

/// <summary>What a space must be for. Codes only, as everywhere.</summary>
internal sealed record Circumstances(AgeBand Age, LegalStatus Legal, params IReadOnlyList<Need> Needs);
