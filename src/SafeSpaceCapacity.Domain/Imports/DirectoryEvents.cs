using NodaTime;
using SafeSpaceCapacity.Domain.Privacy;

namespace SafeSpaceCapacity.Domain.Imports;

/// <summary>How a directory is written down in a file.</summary>
public enum DirectoryFormat
{
    /// <summary>A table.</summary>
    Csv = 1,

    /// <summary>Open Referral HSDS 3.</summary>
    HsdsJson = 2,
}

/// <summary>Which gazetteer a file is.</summary>
public enum GazetteerKind
{
    /// <summary>Postcode sectors such as G2 1.</summary>
    PostcodeSectors = 1,

    /// <summary>Outward codes such as G2.</summary>
    Outcodes = 2,

    /// <summary>Data zones with population and deprivation.</summary>
    DataZones = 3,

    /// <summary>Intermediate zones.</summary>
    IntermediateZones = 4,

    /// <summary>Council areas.</summary>
    CouncilAreas = 5,

    /// <summary>Health boards.</summary>
    HealthBoards = 6,

    /// <summary>Hospitals.</summary>
    Hospitals = 7,

    /// <summary>Boundaries of council areas.</summary>
    Boundaries = 8,
}

/// <summary>Something that happened to the directory as a whole. What happened to each space is in its own stream.</summary>
/// <param name="DecidedAt">The time it was decided with.</param>
public abstract record DirectoryEvent(Instant DecidedAt);

/// <summary>A directory was imported: in the same append each space gained its event.</summary>
/// <param name="DecidedAt">The time it was decided with.</param>
/// <param name="Format">How it was written.</param>
/// <param name="Sha256">SHA-256 of the file, in hexadecimal digits.</param>
/// <param name="Added">Spaces that were not in the directory.</param>
/// <param name="Changed">Spaces whose details changed.</param>
/// <param name="Unchanged">Spaces that were as the file said.</param>
public sealed record DirectoryImported(
    Instant DecidedAt, DirectoryFormat Format, [property: Whose(Words.Service)] string Sha256, int Added, int Changed, int Unchanged) : DirectoryEvent(DecidedAt);

/// <summary>A gazetteer was imported and stands instead of an earlier one of its kind.</summary>
/// <param name="DecidedAt">The time it was decided with.</param>
/// <param name="Kind">Which.</param>
/// <param name="Rows">How many rows it has.</param>
/// <param name="Sha256">SHA-256 of the file, in hexadecimal digits.</param>
/// <param name="Content">The file, compressed (gzip).</param>
public sealed record GazetteerImported(
    Instant DecidedAt, GazetteerKind Kind, int Rows, [property: Whose(Words.Service)] string Sha256, ReadOnlyMemory<byte> Content) : DirectoryEvent(DecidedAt);
