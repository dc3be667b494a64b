using System.Text.RegularExpressions;

namespace SafeSpaceCapacity.Architecture.Tests;

/// <summary>docs/SECURITY.md names what guards each claim, as `Class.Method` of a test or `File.cs`. What it names is there.</summary>
public sealed class SecurityDocumentTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly string Document = Repository.Read("docs/SECURITY.md");

    [Fact]
    public void Every_test_and_file_that_it_names_is_there()
    {
        var tests = Repository.Files("tests", ".cs").SelectMany(TestsOf).ToHashSet(StringComparer.Ordinal);
        var named = Named(Document);
        Assert.NotEmpty(named);
        Assert.Empty(named.Except(tests, StringComparer.Ordinal));

        var sources = Repository.Files("src", ".cs", ".razor").ToList();
        var files = Regex.Matches(Document, @"`(?<file>[\w./]+\.(cs|razor))`", RegexOptions.ExplicitCapture, Patience).Select(match => match.Groups["file"].Value).ToList();
        Assert.NotEmpty(files);
        Assert.DoesNotContain(files, file => !sources.Exists(source => source.EndsWith("/" + file, StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_hazard_names_a_test()
    {
        var hazards = Document.Split('\n').Where(line => Regex.IsMatch(line, @"^\| H\d+ ", RegexOptions.None, Patience)).ToList();
        Assert.NotEmpty(hazards);
        Assert.DoesNotContain(hazards, hazard => Named(hazard).Count == 0);
    }

    private static List<string> Named(string text) =>
        Regex.Matches(text, @"`(?<test>\w+(Tests|Properties|Contract)\.\w+)`", RegexOptions.ExplicitCapture, Patience).Select(match => match.Groups["test"].Value).ToList();

    private static IEnumerable<string> TestsOf(string file)
    {
        var tests = Regex.Matches(
            Repository.Read(file),
            @"\[(Fact|Theory)\b.*?\bpublic (async )?(Task|void) (?<name>\w+)\(",
            RegexOptions.ExplicitCapture | RegexOptions.Singleline,
            Patience);
        return tests.Select(test => $"{Path.GetFileNameWithoutExtension(file)}.{test.Groups["name"].Value}");
    }
}
