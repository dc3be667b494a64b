using System.Text.Json.Serialization;

namespace SafeSpaceCapacity.Audit.Format;

/// <summary>The last line of an export.</summary>
/// <param name="Export">The version of the format.</param>
/// <param name="At">When it was made.</param>
/// <param name="Count">How many entries it holds.</param>
/// <param name="Filter">What was asked for.</param>
/// <param name="Sha256">Of all bytes before this line.</param>
internal sealed record ExportEnd(
    [property: JsonPropertyOrder(-1)] int Export, DateTimeOffset At, long Count, AuditFilter Filter, string Sha256)
{
    public const int Version = 1;
}
