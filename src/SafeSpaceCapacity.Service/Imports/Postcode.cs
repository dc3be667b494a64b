using System.Text.RegularExpressions;

namespace SafeSpaceCapacity.Service.Imports;

/// <summary>British postcodes, as people write them.</summary>
internal static partial class Postcode
{
    /// <summary>
    /// What a text can mean as a postcode, the most exact first: of <c>EH1 1YZ</c> the sector and the outward code; of <c>G21</c>, written
    /// without its space, the outward code G21, then the sector G2 1. Empty where it is none.
    /// </summary>
    public static IReadOnlyList<string> Meanings(string text)
    {
        var match = AnyForm().Match(text.Trim().ToUpperInvariant());
        if (!match.Success)
            return [];
        var (outward, sector) = (match.Groups["outward"].Value, match.Groups["sector"].Value);
        if (sector.Length > 0)
            return [$"{outward} {sector}", outward];
        return outward is [.., var district, var last] && char.IsAsciiDigit(last) && char.IsAsciiDigit(district) ? [outward, $"{outward[..^1]} {last}"] : [outward];
    }

    /// <summary>A full postcode with its space, in capitals; empty for what is none.</summary>
    public static string Normal(string text)
    {
        var match = FullForm().Match(text.Trim().ToUpperInvariant());
        return match.Success ? $"{match.Groups["outward"].Value} {match.Groups["inward"].Value}" : string.Empty;
    }

    /// <summary>Such as G2 1.</summary>
    [GeneratedRegex("^[A-Z]{1,2}[0-9][0-9A-Z]? [0-9]\\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    public static partial Regex SectorForm();

    /// <summary>Such as G2.</summary>
    [GeneratedRegex("^[A-Z]{1,2}[0-9][0-9A-Z]?\\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    public static partial Regex OutcodeForm();

    // Without a space a sector is a sector only where its unit follows: EH11YZ is EH1 1YZ.
    [GeneratedRegex("^(?<outward>[A-Z]{1,2}[0-9][0-9A-Z]?)( +(?<sector>[0-9])([A-Z]{2})?|(?<sector>[0-9])[A-Z]{2})?\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex AnyForm();

    [GeneratedRegex("^(?<outward>[A-Z]{1,2}[0-9][0-9A-Z]?) *(?<inward>[0-9][A-Z]{2})\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex FullForm();
}
