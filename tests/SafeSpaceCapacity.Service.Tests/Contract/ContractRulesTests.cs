using System.Text.RegularExpressions;
using Google.Protobuf.Reflection;

namespace SafeSpaceCapacity.Service.Tests.Contract;

/// <summary>House rules of proto/safespacecapacity. What is not ours (grpc.health, google.rpc) is left as it is.</summary>
public sealed partial class ContractRulesTests
{
    private static FileDescriptor[] Files => ContractListing.Files;

    [Fact]
    public void Every_file_of_the_package_is_looked_at() => Assert.Equal(
        Directory.GetFiles(Repository.Folder("proto/safespacecapacity"), "*.proto", SearchOption.AllDirectories).Select(Path.GetFileName).Order(),
        Files.Select(file => Path.GetFileName(file.Name)).Order());

    [Fact]
    public void Folder_package_and_version_agree() =>
        Assert.Empty(Files.Where(file => file.Package != "safespacecapacity.v1" || Path.GetDirectoryName(file.Name) != "safespacecapacity/v1").Select(file => file.Name));

    [Fact]
    public void The_zero_of_an_enum_means_unspecified_and_values_carry_its_name()
    {
        var enums = ContractListing.Enums(Files).ToList();
        Assert.Contains(enums, one => one.Name == "Kind");
        Assert.Empty(enums.Where(one => one.FindValueByNumber(0)?.Name != Prefix(one) + "UNSPECIFIED").Select(one => one.FullName));
        Assert.Empty(enums.SelectMany(one => one.Values).Where(value => !value.Name.StartsWith(Prefix(value.EnumDescriptor), StringComparison.Ordinal)).Select(value => value.FullName));

        static string Prefix(EnumDescriptor one) => WordStart().Replace(one.Name, "_").ToUpperInvariant() + "_";
    }

    [Fact]
    public void Every_method_has_a_request_and_a_response_of_its_own()
    {
        var methods = Files.SelectMany(file => file.Services).SelectMany(service => service.Methods).ToList();
        Assert.NotEmpty(methods);
        Assert.Empty(methods.Where(method => method.InputType.Name != method.Name + "Request" || method.OutputType.Name != method.Name + "Response").Select(method => method.FullName));
        Assert.Empty(methods.GroupBy(method => method.Name).Where(same => same.Count() > 1).Select(same => same.Key));
    }

    [Fact]
    public void Services_are_named_so() =>
        Assert.Empty(Files.SelectMany(file => file.Services).Where(service => !service.Name.EndsWith("Service", StringComparison.Ordinal)).Select(service => service.FullName));

    [Fact]
    public void Units_come_last_and_times_are_timestamps()
    {
        // A number of minutes says so in its name; and no count is a plain field, in which absent would be zero.
        var fields = ContractListing.Messages(Files).SelectMany(message => message.Fields.InFieldNumberOrder()).ToList();
        Assert.Empty(fields.Where(field => field.Name.Contains("minutes", StringComparison.Ordinal) && !UnitLast().IsMatch(field.Name)).Select(field => field.FullName));
        Assert.Empty(fields.Where(field => field.Name.EndsWith("_at", StringComparison.Ordinal) && field.FieldType != FieldType.Bool && field.MessageType?.FullName != "google.protobuf.Timestamp").Select(field => field.FullName));
    }

    [Fact]
    public void Every_text_says_whose_words_it_carries()
    {
        var seen = new List<string>();
        var silent = new List<string>();
        foreach (var file in Directory.GetFiles(Repository.Folder("proto/safespacecapacity"), "*.proto", SearchOption.AllDirectories))
        {
            var comment = string.Empty;
            foreach (var (line, number) in File.ReadLines(file).Select((line, index) => (line.Trim(), index + 1)))
            {
                if (line.StartsWith("//", StringComparison.Ordinal))
                {
                    comment += line[2..];
                    continue;
                }

                if (TextField().Match(line) is { Success: true } field)
                {
                    seen.Add(field.Groups["name"].Value);
                    if (!Whose().IsMatch(comment))
                        silent.Add($"{Path.GetFileName(file)}:{number} {field.Groups["name"].Value}");
                }

                comment = string.Empty;
            }
        }

        Assert.Empty(silent);
        // All of them were seen, however the file is laid out.
        var declared = ContractListing.Messages(Files).SelectMany(message => message.Fields.InFieldNumberOrder()).Where(field => field.FieldType == FieldType.String);
        Assert.Equal(declared.Select(field => field.Name).Order(), seen.Order());
    }

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex WordStart();

    [GeneratedRegex("^([a-z0-9_]+_)?minutes(_max)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UnitLast();

    [GeneratedRegex(@"(^|[{ ])string (?<name>[a-z0-9_]+) = \d+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TextField();

    [GeneratedRegex(@"Whose: (space|staff|client|service)\.", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Whose();
}
