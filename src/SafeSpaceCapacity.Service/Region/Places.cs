using SafeSpaceCapacity.Domain.Geography;

namespace SafeSpaceCapacity.Service.Region;

/// <summary>One of the 32 council areas.</summary>
/// <param name="Code">Its code, such as <c>S12000049</c>.</param>
/// <param name="Name">Its name, as in <see cref="Place.CouncilArea"/>.</param>
/// <param name="HealthBoard">The health board that serves it.</param>
/// <param name="Population">People who live there, rounded to hundreds.</param>
/// <param name="Centroid">Where they live on average.</param>
public sealed record CouncilArea(string Code, string Name, string HealthBoard, int Population, GeoPoint Centroid);

/// <summary>A town, village or glen of the gazetteer.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Also">The island, glen or district that tells it from its namesakes; often empty.</param>
/// <param name="CouncilArea">Name of the council area.</param>
/// <param name="Site">Where it is, on which land and in which urban–rural class.</param>
/// <param name="Population">Rough number of people.</param>
public sealed record Place(string Name, string Also, string CouncilArea, Site Site, int Population)
{
    /// <summary>The name that means this place alone, such as <c>Tarbert (Harris), Na h-Eileanan Siar</c>.</summary>
    public string Label => Also.Length == 0 ? $"{Name}, {CouncilArea}" : $"{Name} ({Also}), {CouncilArea}";
}

/// <summary>An emergency department. Open day and night.</summary>
/// <param name="Code">Hospital code of Public Health Scotland.</param>
/// <param name="Name">Name of the hospital.</param>
/// <param name="HealthBoard">The health board that runs it.</param>
/// <param name="CouncilArea">The council area it lies in.</param>
/// <param name="Site">Where it is.</param>
/// <param name="ChildrenOnly">Takes children only.</param>
public sealed record EmergencyDepartment(string Code, string Name, string HealthBoard, string CouncilArea, Site Site, bool ChildrenOnly);
