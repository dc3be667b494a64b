using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using SafeSpaceCapacity.Identity;

namespace SafeSpaceCapacity.Web.SignIn;

/// <summary>Settings of <see cref="OrganisationHandler"/>.</summary>
internal sealed class OrganisationOptions : OAuthOptions
{
    /// <summary>Finds and keeps what the authority says of itself.</summary>
    public ConfigurationManager<OpenIdConnectConfiguration> Discovery { get; set; } = null!;
}

/// <summary>
/// OpenID Connect on the framework's OAuth handler, which does the code flow, PKCE and state: this adds discovery, the nonce, and the check
/// of the ID token.
/// </summary>
internal sealed class OrganisationHandler(IOptionsMonitor<OrganisationOptions> options, ILoggerFactory logger, UrlEncoder encoder, TimeProvider time)
    : OAuthHandler<OrganisationOptions>(options, logger, encoder)
{
    private const string Nonce = "nonce";

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Options.AuthorizationEndpoint = (await Options.Discovery.GetConfigurationAsync(Context.RequestAborted)).AuthorizationEndpoint;
        await base.HandleChallengeAsync(properties);
    }

    protected override string BuildChallengeUrl(AuthenticationProperties properties, string redirectUri)
    {
        var nonce = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));
        properties.Items[Nonce] = nonce;
        return QueryHelpers.AddQueryString(base.BuildChallengeUrl(properties, redirectUri), Nonce, nonce);
    }

    protected override async Task<OAuthTokenResponse> ExchangeCodeAsync(OAuthCodeExchangeContext context)
    {
        Options.TokenEndpoint = (await Options.Discovery.GetConfigurationAsync(Context.RequestAborted)).TokenEndpoint;
        return await base.ExchangeCodeAsync(context);
    }

    protected override async Task<AuthenticationTicket> CreateTicketAsync(ClaimsIdentity identity, AuthenticationProperties properties, OAuthTokenResponse tokens)
    {
        var token = tokens.Response!.RootElement.TryGetProperty("id_token", out var text) ? text.GetString() : null;
        var result = await ValidateAsync(token);
        if (!result.IsValid)
        {
            // Its keys may have changed.
            Options.Discovery.RequestRefresh();
            result = await ValidateAsync(token);
        }

        if (!result.IsValid)
            throw new AuthenticationFailureException("The ID token is not valid.", result.Exception);
        if (!string.Equals(result.ClaimsIdentity.FindFirst(Nonce)?.Value, properties.Items[Nonce], StringComparison.Ordinal))
            throw new AuthenticationFailureException("The ID token is not for this sign-in.");
        if (!result.ClaimsIdentity.HasClaim(claim => string.Equals(claim.Type, TokenClaims.Subject, StringComparison.Ordinal)))
            throw new AuthenticationFailureException("The ID token names nobody.");
        return new AuthenticationTicket(new ClaimsPrincipal(result.ClaimsIdentity), properties, Scheme.Name);
    }

    private async Task<TokenValidationResult> ValidateAsync(string? token)
    {
        var authority = await Options.Discovery.GetConfigurationAsync(Context.RequestAborted);
        return await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = authority.Issuer,
            ValidAudience = Options.ClientId,
            IssuerSigningKeys = authority.SigningKeys,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.EcdsaSha256],
            LifetimeValidator = (from, until, _, _) =>
                until is { } end && time.GetUtcNow().UtcDateTime is var now && now < end + Skew && (from is null || from - Skew <= now),
        });
    }

    // How far apart the authority's clock and ours may be.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);
}

/// <summary>Puts the handler in.</summary>
internal static class OrganisationSetup
{
    public const string Scheme = "organisation";

    private const string Callback = "/sign-in/organisation/done";

    public static AuthenticationBuilder AddOrganisation(this AuthenticationBuilder authentication, Organisation organisation, PagesChoices choices)
    {
        var authority = organisation.Authority;
        var isHere = Loopback.IsName(authority.Host);
        if (!string.Equals(authority.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal) && !isHere)
            throw new ArgumentException($"authority: must be https, or http on this machine; it is {authority}", nameof(organisation));
        return authentication.AddOAuth<OrganisationOptions, OrganisationHandler>(Scheme, options =>
        {
            options.SignInScheme = IdentityConstants.ApplicationScheme;
            options.ClientId = organisation.ClientId;
            options.ClientSecret = organisation.ClientSecret;
            options.CallbackPath = Callback;
            options.UsePkce = true;
            options.Scope.Add("openid");
            // Discovered before they are used; not empty, since the framework asks for that at the start.
            options.AuthorizationEndpoint = options.TokenEndpoint = authority.AbsoluteUri;
            SignInCookie.Secure(options.CorrelationCookie, choices, "safespace-organisation-");
            options.Discovery = new ConfigurationManager<OpenIdConnectConfiguration>(
                authority.AbsoluteUri.TrimEnd('/') + "/.well-known/openid-configuration",
                new OpenIdConnectConfigurationRetriever(),
                new HttpDocumentRetriever { RequireHttps = !isHere });
            options.Events.OnTicketReceived = context => ReceiveAsync(context, authority);
            options.Events.OnRemoteFailure = FailAsync;
        });
    }

    /// <summary>Sends the browser to the authority.</summary>
    public static async Task BeginAsync(HttpContext http, string? from)
    {
        try
        {
            await http.ChallengeAsync(Scheme, new AuthenticationProperties { RedirectUri = LocalPath.Of(from) });
        }
        catch (InvalidOperationException)
        {
            // It can't be reached.
            http.RequestServices.GetRequiredService<BrowserAudit>().SignIn(null, "GET /sign-in/organisation", "ORGANISATION_FAILED");
            http.Response.Redirect("/sign-in?problem=organisation");
        }
    }

    private static async Task ReceiveAsync(TicketReceivedContext context, Uri authority)
    {
        var services = context.HttpContext.RequestServices;
        var grant = Grant.Of(context.Principal!, default);
        context.HandleResponse();
        if (grant.Roles.Count == 0)
        {
            services.GetRequiredService<BrowserAudit>().SignIn(null, "GET " + Callback, "NO_ROLE");
            context.Response.Redirect("/sign-in?problem=role");
            return;
        }

        await services.GetRequiredService<SignInDesk>().AsOthersAsync(
            grant.Subject, authority.AbsoluteUri, [.. grant.Roles.Order()], [.. grant.Spaces.Order(StringComparer.Ordinal)], [.. grant.Areas.Order(StringComparer.Ordinal)], "GET " + Callback);
        context.Response.Redirect(context.ReturnUri ?? "/");
    }

    private static Task FailAsync(RemoteFailureContext context)
    {
        context.HttpContext.RequestServices.GetRequiredService<BrowserAudit>().SignIn(null, "GET " + Callback, "ORGANISATION_FAILED");
        context.HandleResponse();
        context.Response.Redirect("/sign-in?problem=organisation");
        return Task.CompletedTask;
    }
}
