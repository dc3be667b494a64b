using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace SafeSpaceCapacity.Identity.Tests;

/// <summary>Tokens as a library that checks them reads them.</summary>
public sealed class TokenTests : IDisposable
{
    private static readonly TokenOrder Order = new("golf-12", [Role.Crew], [], [], null, TokenIssuer.LifeDefault);
    private readonly string _folder = Directory.CreateTempSubdirectory("safespace-tokens-").FullName;
    private readonly ManualTime _time = new();
    private readonly SigningKeys _keys;
    private readonly TokenIssuer _issuer;

    public TokenTests()
    {
        _keys = SigningKeys.Open(_folder, _time);
        _issuer = new TokenIssuer(_keys, _time);
    }

    public static TheoryData<string, TokenOrder> BrokenOrders { get; } = new()
    {
        { "subject", Order with { Subject = "" } },
        { "subject", Order with { Subject = "a\nb" } },
        { "subject", Order with { Subject = new string('a', 101) } },
        { "role", Order with { Roles = [] } },
        { "space", Order with { Roles = [Role.Staff] } },
        { "space", Order with { Spaces = ["clyde-lantern"] } },
        { "area", Order with { Roles = [Role.Planner] } },
        { "area", Order with { Areas = ["S12000049"] } },
        { "life", Order with { Life = TimeSpan.Zero } },
        { "life", Order with { Life = TokenIssuer.LifeMax + TimeSpan.FromSeconds(1) } },
    };

    public void Dispose()
    {
        _keys.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_token_says_what_was_ordered_and_no_more()
    {
        var checkedToken = await CheckAsync(_issuer.Issue(new TokenOrder(
            "night-team", [Role.Staff, Role.Planner], ["clyde-lantern", "ness-house"], ["S12000049"], "thumb", TimeSpan.FromMinutes(30))));
        Assert.True(checkedToken.IsValid, checkedToken.Exception?.Message);
        var grant = Grant.Of(new ClaimsPrincipal(checkedToken.ClaimsIdentity), new DateTimeOffset(checkedToken.SecurityToken.ValidTo));
        Assert.Equal("night-team", grant.Subject);
        Assert.Equal([Role.Staff, Role.Planner], grant.Roles.Order());
        Assert.Equal(["clyde-lantern", "ness-house"], grant.Spaces.Order(StringComparer.Ordinal));
        Assert.Equal("S12000049", Assert.Single(grant.Areas));
        Assert.Equal("thumb", grant.CertificateThumbprint);
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromMinutes(30), grant.Expires);
    }

    [Fact]
    public async Task A_token_of_one_role_space_and_area_reads_the_same()
    {
        var checkedToken = await CheckAsync(_issuer.Issue(Order with { Roles = [Role.Staff], Spaces = ["clyde-lantern"] }));
        var grant = Grant.Of(new ClaimsPrincipal(checkedToken.ClaimsIdentity), new DateTimeOffset(checkedToken.SecurityToken.ValidTo));
        Assert.Equal(Role.Staff, Assert.Single(grant.Roles));
        Assert.Equal("clyde-lantern", Assert.Single(grant.Spaces));
        Assert.Null(grant.CertificateThumbprint);
    }

    [Fact]
    public async Task Another_services_key_does_not_pass()
    {
        var elsewhere = Path.Combine(_folder, "elsewhere");
        using var keys = SigningKeys.Open(elsewhere, _time);
        Assert.False((await CheckAsync(new TokenIssuer(keys, _time).Issue(Order))).IsValid);
    }

    [Theory]
    [MemberData(nameof(BrokenOrders))]
    public void A_broken_order_is_refused_and_its_field_named(string field, TokenOrder order) =>
        Assert.StartsWith(field + ":", Assert.Throws<ArgumentException>(() => _issuer.Issue(order)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"x5t#S256":7}""")]
    public void A_confirmation_that_cannot_be_read_binds_to_a_certificate_that_nobody_has(string confirmation)
    {
        var principal = new ClaimsPrincipal(new ClaimsIdentity([new Claim(TokenClaims.Confirmation, confirmation)]));
        Assert.Equal(string.Empty, Grant.Of(principal, _time.GetUtcNow()).CertificateThumbprint);
    }

    [Fact]
    public void Roles_that_are_not_ours_grant_nothing()
    {
        var principal = new ClaimsPrincipal(new ClaimsIdentity([new Claim(TokenClaims.Roles, "root"), new Claim(TokenClaims.Roles, "Crew")]));
        Assert.Empty(Grant.Of(principal, _time.GetUtcNow()).Roles);
    }

    private Task<TokenValidationResult> CheckAsync(string token) => new JsonWebTokenHandler { MapInboundClaims = false }.ValidateTokenAsync(
        token,
        new TokenValidationParameters
        {
            ValidIssuer = TokenIssuer.Name,
            ValidAudience = TokenIssuer.Name,
            IssuerSigningKeys = _keys.PublicKeys,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            LifetimeValidator = (from, until, _, _) => from <= _time.GetUtcNow().UtcDateTime && _time.GetUtcNow().UtcDateTime < until,
        });
}
