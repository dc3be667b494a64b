using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Grpc.Standins.Tests.References;

/// <summary>Writes signatures as text, each type with the assembly that defines it: equal texts are equal signatures.</summary>
internal sealed class SignatureText : ISignatureTypeProvider<string, object?>
{
    private static readonly SignatureText Provider = new();

    public static string OfMethod(MethodSignature<string> signature) =>
        (signature.Header.IsInstance ? "instance " : "static ") +
        (signature.GenericParameterCount == 0 ? "" : $"<{signature.GenericParameterCount}> ") +
        $"{signature.ReturnType} ({string.Join(", ", signature.ParameterTypes)})";

    public static string OfMethod(MemberReference member) => OfMethod(member.DecodeMethodSignature(Provider, null));

    public static string OfMethod(MethodDefinition method) => OfMethod(method.DecodeSignature(Provider, null));

    public static string OfField(MemberReference member) => member.DecodeFieldSignature(Provider, null);

    public static string OfField(FieldDefinition field) => field.DecodeSignature(Provider, null);

    /// <summary>The type a member's parent or a base type names, without its type arguments; null for a parent that is no type.</summary>
    public static string? OfParent(MetadataReader reader, EntityHandle parent) => parent.Kind switch
    {
        HandleKind.TypeDefinition => Provider.GetTypeFromDefinition(reader, (TypeDefinitionHandle)parent, 0),
        HandleKind.TypeReference => Provider.GetTypeFromReference(reader, (TypeReferenceHandle)parent, 0),
        HandleKind.TypeSpecification => Provider.GetTypeFromSpecification(reader, null, (TypeSpecificationHandle)parent, 0).Split('<')[0],
        _ => null,
    };

    public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
    {
        var type = reader.GetTypeDefinition(handle);
        var name = reader.GetString(type.Name);
        var outer = type.GetDeclaringType();
        return outer.IsNil
            ? Qualified(reader.GetString(reader.GetAssemblyDefinition().Name), reader.GetString(type.Namespace), name)
            : $"{GetTypeFromDefinition(reader, outer, 0)}/{name}";
    }

    public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
    {
        var type = reader.GetTypeReference(handle);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? $"{GetTypeFromReference(reader, (TypeReferenceHandle)type.ResolutionScope, 0)}/{reader.GetString(type.Name)}"
            : Qualified(Assembly(reader, type.ResolutionScope), reader.GetString(type.Namespace), reader.GetString(type.Name));
    }

    public string GetTypeFromSpecification(
        MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

    public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) =>
        $"{genericType}<{string.Join(", ", typeArguments)}>";

    public string GetGenericMethodParameter(object? genericContext, int index) => $"!!{index}";

    public string GetGenericTypeParameter(object? genericContext, int index) => $"!{index}";

    public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) =>
        $"{unmodifiedType} {(isRequired ? "modreq" : "modopt")}({modifier})";

    public string GetArrayType(string elementType, ArrayShape shape) => $"{elementType}[rank {shape.Rank}]";

    public string GetSZArrayType(string elementType) => $"{elementType}[]";

    public string GetByReferenceType(string elementType) => $"{elementType}&";

    public string GetPointerType(string elementType) => $"{elementType}*";

    public string GetPinnedType(string elementType) => $"{elementType} pinned";

    public string GetFunctionPointerType(MethodSignature<string> signature) => $"fnptr {OfMethod(signature)}";

    private static string Assembly(MetadataReader reader, EntityHandle scope) => scope.Kind == HandleKind.AssemblyReference
        ? reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)scope).Name)
        : reader.GetString(reader.GetAssemblyDefinition().Name);

    private static string Qualified(string assembly, string space, string name)
    {
        // The upstream assemblies are built for .NET Standard, ours for .NET: the framework's types come from other names, and are the same.
        var origin = IsFramework(assembly) ? "framework" : assembly;
        return space.Length == 0 ? $"[{origin}]{name}" : $"[{origin}]{space}.{name}";
    }

    private static bool IsFramework(string assembly) =>
        assembly is "netstandard" or "mscorlib" || assembly.StartsWith("System.", StringComparison.Ordinal);
}
