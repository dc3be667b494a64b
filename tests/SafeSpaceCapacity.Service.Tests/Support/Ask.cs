using System.Security.Cryptography;
using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.Service.Tests.Support;

/// <summary>Requests as a client would make them.</summary>
internal static class Ask
{
    /// <summary>The middle of Glasgow.</summary>
    public const double Latitude = 55.861;

    /// <summary>The middle of Glasgow.</summary>
    public const double Longitude = -4.251;

    public static Origin At(double latitude, double longitude) => new() { Wgs84 = new Wgs84Point { Latitude = latitude, Longitude = longitude } };

    /// <summary>What a crew in the middle of Glasgow asks.</summary>
    public static FindSpacesRequest Find(Action<FindSpacesRequest>? with = null) => FindFrom(Latitude, Longitude, with);

    public static FindSpacesRequest FindFrom(double latitude, double longitude, Action<FindSpacesRequest>? with = null)
    {
        var request = new FindSpacesRequest { Origin = At(latitude, longitude), LegalStatus = LegalStatus.Voluntary };
        with?.Invoke(request);
        return request;
    }

    /// <summary>A space that is always open and supports three for each on duty.</summary>
    public static RegisterSpaceRequest Space(string id, double latitude = Latitude, double longitude = Longitude) => new()
    {
        CommandId = Ids.Next(),
        SpaceId = id,
        Name = "The " + id,
        Tier = Tier.StaffedCommunity,
        Point = new Wgs84Point { Latitude = latitude, Longitude = longitude },
        Description = "Two sitting rooms.",
        WhoWorksHere = "Support workers",
        Languages = { "en", "pl" },
        Telephone = "0141 496 0199",
        Entrance = "Blue door",
        AccessNote = "Level throughout",
        Ages = { AgeBand.Adult, AgeBand.Older },
        Places = 8,
        AlwaysOpen = true,
    };

    /// <summary>The same as an entry to change to: without a command id of its own.</summary>
    public static RegisterSpaceRequest Entry(string id, Action<RegisterSpaceRequest>? with = null)
    {
        var entry = Space(id);
        entry.CommandId = string.Empty;
        with?.Invoke(entry);
        return entry;
    }

    /// <summary>Opening on the day of <see cref="ManualTime.Start"/> only.</summary>
    public static void OpenToday(this RegisterSpaceRequest request, string opens, string closes)
    {
        request.AlwaysOpen = false;
        request.Week.Add(new WeeklyOpening { Weekday = 3, Opens = opens, Closes = closes });
    }
}

/// <summary>UUIDs that come once in a run, spread like real ones.</summary>
internal static class Ids
{
    private static int _last;

    public static string Next() => NextGuid().ToString();

    public static Guid NextGuid() => new(SHA256.HashData(BitConverter.GetBytes(Interlocked.Increment(ref _last))).AsSpan(0, 16));
}
