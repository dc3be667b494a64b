using System.Reflection;

namespace Grpc.Standins.Tests.References;

/// <summary>Everything that the served libraries want of the two assemblies must be there, be they stand-ins or upstream.</summary>
public sealed class ReferenceTests
{
    private static readonly string[] StandIns = ["Grpc.Core.Api", "Grpc.Net.Common"];

    [Theory]
    [InlineData("Grpc.AspNetCore.Server", 80)]
    [InlineData("Grpc.Net.Client", 80)]
    public void Every_referenced_type_and_member_is_defined(string library, int referencesMin)
    {
        var referenced = AssemblyMembers.Referenced(PathOf(library), StandIns);
        Assert.True(referenced.Count >= referencesMin, $"Only {referenced.Count} references were read from {library}.");
        AssertAllIn(AssemblyMembers.Defined, referenced);
    }

    [Theory]
    [InlineData("Grpc.AspNetCore.Server", 20)]
    [InlineData("Grpc.Net.Client", 15)]
    public void Every_overridden_member_can_be_overridden(string library, int overridesMin)
    {
        var overridden = AssemblyMembers.Overridden(PathOf(library), StandIns);
        Assert.True(overridden.Count >= overridesMin, $"Only {overridden.Count} overrides were read from {library}.");
        AssertAllIn(AssemblyMembers.Overridable, overridden);
    }

    /// <summary>Loading fails where the library does not implement an abstract member, or implements it under other constraints.</summary>
    [Theory]
    [InlineData("Grpc.AspNetCore.Server")]
    [InlineData("Grpc.Net.Client")]
    public void Every_type_of_the_library_loads(string library) => Assert.NotEmpty(Assembly.Load(library).GetTypes());

    [Theory]
    [InlineData("Grpc.Core.Api")]
    [InlineData("Grpc.Net.Common")]
    public void Name_version_and_public_key_are_those_that_the_libraries_ask_for(string standIn)
    {
        var wanted = Assembly.Load("Grpc.AspNetCore.Server").GetReferencedAssemblies()
            .Single(name => string.Equals(name.Name, standIn, StringComparison.Ordinal));
        Assert.Equal(wanted.FullName, Assembly.Load(standIn).GetName().FullName);
        Assert.Equal(AssemblyMembers.PublicKey(PathOf("Grpc.AspNetCore.Server")), AssemblyMembers.PublicKey(PathOf(standIn)));
    }

    private static void AssertAllIn(Func<string, HashSet<string>> membersOf, SortedSet<string> wanted)
    {
        var present = StandIns.SelectMany(standIn => membersOf(PathOf(standIn)));
        var missing = wanted.Except(present, StringComparer.Ordinal).ToList();
        Assert.True(missing.Count == 0, $"{missing.Count} missing:\n{string.Join('\n', missing)}");
    }

    private static string PathOf(string assembly) => Path.Combine(AppContext.BaseDirectory, assembly + ".dll");
}
