using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace SafeSpaceCapacity.Service.Imports;

/// <summary>
/// How a directory is laid out in services of Open Referral HSDS 3: which fields carry our columns, and the taxonomy of ours that carries
/// those for which HSDS has no field, as attributes with a term for each column.
/// </summary>
internal static class HsdsNames
{
    /// <summary>Our taxonomy, in whose terms columns are written that HSDS has no field for.</summary>
    public const string Taxonomy = "safespacecapacity";

    /// <summary>Columns that fields of HSDS carry.</summary>
    public static ImmutableArray<string> OwnFields { get; } =
        ["name", "description", "telephone", "languages", "latitude", "longitude", "access_note", "entrance", "hours", "special_days"];

    /// <summary>Days of the week as RRULE has them, Monday first.</summary>
    public static ImmutableArray<string> Days { get; } = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

    /// <summary>Columns that attributes carry.</summary>
    public static ImmutableArray<string> Attributes { get; } =
        [.. DirectoryColumn.All.Select(column => column.Name).Where(name => !OwnFields.Contains(name, StringComparer.Ordinal))];

    /// <summary>The id that something always has, from what it is: HSDS wants UUIDs, and the same export must have the same.</summary>
    public static Guid IdOf(string what)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(Taxonomy + "/" + what))[..16];

        // Version 8 of RFC 9562: a value of our own making.
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
