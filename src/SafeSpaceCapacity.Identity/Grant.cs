using System.Collections.Frozen;
using System.Security.Claims;
using System.Text.Json;

namespace SafeSpaceCapacity.Identity;

/// <summary>Who somebody is and what they were given: what a token or a sign-in says, once it was found genuine.</summary>
/// <param name="Subject">The account: a work account or a program, never a person in crisis.</param>
/// <param name="Roles">Their roles; without one nothing is allowed.</param>
/// <param name="Spaces">The spaces they are staff of.</param>
/// <param name="Areas">The council areas they plan for, by code.</param>
/// <param name="Client">The program they use, where the token names it; else empty.</param>
/// <param name="CertificateThumbprint">
/// The certificate that the token is bound to (RFC 8705: base64url of SHA-256); null for a token that whoever holds it may use.
/// </param>
/// <param name="Expires">When it ends.</param>
public sealed record Grant(
    string Subject,
    FrozenSet<Role> Roles,
    FrozenSet<string> Spaces,
    FrozenSet<string> Areas,
    string Client,
    string? CertificateThumbprint,
    DateTimeOffset Expires)
{
    /// <summary>What the claims of a genuine token or sign-in grant. Roles that we do not know are left out.</summary>
    public static Grant Of(ClaimsPrincipal principal, DateTimeOffset expires)
    {
        return new Grant(
            principal.FindFirst(TokenClaims.Subject)?.Value ?? "unnamed",
            All(TokenClaims.Roles).Select(RoleNames.Find).OfType<Role>().ToFrozenSet(),
            All(TokenClaims.Spaces).ToFrozenSet(StringComparer.Ordinal),
            All(TokenClaims.Areas).ToFrozenSet(StringComparer.Ordinal),
            principal.FindFirst(TokenClaims.Client)?.Value ?? string.Empty,
            ThumbprintOf(principal.FindFirst(TokenClaims.Confirmation)?.Value),
            expires);

        IEnumerable<string> All(string type) => principal.FindAll(type).Select(claim => claim.Value);
    }

    // A confirmation that we can't read binds to a certificate that nobody has, rather than to none.
    private static string? ThumbprintOf(string? confirmation)
    {
        if (confirmation is null)
            return null;
        try
        {
            using var json = JsonDocument.Parse(confirmation);
            return json.RootElement.GetProperty(TokenClaims.Thumbprint).GetString() ?? string.Empty;
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return string.Empty;
        }
    }
}

/// <summary>The names of the claims in our tokens; an OpenID Connect authority must send the same.</summary>
public static class TokenClaims
{
    /// <summary>The account.</summary>
    public const string Subject = "sub";

    /// <summary>Names of roles, see <see cref="RoleNames"/>.</summary>
    public const string Roles = "roles";

    /// <summary>Ids of spaces.</summary>
    public const string Spaces = "spaces";

    /// <summary>Codes of council areas.</summary>
    public const string Areas = "areas";

    /// <summary>The program (RFC 8693).</summary>
    public const string Client = "client_id";

    /// <summary>What the holder must prove (RFC 7800).</summary>
    public const string Confirmation = "cnf";

    /// <summary>In <see cref="Confirmation"/>: the certificate (RFC 8705).</summary>
    public const string Thumbprint = "x5t#S256";
}
