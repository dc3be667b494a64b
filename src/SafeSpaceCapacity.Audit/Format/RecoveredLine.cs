using System.Text.Json.Serialization;

namespace SafeSpaceCapacity.Audit.Format;

/// <summary>Says that the run before ended without closing its segment. It has no signature of its own; the anchor after it signs it.</summary>
/// <param name="Recovered">How many bytes of a line that was not whole were cut off; 0 for none.</param>
/// <param name="At">When that was found.</param>
internal sealed record RecoveredLine([property: JsonPropertyOrder(-1)] long Recovered, DateTimeOffset At)
{
    public static ReadOnlySpan<byte> Start => "{\"recovered\":"u8;
}
