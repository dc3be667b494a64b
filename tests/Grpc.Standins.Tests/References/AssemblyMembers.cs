using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Grpc.Standins.Tests.References;

/// <summary>What an assembly file refers to in others, what it defines for others, and which inherited members it overrides.</summary>
internal static class AssemblyMembers
{
    /// <summary>Types and members of the named assemblies that the file refers to, one line each.</summary>
    public static SortedSet<string> Referenced(string path, params string[] assemblies)
    {
        using var file = new PEReader(File.OpenRead(path));
        var reader = file.GetMetadataReader();
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var handle in reader.TypeReferences)
            Add(SignatureText.OfParent(reader, handle), "");
        foreach (var handle in reader.MemberReferences)
        {
            var member = reader.GetMemberReference(handle);
            var signature = member.GetKind() == MemberReferenceKind.Method ? SignatureText.OfMethod(member) : SignatureText.OfField(member);
            Add(SignatureText.OfParent(reader, member.Parent), $"::{reader.GetString(member.Name)} {signature}");
        }

        return found;

        void Add(string? type, string member)
        {
            if (type is not null && assemblies.Any(assembly => type.StartsWith($"[{assembly}]", StringComparison.Ordinal)))
                found.Add(type + member);
        }
    }

    /// <summary>
    /// Overrides of virtual members of the named assemblies, written as the member that must exist in the base type.
    /// They are not member references: without the base member the override silently becomes a new, never called method.
    /// </summary>
    public static SortedSet<string> Overridden(string path, params string[] assemblies)
    {
        using var file = new PEReader(File.OpenRead(path));
        var reader = file.GetMetadataReader();
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var type in reader.TypeDefinitions.Select(reader.GetTypeDefinition).Where(type => !type.BaseType.IsNil))
        {
            var parent = SignatureText.OfParent(reader, type.BaseType);
            if (parent is null || !assemblies.Any(assembly => parent.StartsWith($"[{assembly}]", StringComparison.Ordinal)))
                continue;

            foreach (var method in type.GetMethods().Select(reader.GetMethodDefinition))
            {
                var name = reader.GetString(method.Name);
                var overrides = (method.Attributes & (MethodAttributes.Virtual | MethodAttributes.NewSlot)) == MethodAttributes.Virtual;
                if (overrides && typeof(object).GetMethod(name, BindingFlags.Instance | BindingFlags.Public) is null)
                    found.Add($"{parent}::{name} {SignatureText.OfMethod(method)}");
            }
        }

        return found;
    }

    /// <summary>Types and members of the file that outsiders may use, one line each, as in <see cref="Referenced"/>.</summary>
    public static HashSet<string> Defined(string path) => Defined(path, _ => true);

    /// <summary>Likewise, of the methods only those that code outside the file may override.</summary>
    public static HashSet<string> Overridable(string path) =>
        Defined(path, attributes => (attributes & (MethodAttributes.Virtual | MethodAttributes.Final)) == MethodAttributes.Virtual);

    /// <summary>The full public key that the file carries.</summary>
    public static byte[] PublicKey(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var reader = file.GetMetadataReader();
        return reader.GetBlobBytes(reader.GetAssemblyDefinition().PublicKey);
    }

    private static HashSet<string> Defined(string path, Func<MethodAttributes, bool> wanted)
    {
        using var file = new PEReader(File.OpenRead(path));
        var reader = file.GetMetadataReader();
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var handle in reader.TypeDefinitions)
        {
            var type = reader.GetTypeDefinition(handle);
            if (!Visible(reader, type))
                continue;

            var name = SignatureText.OfParent(reader, handle)!;
            found.Add(name);
            foreach (var method in type.GetMethods().Select(reader.GetMethodDefinition))
                if (wanted(method.Attributes) && Visible((int)(method.Attributes & MethodAttributes.MemberAccessMask)))
                    found.Add($"{name}::{reader.GetString(method.Name)} {SignatureText.OfMethod(method)}");

            foreach (var field in type.GetFields().Select(reader.GetFieldDefinition))
                if (Visible((int)(field.Attributes & FieldAttributes.FieldAccessMask)))
                    found.Add($"{name}::{reader.GetString(field.Name)} {SignatureText.OfField(field)}");
        }

        return found;
    }

    private static bool Visible(MetadataReader reader, TypeDefinition type) => (type.Attributes & TypeAttributes.VisibilityMask) switch
    {
        TypeAttributes.Public => true,
        TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem =>
            Visible(reader, reader.GetTypeDefinition(type.GetDeclaringType())),
        _ => false,
    };

    // Fields and methods number their accessibility alike.
    private static bool Visible(int access) =>
        access is (int)MethodAttributes.Public or (int)MethodAttributes.Family or (int)MethodAttributes.FamORAssem;
}
