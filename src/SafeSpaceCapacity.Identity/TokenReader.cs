using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace SafeSpaceCapacity.Identity;

/// <summary>What a token turned out to be.</summary>
/// <param name="Grant">What it grants; null where it can't be used.</param>
/// <param name="Problem">Why it can't be used, for its sender; null where it can.</param>
public readonly record struct TokenReading(Grant? Grant, string? Problem);

/// <summary>Tells genuine tokens from others: those of the service's own keys, or those of an OpenID Connect authority, never both.</summary>
public sealed class TokenReader
{
    // Between an authority's clock and ours.
    private static readonly TimeSpan AuthoritySkew = TimeSpan.FromSeconds(30);

    // Our own tokens are made by one machine's clock and may be read by the database's, as nodes know it: as much as a decision may be off. They end on time.
    private static readonly TimeSpan OwnEarly = TimeSpan.FromSeconds(2);

    // The shortest that the library takes.
    private static readonly TimeSpan AskAgain = BaseConfigurationManager.MinimumAutomaticRefreshInterval;

    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    private readonly TokenValidationParameters _rules;
    private readonly TimeProvider _time;

    private TokenReader(TokenValidationParameters rules, TimeSpan early, TimeSpan late, TimeProvider time)
    {
        rules.RequireSignedTokens = true;
        rules.RequireExpirationTime = true;
        rules.ValidTypes = ["JWT", "at+jwt"];
        rules.LifetimeValidator = (from, until, _, _) => until > Now - late && (from is null || from <= Now + early);
        (_rules, _time) = (rules, time);
    }

    private DateTime Now => _time.GetUtcNow().UtcDateTime;

    /// <summary>Reads the tokens that <see cref="TokenIssuer"/> makes with these keys.</summary>
    /// <param name="keys">What signed them.</param>
    /// <param name="time">The machine's clock, or the database's where several nodes share one.</param>
    public static TokenReader OfOwnKeys(SigningKeys keys, TimeProvider time)
    {
        var rules = new TokenValidationParameters
        {
            ValidIssuer = TokenIssuer.Name,
            ValidAudience = TokenIssuer.Name,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            IssuerSigningKeyResolver = (_, _, keyId, _) => keys.TokenKey(keyId ?? string.Empty) is { } key ? [key] : [],
            TryAllIssuerSigningKeys = false,
        };
        return new TokenReader(rules, OwnEarly, TimeSpan.Zero, time);
    }

    /// <summary>Reads the access tokens of an authority (RFC 9068), with the keys that it publishes, which are fetched when needed.</summary>
    /// <param name="authority">Where it says about itself: HTTPS, or plain text on this machine.</param>
    /// <param name="audience">What its tokens for this service are for.</param>
    /// <param name="time">The machine's clock.</param>
    public static TokenReader OfAuthority(Uri authority, string audience, TimeProvider time)
    {
        var about = new Uri(authority.AbsoluteUri.TrimEnd('/') + "/.well-known/openid-configuration");
        var rules = new TokenValidationParameters
        {
            // A key that the authority took back is not believed any longer than until it is asked again.
            ConfigurationManager = new ConfigurationManager<OpenIdConnectConfiguration>(
                about.AbsoluteUri, new OpenIdConnectConfigurationRetriever(), new HttpDocumentRetriever { RequireHttps = !authority.IsLoopback })
            {
                AutomaticRefreshInterval = AskAgain,
                UseLastKnownGoodConfiguration = false,
            },
            ValidAudience = audience,

            // Only signatures by a public key: with the others whoever can check one can make one.
            ValidAlgorithms =
            [
                SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
                SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
                SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
            ],
        };
        return new TokenReader(rules, AuthoritySkew, AuthoritySkew, time);
    }

    /// <summary>Reads a token. Never throws for what a client sent.</summary>
    public async Task<TokenReading> ReadAsync(string token)
    {
        var result = await Handler.ValidateTokenAsync(token, _rules);
        if (result.IsValid && !result.Claims.ContainsKey(TokenClaims.Subject))
            return new TokenReading(null, "the token names no account");
        if (result.IsValid)
            return new TokenReading(Grant.Of(new ClaimsPrincipal(result.ClaimsIdentity), new DateTimeOffset(result.SecurityToken.ValidTo, TimeSpan.Zero)), null);
        return new TokenReading(null, result.Exception switch
        {
            SecurityTokenInvalidLifetimeException => "the token has ended, or has not begun: get a new one",
            SecurityTokenInvalidAudienceException => "the token is for another service",
            _ => "the token is not genuine",
        });
    }
}
