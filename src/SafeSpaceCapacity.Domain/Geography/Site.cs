using SafeSpaceCapacity.Domain.Privacy;

namespace SafeSpaceCapacity.Domain.Geography;

/// <summary>A point together with what decides how one travels to it.</summary>
/// <param name="Point">Where.</param>
/// <param name="Land">
/// Code of the land it is on: an area inside which a straight line is a fair guess of the road. Islands are lands, and so are peninsulas
/// whose neighbours across the water are far by road; links (ferries, bridges, isthmuses) join lands.
/// </param>
/// <param name="Class">Urban–rural class around it.</param>
public sealed record Site(GeoPoint Point, [property: Whose(Words.Service)] string Land, UrbanRural Class);
