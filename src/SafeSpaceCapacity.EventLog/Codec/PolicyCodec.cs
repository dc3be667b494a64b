using System.Text.Json;
using SafeSpaceCapacity.Domain.Policies;

namespace SafeSpaceCapacity.EventLog.Codec;

/// <summary>Events of the policies of tiers as JSON (UTF-8), as <see cref="SpaceCodec"/> has those of spaces.</summary>
public static class PolicyCodec
{
    /// <summary>An event to be written.</summary>
    public static NewEvent Encode(TierPolicySet happened, Guid commandId) => new(
        nameof(TierPolicySet), 1, commandId, null, happened.ObservedAt, happened.DecidedAt, JsonSerializer.SerializeToUtf8Bytes(happened, JsonForm.Options));

    /// <summary>An event of the log.</summary>
    /// <exception cref="UnknownEventException">A newer version of the program wrote it.</exception>
    /// <exception cref="JsonException">Its payload is not of its schema.</exception>
    public static TierPolicySet Decode(string type, int schema, ReadOnlySpan<byte> payload)
    {
        if (schema != 1 || !string.Equals(type, nameof(TierPolicySet), StringComparison.Ordinal))
            throw new UnknownEventException(type, schema);
        return JsonSerializer.Deserialize<TierPolicySet>(payload, JsonForm.Options) ?? throw new JsonException($"event {type} is null");
    }

    /// <summary>Values for a checkpoint.</summary>
    public static byte[] EncodeVersions<T>(T[] versions) => JsonSerializer.SerializeToUtf8Bytes(versions, JsonForm.Options);

    /// <summary>Values of a checkpoint, or null where they can't be read: they are only a cache.</summary>
    public static T[]? DecodeVersions<T>(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize<T[]>(body, JsonForm.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
