using SafeSpaceCapacity.Contract.V1;
using Google.Protobuf.Reflection;

namespace SafeSpaceCapacity.Service.Tests.Contract;

/// <summary>A contract as lines, one for everything that a client made from it depends on.</summary>
internal static class ContractListing
{
    /// <summary>Every file of our package.</summary>
    public static readonly FileDescriptor[] Files =
    [
        CommonReflection.Descriptor,
        CrewServiceReflection.Descriptor,
        StaffServiceReflection.Descriptor,
        AdminServiceReflection.Descriptor,
        DirectoryServiceReflection.Descriptor,
        PlannerServiceReflection.Descriptor,
        PlanningServiceReflection.Descriptor,
        AuditServiceReflection.Descriptor,
        DemoServiceReflection.Descriptor,
    ];

    public static IEnumerable<MessageDescriptor> Messages(IEnumerable<FileDescriptor> files) => files.SelectMany(file => file.MessageTypes).SelectMany(WithNested);

    public static IEnumerable<EnumDescriptor> Enums(IEnumerable<FileDescriptor> files)
    {
        var all = files.ToList();
        return all.SelectMany(file => file.EnumTypes).Concat(Messages(all).SelectMany(message => message.EnumTypes));
    }

    public static IReadOnlyList<string> Of(IEnumerable<FileDescriptor> files)
    {
        var all = files.ToList();
        return
        [
            .. all.SelectMany(file => file.Services).SelectMany(service => service.Methods).Select(Line)
                .Concat(Messages(all).SelectMany(message => message.Fields.InFieldNumberOrder().Select(Line)))
                .Concat(Messages(all).SelectMany(Reserved))
                .Concat(Enums(all).SelectMany(one => one.Values.Select(value => $"enum {one.FullName} {value.Number} {value.Name}")))
                .Order(StringComparer.Ordinal),
        ];
    }

    private static string Line(MethodDescriptor method) =>
        $"method {method.FullName}({Stream(method.IsClientStreaming)}{method.InputType.FullName}) returns ({Stream(method.IsServerStreaming)}{method.OutputType.FullName})";

    private static string Line(FieldDescriptor field)
    {
        var type = field.FieldType switch
        {
            FieldType.Message => field.MessageType.FullName,
            FieldType.Enum => field.EnumType.FullName,
            var plain => plain.ToString().ToLowerInvariant(),
        };
        var label = field.IsRepeated ? "repeated" : field.ContainingOneof is { } oneof ? $"oneof {oneof.Name}" : "plain";
        return $"field {field.ContainingType.FullName} {field.FieldNumber:D3} {field.Name} {type} {label}";
    }

    private static IEnumerable<string> Reserved(MessageDescriptor message) =>
        message.ToProto().ReservedRange.Select(range => $"reserved {message.FullName} {range.Start} to {range.End - 1}");

    private static IEnumerable<MessageDescriptor> WithNested(MessageDescriptor message) => message.NestedTypes.SelectMany(WithNested).Prepend(message);

    private static string Stream(bool streams) => streams ? "stream " : string.Empty;
}
