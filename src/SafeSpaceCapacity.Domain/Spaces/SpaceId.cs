using System.Text.RegularExpressions;
using SafeSpaceCapacity.Domain.Privacy;

namespace SafeSpaceCapacity.Domain.Spaces;

/// <summary>Names one safe space for ever: 3 to 48 lower-case letters, digits and hyphens, starting with a letter.</summary>
public readonly partial record struct SpaceId([property: Whose(Words.Space)] string Value)
{
    /// <summary>The rule in words, for error messages.</summary>
    public const string Rule = "3 to 48 lower-case letters, digits and hyphens, starting with a letter";

    /// <summary>How the streams of spaces begin.</summary>
    public const string StreamPrefix = "space/";

    /// <summary>The stream that holds everything that happened at this space.</summary>
    [Whose(Words.Space)]
    public string Stream => StreamPrefix + Value;

    /// <summary>Whether a text can be the id of a space.</summary>
    public static bool IsValid(string value) => Form().IsMatch(value);

    /// <inheritdoc/>
    public override string ToString() => Value;

    [GeneratedRegex("^[a-z][a-z0-9-]{2,47}\\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Form();
}
