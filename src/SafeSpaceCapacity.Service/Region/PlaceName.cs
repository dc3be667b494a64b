using System.Collections.Immutable;
using System.Text;

namespace SafeSpaceCapacity.Service.Region;

/// <summary>Names as people type them.</summary>
internal static class PlaceName
{
    // The program runs without culture data, so the accents of Gaelic, Norse and French names are taken off by hand.
    private const string Accented = "àáâäåèéêëìíîïòóôöøùúûüýç";
    private const string Plain = "aaaaaeeeeiiiiooooouuuuyc";

    /// <summary>What is compared: letters and digits, lower case, without accents; saint is st.</summary>
    public static string Key(string text)
    {
        var key = new StringBuilder(text.Length);
        foreach (var word in text.ToLowerInvariant().Split([' ', '-', '.', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            var start = key.Length;
            foreach (var letter in word.Where(char.IsLetterOrDigit))
            {
                var accent = Accented.IndexOf(letter, StringComparison.Ordinal);
                key.Append(accent < 0 ? letter : Plain[accent]);
            }

            if (key.ToString(start, key.Length - start) is "saint")
                key.Remove(start + 1, 3);
        }

        return key.ToString();
    }

    /// <summary>The name's key, and the keys of what follows commas or stands in brackets.</summary>
    public static (string Name, ImmutableArray<string> Qualifiers) Split(string text)
    {
        var parts = text.Split([',', '(', ')'], StringSplitOptions.RemoveEmptyEntries).Select(Key).Where(part => part.Length > 0).ToList();
        return parts.Count == 0 ? (string.Empty, []) : (parts[0], [.. parts.Skip(1)]);
    }

    /// <summary>Key of the council area that a common other name means, or the name itself.</summary>
    public static string CouncilAlias(string key) => key switch
    {
        "westernisles" or "outerhebrides" or "comhairlenaneileansiar" => "naheileanansiar",
        "edinburgh" => "cityofedinburgh",
        "borders" => "scottishborders",
        "perthshire" => "perthandkinross",
        "argyllshire" => "argyllandbute",
        _ => key,
    };

    /// <summary>Letters to add, drop, change or swap to make one key of the other; more than the limit is only known to be more.</summary>
    public static int Slips(string one, string other, int limit)
    {
        if (Math.Abs(one.Length - other.Length) > limit)
            return limit + 1;
        var rows = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
            rows[i, 0] = i;
        for (var j = 0; j <= other.Length; j++)
            rows[0, j] = j;
        for (var i = 1; i <= one.Length; i++)
        {
            for (var j = 1; j <= other.Length; j++)
            {
                var change = rows[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
                rows[i, j] = Math.Min(change, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }

        return rows[one.Length, other.Length];
    }
}
