using System.Collections.Frozen;
using System.Text.Json;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog.Codec;
using SafeSpaceCapacity.Service.Engine;

namespace SafeSpaceCapacity.Silo;

/// <summary>
/// What silos say to each other, as the JSON (UTF-8) that events have. As strict: a message with anything unknown in it, or anything missing, is not
/// half-understood. Silos of two versions may be side by side, so what a field means never changes.
/// </summary>
internal static class MessageCodec
{
    private static readonly FrozenDictionary<string, Type> Commands = Named<SpaceCommand>();
    private static readonly FrozenDictionary<string, Type> Outcomes = Named<SpaceOutcome>();

    /// <summary>Names of all commands.</summary>
    public static IEnumerable<string> CommandTypes => Commands.Keys;

    /// <summary>A message.</summary>
    /// <param name="message">A <see cref="SpaceRequest"/> or a <see cref="SpaceReply"/>.</param>
    public static byte[] Encode(object message) => message switch
    {
        SpaceRequest request => Json(new RequestForm(
            request.Space, request.CommandId, request.RequestHash, request.NeedId, request.Caller, request.Command.GetType().Name, Element(request.Command))),
        SpaceReply { Answer: { } answer } => Json(new ReplyForm(
            null, string.Empty, answer.Outcome.GetType().Name, Element(answer.Outcome), answer.Availability, answer.Position, answer.Before)),
        SpaceReply reply => Json(new ReplyForm(reply.Fault, reply.Reason, null, null, null, 0, null)),
        _ => throw new ArgumentException($"{message.GetType()} is no message", nameof(message)),
    };

    /// <summary>A message that was encoded.</summary>
    /// <exception cref="JsonException">It is not of this version of the program.</exception>
    public static object Decode<T>(ReadOnlySpan<byte> message)
    {
        if (typeof(T) == typeof(SpaceRequest))
        {
            var request = Form<RequestForm>(message);
            return new SpaceRequest(
                request.Space, request.CommandId, request.RequestHash, request.NeedId, request.Caller, Value<SpaceCommand>(Commands, request.Type, request.Command));
        }

        var reply = Form<ReplyForm>(message);
        return reply is { Type: { } type, Outcome: { } outcome }
            ? new SpaceReply(new SpaceAnswer(Value<SpaceOutcome>(Outcomes, type, outcome), reply.Availability, reply.Position, reply.Before))
            : new SpaceReply(null, reply.Fault ?? ReplyFault.Failed, reply.Reason);
    }

    private static byte[] Json<T>(T form) => JsonSerializer.SerializeToUtf8Bytes(form, JsonForm.Options);

    private static JsonElement Element(object value) => JsonSerializer.SerializeToElement(value, value.GetType(), JsonForm.Options);

    private static T Form<T>(ReadOnlySpan<byte> message) =>
        JsonSerializer.Deserialize<T>(message, JsonForm.Options) ?? throw new JsonException("the message is null");

    private static T Value<T>(FrozenDictionary<string, Type> types, string name, JsonElement value) => types.TryGetValue(name, out var type)
        ? (T)value.Deserialize(type, JsonForm.Options)!
        : throw new JsonException($"no such {typeof(T).Name} as {name}");

    private static FrozenDictionary<string, Type> Named<T>() =>
        typeof(T).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(T))).ToFrozenDictionary(type => type.Name, StringComparer.Ordinal);

    private sealed record RequestForm(
        SpaceId Space, Guid CommandId, ReadOnlyMemory<byte> RequestHash, Guid? NeedId, Caller Caller, string Type, JsonElement Command);

    private sealed record ReplyForm(
        ReplyFault? Fault, string Reason, string? Type, JsonElement? Outcome, Availability? Availability, long Position, Availability? Before);
}
