using System.Security.Cryptography;
using System.Text;

namespace SafeSpaceCapacity.Audit.Tests;

/// <summary>Chains lines as somebody without the key can; written from the documented format, not with the product's code.</summary>
internal static class Forge
{
    private const string BeforeHash = ",\"hash\":\"";

    /// <summary>Changes lines of a first segment and computes all hashes anew.</summary>
    public static IReadOnlyList<string> Rechain(IEnumerable<string> lines, Func<string, string> change)
    {
        var before = new byte[32];
        var chained = new List<string>();
        foreach (var line in lines)
        {
            var body = change(line[..line.LastIndexOf(BeforeHash, StringComparison.Ordinal)]);
            before = SHA256.HashData([.. before, .. Encoding.UTF8.GetBytes(body)]);
            chained.Add($"{body}{BeforeHash}{Convert.ToHexStringLower(before)}\"}}");
        }

        return chained;
    }
}
