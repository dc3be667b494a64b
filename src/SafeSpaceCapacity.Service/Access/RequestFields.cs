using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.Service.Access;

/// <summary>What the requests of all methods call by the same name: where it is about, and what identifies it. Found once for each kind of request.</summary>
internal sealed class RequestFields
{
    private static readonly ConcurrentDictionary<MessageDescriptor, RequestFields> Known = new();

    private readonly IFieldAccessor? _space;
    private readonly IFieldAccessor? _areas;
    private readonly IFieldAccessor? _command;
    private readonly IFieldAccessor? _observed;

    private RequestFields(MessageDescriptor descriptor)
    {
        _space = descriptor.FindFieldByName("space_id")?.Accessor;
        _areas = descriptor.FindFieldByName("area_codes")?.Accessor;
        _command = descriptor.FindFieldByName("command_id")?.Accessor;
        _observed = descriptor.FindFieldByName("observed_at")?.Accessor;
    }

    public static RequestFields Of(IMessage request) => Known.GetOrAdd(request.Descriptor, static descriptor => new RequestFields(descriptor));

    /// <summary>The space it is about; null without one, and for what is no space's id.</summary>
    public string? Space(IMessage request) => _space?.GetValue(request) is string space && SpaceId.IsValid(space) ? space : null;

    /// <summary>The areas it is about, as the client wrote them.</summary>
    public IReadOnlyList<string> Areas(IMessage request) => _areas?.GetValue(request) as RepeatedField<string> ?? [];

    /// <summary>The id of the command; null without one, and for what is none.</summary>
    public string? Command(IMessage request) => _command?.GetValue(request) is string id && Guid.TryParseExact(id, "D", out _) ? id : null;

    /// <summary>When it happened at the space; null where that was not said, or not as a time.</summary>
    public DateTimeOffset? Observed(IMessage request)
    {
        if (_observed?.GetValue(request) is not Timestamp { Nanos: >= 0 and <= 999_999_999, Seconds: >= -62_135_596_800 and <= 253_402_300_799 } at)
            return null;
        return at.ToDateTimeOffset();
    }
}
