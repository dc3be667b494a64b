using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.LoadTests.Servers;

/// <summary>What crews ask: from where spaces are, two needs, an adult who comes by choice.</summary>
internal static class Questions
{
    private static readonly Need[] Asked = [.. Enum.GetValues<Need>().Where(need => need is not (Need.Unspecified or Need.UrgentPhysical))];

    /// <summary>From near spaces of a log, which are where people are.</summary>
    public static FindSpacesRequest[] Near(Seed seed, int count)
    {
        var random = new Random(1);
        var rows = seed.Rows().ToList();
        return [.. Enumerable.Range(0, count).Select(_ => rows[random.Next(rows.Count)]).Select(row => Ask(row.Latitude, row.Longitude, random))];
    }

    /// <summary>From anywhere in a box.</summary>
    public static FindSpacesRequest[] Within(double south, double west, double north, double east, int count)
    {
        var random = new Random(2);
        return
        [
            .. Enumerable.Range(0, count).Select(_ =>
                Ask(south + (random.NextDouble() * (north - south)), west + (random.NextDouble() * (east - west)), random)),
        ];
    }

    private static FindSpacesRequest Ask(double latitude, double longitude, Random random)
    {
        var first = random.Next(Asked.Length);
        return new FindSpacesRequest
        {
            Origin = new Origin { Wgs84 = new Wgs84Point { Latitude = latitude, Longitude = longitude } },
            Needs = { Asked[first], Asked[(first + 1 + random.Next(Asked.Length - 1)) % Asked.Length] },
            AgeBand = AgeBand.Adult,
            LegalStatus = LegalStatus.Voluntary,
        };
    }
}
