using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace SafeSpaceCapacity.Architecture.Tests;

/// <summary>Dependencies point inwards only. A project that is not listed here fails the test: say what it may know.</summary>
public sealed class DependencyTests
{
    private static readonly Dictionary<string, string[]> MayReference = new(StringComparer.Ordinal)
    {
        ["SafeSpaceCapacity.Domain"] = [],
        ["SafeSpaceCapacity.EventLog"] = ["SafeSpaceCapacity.Domain"],
        ["SafeSpaceCapacity.Forecasting"] = [],
        ["SafeSpaceCapacity.Identity"] = [],
        ["SafeSpaceCapacity.Contract"] = [],
        ["SafeSpaceCapacity.Audit"] = ["SafeSpaceCapacity.Identity"],
        ["SafeSpaceCapacity.Web"] = ["SafeSpaceCapacity.Audit", "SafeSpaceCapacity.Identity"],
        ["SafeSpaceCapacity.Service"] = ["SafeSpaceCapacity.Audit", "SafeSpaceCapacity.Contract", "SafeSpaceCapacity.Domain", "SafeSpaceCapacity.EventLog", "SafeSpaceCapacity.Forecasting", "SafeSpaceCapacity.Identity"],
        ["SafeSpaceCapacity.Hosting"] = ["SafeSpaceCapacity.Service", "SafeSpaceCapacity.Web"],
        ["SafeSpaceCapacity.Embedded"] = ["SafeSpaceCapacity.Hosting"],
        ["SafeSpaceCapacity.Forecasting.MlNet"] = ["SafeSpaceCapacity.Forecasting"],
        ["SafeSpaceCapacity.Silo"] = ["SafeSpaceCapacity.Forecasting.MlNet", "SafeSpaceCapacity.Hosting"],

        // For `log verify`, `audit verify`, `token` and `forecast evaluate`, which work without a service.
        ["SafeSpaceCapacity.Cli"] =
            ["SafeSpaceCapacity.Audit", "SafeSpaceCapacity.Contract", "SafeSpaceCapacity.EventLog", "SafeSpaceCapacity.Forecasting", "SafeSpaceCapacity.Forecasting.MlNet", "SafeSpaceCapacity.Identity"],
    };

    private static readonly string[] MayKnowGrpc = ["SafeSpaceCapacity.Contract", "SafeSpaceCapacity.Service", "SafeSpaceCapacity.Cli"];

    private static readonly string[] MayChooseDatabase = ["SafeSpaceCapacity.Hosting"];

    public static TheoryData<string> Projects() => new(Repository.Files("src", ".csproj").Select(path => Path.GetFileNameWithoutExtension(path)));

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_it_may(string project)
    {
        Assert.True(MayReference.TryGetValue(project, out var allowed), $"{project} is new: say in this test what it may reference");
        var references = Elements(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));
        Assert.Empty(references.Except(allowed, StringComparer.Ordinal));
    }

    [Fact]
    public void The_domain_needs_no_package_but_NodaTime() => Assert.Equal(["NodaTime"], Elements("SafeSpaceCapacity.Domain", "PackageReference"));

    [Theory]
    [MemberData(nameof(Projects))]
    public void Only_the_contract_the_service_and_the_command_line_know_grpc(string project)
    {
        var knows = Text(project).Contains("Grpc.props", StringComparison.Ordinal)
            || Sources(project).Any(file => Regex.IsMatch(Repository.Read(file), @"^using (Grpc|Google\.Protobuf)\b", RegexOptions.Multiline, TimeSpan.FromSeconds(1)));
        Assert.Equal(MayKnowGrpc.Contains(project, StringComparer.Ordinal), knows);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Only_what_starts_a_server_chooses_the_database(string project)
    {
        if (project == "SafeSpaceCapacity.EventLog")
            return;
        var chooses = Sources(project).Any(file => Repository.Read(file).Contains("SqliteEventLog", StringComparison.Ordinal) || Repository.Read(file).Contains("PostgresEventLog", StringComparison.Ordinal));
        Assert.Equal(MayChooseDatabase.Contains(project, StringComparer.Ordinal), chooses);
    }

    [Fact]
    public void The_filters_list_every_project_that_a_curated_feed_can_restore()
    {
        const string silo = @"Microsoft\.Orleans\.[A-Za-z.]+|Microsoft\.ML(\.[A-Za-z.]+)?|";
        var notEverywhere = Regex.Match(Repository.Read("eng/restore.sh"), "^not_everywhere='([^']+)'", RegexOptions.Multiline, TimeSpan.FromSeconds(1)).Groups[1].Value;
        Assert.Contains(silo, notEverywhere, StringComparison.Ordinal);
        Assert.Equal(ProjectsWithout(notEverywhere), Listed("SafeSpaceCapacity.Embedded.slnf"));
        Assert.Equal(ProjectsWithout(notEverywhere.Replace(silo, string.Empty, StringComparison.Ordinal)), Listed("SafeSpaceCapacity.Silo.slnf"));
    }

    private static IEnumerable<string> Listed(string filter) =>
        Regex.Matches(Repository.Read(filter).Replace("\\\\", "/", StringComparison.Ordinal), "\"([^\"]+[.]csproj)\"", RegexOptions.None, TimeSpan.FromSeconds(1))
            .Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal);

    private static IEnumerable<string> ProjectsWithout(string packages) =>
        Repository.Files(string.Empty, ".csproj").Where(project => !Needs(project, packages)).Order(StringComparer.Ordinal);

    /// <summary>Whether a project, or one that it always references, has a package of such a name.</summary>
    private static bool Needs(string project, string packages)
    {
        var elements = XDocument.Parse(Repository.Read(project)).Descendants().Where(element => element.Attribute("Condition") is null).ToLookup(element => element.Name.LocalName, element => (string?)element.Attribute("Include") ?? "");
        return elements["PackageReference"].Any(id => Regex.IsMatch(id, $"^({packages})$", RegexOptions.None, TimeSpan.FromSeconds(1)))
            || elements["ProjectReference"].Any(other => Needs(Path.GetRelativePath(Repository.Root, Path.Combine(Repository.Root, Path.GetDirectoryName(project)!, other.Replace('\\', '/'))), packages));
    }

    private static string Text(string project) => Repository.Read($"src/{project}/{project}.csproj");

    private static IEnumerable<string> Sources(string project) => Repository.Files($"src/{project}", ".cs");

    private static IEnumerable<string> Elements(string project, string name) =>
        XDocument.Parse(Text(project)).Descendants(name).Select(element => (string)element.Attribute("Include")!);
}
