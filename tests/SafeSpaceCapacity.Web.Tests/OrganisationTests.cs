using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.Tokens;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Web.Tests.Harness;

namespace SafeSpaceCapacity.Web.Tests;

/// <summary>Signing in with an organisation: OpenID Connect's code flow with PKCE.</summary>
public sealed class OrganisationTests
{
    public static TheoryData<string> Wrongs { get; } = new(Wrong.Keys);

    private static Dictionary<string, Action<SecurityTokenDescriptor>> Wrong => new(StringComparer.Ordinal)
    {
        ["issuer"] = token => token.Issuer = "http://elsewhere.example",
        ["audience"] = token => token.Audience = "another service",
        ["nonce"] = token => token.Claims["nonce"] = "another one",
        ["no nonce"] = token => token.Claims.Remove("nonce"),
        ["nobody"] = token => token.Claims.Remove("sub"),
        ["ended"] = token => (token.IssuedAt, token.NotBefore, token.Expires) = (token.IssuedAt!.Value.AddHours(-2), token.NotBefore!.Value.AddHours(-2), token.Expires!.Value.AddHours(-1)),
        ["not yet"] = token => (token.NotBefore, token.Expires) = (token.NotBefore!.Value.AddHours(1), token.Expires!.Value.AddHours(2)),
        ["endless"] = token => token.Expires = null,
        ["another key"] = token => token.SigningCredentials = new SigningCredentials(
            new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "known" }, SecurityAlgorithms.EcdsaSha256),
        ["the public key as a secret"] = token => token.SigningCredentials = new SigningCredentials(
            new SymmetricSecurityKey(((ECDsaSecurityKey)token.SigningCredentials.Key).ECDsa.ExportSubjectPublicKeyInfo()) { KeyId = "known" }, SecurityAlgorithms.HmacSha256),
        ["unsigned"] = token => token.SigningCredentials = null!,
    };

    [Fact]
    public async Task A_real_authority_says_who_somebody_is_and_what_they_may_do()
    {
        var (port, theirs) = (NodeAuthority.FreePort(), NodeAuthority.FreePort());
        await using var authority = await NodeAuthority.StartAsync(theirs, $"http://localhost:{port}/sign-in/organisation/done");
        await using var host = await PagesHost.StartAsync(
            choose: choices => choices with { Organisation = new Organisation(authority.Address, NodeAuthority.ClientId, NodeAuthority.ClientSecret) }, port: port);
        using var browser = new Browser(host);
        Assert.True((await browser.GetAsync("/sign-in?from=%2Faccount")).Has("href=\"/sign-in/organisation?from=%2Faccount\""));
        var page = await SignInAsync(browser, "morag:staff,planner:glasgow-cross,paisley-road:S12000049", "/account");
        Assert.Equal((HttpStatusCode.OK, "/account"), (page.Status, page.Path));
        Assert.True(page.Has(Texts.May(Role.Staff)));
        Assert.True(page.Has(Texts.May(Role.Planner)));
        Assert.True(page.Has("Glasgow Cross Sanctuary (demo), Rooms, Paisley Road"));
        Assert.True(page.Has("Glasgow City"));
        Assert.False(page.Has(Texts.ChangePassword));
        Assert.Contains("ok GET /sign-in/organisation/done morag:staff,planner:glasgow-cross,paisley-road:S12000049", await host.AuditAsync());
        await browser.PostAsync(page, "sign-out-everywhere");
        Assert.False(await browser.IsSignedInAsync());
    }

    [Fact]
    public async Task Whoever_has_no_role_there_has_none_here()
    {
        var (port, theirs) = (NodeAuthority.FreePort(), NodeAuthority.FreePort());
        await using var authority = await NodeAuthority.StartAsync(theirs, $"http://localhost:{port}/sign-in/organisation/done");
        await using var host = await PagesHost.StartAsync(
            choose: choices => choices with { Organisation = new Organisation(authority.Address, NodeAuthority.ClientId, NodeAuthority.ClientSecret) }, port: port);
        using var browser = new Browser(host);
        var page = await SignInAsync(browser, "angus:emperor", "/");
        Assert.True(page.Has(Texts.OrganisationGaveNoRole));
        Assert.False(await browser.IsSignedInAsync());
        Assert.Contains("NO_ROLE GET /sign-in/organisation/done unknown", await host.AuditAsync());
    }

    [Fact]
    public async Task A_token_as_it_should_be_lets_in()
    {
        await using var authority = await FalseAuthority.StartAsync();
        await using var host = await StartAsync(authority);
        using var browser = new Browser(host, follow: false);
        Assert.Equal("/", await ReturnAsync(authority, browser, _ => { }));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/people")).Status);
    }

    [Theory]
    [MemberData(nameof(Wrongs))]
    public async Task A_token_that_is_not_as_it_should_be_does_not(string wrong)
    {
        await using var authority = await FalseAuthority.StartAsync();
        await using var host = await StartAsync(authority);
        using var browser = new Browser(host, follow: false);
        Assert.Equal("/sign-in?problem=organisation", await ReturnAsync(authority, browser, Wrong[wrong]));
        Assert.Equal(HttpStatusCode.Found, (await browser.GetAsync("/account")).Status);
        Assert.Contains("ORGANISATION_FAILED GET /sign-in/organisation/done unknown", await host.AuditAsync());
        Assert.Empty(host.Accounts.All());
    }

    [Fact]
    public async Task An_answer_that_this_browser_did_not_ask_for_does_not_let_in()
    {
        await using var authority = await FalseAuthority.StartAsync();
        await using var host = await StartAsync(authority);
        using Browser asked = new(host, follow: false), other = new(host, follow: false);
        Assert.Equal("/sign-in?problem=organisation", await ReturnAsync(authority, asked, _ => { }, other));
    }

    [Fact]
    public async Task Roles_taken_away_there_end_what_is_open_here()
    {
        await using var authority = await FalseAuthority.StartAsync();
        await using var host = await StartAsync(authority);
        using Browser first = new(host, follow: false), second = new(host, follow: false);
        await ReturnAsync(authority, first, _ => { });
        await ReturnAsync(authority, second, token => token.Claims["roles"] = new[] { "crew" });
        Assert.Equal(HttpStatusCode.Found, (await first.GetAsync("/people")).Status);
        Assert.Equal(HttpStatusCode.OK, (await second.GetAsync("/account")).Status);
    }

    [Fact]
    public async Task An_account_of_ours_and_one_of_theirs_of_the_same_name_are_two()
    {
        await using var authority = await FalseAuthority.StartAsync();
        await using var host = await StartAsync(authority);
        using Browser ours = new(host), theirs = new(host, follow: false);
        await ours.PostAsync(await ours.GetAsync((await host.App.EnrolmentPathAsync())!), "enrol", ("name", "isla"), ("password", PagesHost.Password));
        await ReturnAsync(authority, theirs, token => token.Claims["roles"] = new[] { "crew" });
        Assert.Equal(2, host.Accounts.All().Count);
        Assert.Equal(HttpStatusCode.OK, (await ours.GetAsync("/people")).Status);
        Assert.NotEqual(HttpStatusCode.OK, (await theirs.GetAsync("/people")).Status);
    }

    [Fact]
    public async Task An_authority_that_is_away_is_said()
    {
        await using var host = await PagesHost.StartAsync(choose: choices => choices with { Organisation = new Organisation(new Uri("http://localhost:1"), "a", "b") });
        using var browser = new Browser(host);
        var page = await browser.GetAsync("/sign-in/organisation");
        Assert.True(page.Has(Texts.OrganisationFailed));
        Assert.Contains("ORGANISATION_FAILED GET /sign-in/organisation unknown", await host.AuditAsync());
    }

    [Fact]
    public async Task An_authority_in_the_clear_elsewhere_is_refused() =>
        Assert.Contains("https", (await Assert.ThrowsAsync<ArgumentException>(() => PagesHost.StartAsync(
            choose: choices => choices with { Organisation = new Organisation(new Uri("http://authority.example"), "a", "b") }))).Message, StringComparison.Ordinal);

    private static Task<PagesHost> StartAsync(FalseAuthority authority) => PagesHost.StartAsync(
        choose: choices => choices with { Organisation = new Organisation(new Uri(authority.Issuer), NodeAuthority.ClientId, NodeAuthority.ClientSecret) });

    /// <summary>Through the authority's own pages: its sign-in, then its consent.</summary>
    private static async Task<Page> SignInAsync(Browser browser, string login, string from)
    {
        var page = await browser.GetAsync("/sign-in/organisation?from=" + Uri.EscapeDataString(from));
        page = await browser.SendAsync(ActionOf(page), ("prompt", "login"), ("login", login), ("password", "any"));
        return await browser.SendAsync(ActionOf(page), ("prompt", "consent"));

        static string ActionOf(Page page)
        {
            var start = page.Html.IndexOf("action=\"", StringComparison.Ordinal) + 8;
            Assert.True(start > 8, page.Html);
            return new Uri(page.Answer.RequestMessage!.RequestUri!, page.Html[start..page.Html.IndexOf('"', start)]).AbsoluteUri;
        }
    }

    /// <summary>Asks, and comes back with a code for a token of the test's making. Where the browser is sent then.</summary>
    private static async Task<string> ReturnAsync(FalseAuthority authority, Browser browser, Action<SecurityTokenDescriptor> change, Browser? other = null)
    {
        var asked = await browser.GetAsync("/sign-in/organisation");
        var query = QueryHelpers.ParseQuery(asked.Answer.Headers.Location!.Query);
        Assert.Equal("S256", query["code_challenge_method"]);
        Assert.Equal("code", query["response_type"]);
        authority.Token = authority.Make(query["nonce"]!, change);
        var back = await (other ?? browser).GetAsync($"/sign-in/organisation/done?code=any&state={Uri.EscapeDataString(query["state"]!)}");
        Assert.Equal(HttpStatusCode.Found, back.Status);
        return back.Answer.Headers.Location!.OriginalString;
    }
}
