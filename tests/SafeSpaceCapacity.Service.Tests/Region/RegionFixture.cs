using SafeSpaceCapacity.Domain.Geography;
using SafeSpaceCapacity.Service.Region;

namespace SafeSpaceCapacity.Service.Tests.Region;

/// <summary>The demo region, read once.</summary>
internal static class RegionFixture
{
    public static RegionData Scotland { get; } = RegionData.LoadDemo();

    public static Site At(string place)
    {
        var search = Scotland.Gazetteer.Find(place);
        Assert.True(search.Match == PlaceMatch.Found, $"{place}: {search.Match}");
        return search.Place!.Site;
    }
}
