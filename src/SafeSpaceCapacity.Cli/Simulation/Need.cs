using NodaTime;
using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.Cli.Simulation;

/// <summary>Somebody in crisis, of whom nothing is known but what a search asks. Made up.</summary>
/// <param name="Number">Its place in the simulation.</param>
/// <param name="At">When a crew first asks.</param>
/// <param name="From">Where.</param>
internal sealed record SimulatedNeed(int Number, Instant At, Settlement From)
{
    // How often each is asked for, of a hundred needs. Assumption: nobody published it.
    private static readonly (Need Need, int InHundred)[] Asked =
    [
        (Need.Quiet, 15), (Need.SubstanceAffected, 25), (Need.Accompanied, 20), (Need.Medication, 12), (Need.Overnight, 10), (Need.Wheelchair, 4),
        (Need.Interpreter, 3), (Need.WomenOnly, 4), (Need.UrgentPhysical, 3),
    ];

    private static readonly (AgeBand Age, int InHundred)[] Ages = [(AgeBand.Adult, 82), (AgeBand.Older, 9), (AgeBand.Young, 6), (AgeBand.Child, 3)];

    // Assumption.
    private const int DetainedInHundred = 10;
    private const int AskedAndAgreedInHundred = 90;

    /// <summary>A random id, kept across searches and holds.</summary>
    public string Id { get; } = Guid.CreateVersion7(At.ToDateTimeOffset()).ToString();

    /// <summary>What a crew asks for.</summary>
    public FindSpacesRequest Question { get; private init; } = new();

    /// <summary>Whether the person was asked and agreed to come.</summary>
    public bool Agreed { get; private init; }

    /// <summary>A need with what it asks for, drawn.</summary>
    public static SimulatedNeed Draw(int number, Instant at, Settlement from, Random random)
    {
        var need = new SimulatedNeed(number, at, from) { Agreed = random.Next(100) < AskedAndAgreedInHundred };
        var question = new FindSpacesRequest
        {
            NeedId = need.Id,
            AgeBand = DrawAge(random),
            LegalStatus = random.Next(100) < DetainedInHundred ? LegalStatus.DetainedS297 : LegalStatus.Voluntary,
            Origin = new Origin
            {
                // Within about three kilometres of the middle of the settlement.
                Wgs84 = new Wgs84Point { Latitude = from.Latitude + (0.04 * (random.NextDouble() - 0.5)), Longitude = from.Longitude + (0.07 * (random.NextDouble() - 0.5)) },
            },
        };
        question.Needs.AddRange(Asked.Where(asked => random.Next(100) < asked.InHundred).Select(asked => asked.Need));
        return need with { Question = question };
    }

    private static AgeBand DrawAge(Random random)
    {
        var drawn = random.Next(100);
        foreach (var (age, inHundred) in Ages)
        {
            drawn -= inHundred;
            if (drawn < 0)
                return age;
        }

        return AgeBand.Adult;
    }
}
