using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace SafeSpaceCapacity.Identity;

/// <summary>What a token is to say.</summary>
/// <param name="Subject">The account: 1 to 100 characters.</param>
/// <param name="Roles">At least one.</param>
/// <param name="Spaces">The spaces of staff.</param>
/// <param name="Areas">The areas of planners.</param>
/// <param name="CertificateThumbprint">Binds it to a certificate (RFC 8705); null: whoever holds it may use it.</param>
/// <param name="Life">How long it lives, at most <see cref="TokenIssuer.LifeMax"/>.</param>
public sealed record TokenOrder(
    string Subject,
    IReadOnlyCollection<Role> Roles,
    IReadOnlyCollection<string> Spaces,
    IReadOnlyCollection<string> Areas,
    string? CertificateThumbprint,
    TimeSpan Life);

/// <summary>Issues the service's own tokens: JWT, signed with ES256.</summary>
/// <param name="keys">What signs.</param>
/// <param name="time">The machine's clock.</param>
public sealed class TokenIssuer(SigningKeys keys, TimeProvider time)
{
    /// <summary>Issuer and audience of the service's own tokens.</summary>
    public const string Name = "safespacecapacity";

    /// <summary>The longest life of a token: a shift.</summary>
    public static readonly TimeSpan LifeMax = TimeSpan.FromHours(12);

    /// <summary>How long a token lives unless told otherwise.</summary>
    public static readonly TimeSpan LifeDefault = TimeSpan.FromHours(1);

    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>Makes a token.</summary>
    /// <exception cref="ArgumentException">The order breaks a rule, which the message names.</exception>
    public string Issue(TokenOrder order)
    {
        if (order.Subject.Length is 0 or > 100 || order.Subject.Any(char.IsControl))
            throw new ArgumentException("subject: must be 1 to 100 characters, none of them a control character", nameof(order));
        if (order.Roles.Count == 0)
            throw new ArgumentException("role: at least one is needed", nameof(order));
        if (order.Roles.Contains(Role.Staff) != (order.Spaces.Count > 0))
            throw new ArgumentException("space: staff are staff of named spaces, and only staff are", nameof(order));
        if (order.Roles.Contains(Role.Planner) != (order.Areas.Count > 0))
            throw new ArgumentException("area: planners plan for named areas, and only planners do", nameof(order));
        if (order.Life <= TimeSpan.Zero || order.Life > LifeMax)
            throw new ArgumentException($"life: must be more than 0 and at most {LifeMax.TotalMinutes} minutes", nameof(order));
        var now = time.GetUtcNow().UtcDateTime;
        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            [TokenClaims.Subject] = order.Subject,
            [TokenClaims.Roles] = order.Roles.Select(role => role.Name()).ToArray(),
            [JwtRegisteredClaimNames.Jti] = Guid.CreateVersion7(time.GetUtcNow()).ToString("N"),
        };
        if (order.Spaces.Count > 0)
            claims[TokenClaims.Spaces] = order.Spaces.ToArray();
        if (order.Areas.Count > 0)
            claims[TokenClaims.Areas] = order.Areas.ToArray();
        if (order.CertificateThumbprint is { } thumbprint)
            claims[TokenClaims.Confirmation] = new Dictionary<string, object>(StringComparer.Ordinal) { [TokenClaims.Thumbprint] = thumbprint };
        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Name,
            Audience = Name,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + order.Life,
            Claims = claims,
            SigningCredentials = keys.Credentials(),
        });
    }
}
