using SafeSpaceCapacity.Service.Grpc;
using SafeSpaceCapacity.Service.Region;
using SafeSpaceCapacity.Web;

namespace SafeSpaceCapacity.Hosting;

/// <summary>The service's directory for the pages, which do not know the service.</summary>
internal sealed class PagesDirectory(PaperDirectory directory, RegionData region) : IDirectory
{
    public IReadOnlyList<NamedArea> CouncilAreas { get; } =
        [.. region.CouncilAreas.Select(area => new NamedArea(area.Code, area.Name)).OrderBy(area => area.Name, StringComparer.Ordinal)];

    public string? NameOf(string space) => directory.NameOf(space);

    public IReadOnlyList<string> SpacesNamed(string name) => directory.SpacesNamed(name);

    public Sheet Read(string? area)
    {
        var paper = directory.Read(area);
        return new Sheet(
            paper.MadeAt,
            paper.IsBehind,
            paper.Areas,
            paper.Area,
            [
                .. paper.Spaces.Select(space => new SheetSpace(
                    space.Name, space.Area, space.Where, space.Telephone, space.Hours, space.Offers, space.LastKnown, space.RingFirst, space.Demo)),
            ]);
    }
}
