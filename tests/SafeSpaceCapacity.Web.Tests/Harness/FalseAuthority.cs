using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace SafeSpaceCapacity.Web.Tests.Harness;

/// <summary>An authority that hands out whatever ID token a test wants.</summary>
internal sealed class FalseAuthority : IAsyncDisposable
{
    private readonly ECDsa _pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly WebApplication _app;

    private FalseAuthority()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        Key = new ECDsaSecurityKey(_pair) { KeyId = "known" };
        _app.MapGet("/.well-known/openid-configuration", () => new
        {
            issuer = Issuer,
            authorization_endpoint = Issuer + "/authorize",
            token_endpoint = Issuer + "/token",
            jwks_uri = Issuer + "/keys",
        });
        _app.MapGet("/keys", () =>
        {
            var key = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(Key);
            return new { keys = new[] { new { kty = key.Kty, crv = key.Crv, x = key.X, y = key.Y, kid = key.KeyId, use = "sig" } } };
        });
        _app.MapPost("/token", (HttpRequest request) => new { access_token = "none", token_type = "Bearer", id_token = Token });
    }

    public ECDsaSecurityKey Key { get; }

    public string Issuer => _app.Urls.Single();

    /// <summary>The ID token that everybody gets.</summary>
    public string? Token { get; set; }

    public static async Task<FalseAuthority> StartAsync()
    {
        var authority = new FalseAuthority();
        await authority._app.StartAsync(TestContext.Current.CancellationToken);
        return authority;
    }

    /// <summary>An ID token as it should be, but for what a test changes.</summary>
    public string Make(string nonce, Action<SecurityTokenDescriptor>? change = null)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = NodeAuthority.ClientId,
            IssuedAt = now,
            NotBefore = now,
            Expires = now.AddMinutes(5),
            Claims = new Dictionary<string, object> { ["sub"] = "isla", ["nonce"] = nonce, ["roles"] = new[] { "administrator" } },
            SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.EcdsaSha256),
        };
        change?.Invoke(descriptor);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _pair.Dispose();
    }
}
