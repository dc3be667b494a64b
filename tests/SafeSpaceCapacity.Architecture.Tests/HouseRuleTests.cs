using System.Text.RegularExpressions;

namespace SafeSpaceCapacity.Architecture.Tests;

/// <summary>House rules. Each test lists its offenders.</summary>
public sealed class HouseRuleTests
{
    private static readonly string[] Text = [".cs", ".csproj", ".props", ".proto", ".md", ".sh", ".py", ".js", ".json", ".csv", ".sln", ".slnf", "/run", "/test", "safespace"];

    [Fact]
    public void Nothing_is_left_to_be_done_later() => NoLine(@"\b(TODO|FIXME|HACK|XXX)\b", "src", "proto", "standins", "docs");

    [Fact]
    public void No_path_of_a_machine_is_written_down() => NoLine(@"(?<![\w./~-])/(work|root|home/\w+)/", string.Empty);

    [Fact]
    public void No_package_registry_is_named() => NoLine(@"https?://[\w.-]*(nuget|npmjs|pypi|yarnpkg)[\w.-]*", string.Empty);

    [Fact]
    public void Every_source_file_keeps_to_one_subject()
    {
        var long_ = Repository.Files("src", ".cs").Where(file => File.ReadLines(Path.Combine(Repository.Root, file)).Count() > 500);
        Assert.Empty(long_);
    }

    [Fact]
    public void Every_decision_record_names_its_check()
    {
        var without = Repository.Files("docs/adr", ".md").Where(file => !Repository.Read(file).Contains("**Check.**", StringComparison.Ordinal));
        Assert.Empty(without);
    }

    private static void NoLine(string pattern, params string[] folders)
    {
        var forbidden = new Regex(pattern, RegexOptions.None, TimeSpan.FromSeconds(1));
        var offenders =
            from folder in folders
            from file in Repository.Files(folder)
            where Text.Any(ending => ("/" + file).EndsWith(ending, StringComparison.Ordinal)) && !file.EndsWith("HouseRuleTests.cs", StringComparison.Ordinal)
            from line in File.ReadLines(Path.Combine(Repository.Root, file)).Select((text, i) => (text, number: i + 1))
            where forbidden.IsMatch(line.text)
            select $"{file}:{line.number}: {line.text.Trim()}";
        Assert.Empty(offenders);
    }
}
