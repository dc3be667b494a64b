namespace SafeSpaceCapacity.Web;

/// <summary>Where the pages get the directory from. The host brings it.</summary>
public interface IDirectory
{
    /// <summary>The directory now, to be printed.</summary>
    /// <param name="area">The name of a council area, in any case; null: all of them.</param>
    Sheet Read(string? area);

    /// <summary>The name of a space over its door; null where there is no such space.</summary>
    /// <param name="space">Its id.</param>
    string? NameOf(string space);

    /// <summary>The ids of the spaces that have this name over the door, in any case.</summary>
    /// <param name="name">The name.</param>
    IReadOnlyList<string> SpacesNamed(string name);

    /// <summary>The council areas, by name.</summary>
    IReadOnlyList<NamedArea> CouncilAreas { get; }
}

/// <summary>A council area.</summary>
/// <param name="Code">Such as <c>S12000049</c>.</param>
/// <param name="Name">Such as Glasgow City.</param>
public sealed record NamedArea(string Code, string Name);

/// <summary>The directory in words.</summary>
/// <param name="MadeAt">When.</param>
/// <param name="IsBehind">Whether reports of the last moments may be missing.</param>
/// <param name="Areas">The names of all areas that have a space.</param>
/// <param name="Area">The one that was asked for, as it is written; null: all of them, or there is none of that name.</param>
/// <param name="Spaces">Its spaces by area and name.</param>
public sealed record Sheet(string MadeAt, bool IsBehind, IReadOnlyList<string> Areas, string? Area, IReadOnlyList<SheetSpace> Spaces);

/// <summary>A space in words.</summary>
/// <param name="Name">As over the door.</param>
/// <param name="Area">The council area.</param>
/// <param name="Where">Which door, how to get in, and the point on the map (WGS 84); on some days elsewhere.</param>
/// <param name="Telephone">At which the staff are reached.</param>
/// <param name="Hours">A line for each stretch of days that are alike.</param>
/// <param name="Offers">What it provides.</param>
/// <param name="LastKnown">How it stood, with the age of that.</param>
/// <param name="RingFirst">Nobody there has confirmed it lately.</param>
/// <param name="Demo">It is fictional.</param>
public sealed record SheetSpace(
    string Name,
    string Area,
    IReadOnlyList<string> Where,
    string Telephone,
    IReadOnlyList<string> Hours,
    IReadOnlyList<string> Offers,
    string LastKnown,
    bool RingFirst,
    bool Demo);
