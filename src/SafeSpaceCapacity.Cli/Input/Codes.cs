using System.CommandLine;
using System.Text.Json;

namespace SafeSpaceCapacity.Cli.Input;

/// <summary>The contract's codes as they are typed: lower case with hyphens, without the prefix, such as <c>women-only</c>.</summary>
internal static class Codes
{
    /// <summary>The code as it is typed and shown.</summary>
    public static string Name<T>(T code) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(code.ToString());

    /// <summary>All codes that can be asked for, in the contract's order.</summary>
    public static string[] Names<T>() where T : struct, Enum => [.. Enum.GetValues<T>().Where(IsStated).Select(Name)];

    /// <summary>The code of a name that <see cref="Names{T}"/> holds.</summary>
    public static T Parse<T>(string name) where T : struct, Enum =>
        Enum.GetValues<T>().First(code => string.Equals(Name(code), name, StringComparison.Ordinal));

    /// <summary>An option that takes one code; anything else is refused with the list, and help and completion offer the list.</summary>
    public static Option<string?> Option<T>(string option, string description, bool required = false) where T : struct, Enum =>
        Among(new Option<string?>(option) { Description = description, Required = required }, Names<T>());

    /// <summary>As <see cref="Option{T}"/>, may be given several times.</summary>
    public static Option<string[]> Many<T>(string option, string description) where T : struct, Enum =>
        Among(new Option<string[]>(option) { Description = description, DefaultValueFactory = _ => [] }, Names<T>());

    private static TOption Among<TOption>(TOption option, string[] names) where TOption : Option
    {
        option.HelpName = "CODE";
        option.Description += $": {string.Join(", ", names)}";
        option.CompletionSources.Add(names);
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => !names.Contains(token.Value, StringComparer.Ordinal)))
                result.AddError($"'{token.Value}' is not a code of {option.Name}; these are: {string.Join(", ", names)}.");
        });
        return option;
    }

    private static bool IsStated<T>(T code) where T : struct, Enum => Convert.ToInt32(code, provider: null) != 0;
}
