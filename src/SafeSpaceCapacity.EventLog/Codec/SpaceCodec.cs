using System.Collections.Frozen;
using System.Text.Json;
using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.EventLog.Codec;

/// <summary>An entry of the log that this program does not know: it stops rather than skip it.</summary>
public sealed class UnknownEventException(string type, int schema)
    : Exception($"The log holds an event '{type}' of schema {schema}, which this version of the program does not know. A newer version wrote it: run that one.");

/// <summary>
/// Events and outcomes of spaces as JSON (UTF-8), and their states as <see cref="CompactForm{T}"/>. Every event has a name and a schema version that never change their meaning;
/// <c>tests/SafeSpaceCapacity.EventLog.Tests/Golden</c> holds one of each that new code must still read.
/// </summary>
public static class SpaceCodec
{
    /// <summary>Schema of the states in checkpoints, made of what a state is. Another number throws them away: they are only a cache.</summary>
    public static int StateSchema => CompactForm<SpaceState>.Layout;

    private static readonly FrozenDictionary<string, Type> Events = Named(
        typeof(SpaceRegistered), typeof(ShiftStarted), typeof(ShiftEnded), typeof(ArrivalRecorded), typeof(DepartureRecorded),
        typeof(OccupancyCounted), typeof(SpaceConfirmed), typeof(SpacePaused), typeof(SpaceResumed), typeof(HoldPlaced), typeof(HoldRequested),
        typeof(HoldAccepted), typeof(HoldDeclined), typeof(HoldLapsed), typeof(HoldExtended), typeof(HoldReleased), typeof(HoldExpired),
        typeof(RefusalReported), typeof(OverSafeCapacity), typeof(BackWithinSafeCapacity), typeof(RotaPlanned), typeof(SafeCapacityOverridden),
        typeof(ActUndone), typeof(StaffingBecameUnsafe), typeof(StaffingBecameSafe), typeof(EscalationTold), typeof(EscalationAcknowledged),
        typeof(SpaceChanged), typeof(SpaceRetired), typeof(PolicyApplied));

    // Events that gained fields since their first schema; what an earlier one lacks has its default.
    private static readonly FrozenDictionary<string, int> Schemas = new[]
    {
        (Name: nameof(SpaceRegistered), Schema: 2),
        (Name: nameof(ShiftStarted), Schema: 2),
        (Name: nameof(DepartureRecorded), Schema: 2),
        (Name: nameof(SpacePaused), Schema: 2),
    }.ToFrozenDictionary(line => line.Name, line => line.Schema, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Type> Outcomes = Named(
        typeof(Recorded), typeof(HoldChanged), typeof(ShiftChanged), typeof(ArrivalCounted), typeof(Rejected));

    /// <summary>Names of all events.</summary>
    public static IEnumerable<string> EventTypes => Events.Keys;

    /// <summary>An event to be written.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="commandId">The command that caused it; empty for what only time made.</param>
    /// <param name="needId">The need it belongs to.</param>
    public static NewEvent Encode(SpaceEvent happened, Guid commandId, Guid? needId) => new(
        happened.GetType().Name, SchemaOf(happened.GetType().Name), commandId, needId, happened.ObservedAt, happened.DecidedAt, Json(happened, happened.GetType()));

    /// <summary>An event of the log.</summary>
    /// <exception cref="UnknownEventException">A newer version of the program wrote it.</exception>
    /// <exception cref="JsonException">Its payload is not of its schema.</exception>
    public static SpaceEvent Decode(string type, int schema, ReadOnlySpan<byte> payload)
    {
        if (schema < 1 || schema > SchemaOf(type) || !Events.TryGetValue(type, out var known))
            throw new UnknownEventException(type, schema);
        return (SpaceEvent)(JsonSerializer.Deserialize(payload, known, JsonForm.Options) ?? throw new JsonException($"event {type} is null"));
    }

    /// <summary>What a caller was answered, to be kept with the command id.</summary>
    public static byte[] EncodeAnswer(SpaceOutcome outcome, Availability availability) => Json(
        new KeptAnswer(outcome.GetType().Name, JsonSerializer.SerializeToElement(outcome, outcome.GetType(), JsonForm.Options), availability),
        typeof(KeptAnswer));

    /// <summary>What a caller was answered.</summary>
    /// <exception cref="JsonException">It is none of the outcomes.</exception>
    public static (SpaceOutcome Outcome, Availability Availability) DecodeAnswer(ReadOnlySpan<byte> kept)
    {
        var answer = JsonSerializer.Deserialize<KeptAnswer>(kept, JsonForm.Options) ?? throw new JsonException("the answer is null");
        if (!Outcomes.TryGetValue(answer.Type, out var type))
            throw new JsonException($"no such outcome as {answer.Type}");
        return ((SpaceOutcome)answer.Outcome.Deserialize(type, JsonForm.Options)!, answer.Availability);
    }

    /// <summary>A state for a checkpoint.</summary>
    public static byte[] EncodeState(SpaceState state)
    {
        var body = new MemoryStream();
        using var to = new BinaryWriter(body);
        CompactForm<SpaceState>.Write(to, state);
        return body.ToArray();
    }

    /// <summary>A state of a checkpoint, or null where it is of another schema or can't be read: then it is computed again.</summary>
    public static SpaceState? DecodeState(int schema, ReadOnlySpan<byte> body)
    {
        if (schema != StateSchema)
            return null;
        try
        {
            using var from = new BinaryReader(new MemoryStream(body.ToArray(), writable: false));
            var state = CompactForm<SpaceState>.Read(from);
            return from.BaseStream.Position == from.BaseStream.Length ? state : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or FormatException or ArgumentException or OverflowException)
        {
            return null;
        }
    }

    private static int SchemaOf(string type) => Schemas.GetValueOrDefault(type, 1);

    private static byte[] Json(object value, Type type) => JsonSerializer.SerializeToUtf8Bytes(value, type, JsonForm.Options);

    private static FrozenDictionary<string, Type> Named(params Type[] types) => types.ToFrozenDictionary(type => type.Name, StringComparer.Ordinal);

    private sealed record KeptAnswer(string Type, JsonElement Outcome, Availability Availability);
}
